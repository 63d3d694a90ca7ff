"""What lies on a datastore, by the API: small files over HTTP, and listings.

It is only read here; what api_files.py writes over HTTP goes through `Files.request` too.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.faults import settle
from esxlab.backends.vsphere.https import Sent
from esxlab.backends.vsphere.soap import refuse_other_speech
from esxlab.backends.vsphere.store import Store, checked
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from esxlab.backends.vsphere.session import Session
    from esxlab.backends.vsphere.tasks import Waiter

ABSENT = {404}
REFUSED = {401, 403}
DONE = {200, 201, 204}
UPLOAD_S = 4 * 3600.0
"""For a whole file: 4 GB, a DVD, at 3 Mbit/s. A server that is silent is given up much sooner."""
COPYING = "VirtualDiskManager.copyVirtualDisk"
FRESH = ".new"
"""A file is written under its name with this behind it, then moved over the older one."""


class Files:
    """All that is read of the datastores of one server."""

    def __init__(self, session: Session, waiter: Waiter) -> None:
        self._session = session
        self._waiter = waiter

    def get(self, store: Store, path: str, *, most_bytes: int = 0) -> bytes | None:
        """A small file's content; None when there is none. LabError vsphere.file_too_big, file_refused.

        `most_bytes`: of one that is no small file of ours; 0: as the limits say.
        """
        try:
            status, content = self.request("GET", store, path, most_bytes=most_bytes)
        except LabError as error:
            if error.code != "vsphere.too_big":
                raise
            limit = most_bytes or self._session.https.limits.file_bytes
            where = f"[{store.name}] {path}"
            raise LabError("vsphere.file_too_big", where=where, limit=limit) from error
        if status in ABSENT:
            return None
        if status not in DONE:
            raise LabError("vsphere.file_refused", where=f"[{store.name}] {path}", status=status)
        return content

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
        return {found.path.rstrip("/") for found in result.file or () if found.path}

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
        browsing = vim.host.DatastoreBrowser
        spec = browsing.SearchSpec(matchPattern=[name])
        method = store.browser.SearchDatastoreSubFolders_Task
        results = self._search(method, store.at(), spec, kind=browsing.SearchResults.Array)
        found = (part.folderPath.partition("]")[2].strip(" /") for part in results if part.file)
        return {folder for folder in found if folder}

    def _search(
        self,
        method: Callable[[str, Any], Any],
        path: str,
        spec: Any,
        *,
        kind: Any = vim.host.DatastoreBrowser.SearchResults,
    ) -> Any:
        """A search changes nothing: one whose task a restarted server has forgotten is asked for again.

        LabError vsphere.not_vsphere for a task that is done and has found nothing of this kind, not even
        an empty list: whoever has said so is not to be asked what is there.
        """

        def act() -> Any:
            return self._waiter.task(self._session.read(lambda: method(path, spec), what=path), what=path)

        found = settle(act, lambda: None)
        if not isinstance(found, kind):
            host = self._session.server.host
            raise LabError("vsphere.not_vsphere", where=path, host=host, detail=type(found).__name__)
        return found

    def size(self, store: Store, path: str) -> int:
        """How many bytes a file has; -1: there is none."""
        browsing = vim.host.DatastoreBrowser
        details = browsing.FileInfo.Details(
            fileType=False, fileSize=True, modification=False, fileOwner=False
        )
        folder, _, name = path.rpartition("/")
        spec = browsing.SearchSpec(matchPattern=[name], details=details)
        files = self._search(store.browser.SearchDatastore_Task, store.at(folder), spec).file or ()
        return next((found.fileSize or 0 for found in files if found.path == name), -1)

    def send_file(
        self, store: Store, path: str, content: BinaryIO, *, progress: Callable[[float], None]
    ) -> int:
        """PUT an open file piece by piece; the status of the answer. It is sent again as `request` does."""
        https, url = self._session.https, _url(store, path)
        slow = replace(https.limits, total_s=UPLOAD_S)
        size = content.seek(0, os.SEEK_END)

        def send() -> int:
            content.seek(0)
            headers = {"Cookie": self._session.cookie, "Content-Length": str(size)}
            body, most = Sent(content, size, progress), https.limits.file_bytes
            answer = https.exchange(
                "PUT", url, headers=headers, body=body, changes=True, most_bytes=most, limits=slow
            )
            refuse_other_speech(answer)
            return answer.status

        self._session.wake()  # an ended session would be told only after all was sent
        return self._session.read(send, what=f"[{store.name}] {path}")

    def request(
        self, method: str, store: Store, path: str, body: bytes | None = None, *, most_bytes: int = 0
    ) -> tuple[int, bytes]:
        """One request; sent again while the server is out of reach, and once after an ended session.

        All that is sent this way may be repeated: GET, and PUT of a whole file.
        """
        url, https = _url(store, path), self._session.https

        def send() -> tuple[int, bytes]:
            headers, changes = {"Cookie": self._session.cookie}, body is not None
            most = most_bytes or https.limits.file_bytes
            answer = https.exchange(method, url, headers=headers, body=body, changes=changes, most_bytes=most)
            refuse_other_speech(answer)
            return answer.status, answer.body

        status, content = self._session.read(send, what=f"[{store.name}] {path}")
        if status in REFUSED:
            self._session.wake()
            return self._session.read(send, what=f"[{store.name}] {path}")
        return status, content


def _url(store: Store, path: str) -> str:
    query = urlencode({"dcPath": store.datacenter_path, "dsName": store.spelled or store.name})
    return f"/folder/{quote(checked(path))}?{query}"
