"""Changes of what lies on datastores, by the API: small files over HTTP, folders, virtual disks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.datastore import COPYING, DONE, FRESH
from esxlab.backends.vsphere.faults import settle
from esxlab.backends.vsphere.session import members_spec
from esxlab.errors import LabError
from esxlab.local.files import told

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from esxlab.backends.vsphere.datastore import Files
    from esxlab.backends.vsphere.session import Session
    from esxlab.backends.vsphere.store import Store
    from esxlab.backends.vsphere.tasks import Waiter
    from esxlab.backends.vsphere.writer import Seal

HALF_COPY = frozenset(
    {
        "vsphere.refused",
        "vsphere.locked",
        "vsphere.not_supported",
        "vsphere.disk_format",
        "vsphere.machine_refused",
        "vsphere.state",
    }
)
"""What a server says of a disk that it does not understand, as a copy leaves it that died."""


class ApiFiles:
    """The part of `Writer` that is about files."""

    def __init__(self, session: Session, waiter: Waiter, files: Files) -> None:
        self._session = session
        self._waiter = waiter
        self._files = files

    def put(self, store: Store, path: str, content: bytes) -> None:
        """Write a small file whole; its folder must exist (a real server answers 405 otherwise)."""
        status, _ = self._files.request("PUT", store, path, content)
        if status not in DONE:
            raise LabError("vsphere.file_refused", where=f"[{store.name}] {path}", status=status)

    def replace(self, store: Store, path: str, content: bytes) -> None:
        """Write a small file over an older one: whole under another name, then moved in its place.

        Whoever reads, and whenever somebody dies, finds the old one or the new one.
        """
        fresh = f"{path}{FRESH}"
        self.put(store, fresh, content)
        self.move(store, fresh, path)

    def put_file(self, store: Store, path: str, file: Path, *, progress: Callable[[float], None]) -> None:
        """Write a big file whole, from one of this computer's; after a cut it begins anew (pyvmomi#1046)."""
        with told(file, "model.iso_unread"):
            content = file.open("rb")
        with content:
            status = self._files.send_file(store, path, content, progress=progress)
        if status not in DONE:
            raise LabError("vsphere.file_refused", where=f"[{store.name}] {path}", status=status)

    def move(self, store: Store, path: str, to: str) -> None:
        """MoveDatastoreFile within a datastore, over an older file."""
        manager, centre = self._session.content.fileManager, store.datacenter
        source, target = store.at(path), store.at(to)

        def act() -> bool:
            task = self._session.change(
                lambda: manager.MoveDatastoreFile_Task(source, centre, target, centre, force=True),
                what=target,
            )
            self._waiter.task(task, what=target)
            return True

        def look() -> bool | None:
            folder, _, name = path.rpartition("/")
            return None if name in (self._files.names(store, folder) or ()) else True

        settle(act, look)

    def make_folder(self, store: Store, folder: str) -> None:
        """MakeDirectory: atomic, LabError vsphere.exists when it is there already."""
        manager, path = self._session.content.fileManager, store.at(folder)
        self._session.change(
            lambda: manager.MakeDirectory(path, store.datacenter, createParentDirectories=False), what=path
        )

    def delete(self, store: Store, path: str, *, seal: Seal | None = None) -> None:  # noqa: ARG002 - no call does both
        """DeleteDatastoreFile, with all that is in it; whose it is was looked at just before."""
        manager, full = self._session.content.fileManager, store.at(path)
        self._delete(lambda: manager.DeleteDatastoreFile_Task(full, store.datacenter), store, path)

    def copy_disk(
        self, source: tuple[Store, str], target: tuple[Store, str], *, progress: Callable[[float], None]
    ) -> None:
        """CopyVirtualDisk between two datastore paths; thin where the server lets us say so.

        A vCenter answers NotImplemented to a destination spec (govmomi#1036); there the copy is like the
        source or thick, as the server decides.
        """
        try:
            self._copy_disk(source, target, thin=not self._session.is_vcenter, progress=progress)
        except LabError as error:
            if error.code != "vsphere.not_supported" or self._session.is_vcenter:
                raise
            self._copy_disk(source, target, thin=False, progress=progress)

    def copy_file(self, source: tuple[Store, str], target: tuple[Store, str]) -> None:
        """CopyDatastoreFile, over an older one: for small files that belong to a disk."""
        manager = self._session.content.fileManager
        (from_store, path), (to_store, copy) = source, target
        what = to_store.at(copy)

        def act() -> bool:
            task = self._session.change(
                lambda: manager.CopyDatastoreFile_Task(
                    from_store.at(path), from_store.datacenter, what, to_store.datacenter, force=True
                ),
                what=what,
            )
            self._waiter.task(task, what=what)
            return True

        settle(act, lambda: None)  # made again, it is the same

    def delete_disk(self, store: Store, path: str) -> None:
        """DeleteVirtualDisk; a half copy that it does not understand goes file by file."""
        manager, full = self._session.content.virtualDiskManager, store.at(path)
        folder = path.rpartition("/")[0]
        try:
            self._delete(lambda: manager.DeleteVirtualDisk_Task(full, store.datacenter), store, path)
        except LabError as error:
            if error.code not in HALF_COPY:
                raise
        for name in sorted(self._files.names(store, folder) or ()):
            if name.endswith(".vmdk"):
                self.delete(store, f"{folder}/{name}")

    def await_copies(self, store: Store, path: str) -> None:
        """Wait for the disk copies that run on the server and were not started by this process.

        A task does not tell its target, so all of them are waited for: after a killed run they are ours.
        """
        manager, what = self._session.content.taskManager, store.at(path)
        paths: dict[type, list[str]] = {vim.Task: ["info.descriptionId", "info.state"]}
        tasks = self._session.collect(members_spec(manager, "recentTask", paths), what=what)
        for task, seen in list(tasks):
            running = seen.get("info.state") in {"queued", "running"}
            if running and seen.get("info.descriptionId") == COPYING:
                self._await_copy(task, what)

    def _await_copy(self, task: Any, what: str) -> None:
        if task._GetMoId() in self._waiter.known_tasks:  # noqa: SLF001 - pyVmomi has no public name for it
            return
        try:
            self._waiter.task(task, what=what)
        except LabError as error:
            if error.code in {"vsphere.timed_out", "vsphere.cancelled", "vsphere.unreachable"}:
                raise  # anything else is how somebody else's copy failed

    def _copy_disk(
        self,
        source: tuple[Store, str],
        target: tuple[Store, str],
        *,
        thin: bool,
        progress: Callable[[float], None],
    ) -> None:
        manager, what = self._session.content.virtualDiskManager, target[0].at(target[1])
        spec = (
            vim.VirtualDiskManager.VirtualDiskSpec(diskType="thin", adapterType="lsiLogic") if thin else None
        )
        task = self._session.change(
            lambda: manager.CopyVirtualDisk_Task(
                sourceName=source[0].at(source[1]),
                sourceDatacenter=source[0].datacenter,
                destName=what,
                destDatacenter=target[0].datacenter,
                destSpec=spec,
                force=False,
            ),
            what=what,
        )
        self._waiter.task(task, what=what, progress=progress)

    def _delete(self, call: Callable[[], Any], store: Store, path: str) -> None:
        what = f"[{store.name}] {path}"
        folder, _, name = path.rpartition("/")

        def act() -> bool:
            self._waiter.task(self._session.change(call, what=what), what=what)
            return True

        def look() -> bool | None:
            return None if name in (self._files.names(store, folder) or ()) else True

        try:
            settle(act, look)
        except LabError as error:
            if error.code not in {"vsphere.file_missing", "vsphere.gone"}:
                raise
