"""Finds everything of a class by its marks alone, without any spec: for teardown and for orphans."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from esxlab.backends.refusals import not_ours, record_lost
from esxlab.backends.vsphere.found import machine_from
from esxlab.backends.vsphere.group_folders import SERVER_IS_LOST, judge, read_group_folders
from esxlab.backends.vsphere.reading import moref
from esxlab.backends.vsphere.sites import guess_site, usable_stores
from esxlab.backends.vsphere.store import Store, split_path
from esxlab.backends.vsphere.survey import (
    SignedFolder,
    folders_at_root,
    group_folders_of,
    locks_of,
    look_into,
    signed_folders,
)
from esxlab.backends.vsphere_protocol import Leftovers, Records
from esxlab.errors import LabError
from esxlab.lab.identity import Owner
from esxlab.lab.lab import Lab
from esxlab.lab.machine import Folder
from esxlab.lab.ownership import (
    MINE,
    USABLE,
    Ownership,
    is_half_made,
    judge_folder,
    judge_port_group,
    judge_remaining,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.group_folders import GroupFolder
    from esxlab.backends.vsphere.inventory import Inventory
    from esxlab.backends.vsphere.seen import SeenMachine
    from esxlab.lab.identity import GroupId
    from esxlab.lab.machine import Machine, PortGroup
    from esxlab.lab.record import GroupRecord


@dataclass(slots=True)
class _Remains:
    """What was found of one group; `doubt`: why its record, or a datastore, cannot be gone by."""

    folder_store: Store | None = None
    record: GroupRecord | None = None
    folders: dict[Folder, Store] = field(default_factory=dict)
    machines: list[SeenMachine] = field(default_factory=list)
    torn: LabError | None = None  # what is left of its record
    doubt: list[LabError] = field(default_factory=list)
    newer: list[LabError] = field(default_factory=list)  # folders of a newer esxlab


@dataclass(slots=True)
class _Search:
    """One look for a class on one server."""

    server: Connection
    class_name: str
    inventory: Inventory
    only: AbstractSet[GroupId] | None = None
    remains: dict[GroupId, _Remains] = field(default_factory=dict)
    unread: dict[str, LabError] = field(default_factory=dict)  # by the datastore's id

    def asks(self, group: GroupId) -> bool:
        """Whether it is one of the groups that are looked for."""
        return self.only is None or group in self.only

    def of(self, group: GroupId) -> _Remains:
        """What was found of this group so far."""
        return self.remains.setdefault(group, _Remains())


def find_class(server: Connection, class_name: str) -> Leftovers:
    """Every group of which anything is left: its machines, folders, recorded port groups and record.

    A datastore that may not be browsed is in the way of those groups only that have a machine there.
    """
    inventory = server.look()
    server = server.as_looked()
    search = _Search(server, class_name, inventory)
    _note_machines(search)
    taken = {seen.place for found in search.remains.values() for seen in found.machines}
    locked: dict[GroupId, Store] = {}
    for key, store in usable_stores(search.inventory).items():
        try:
            if isinstance(names := folders_at_root(server, store), LabError):
                raise names
            folders = signed_folders(server, store, class_name, taken)
        except LabError as error:
            if error.code in SERVER_IS_LOST:
                raise
            search.unread[key] = error.at(f"[{store.name}]")
            continue
        group_folders = _read_group_folders(search, store, names=names)
        locks = locks_of(class_name)
        locked |= {locks[name]: store for name in names & locks.keys()}
        for folder in folders:
            _note_folder(search, store, folder)
        _read_unsigned(server, store, {group: search.remains[group] for group in group_folders}, names=names)
    for group, store in locked.items():  # of a teardown that died last of all: its lock is what is left
        search.remains.setdefault(group, _Remains(folder_store=store))
    found = sorted(search.remains.items())
    return Leftovers(
        {group: (_lab(search, group, remains), remains.record) for group, remains in found},
        tuple(search.unread.values()),
    )


def find_records(
    server: Connection, class_name: str, *, groups: AbstractSet[GroupId] | None = None, again: bool = True
) -> Records:
    """The groups that have a folder or a machine: a listing of each datastore's root, and the records.

    Of `groups` only these are read. Not `again`: as they were when the server was last looked at; what was
    not read then is read now.
    """
    search = _Search(server, class_name, server.inventory, only=groups)
    _note_machines(search)
    for key, store in usable_stores(search.inventory).items():
        names = folders_at_root(server, store, again=again)
        if isinstance(names, LabError):
            search.unread[key] = names
        else:
            _read_group_folders(search, store, names=names, again=again)
    found = {group: found.record for group, found in sorted(search.remains.items())}
    return Records(found, tuple(search.unread.values()))


def _note_machines(search: _Search) -> None:
    for seen in list(search.inventory.machines.values()):
        group = seen.owner.group if seen.owner else None
        if group and group.class_name == search.class_name and search.asks(group):
            search.of(group).machines.append(seen)


def _read_group_folders(
    search: _Search, store: Store, *, names: set[str], again: bool = True
) -> list[GroupId]:
    """The folders of the class's groups on one datastore, and the records in them; whose they are."""
    known = group_folders_of(search.class_name)
    group_folders = sorted(name for name in names & known.keys() if search.asks(known[name]))
    for group_folder in read_group_folders(
        search.server, [(store, name) for name in group_folders], again=again
    ):
        _note_group_folder(search, known[group_folder.name], group_folder)
    return [known[name] for name in group_folders if known[name] in search.remains]


def _note_group_folder(search: _Search, group: GroupId, group_folder: GroupFolder) -> None:
    """One group folder: the group's, of a run that died, somebody's, or one that must not be gone by."""
    judged = judge(search.server, group_folder, group)
    if judged.problem is None:
        found = search.of(group)
        found.folder_store, found.record = group_folder.store, found.record or judged.record
        found.torn = judged.torn
    elif group_folder.problem is not None or judged.ownership in MINE:
        found = search.of(group)
        found.folder_store = found.folder_store or group_folder.store
        found.doubt.append(judged.problem)


def _note_folder(search: _Search, store: Store, folder: SignedFolder) -> None:
    """One folder of the class's: a group's, somebody's copy of one, or one of a newer esxlab."""
    owner = folder.file.owner
    found = search.remains.get(owner.group)
    record = found.record if found and found.folder_store == store else None
    if folder.file.newer is not None:
        search.of(owner.group).newer.append(folder.file.newer.at(f"{owner.group}, {owner.machine}"))
    elif judge_folder(folder.seen, owner, (store.name, folder.path), record) in MINE:
        search.of(owner.group).folders[Folder(store.name, folder.path, owner, folder.disk)] = store


def _read_unsigned(
    server: Connection, store: Store, remains: dict[GroupId, _Remains], *, names: set[str]
) -> None:
    """The folders that a record names and nobody has signed: a run died between making one and that.

    They are empty, or what is left of an owner file is in them.
    """
    for group, found in remains.items():
        if found.record is None or found.folder_store != store:
            continue
        signed = {folder.path for folder in found.folders}
        for machine, path in found.record.folders:
            if path in names - signed:
                inside, owner = look_into(server, store, path), Owner(group, machine)
                if inside and judge_folder(inside.seen, owner, (store.name, path), found.record) in USABLE:
                    found.folders[Folder(store.name, path, owner, inside.disk)] = store


def _lab(search: _Search, group: GroupId, found: _Remains) -> Lab:
    inventory, server = search.inventory, search.server.named
    site = (
        found.record.site
        if found.record
        else guess_site(
            server, inventory, folder_store=found.folder_store, folders=found.folders, machines=found.machines
        )
    )
    machines, problems = _machines(found)
    problems += _intruders(found, inventory)
    staging = {other.record.site.staging for other in search.remains.values() if other.record}
    two_steps = search.server.writer.adds_vlan_later
    port_groups, lost = _port_groups(found.record, inventory, staging, two_steps=two_steps)
    return Lab(
        group=group,
        site=site,
        port_groups=port_groups,
        folders=tuple(found.folders),
        machines=tuple(machines),
        has_record=found.folder_store is not None,
        record=found.record.router if found.record else None,
        problems=tuple(_doubts(search, found)) or (*problems, *lost),
        record_problem=found.torn or record_lost(group, site.datastore)
        if machines and not (found.record or found.doubt or search.unread)  # those are problems already
        else None,
    )


def _doubts(search: _Search, found: _Remains) -> Iterator[LabError]:
    """What forbids to act: a record that cannot be used, when there is no other; a datastore not read."""
    yield from found.newer
    if found.record is None:
        yield from found.doubt
    for key, error in search.unread.items():
        unread = search.inventory.datastores[key]
        here = [m for m in found.machines if m.datacenter == unread.datacenter]
        if unread.name in {name for m in here for name in _stores_of(m)}:
            yield error


def _stores_of(machine: SeenMachine) -> set[str]:
    """Names of the datastores that hold its configuration file and its disks."""
    return {split_path(path)[0] for path in (machine.vmx_path, *machine.disks)}


def _machines(found: _Remains) -> tuple[list[Machine], list[LabError]]:
    """Ours by all three marks; the path is proven by the owner file in it."""
    folders = {(folder.datastore, folder.path): folder.owner for folder in found.folders}
    cloned = found.record is not None and found.record.site.method != "copy"
    machines, problems = [], []
    by_owner: dict[Owner, list[SeenMachine]] = {}
    for seen in found.machines:
        if seen.owner is not None:
            by_owner.setdefault(seen.owner, []).append(seen)
    for owner, hits in sorted(by_owner.items()):
        ownership = judge_remaining(hits, owner, folders, cloned=cloned)
        if ownership is Ownership.OURS:
            machines.append(machine_from(hits[0], owner))
        else:
            problems.append(not_ours(ownership, hits, where=f"{owner.group}, {owner.machine}"))
    return machines, problems


def _intruders(found: _Remains, inventory: Inventory) -> Iterator[LabError]:
    """Unmarked machines whose files or disks are in a folder of the group: they would go with it."""
    own = {seen.moref for seen in found.machines}
    for folder, store in found.folders.items():
        inside = f"[{folder.datastore}] {folder.path}"
        for seen in inventory.register.with_files_below(inside, moref(store.datacenter)):
            if seen.moref not in own:
                where = f"{folder.owner.group}, {folder.owner.machine}" if folder.owner else ""
                yield not_ours(Ownership.FOREIGN, [seen], where=where)


def _port_groups(
    record: GroupRecord | None, inventory: Inventory, staging: AbstractSet[str], *, two_steps: bool
) -> tuple[tuple[PortGroup, ...], Iterable[LabError]]:
    """Of those that the record names, the ones that are there as recorded; never the school's own network."""
    if record is None:
        return (), ()
    try:
        host = inventory.place(record.site).host
    except LabError as error:
        return (), (error,)
    own = {port_group.name for port_group in record.port_groups} - staging
    seen = ((recorded, host.port_groups.get(recorded.name)) for recorded in record.port_groups)
    return tuple(
        there
        for recorded, there in seen
        if there
        and (
            judge_port_group(there, recorded, own=own) is Ownership.OURS
            or (two_steps and is_half_made(there, recorded, own=own))
        )
    ), ()
