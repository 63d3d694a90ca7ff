"""Finds everything of a class by its marks alone, without any spec: for teardown and for orphans."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from esxlab.backends.vsphere.datastore import Store
from esxlab.backends.vsphere.folders import read_owner
from esxlab.backends.vsphere.found import machine_from
from esxlab.backends.vsphere.reading import moref
from esxlab.backends.vsphere.records import OWNER_FILE, RECORD_FILE, read_record_file
from esxlab.backends.vsphere.survey import READERS, folders_if_readable, groups_of, look_into
from esxlab.errors import LabError
from esxlab.lab.identity import Owner
from esxlab.lab.lab import Lab
from esxlab.lab.lock import group_lock
from esxlab.lab.machine import Folder, Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from esxlab.backends.protocols import GroupRecord
    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.inventory import Inventory, SeenMachine
    from esxlab.lab.identity import GroupId
    from esxlab.lab.machine import Machine, PortGroup, Server


HOME = re.compile(r"esxlab-.+-g\d+")


@dataclass(slots=True)
class _Remains:
    """What was found of one group."""

    home: Store | None = None
    record: GroupRecord | None = None
    folders: dict[Folder, Store] = field(default_factory=dict)
    machines: list[SeenMachine] = field(default_factory=list)


def find_class(server: Connection, class_name: str) -> dict[GroupId, tuple[Lab, GroupRecord | None]]:
    """Every group of which anything is left: its machines, folders, recorded port groups and record."""
    inventory = server.look()
    remains: dict[GroupId, _Remains] = {}
    taken = set()
    locked: dict[GroupId, Store] = {}
    for seen in inventory.machines.values():
        if seen.owner is not None and seen.owner.group.class_name == class_name:
            remains.setdefault(seen.owner.group, _Remains()).machines.append(seen)
            taken.add(seen.place)
    for store in _stores(inventory):
        names = server.files.names(store, only_folders=True)
        _read_homes(server, store, class_name, remains, names=names)
        locked |= {g: store for g in groups_of(class_name) if group_lock(g) in (names or ())}
        for folder in _read_folders(server, store, class_name, taken):
            if folder.owner is not None:
                remains.setdefault(folder.owner.group, _Remains()).folders[folder] = store
        _read_unsigned(server, store, remains, names=names or set())
    for group, store in locked.items():  # of a teardown that died last of all: its lock is what is left
        remains.setdefault(group, _Remains(home=store))
    return {
        group: (_lab(server.session.server, group, found, inventory), found.record)
        for group, found in sorted(remains.items())
    }


def find_records(server: Connection, class_name: str) -> dict[GroupId, GroupRecord | None]:
    """The groups that have a home or a machine: a listing of each datastore's root, and the records."""
    inventory = server.inventory
    owners = [seen.owner for seen in list(inventory.machines.values()) if seen.owner is not None]
    remains = {o.group: _Remains() for o in owners if o.group.class_name == class_name}
    for store in _stores(inventory):
        _read_homes(server, store, class_name, remains, names=folders_if_readable(server, store))
    return {group: found.record for group, found in sorted(remains.items())}


def find_all_records(server: Connection) -> tuple[GroupRecord, ...]:
    """The records in every folder that is named as a home is; a home that is somebody's copy is left out."""
    homes = [
        (store, name)
        for store in _stores(server.inventory)
        for name in sorted(folders_if_readable(server, store) or ())
        if HOME.fullmatch(name)
    ]
    with ThreadPoolExecutor(READERS, thread_name_prefix="vsphere-files") as pool:
        contents = list(pool.map(lambda home: server.files.get(home[0], f"{home[1]}/{RECORD_FILE}"), homes))
    records = [(store, name, read_record_file(c)) for (store, name), c in zip(homes, contents, strict=True)]
    return tuple(
        record
        for store, name, record in records
        if record and (record.group.home, record.site.datastore) == (name, store.name)
    )


def _stores(inventory: Inventory) -> list[Store]:
    datacenters = inventory.datacenters
    return [
        Store(
            store.name, datacenters[store.datacenter].ref, datacenters[store.datacenter].path, store.browser
        )
        for store in inventory.datastores.values()
        if store.accessible and store.datacenter in datacenters
    ]


def _read_homes(
    server: Connection,
    store: Store,
    class_name: str,
    remains: dict[GroupId, _Remains],
    *,
    names: set[str] | None,
) -> None:
    """The homes of the class's groups on one datastore, and the records in them."""
    known = {group.home: group for group in groups_of(class_name)}
    homes = sorted((names or set()) & known.keys())
    with ThreadPoolExecutor(READERS, thread_name_prefix="vsphere-files") as pool:
        contents = list(pool.map(lambda home: server.files.get(store, f"{home}/{RECORD_FILE}"), homes))
    for home, content in zip(homes, contents, strict=True):
        record = read_record_file(content)
        if record is None:  # of a run that died, unless somebody else's things are in it
            here = not (server.files.names(store, home) or set()) - {RECORD_FILE}
        else:  # or somebody keeps a copy of a home
            here = (record.group, record.site.datastore) == (known[home], store.name)
        if here:
            found = remains.setdefault(known[home], _Remains())
            found.home, found.record = store, found.record or record


def _read_unsigned(
    server: Connection, store: Store, remains: dict[GroupId, _Remains], *, names: set[str]
) -> None:
    """The empty folders that a record names: a run died between making one and signing it."""
    for group, found in remains.items():
        if found.record is None or found.home != store:
            continue
        signed = {folder.path for folder in found.folders}
        for machine, path in found.record.folders:
            if path in names - signed:
                inside = look_into(server, store, path)
                if inside and inside.empty:
                    found.folders[Folder(store.name, path, Owner(group, machine), "absent")] = store


def _read_folders(
    server: Connection, store: Store, class_name: str, taken: set[tuple[str, str]]
) -> list[Folder]:
    """Folders of one datastore whose owner file is of the class; those without a machine are looked into."""

    def read(path: str) -> Folder | None:
        owner, complete = read_owner(server, store, path)
        if owner is None or owner.group.class_name != class_name:
            return None
        if (store.name, path) in taken:
            return Folder(store.name, path, owner, "complete" if complete else "partial")
        inside = look_into(server, store, path)
        return Folder(store.name, path, owner, inside.disk) if inside else None

    paths = sorted(server.files.folders_holding(store, OWNER_FILE))
    with ThreadPoolExecutor(READERS, thread_name_prefix="vsphere-files") as pool:
        return [folder for folder in pool.map(read, paths) if folder is not None]


def _lab(server: Server, group: GroupId, found: _Remains, inventory: Inventory) -> Lab:
    site = found.record.site if found.record else _guessed_site(server, found, inventory)
    machines, problems = _machines(found)
    problems += _intruders(found, inventory)
    port_groups, lost = _port_groups(found.record, inventory)
    return Lab(
        group=group,
        site=site,
        port_groups=port_groups,
        folders=tuple(found.folders),
        machines=tuple(machines),
        claimed=found.home is not None,
        record=found.record.router if found.record else None,
        problems=(*problems, *lost),
    )


def _machines(found: _Remains) -> tuple[list[Machine], list[LabError]]:
    """Ours by all three marks; the path is proven by the owner file in it."""
    owned = {(folder.datastore, folder.path): folder.owner for folder in found.folders}
    made_by_vcenter = found.record is not None and found.record.site.method != "copy"
    machines, problems = [], []
    by_owner: dict[Owner, list[SeenMachine]] = {}
    for seen in found.machines:
        if seen.owner is not None:
            by_owner.setdefault(seen.owner, []).append(seen)
    for owner, hits in sorted(by_owner.items()):
        where = f"{owner.group}, {owner.machine}"
        if len(hits) > 1:
            names = ", ".join(sorted(f"{m.name} ({m.vmx_path})" for m in hits))
            problems.append(LabError("vsphere.two_machines", where=where, machines=names))
            continue
        seen = hits[0]
        place = owned.get(seen.place)
        if seen.uuid != owner.instance_uuid or (place != owner and not (made_by_vcenter and place is None)):
            facts = {"name": seen.name, "path": seen.vmx_path, "moref": seen.moref}
            problems.append(LabError("vsphere.moved_machine", where=where, **facts))
            continue
        machines.append(machine_from(seen, owner))
    return machines, problems


def _intruders(found: _Remains, inventory: Inventory) -> Iterator[LabError]:
    """Unmarked machines whose files or disks are in a folder of the group: they would go with it."""
    own = {seen.moref for seen in found.machines}
    for folder, store in found.folders.items():
        inside = f"[{folder.datastore}] {folder.path}/"
        for seen in inventory.machines.values():
            if seen.moref in own or seen.datacenter != moref(store.datacenter):
                continue
            if any(path.startswith(inside) for path in (seen.vmx_path, *seen.disks)):
                where = f"{folder.owner.group}, {folder.owner.machine}" if folder.owner else ""
                facts = {"name": seen.name, "path": seen.vmx_path, "moref": seen.moref}
                yield LabError("vsphere.foreign_machine", where=where, **facts)


def _port_groups(
    record: GroupRecord | None, inventory: Inventory
) -> tuple[tuple[PortGroup, ...], Iterable[LabError]]:
    """Of those that the record names, the ones that are there as recorded."""
    if record is None:
        return (), ()
    try:
        host = inventory.place(record.site).host
    except LabError as error:
        return (), (error,)
    seen = (host.port_groups.get(port_group.name) for port_group in record.port_groups)
    recorded = {(p.name, p.vlan, p.vswitch) for p in record.port_groups}
    return tuple(p for p in seen if p and (p.name, p.vlan, p.vswitch) in recorded), ()


def _guessed_site(server: Server, found: _Remains, inventory: Inventory) -> Site:
    """Where the remains are, when the record is lost: enough for deleting them."""
    stores = [found.home.name] if found.home else []
    stores += [folder.datastore for folder in found.folders] + [m.place[0] for m in found.machines]
    references = [store.datacenter for store in found.folders.values()]
    references += [found.home.datacenter] if found.home else []
    morefs = [ref._GetMoId() for ref in references] + [m.datacenter for m in found.machines]  # noqa: SLF001
    datacenter = inventory.datacenters[morefs[0]]
    mounting = {d.moref for d in inventory.datastores.values() if d.name == stores[0]}
    hosts = [inventory.hosts[m.host] for m in found.machines if m.host in inventory.hosts]
    hosts += [h for h in inventory.hosts.values() if h.datacenter == morefs[0] and h.datastores & mounting]
    return Site(
        server=server,
        datastore=stores[0],
        model="",
        staging="",
        esxi=hosts[0].name if hosts else "",
        datacenter=datacenter.path,
    )
