"""Paths on a datastore: plain ones, and as a server spells them."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from esxlab.errors import LabError
from esxlab.foreign import is_seen
from esxlab.lab.inventory_names import plain_name


class Store(NamedTuple):
    """One datastore as file operations need it; `datacenter_path` is the full inventory path (dcPath).

    `name` is plain (lab/inventory_names.py); `spelled` is what the server itself calls it, empty: the same.
    """

    name: str
    datacenter: Any
    datacenter_path: str
    browser: Any
    spelled: str = ""

    def at(self, path: str = "") -> str:
        """The datastore path as the server spells it; without a path the datastore's root.

        Raises:
            LabError: vsphere.bad_path; vsphere.datastore_name of one with a bracket in its name: nobody can
                tell where it ends in `[name] path`, and readers differ (OpenNebula/one#2437).
        """
        name = self.spelled or self.name
        if set(name) & set("[]"):
            raise LabError("vsphere.datastore_name", where=self.name, datastore=self.name)
        return f"[{name}] {checked(path)}" if path else f"[{name}]"


class Browser(Protocol):
    """What lies on the datastores of one server; it is only read here."""

    def get(self, store: Store, path: str, *, most_bytes: int = 0) -> bytes | None:
        """A small file's content; None when there is none. LabError vsphere.file_too_big, file_refused.

        `most_bytes`: of one that is no small file of ours; 0: as the limits say.
        """
        ...

    def names(self, store: Store, folder: str = "", *, only_folders: bool = False) -> set[str] | None:
        """What lies in a folder (empty: the root); None when there is no such folder."""
        ...

    def disk_state(self, store: Store, folder: str) -> str:
        """When the disk files in a folder (empty: the root) were last written, and their size in all.

        Empty: there are none.
        """
        ...

    def folders_holding(self, store: Store, name: str) -> set[str]:
        """Every folder of the datastore, at any depth, that holds a file of this name."""
        ...


def is_plain(path: str) -> bool:
    """A path below a datastore's root, relative, without `..`, backslashes or control characters."""
    parts = path.split("/")
    return is_seen(path) and "\\" not in path and all(parts) and not {".", ".."} & set(parts)


def checked(path: str) -> str:
    """The same path, when it is a plain one.

    Raises:
        LabError: vsphere.bad_path. vSphere itself would accept most of them.
    """
    if not is_plain(path):
        raise LabError("vsphere.bad_path", path=path)
    return path


def datastore_path(store: str, path: str) -> str:
    """`[datastore1] srvweb1/srvweb1.vmdk`, for people and for files of ours; Store.at is for servers."""
    return f"[{store}] {checked(path)}"


def split_path(text: str) -> tuple[str, str]:
    """Datastore (plain name) and path of `[datastore1] srvweb1/srvweb1.vmdk`; empty strings: it is none."""
    store, bracket, path = text.removeprefix("[").partition("] ")
    return (plain_name(store), path) if bracket and text.startswith("[") else ("", "")


def plain_path(spelled: str) -> str:
    """A datastore path of the server's with its datastore's plain name."""
    store, path = split_path(spelled)
    return f"[{store}] {path}" if store else spelled
