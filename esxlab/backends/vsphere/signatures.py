"""Reads what machines' folders say of their owners."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.vsphere.records import OWNER_FILE, read_owner_file
from esxlab.backends.vsphere.store import datastore_path
from esxlab.backends.vsphere.torn import is_torn
from esxlab.errors import LabError
from esxlab.lab.ownership import FolderSeen

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.records import OwnerFile
    from esxlab.backends.vsphere.store import Store


class Signature(NamedTuple):
    """A folder's whole owner file; without one, whether what is left of one is there."""

    file: OwnerFile | None
    torn: bool = False


def look_into(server: Connection, store: Store, path: str) -> FolderSeen | None:
    """What a folder's owner file says, or what is in it without one; None when there is no such folder.

    Raises:
        LabError: record.newer.
    """
    signature = read_signature(server, store, path)
    if signature.file is not None:
        return seen_in(signature, frozenset({OWNER_FILE}))
    try:
        names = server.files.names(store, path)
    except LabError as error:
        if error.code != "vsphere.invalid_argument":
            raise
        return FolderSeen()  # it is a file (what vcsim answers to a search in one), so none of ours
    return None if names is None else seen_in(signature, names)


def seen_in(signature: Signature, names: AbstractSet[str]) -> FolderSeen:
    """A folder with these files in it. LabError record.newer."""
    file, torn = signature
    if file is None:
        return FolderSeen(torn=torn, empty=not names - ({OWNER_FILE} if torn else set()))
    if file.newer is not None:
        raise file.newer
    return FolderSeen(file.owner, file.written_for, disk_whole=file.disk_whole)


def read_signature(server: Connection, store: Store, folder: str) -> Signature:
    """The owner file, and whether it is what is left of one."""
    path = f"{folder}/{OWNER_FILE}"
    content = server.files.get(store, path)
    file = read_owner_file(content, file=datastore_path(store.name, path))
    return Signature(file, torn=file is None and is_torn(content))
