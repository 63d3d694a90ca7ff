"""What the vSphere in memory holds, and how a found lab is read from it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.backends.refusals import foreign_folder, foreign_port_group, not_ours
from esxlab.errors import LabError
from esxlab.lab.identity import Owner
from esxlab.lab.lab import Lab
from esxlab.lab.machine import Folder, Machine, Nic, PortGroup, Runtime, Site
from esxlab.lab.ownership import (
    MINE,
    USABLE,
    Ownership,
    judge_machines,
    judge_port_group,
    judge_remaining,
)
from tests.memory.origins import mac_problems, mac_remarks, named
from tests.memory.world import Directory, Vm, World, host_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.lab.identity import GroupId
    from esxlab.lab.machine import Server
    from esxlab.lab.ownership import Place
    from esxlab.lab.record import GroupRecord

FIRST_PORT = 20000


def missing(world: World, site: Site) -> LabError | None:
    """What the site names and is not there."""
    kinds = (("datacenter", site.datacenter), ("host", site.esxi), ("datastore", site.datastore))
    for kind, name in kinds:
        if (kind, name) in world.lacking:
            return LabError(f"vsphere.{kind}_missing", name=name, known="-", host=site.esxi)
    return None


def build_found(world: World, wanted: Lab) -> Lab:
    """The found lab of a wanted one."""
    problem = missing(world, wanted.site)
    if wanted.site.server.host in world.unreachable:
        problem = LabError(
            "vsphere.unreachable", where=wanted.site.server.host, host=wanted.site.server.host, what=""
        )
    if problem:
        return Lab(wanted.group, wanted.site, has_record=False, seen=False, problems=(problem,))
    wanted = named(world, wanted)
    site, server = wanted.site, wanted.site.server.host
    group_folder = world.group_folder(server, site.datastore, wanted.group)
    record = group_folder[1] if group_folder else None
    machines, folders, problems = _things(world, wanted)
    if len(machines) < len(wanted.machines):
        problems += _model_problems(world, site)
    problems += _network_problems(world, wanted)
    problems += mac_problems(world, wanted, machines)
    return Lab(
        group=wanted.group,
        site=site,
        port_groups=_port_groups(world, wanted, record),
        folders=tuple(folders),
        machines=tuple(machines),
        has_record=record is not None,
        record=record.router if record else None,
        problems=(
            *_group_folder_problems(wanted, group_folder),
            *_port_group_problems(world, wanted),
            *problems,
        ),
        remarks=tuple(mac_remarks(world, wanted, machines)),
    )


def _things(world: World, wanted: Lab) -> tuple[list[Machine], list[Folder], list[LabError]]:
    """The wanted machines and their folders as they are there, and what stands in their way."""
    server = wanted.site.server.host
    machines: list[Machine] = []
    folders: list[Folder] = []
    problems: list[LabError] = []
    for machine in wanted.machines:
        vm, trouble = _seen(world, wanted, machine)
        problems += trouble
        at = (machine.datastore, machine.folder)
        if vm is not None:
            machines.append(machine_of(vm, machine))
            folders.append(Folder(*at, machine.owner))
        elif not trouble and (ownership := world.folder(server, at, machine.owner)):
            directory = world.directories[server, *at]
            if ownership in MINE:
                folders.append(Folder(*at, machine.owner, directory.disk))
            elif ownership not in USABLE:
                problems.append(foreign_folder(*at, directory.owner))
    return machines, folders, problems


def _network_problems(world: World, wanted: Lab) -> Iterator[LabError]:
    site = wanted.site
    for name in (site.staging, *(network.name for network in wanted.networks)):
        if name not in world.networks(site):
            yield LabError("vsphere.network_missing", name=name, host=site.esxi, known="-")


def machine_of(vm: Vm, wanted: Machine | None) -> Machine:
    """A found machine; roles of cards by the wanted MACs."""
    roles = {nic.mac: nic.role for nic in wanted.nics} if wanted else {}
    kinds = {nic.mac: nic.kind for nic in wanted.nics} if wanted else {}  # one network of a name here
    order = list(roles)
    cards = sorted(vm.nics, key=lambda card: order.index(card[0]) if card[0] in roles else len(order))
    if vm.marks is None or vm.hardware is None:
        raise ValueError(vm)  # only our own machines are read as found ones
    return Machine(
        owner=vm.marks,
        name=vm.name,
        datastore=vm.datastore,
        folder=vm.folder,
        hardware=vm.hardware,
        nics=tuple(
            Nic(roles.get(mac, ""), mac, network, connected, kind=kinds.get(mac, ""))
            for mac, network, connected in cards
        ),
        powered_on=vm.powered_on,
        config_digest=vm.config_digest,
        restart_pending=bool(vm.config_digest) and vm.powered_on and vm.digest_boot == vm.boot,
        host_keys=vm.host_keys,
        password=vm.password,
        runtime=Runtime(
            moref=vm.moref,
            boot_time=str(vm.boot) if vm.powered_on else "",
            tools="guestToolsRunning" if vm.powered_on else "guestToolsNotRunning",
            address="127.0.0.1" if vm.powered_on else "",
            ssh_port=port_of(vm),
            disks=vm.disks,
            suspended=vm.suspended,
            vmx_path=vm.vmx_path,
        ),
    )


def port_of(vm: Vm) -> int:
    """The loopback port that stands for the machine's SSH port."""
    return FIRST_PORT + int(vm.moref.removeprefix("vm-"))


def build_leftovers(
    world: World, server: Server, class_name: str
) -> dict[GroupId, tuple[Lab, GroupRecord | None]]:
    """Everything of a class, by marks alone."""
    groups = set(build_records(world, server, class_name))
    groups |= {owner.group for _, owner, _ in _signed(world, server)}
    return {
        group: _remains(world, server, group) for group in sorted(groups) if group.class_name == class_name
    }


def build_records(world: World, server: Server, class_name: str) -> dict[GroupId, GroupRecord | None]:
    """The groups with a folder or a machine, and what their records say."""
    group_folders = (
        (key[2], world.group_folder(*key)) for key in world.group_folders if key[0] == server.host
    )
    records: dict[GroupId, GroupRecord | None] = {
        group: group_folder[1]
        for group, group_folder in group_folders
        if group_folder and group_folder[0] in MINE
    }
    marked = (vm.marks.group for vm in world.machines.values() if vm.server == server.host and vm.marks)
    records = dict.fromkeys(marked) | records
    return {group: records[group] for group in sorted(records) if group.class_name == class_name}


def _signed(world: World, server: Server) -> Iterator[tuple[Place, Owner, Directory]]:
    """The folders that are their owners'."""
    for key, directory in sorted(world.directories.items(), key=lambda item: item[0]):
        owner = directory.owner if key[0] == server.host else None
        if owner and world.folder(server.host, key[1:], owner) in MINE:
            yield key[1:], owner, directory


def _remains(world: World, server: Server, group: GroupId) -> tuple[Lab, GroupRecord | None]:
    group_folders = (
        world.group_folder(*key) for key in world.group_folders if key[0] == server.host and key[2] == group
    )
    group_folder = next((found for found in group_folders if found and found[0] in MINE), None)
    record = group_folder[1] if group_folder else None
    folders = _folders_of(world, server, group, record)
    machines, problems = _machines_of(world, server, group, folders)
    place = next(iter(folders), (machines[0].datastore, "") if machines else ("", ""))
    site = record.site if record else Site(server, place[0], model="", staging="")
    there = world.port_groups.get(host_key(site), {})
    recorded = record.port_groups if record else ()
    own = {port_group.name for port_group in recorded}
    lab = Lab(
        group=group,
        site=site,
        port_groups=tuple(
            p
            for p in recorded
            if (seen := there.get(p.name)) and judge_port_group(seen, p, own=own) is Ownership.OURS
        ),
        folders=tuple(folders.values()),
        machines=tuple(machines),
        has_record=group_folder is not None,
        record=record.router if record else None,
        problems=tuple(problems),
    )
    return lab, record


def _folders_of(
    world: World, server: Server, group: GroupId, record: GroupRecord | None
) -> dict[Place, Folder]:
    """The group's signed folders, and those that its record names and nobody has signed."""
    folders = {
        at: Folder(*at, owner, directory.disk)
        for at, owner, directory in _signed(world, server)
        if owner.group == group
    }
    store = record.site.datastore if record else ""
    for machine, path in record.folders if record else ():
        owner = Owner(group, machine)
        if world.folder(server.host, (store, path), owner) is Ownership.UNSIGNED:
            folders[store, path] = Folder(store, path, owner, "absent")
    return folders


def _machines_of(
    world: World, server: Server, group: GroupId, folders: dict[Place, Folder]
) -> tuple[list[Machine], list[LabError]]:
    """The group's machines by their marks; what is not theirs, or reaches into their folders."""
    machines: list[Machine] = []
    problems: list[LabError] = []
    owned = {at: folder.owner for at, folder in folders.items()}
    for owner in sorted({vm.marks for vm in world.machines.values() if vm.marks and vm.marks.group == group}):
        if not (hits := world.marked(server.host, owner)):
            continue
        ownership = judge_remaining(hits, owner, owned, cloned=False)
        if ownership is Ownership.OURS:
            machines.append(machine_of(hits[0], None))
        else:
            problems.append(not_ours(ownership, hits))
    problems += [
        not_ours(Ownership.FOREIGN, [vm])
        for vm in world.machines.values()
        if vm.server == server.host and not (vm.marks and vm.marks.group == group)
        if any(vm.reaches(*place) for place in folders)
    ]
    return machines, problems


def _seen(world: World, lab: Lab, machine: Machine) -> tuple[Vm | None, list[LabError]]:
    server = lab.site.server.host
    judged = judge_machines(
        machine.owner,
        (machine.datastore, machine.folder),
        marked=world.marked(server, machine.owner),
        with_uuid=world.with_uuid(server, machine.owner.instance_uuid),
        in_place=lambda: list(_in_place(world, lab, machine)),
    )
    if judged is None:
        return None, []
    ownership, seen = judged
    return (seen[0], []) if ownership is Ownership.OURS else (None, [not_ours(ownership, seen)])


def _in_place(world: World, lab: Lab, machine: Machine) -> Iterator[Vm]:
    server = lab.site.server.host
    inventory_folder = "" if server in world.lone_esxi else lab.group.folder_name
    for vm in world.machines.values():
        same_files = (vm.server, vm.datastore, vm.folder) == (server, machine.datastore, machine.folder)
        if same_files or (
            vm.server == server and vm.name == machine.name and vm.inventory_folder == inventory_folder
        ):
            yield vm


def _port_groups(world: World, wanted: Lab, record: GroupRecord | None) -> tuple[PortGroup, ...]:
    there = world.port_groups.get(host_key(wanted.site), {})
    recorded = {p.name for p in record.port_groups} if record else set()
    return tuple(
        replace(there[p.name], ours=p.name in recorded) for p in wanted.port_groups if p.name in there
    )


def _group_folder_problems(
    wanted: Lab, group_folder: tuple[Ownership, GroupRecord | None] | None
) -> Iterator[LabError]:
    if group_folder is not None and group_folder[0] not in USABLE:
        yield foreign_folder(wanted.site.datastore, wanted.group.folder_name, None)


def _port_group_problems(world: World, wanted: Lab) -> Iterator[LabError]:
    """What another group of the class has recorded on this host is shared, not in the way."""
    there = world.port_groups.get(host_key(wanted.site), {})
    records = build_records(world, wanted.site.server, wanted.group.class_name).values()
    here = [record for record in records if record and host_key(record.site) == host_key(wanted.site)]
    shared = {port_group.name for record in here for port_group in record.port_groups}
    own = {p.name: p for record in here if record.group == wanted.group for p in record.port_groups}
    for port_group in wanted.port_groups:
        found = there.get(port_group.name)
        if found and judge_port_group(found, port_group, own=(), shared=shared) is Ownership.FOREIGN:
            yield foreign_port_group(found, port_group, wanted.site.esxi, own.get(port_group.name))


def _model_problems(world: World, site: Site) -> Iterator[LabError]:
    if site.method != "copy" and site.server.host in world.lone_esxi:
        yield LabError("vsphere.clone_needs_vcenter", method=site.method, host=site.server.host)
    elif ("model", site.model) in world.lacking:
        yield LabError("vsphere.model_missing", name=site.model, known="-")
    elif site.model in world.busy_models:
        yield LabError("vsphere.model_busy", model=site.model)
