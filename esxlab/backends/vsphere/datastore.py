"""Files on a datastore: paths, small files over HTTP, listings, folders, virtual disks."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.faults import settle
from esxlab.backends.vsphere.session import members_spec
from esxlab.backends.vsphere.soap import refuse_other_speech
from esxlab.backends.vsphere.store import Store, checked
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.backends.vsphere.session import Session
    from esxlab.backends.vsphere.tasks import Waiter

ABSENT = {404}
REFUSED = {401, 403}
DONE = {200, 201, 204}
COPYING = "VirtualDiskManager.copyVirtualDisk"
FRESH = ".new"
"""A file is written under its name with this behind it, then moved over the older one."""


class Files:
    """All file operations of one server."""

    def __init__(self, session: Session, waiter: Waiter) -> None:
        self._session = session
        self._waiter = waiter

    def get(self, store: Store, path: str) -> bytes | None:
        """A small file's content; None when there is none. LabError vsphere.file_too_big, file_refused."""
        try:
            status, content = self._request("GET", store, path)
        except LabError as error:
            if error.code != "vsphere.too_big":
                raise
            limit = self._session.https.limits.file_bytes
            where = f"[{store.name}] {path}"
            raise LabError("vsphere.file_too_big", where=where, limit=limit) from error
        if status in ABSENT:
            return None
        if status not in DONE:
            raise LabError("vsphere.file_refused", where=f"[{store.name}] {path}", status=status)
        return content

    def put(self, store: Store, path: str, content: bytes) -> None:
        """Write a small file whole; its folder must exist (a real server answers 405 otherwise)."""
        status, _ = self._request("PUT", store, path, content)
        if status not in DONE:
            raise LabError("vsphere.file_refused", where=f"[{store.name}] {path}", status=status)

    def replace(self, store: Store, path: str, content: bytes) -> None:
        """Write a small file over an older one: whole under another name, then moved in its place.

        Whoever reads, and whenever somebody dies, finds the old one or the new one.
        """
        fresh, manager = f"{path}{FRESH}", self._session.content.fileManager
        self.put(store, fresh, content)
        source, target = store.at(fresh), store.at(path)
        centre = store.datacenter

        def act() -> bool:
            task = self._session.change(
                lambda: manager.MoveDatastoreFile_Task(source, centre, target, centre, force=True),
                what=target,
            )
            self._waiter.task(task, what=target)
            return True

        def look() -> bool | None:
            folder, _, name = fresh.rpartition("/")
            return None if name in (self.names(store, folder) or ()) else True

        settle(act, look)

    def names(self, store: Store, folder: str = "", *, only_folders: bool = False) -> set[str] | None:
        """What lies in a folder (empty: the root); None when there is no such folder."""
        browsing = vim.host.DatastoreBrowser
        spec = browsing.SearchSpec(matchPattern=["*"])  # vcsim ends itself when there is no SearchSpec
        if only_folders:
            spec.query = [browsing.FolderQuery()]
        path = store.at(folder)
        try:
            result = self._search(store.browser.SearchDatastore_Task, path, spec)
        except LabError as error:
            if error.code in {"vsphere.file_missing", "vsphere.gone"}:
                return None
            raise
        return {found.path.rstrip("/") for found in result.file or ()}

    def disk_state(self, store: Store, folder: str) -> str:
        """When the disk files in a folder (empty: the root) were last written, and their size in all.

        Empty: there are none.
        """
        browsing = vim.host.DatastoreBrowser
        details = browsing.FileInfo.Details(fileType=False, fileSize=True, modification=True, fileOwner=False)
        spec = browsing.SearchSpec(matchPattern=["*.vmdk"], details=details)
        path = store.at(folder)
        files = self._search(store.browser.SearchDatastore_Task, path, spec).file or ()
        times = [found.modification for found in files if found.modification]
        if not times:
            return ""
        size = sum(found.fileSize or 0 for found in files)
        return f"{max(times).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC, {size} bytes"

    def folders_holding(self, store: Store, name: str) -> set[str]:
        """Every folder of the datastore, at any depth, that holds a file of this name."""
        spec = vim.host.DatastoreBrowser.SearchSpec(matchPattern=[name])
        results = self._search(store.browser.SearchDatastoreSubFolders_Task, store.at(), spec)
        found = (part.folderPath.partition("]")[2].strip(" /") for part in results or () if part.file)
        return {folder for folder in found if folder}

    def make_folder(self, store: Store, folder: str) -> None:
        """MakeDirectory: atomic, LabError vsphere.exists when it is there already."""
        manager, path = self._session.content.fileManager, store.at(folder)
        self._session.change(
            lambda: manager.MakeDirectory(path, store.datacenter, createParentDirectories=False), what=path
        )

    def delete(self, store: Store, path: str) -> None:
        """Delete a file, or a folder with all that is in it; nothing to do when it is gone."""
        manager, full = self._session.content.fileManager, store.at(path)
        self._delete(lambda: manager.DeleteDatastoreFile_Task(full, store.datacenter), store, path)

    def copy_disk(
        self, source: tuple[Store, str], target: tuple[Store, str], *, progress: Callable[[float], None]
    ) -> None:
        """CopyVirtualDisk between two full datastore paths; thin where the server lets us say so.

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
            if error.code not in {"vsphere.refused", "vsphere.locked", "vsphere.not_supported"}:
                raise
        for name in sorted(self.names(store, folder) or ()):
            if name.endswith(".vmdk"):
                self.delete(store, f"{folder}/{name}")

    def await_foreign_copies(self, *, what: str) -> None:
        """Wait for the disk copies that run on the server and were not started by this process.

        A task does not tell its target, so all of them are waited for: after a killed run they are ours.
        """
        manager = self._session.content.taskManager
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
        manager = self._session.content.virtualDiskManager
        spec = (
            vim.VirtualDiskManager.VirtualDiskSpec(diskType="thin", adapterType="lsiLogic") if thin else None
        )
        task = self._session.change(
            lambda: manager.CopyVirtualDisk_Task(
                sourceName=source[1],
                sourceDatacenter=source[0].datacenter,
                destName=target[1],
                destDatacenter=target[0].datacenter,
                destSpec=spec,
                force=False,
            ),
            what=target[1],
        )
        self._waiter.task(task, what=target[1], progress=progress)

    def _delete(self, call: Callable[[], Any], store: Store, path: str) -> None:
        what = f"[{store.name}] {path}"
        folder, _, name = path.rpartition("/")

        def act() -> bool:
            self._waiter.task(self._session.change(call, what=what), what=what)
            return True

        def look() -> bool | None:
            return None if name in (self.names(store, folder) or ()) else True

        try:
            settle(act, look)
        except LabError as error:
            if error.code not in {"vsphere.file_missing", "vsphere.gone"}:
                raise

    def _search(self, method: Callable[[str, Any], Any], path: str, spec: Any) -> Any:
        """A search changes nothing: one whose task a restarted server has forgotten is asked for again."""

        def act() -> Any:
            return self._waiter.task(self._session.read(lambda: method(path, spec), what=path), what=path)

        return settle(act, lambda: None)

    def _request(self, method: str, store: Store, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """One request; sent again while the server is out of reach, and once after an ended session.

        All that is sent this way may be repeated: GET, and PUT of a whole file.
        """
        query = urlencode({"dcPath": store.datacenter_path, "dsName": store.spelled or store.name})
        url = f"/folder/{quote(checked(path))}?{query}"

        https = self._session.https

        def send() -> tuple[int, bytes]:
            headers, fenced = {"Cookie": self._session.cookie}, body is not None
            most = https.limits.file_bytes
            answer = https.exchange(method, url, headers=headers, body=body, fenced=fenced, most_bytes=most)
            refuse_other_speech(answer)
            return answer.status, answer.body

        status, content = self._session.read(send, what=f"[{store.name}] {path}")
        if status in REFUSED:
            self._session.wake()
            return self._session.read(send, what=f"[{store.name}] {path}")
        return status, content
