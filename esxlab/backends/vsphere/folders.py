"""The verbs on datastore folders and disks: the group's folder, the machines' folders, the copied disks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.backends.refusals import foreign_folder
from esxlab.backends.vsphere.faults import UnknownOutcomeError, settle
from esxlab.backends.vsphere.group_folders import RECORDS, judge, read_group_folder
from esxlab.backends.vsphere.records import (
    OWNER_FILE,
    RECORD_FILE,
    owner_file,
    owner_words,
    record_file,
)
from esxlab.backends.vsphere.signatures import look_into, read_signature
from esxlab.backends.vsphere.store import datastore_path, is_plain, split_path
from esxlab.backends.vsphere.writer import Seal
from esxlab.backends.vsphere.written import group_words
from esxlab.errors import LabError
from esxlab.lab.ownership import USABLE, Ownership, judge_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.group_folders import GroupFolder
    from esxlab.backends.vsphere.store import Store
    from esxlab.lab.identity import Owner
    from esxlab.lab.machine import Folder, Machine, Site
    from esxlab.lab.ownership import FolderSeen
    from esxlab.lab.provenance import Author
    from esxlab.lab.record import GroupRecord


def write_group_record(server: Connection, record: GroupRecord, author: Author) -> None:
    """The group's folder on its datastore, with the record in it, signed; LabError as `judge` has it."""
    store = server.place(record.site).store
    group_folder = record.group.folder_name
    write = server.writer.put
    if not _make(server, store, group_folder):
        there = read_group_folder(server, store, group_folder)
        found = judge(server, there, record.group)
        if found.problem is not None:
            raise found.problem
        if found.ownership is Ownership.RENAMED:
            _sign_again(server, store, there)
        write = server.writer.replace if there.found else write
    if record.provenance:
        when = server.now().isoformat(timespec="seconds")
        record = record._replace(provenance=record.provenance.by(author, when))
    url = server.inventory.volume(store).url
    write(store, f"{group_folder}/{RECORD_FILE}", record_file(record, identity=server.identity, url=url))


def _sign_again(server: Connection, store: Store, group_folder: GroupFolder) -> None:
    """The group's owner files, for folders whose datastore has another name by now.

    They come before its record: who dies in between leaves files that the old name or the new one vouches
    for.
    """
    said = group_folder.found.said if group_folder.found else None
    for path in sorted(filter(is_plain, server.files.folders_holding(store, OWNER_FILE))):
        signed = read_signature(server, store, path).file
        if (
            said
            and signed
            and signed.owner.group == said.group
            and signed.written_for == (said.datastore, path)
        ):
            _put_owner(server, store, path, signed.owner, complete=signed.disk_whole)


def delete_group_record(server: Connection, record: GroupRecord) -> None:
    """The inventory folder when it is empty, then the folder; of one with others' things only the record."""
    place = server.place(record.site)
    group_folder = record.group.folder_name
    server.remove_inventory_folder(place.datacenter.vm_folder, group_folder)
    names = server.files.names(place.store, group_folder)
    if names is None:
        return
    there = read_group_folder(server, place.store, group_folder)
    if problem := judge(server, there, record.group, had_machines=True).problem:
        raise problem
    others, said = names - RECORDS, there.found
    for name in sorted(names & RECORDS) if others or said is None else ():
        server.writer.delete(place.store, f"{group_folder}/{name}")
    if not others:
        seal = Seal(RECORD_FILE, group_words(said.record.group)) if said else None
        server.writer.delete(place.store, group_folder, seal=seal)


def make(server: Connection, site: Site, folder: Folder) -> None:
    """MakeDirectory, then the owner file. Empty and unowned: ours to use; anything else: refused."""
    if folder.owner is None:
        raise LabError("vsphere.foreign_folder", folder=f"[{folder.datastore}] {folder.path}", owner="?")
    store = server.place(site).store
    if not _make(server, store, folder.path):
        there = _own(server, store, folder.path, folder.owner)
        if there and there.signed:
            return
    _put_owner(server, store, folder.path, folder.owner, complete=False)


def sign(server: Connection, site: Site, machine: Machine) -> None:
    """The owner file that says that the disk is whole: of a clone, or of a copy without its machine."""
    _put_owner(server, server.place(site).store, machine.folder, machine.owner, complete=True)


def delete(server: Connection, site: Site, folder: Folder) -> None:
    """Delete a machine's folder with all that is in it, if its owner file is ours or nothing is in it.

    Empty and unsigned is what a run leaves that was killed between making a folder and signing it.
    """
    store = server.place(site).store
    seen = _own(server, store, folder.path, folder.owner)
    if seen is None:
        return
    if seen.torn:
        server.writer.delete(store, f"{folder.path}/{OWNER_FILE}")
    seal = Seal(OWNER_FILE, owner_words(seen.signed)) if seen.signed else None
    server.writer.delete(store, folder.path, seal=seal)


def copy_disk(server: Connection, site: Site, machine: Machine, *, progress: Callable[[float], None]) -> None:
    """CopyVirtualDisk from the model, into a folder without a machine's files."""
    place = server.place(site)
    model = server.inventory.model(site, place)
    if not model.disks:
        raise LabError("vsphere.model_without_disk", model=model.name)
    source_store, path = server.inventory.file(model.disks[0], place)
    source = (source_store, path)
    target = (place.store, split_path(machine.disk_path)[1])
    if model.nvram:
        beside, memory = server.inventory.file(model.nvram, place)
        server.writer.copy_file((beside, memory), (place.store, f"{machine.folder}/{machine.name}.nvram"))
    try:
        server.writer.copy_disk(source, target, progress=progress)
    except UnknownOutcomeError as doubt:
        if not doubt.untouched:
            if not doubt.cut or _is_whole(server, place.store, machine):
                raise  # the copy may not even have begun
            _clear(server, place.store, machine)  # when it has ended; nobody can tell whether it is whole
        server.writer.copy_disk(source, target, progress=progress)
    except LabError as error:
        if error.code != "vsphere.exists":
            raise
        if _is_whole(server, place.store, machine):
            return
        _clear(server, place.store, machine)
        server.writer.copy_disk(source, target, progress=progress)


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
    server.writer.await_copies(store, split_path(machine.disk_path)[1])
    server.writer.delete(store, split_path(machine.vmx_path)[1])
    server.writer.delete_disk(store, split_path(machine.disk_path)[1])


def _owned(server: Connection, store: Store, machine: Machine) -> bool:
    """The folder is ours (else vsphere.foreign_folder); True when its disk is marked as whole."""
    seen = _own(server, store, machine.folder, machine.owner)
    return seen is not None and seen.disk_whole


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


def _own(server: Connection, store: Store, path: str, owner: Owner | None) -> FolderSeen | None:
    """What is in a folder of this owner's, or in one that is nobody's yet; None when there is none.

    Raises:
        LabError: vsphere.foreign_folder; record.newer.
    """
    seen = look_into(server, store, path)
    if seen is None:
        return None
    if owner is not None:
        ownership = judge_folder(seen, owner, (store.name, path))
        if ownership not in USABLE and (
            seen.torn or seen.signed == owner
        ):  # the group's record may know more
            group_folder = judge(
                server, read_group_folder(server, store, owner.group.folder_name), owner.group
            )
            ownership = judge_folder(seen, owner, (store.name, path), group_folder.record)
        if ownership in USABLE:
            return seen
    raise foreign_folder(store.name, path, seen.signed)


def _put_owner(server: Connection, store: Store, folder: str, owner: Owner, *, complete: bool) -> None:
    content = owner_file(owner, folder=datastore_path(store.name, folder), complete=complete)
    server.writer.put(store, f"{folder}/{OWNER_FILE}", content)


def _make(server: Connection, store: Store, path: str) -> bool:
    """MakeDirectory; False when it was there, or may have been made by a call whose reply was lost."""

    def act() -> bool:
        server.writer.make_folder(store, path)
        return True

    try:
        return settle(act, lambda: None if server.files.names(store, path) is None else False)
    except LabError as error:
        if error.code != "vsphere.exists":
            raise
        return False
