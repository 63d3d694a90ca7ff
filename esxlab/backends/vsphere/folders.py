"""The verbs on datastore folders and disks: the group's home, the machines' folders, the copied disks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.vsphere.datastore import FRESH, datastore_path, split_path
from esxlab.backends.vsphere.faults import InDoubt, settle
from esxlab.backends.vsphere.obstacles import foreign_folder
from esxlab.backends.vsphere.reading import moref
from esxlab.backends.vsphere.records import (
    OWNER_FILE,
    RECORD_FILE,
    owner_file,
    read_owner_file,
    read_record_file,
    record_file,
)
from esxlab.backends.vsphere.torn import is_torn
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Set as AbstractSet

    from esxlab.backends.protocols import GroupRecord
    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.datastore import Store
    from esxlab.lab.identity import GroupId, Owner
    from esxlab.lab.machine import Folder, Machine, Site
    from esxlab.lab.provenance import Author


RECORDS = frozenset({RECORD_FILE, f"{RECORD_FILE}{FRESH}"})


class Signature(NamedTuple):
    """Whose folder it is, whether the disk in it is whole, and whether the owner file was cut off."""

    owner: Owner | None
    complete: bool
    torn: bool


def claim(server: Connection, record: GroupRecord, author: Author) -> None:
    """The group's home on its datastore, with the record in it, signed."""
    store = server.place(record.site).store
    home = record.group.home
    new = _make(server, store, home)
    if not new and (problem := foreign_home(server, store, record.group)):
        raise problem
    if record.provenance:
        when = server.now().isoformat(timespec="seconds")
        record = record._replace(provenance=record.provenance.by(author, when))
    content = record_file(record, identity=server.identity)
    path = f"{home}/{RECORD_FILE}"
    write = server.files.put if new or _record_in(server, store, home) is None else server.files.replace
    write(store, path, content)


def foreign_home(server: Connection, store: Store, group: GroupId) -> LabError | None:
    """Why the folder with the name of the group's home is not its home; a record cut short is still ours."""
    try:
        there = _record_in(server, store, group.home)
    except LabError as error:
        if not error.code.startswith("record."):
            raise
        return error
    names = server.files.names(store, group.home) or set()
    if there.group == group if there else is_unread_home(server, store, group.home, names):
        return None
    facts = {"folder": f"[{store.name}] {group.home}", "owner": str(there.group) if there else "?"}
    return LabError("vsphere.foreign_folder", **facts)


def is_unread_home(server: Connection, store: Store, home: str, names: AbstractSet[str]) -> bool:
    """Whether a folder with the name of a home, and without a whole record, is one: of a run that died.

    Nothing is in it but its record, or what is left of that is of our making.
    """
    if not names - RECORDS:
        return True
    return RECORD_FILE in names and is_torn(server.files.get(store, f"{home}/{RECORD_FILE}"))


def release(server: Connection, record: GroupRecord) -> None:
    """The inventory folder when it is empty, then the home; of one with others' things only the record."""
    place = server.place(record.site)
    home = record.group.home
    if server.session.is_vcenter:
        _remove_inventory_folder(server, place.datacenter.vm_folder, home)
    names = server.files.names(place.store, home)
    if names is None:
        return
    there = _record_in(server, place.store, home)
    if there.group != record.group if there else not is_unread_home(server, place.store, home, names):
        raise LabError("vsphere.foreign_folder", folder=f"[{place.store.name}] {home}", owner="?")
    others = names - RECORDS
    for name in sorted(names & RECORDS) if others else ("",):
        server.files.delete(place.store, f"{home}/{name}".rstrip("/"))


def _record_in(server: Connection, store: Store, home: str) -> GroupRecord | None:
    path = f"{home}/{RECORD_FILE}"
    file = datastore_path(store.name, path)
    found = read_record_file(server.files.get(store, path), server=server.session.server, file=file)
    return found.record if found else None


def make(server: Connection, site: Site, folder: Folder) -> None:
    """MakeDirectory, then the owner file. Empty and unowned: ours to use; anything else: refused."""
    if folder.owner is None:
        raise LabError("vsphere.foreign_folder", folder=f"[{folder.datastore}] {folder.path}", owner="?")
    store = server.place(site).store
    if not _make(server, store, folder.path):
        there, _ = read_owner(server, store, folder.path)
        if there == folder.owner:
            return
        if not _is_unsigned(server, store, folder.path, folder.owner):
            raise foreign_folder(store.name, folder.path, there)
    _put_owner(server, store, folder.path, folder.owner, complete=False)


def sign(server: Connection, site: Site, machine: Machine) -> None:
    """The owner file that says that the disk is whole: of a clone, or of a copy without its machine."""
    _put_owner(server, server.place(site).store, machine.folder, machine.owner, complete=True)


def delete(server: Connection, site: Site, folder: Folder) -> None:
    """Delete a machine's folder with all that is in it, if its owner file is ours or nothing is in it.

    Empty and unsigned is what a run leaves that was killed between making a folder and signing it.
    """
    store = server.place(site).store
    there, _ = read_owner(server, store, folder.path)
    if there is None and server.files.names(store, folder.path) is None:
        return
    mine = folder.owner is not None and there == folder.owner
    if not mine and not _is_unsigned(server, store, folder.path, folder.owner):
        raise foreign_folder(store.name, folder.path, there)
    server.files.delete(store, folder.path)


def copy_disk(server: Connection, site: Site, machine: Machine, *, progress: Callable[[float], None]) -> None:
    """CopyVirtualDisk from the model, into a folder without a machine's files."""
    place = server.place(site)
    model = server.inventory.model(site, place)
    if not model.disks:
        raise LabError("vsphere.model_without_disk", model=model.name)
    source_store, path = server.inventory.file(model.disks[0], place)
    source = (source_store, source_store.at(path))
    target = (place.store, place.store.at(split_path(machine.disk_path)[1]))
    if model.nvram:
        beside, memory = server.inventory.file(model.nvram, place)
        server.files.copy_file((beside, memory), (place.store, f"{machine.folder}/{machine.name}.nvram"))
    try:
        server.files.copy_disk(source, target, progress=progress)
    except InDoubt as doubt:
        if not doubt.untouched:
            if not doubt.cut or _is_whole(server, place.store, machine):
                raise  # the copy may not even have begun
            _clear(server, place.store, machine)  # when it has ended; nobody can tell whether it is whole
        server.files.copy_disk(source, target, progress=progress)
    except LabError as error:
        if error.code != "vsphere.exists":
            raise
        if _is_whole(server, place.store, machine):
            return
        _clear(server, place.store, machine)
        server.files.copy_disk(source, target, progress=progress)


def delete_disk(server: Connection, site: Site, machine: Machine) -> None:
    """Wait for a copy that a killed run left running, then delete what there is; never a disk in use."""
    store = server.place(site).store
    _owned(server, store, machine)
    _clear(server, store, machine)


def _clear(server: Connection, store: Store, machine: Machine) -> None:
    """Delete the disk, after all that could call it whole."""
    if server.find(machine.owner) is not None:
        raise LabError("vsphere.in_use", what=machine.disk_path)
    _put_owner(server, store, machine.folder, machine.owner, complete=False)
    server.files.await_foreign_copies(what=machine.disk_path)
    server.files.delete(store, split_path(machine.vmx_path)[1])
    server.files.delete_disk(store, split_path(machine.disk_path)[1])


def _owned(server: Connection, store: Store, machine: Machine) -> bool:
    """The folder is ours (else vsphere.foreign_folder); True when its disk is marked as whole."""
    owner, complete = read_owner(server, store, machine.folder)
    if owner != machine.owner and not _is_unsigned(server, store, machine.folder, machine.owner):
        raise foreign_folder(store.name, machine.folder, owner)
    return complete


def _is_whole(server: Connection, store: Store, machine: Machine) -> bool:
    """Whether the disk in our folder is marked as whole, or some machine's already."""
    names = server.files.names(store, machine.folder) or ()
    return _owned(server, store, machine) or holds_machine(names)


def holds_machine(names: Iterable[str]) -> bool:
    """Whether a machine's configuration file is among the files of its folder.

    One is created only on a whole disk, and no disk is copied into a folder that holds one. A machine that
    somebody has removed from the inventory leaves it there, beside the disk.
    """
    return any(name.endswith(".vmx") for name in names)


def read_owner(server: Connection, store: Store, folder: str) -> tuple[Owner | None, bool]:
    """Whose folder it is by its owner file, and whether the disk in it is whole."""
    return read_signature(server, store, folder)[:2]


def read_signature(server: Connection, store: Store, folder: str) -> Signature:
    """What an owner file says, and whether it is what is left of one."""
    content = server.files.get(store, f"{folder}/{OWNER_FILE}")
    owner, complete = read_owner_file(content, folder=datastore_path(store.name, folder))
    return Signature(owner, complete, torn=is_torn(content))


def _is_unsigned(server: Connection, store: Store, folder: str, owner: Owner | None) -> bool:
    """Whether a folder without a whole owner file is this owner's all the same: of a run that died.

    It is when nothing is in it, and when what is left of an owner file is, alone or in a folder that the
    group's record names.
    """
    names = server.files.names(store, folder) or set()
    if owner is None or not names:
        return owner is not None
    if OWNER_FILE not in names or not read_signature(server, store, folder).torn:
        return False
    if not names - {OWNER_FILE}:
        return True
    record = _record_in(server, store, owner.group.home)
    return record is not None and (owner.machine, folder) in record.folders


def _put_owner(server: Connection, store: Store, folder: str, owner: Owner, *, complete: bool) -> None:
    content = owner_file(owner, folder=datastore_path(store.name, folder), complete=complete)
    server.files.put(store, f"{folder}/{OWNER_FILE}", content)


def _make(server: Connection, store: Store, path: str) -> bool:
    """MakeDirectory; False when it was there, or may have been made by a call whose reply was lost."""

    def act() -> bool:
        server.files.make_folder(store, path)
        return True

    try:
        return settle(act, lambda: None if server.files.names(store, path) is None else False)
    except LabError as error:
        if error.code != "vsphere.exists":
            raise
        return False


def _remove_inventory_folder(server: Connection, root: object, name: str) -> None:
    """Destroying a folder destroys what is in it: only when it is empty now."""
    folder = server.find_folder(root, name)
    if folder is None or server.children(folder):
        return

    def look() -> bool | None:
        return True if server.find_folder(root, name) is None else None

    server.run(folder.Destroy_Task, what=name, look=look)
    server.inventory.folders.pop((moref(root), name), None)
