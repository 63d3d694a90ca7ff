"""What lies on a host's datastores, read by its shell: one script for each question, without any vim-cmd."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from esxlab.backends.esxi import asking
from esxlab.backends.esxi.host_look import HostLook, path_of, read_look
from esxlab.backends.esxi.paths import place_of, volume
from esxlab.backends.vsphere.limits import LIMITS
from esxlab.errors import LabError

if TYPE_CHECKING:
    from esxlab.backends.esxi.link import Link
    from esxlab.backends.vsphere.store import Browser, Store


TOLD_FILES = frozenset(asking.SMALL_FILES)


class ShellBrowser:
    """`Browser` on a host's shell."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def get(self, store: Store, path: str, *, most_bytes: int = 0) -> bytes | None:
        """Cat; a text, for what is no text is not asked for."""
        place, where = place_of(store, path), f"[{store.name}] {path}"
        look = self._ask(asking.file_look(place), where)
        content = look.files.get(path_of(place))
        return None if content is None else within_limit(content.encode(), where, most_bytes)

    def names(self, store: Store, folder: str = "", *, only_folders: bool = False) -> set[str] | None:
        """The shell's own patterns."""
        place = place_of(store, folder) if folder else volume(store)
        look = self._ask(asking.names_look(place, only_folders=only_folders), store.at(folder))
        return look.inside.get(path_of(place))

    def disk_state(self, store: Store, folder: str) -> str:
        """Stat."""
        place = place_of(store, folder) if folder else volume(store)
        rows = [line.split() for line in self._ask(asking.disks_look(place), store.at(folder)).lines]
        stats = [(int(row[0]), int(row[1])) for row in rows if len(row) > 1 and row[0].isdigit()]
        if not stats:
            return ""
        last = datetime.fromtimestamp(max(time for time, _ in stats), UTC)
        return f"{last:%Y-%m-%d %H:%M:%S} UTC, {sum(size for _, size in stats)} bytes"

    def folders_holding(self, store: Store, name: str) -> set[str]:
        """Find."""
        root = volume(store)
        lines = self._ask(asking.holding_look(root, name), store.at()).lines
        folders = (line.removeprefix(root).strip("/").rpartition("/")[0] for line in lines)
        return {folder for folder in folders if folder}

    def _ask(self, script: str, what: str) -> HostLook:
        return read_look(self._link.read(script, what=what), what=what)


class LookedBrowser:
    """`Browser` on what one look has told; what that did not tell is asked for."""

    def __init__(self, look: HostLook, now: Browser) -> None:
        self._look = look
        self._now = now

    def get(self, store: Store, path: str, *, most_bytes: int = 0) -> bytes | None:
        """Every small file of ours in a folder at the root was told."""
        root, inside = path_of(place_of(store, path))
        folder, _, name = inside.rpartition("/")
        if root not in self._look.roots or "/" in folder or name not in TOLD_FILES:
            return self._now.get(store, path, most_bytes=most_bytes)
        content = self._look.files.get((root, inside))
        return (
            None if content is None else within_limit(content.encode(), f"[{store.name}] {path}", most_bytes)
        )

    def names(self, store: Store, folder: str = "", *, only_folders: bool = False) -> set[str] | None:
        """The folders at the root, and what is in those that hold a file of ours."""
        root = path_of(volume(store))[0]
        if root in self._look.roots and not folder and only_folders:
            return set(self._look.roots[root])
        told = self._look.inside.get((root, folder)) if not only_folders else None
        return set(told) if told is not None else self._now.names(store, folder, only_folders=only_folders)

    def disk_state(self, store: Store, folder: str) -> str:
        """Asked for."""
        return self._now.disk_state(store, folder)

    def folders_holding(self, store: Store, name: str) -> set[str]:
        """Asked for: at any depth."""
        return self._now.folders_holding(store, name)


def within_limit(content: bytes, where: str, most_bytes: int = 0) -> bytes:
    """The content of a small file. LabError vsphere.file_too_big."""
    limit = most_bytes or LIMITS.file_bytes
    if len(content) > limit:
        raise LabError("vsphere.file_too_big", where=where, limit=limit)
    return content
