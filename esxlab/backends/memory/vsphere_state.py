"""What the vSphere in memory holds, and how a found lab is read from it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.lab.identity import Owner
from esxlab.lab.lab import Lab
from esxlab.lab.machine import Folder, Machine, Nic, PortGroup, Runtime, Site
from esxlab.lab.password import UNMARKED, PasswordMark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from esxlab.backends.protocols import GroupRecord
    from esxlab.lab.identity import GroupId
    from esxlab.lab.machine import DiskState, Hardware, Server

HostKey = tuple[str, str]  # (server, ESXi host as the site names it)
FolderKey = tuple[str, str, str]  # (server, datastore, path)
HomeKey = tuple[str, str, "GroupId"]
FIRST_PORT = 20000


@dataclass(frozen=True, slots=True)
class Vm:
    """A virtual machine, whosever it is: `marks` and `uuid` are ours or not, independently of each other."""

    moref: str
    server: str
    name: str
    datastore: str
    folder: str
    host: str = ""  # as the site names it
    marks: Owner | None = None
    uuid: str = ""
    home: str = ""  # inventory folder
    hardware: Hardware | None = None
    nics: tuple[tuple[str, str, bool], ...] = ()  # (MAC, network, connected)
    powered_on: bool = False
    suspended: bool = False
    going_down: bool = False  # its guest was told to shut down
    boot: int = 0
    stamp: str = ""
    stamped_boot: int = 0
    host_keys: tuple[str, ...] = ()
    password: PasswordMark = UNMARKED
    disks: tuple[str, ...] = ()

    def reaches(self, datastore: str, folder: str) -> bool:
        """Its files, or a disk of it, are in this folder."""
        inside = f"[{datastore}] {folder}/"
        return (self.datastore, self.folder) == (datastore, folder) or any(
            disk.startswith(inside) for disk in self.disks
        )

    def is_ours(self, machine: Machine) -> bool:
        """UUID, marks and path agree."""
        return (
            self.uuid == machine.owner.instance_uuid
            and self.marks == machine.owner
            and (self.datastore, self.folder) == (machine.datastore, machine.folder)
        )


@dataclass(frozen=True, slots=True)
class Directory:
    """A datastore folder: its owner file, the disk in it as it looks, and whether there is anything else.

    `copied`: the owner file names another folder, for somebody has copied or moved it. `whole`: the copy of
    the disk has ended, whether anything says so or not.
    """

    owner: Owner | None = None
    disk: DiskState = "absent"
    foreign: bool = False
    copied: bool = False
    whole: bool = False

    def is_of(self, owner: Owner | None) -> bool:
        """Its owner file is this owner's, and was written for this folder."""
        return owner is not None and self.owner == owner and not self.copied


UNSIGNED = Directory()
"""Made, and nothing in it."""


@dataclass(slots=True)
class World:
    """All that there is. What a site names exists unless it is in `lacking`, as ("model", "modeleD9")."""

    port_groups: dict[HostKey, dict[str, PortGroup]] = field(default_factory=dict)
    directories: dict[FolderKey, Directory] = field(default_factory=dict)
    machines: dict[str, Vm] = field(default_factory=dict)  # by moref
    homes: dict[HomeKey, GroupRecord] = field(default_factory=dict)
    lacking: set[tuple[str, str]] = field(default_factory=set)
    lone_esxi: set[str] = field(default_factory=set)
    unreachable: set[str] = field(default_factory=set)
    busy_models: set[str] = field(default_factory=set)

    def let_end(self, groups: AbstractSet[GroupId]) -> list[Owner]:
        """Guests of these groups that were shutting down are off; which ones."""
        ended = []
        for moref, vm in self.machines.items():
            if vm.going_down and vm.marks and vm.marks.group in groups:
                self.machines[moref] = replace(vm, powered_on=False, going_down=False)
                ended.append(vm.marks)
        return ended

    def with_uuid(self, server: str, uuid: str) -> Vm | None:
        """The machine with this instanceUuid."""
        return next((vm for vm in self.machines.values() if vm.server == server and vm.uuid == uuid), None)

    def marked(self, server: str, owner: Owner) -> list[Vm]:
        """All machines that carry this mark."""
        return [vm for vm in self.machines.values() if vm.server == server and vm.marks == owner]

    def networks(self, site: Site) -> set[str]:
        """Names of the networks of the site's host."""
        names = set(self.port_groups.get(host_key(site), {}))
        return names if ("network", site.staging) in self.lacking else names | {site.staging}


def host_key(site: Site) -> HostKey:
    """The site's ESXi host."""
    return site.server.host, site.esxi


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
        return Lab(wanted.group, wanted.site, claimed=False, seen=False, problems=(problem,))
    site, server = wanted.site, wanted.site.server.host
    record = world.homes.get((server, site.datastore, wanted.group))
    problems = [*_home_problems(world, wanted), *_port_group_problems(world, wanted)]
    machines: list[Machine] = []
    folders: list[Folder] = []
    for machine in wanted.machines:
        vm, trouble = _seen(world, wanted, machine)
        problems += trouble
        directory = world.directories.get((server, machine.datastore, machine.folder))
        if vm is not None:
            machines.append(machine_of(vm, machine))
            folders.append(Folder(machine.datastore, machine.folder, machine.owner))
        elif not trouble and directory is not None:
            if directory.is_of(machine.owner):
                folders.append(Folder(machine.datastore, machine.folder, machine.owner, directory.disk))
            elif directory != Directory():
                problems.append(foreign_folder(machine.datastore, machine.folder, directory.owner))
    if len(machines) < len(wanted.machines):
        problems += _model_problems(world, site)
    if site.staging not in world.networks(site):
        problems.append(LabError("vsphere.network_missing", name=site.staging, host=site.esxi, known="-"))
    return Lab(
        group=wanted.group,
        site=site,
        port_groups=_port_groups(world, wanted, record),
        folders=tuple(folders),
        machines=tuple(machines),
        claimed=record is not None,
        record=record.router if record else None,
        problems=tuple(problems),
    )


def machine_of(vm: Vm, wanted: Machine | None) -> Machine:
    """A found machine; roles of cards by the wanted MACs."""
    roles = {nic.mac: nic.role for nic in wanted.nics} if wanted else {}
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
        nics=tuple(Nic(roles.get(mac, ""), mac, network, connected) for mac, network, connected in cards),
        powered_on=vm.powered_on,
        stamp=vm.stamp,
        restart_pending=bool(vm.stamp) and vm.powered_on and vm.stamped_boot == vm.boot,
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
            vmx_path=f"[{vm.datastore}] {vm.folder}/{vm.name}.vmx",
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
    groups |= {
        d.owner.group
        for key, d in world.directories.items()
        if key[0] == server.host and d.owner and not d.copied
    }
    return {
        group: _remains(world, server, group) for group in sorted(groups) if group.class_name == class_name
    }


def build_records(world: World, server: Server, class_name: str) -> dict[GroupId, GroupRecord | None]:
    """The groups with a home or a machine, and what their homes say."""
    records: dict[GroupId, GroupRecord | None] = {
        key[2]: record for key, record in world.homes.items() if key[0] == server.host
    }
    marked = (vm.marks.group for vm in world.machines.values() if vm.server == server.host and vm.marks)
    records = dict.fromkeys(marked) | records
    return {group: records[group] for group in sorted(records) if group.class_name == class_name}


def foreign_folder(datastore: str, path: str, owner: Owner | None) -> LabError:
    """A folder that is not ours."""
    return LabError(
        "vsphere.foreign_folder", folder=f"[{datastore}] {path}", owner=str(owner) if owner else "?"
    )


def foreign_port_group(seen: PortGroup, wanted: PortGroup, host: str) -> LabError:
    """A port group that is not ours, or not as it should be."""
    return LabError(
        "vsphere.foreign_port_group",
        port_group=wanted.name,
        host=host,
        vlan=seen.vlan,
        vswitch=seen.vswitch,
        wanted_vlan=wanted.vlan,
        wanted_vswitch=wanted.vswitch,
    )


def _remains(world: World, server: Server, group: GroupId) -> tuple[Lab, GroupRecord | None]:
    home = next(((k, r) for k, r in world.homes.items() if k[0] == server.host and k[2] == group), None)
    record = home[1] if home else None
    folders = {
        (key[1], key[2]): Folder(key[1], key[2], directory.owner, directory.disk)
        for key, directory in sorted(world.directories.items(), key=lambda item: item[0])
        if key[0] == server.host
        and directory.owner
        and directory.owner.group == group
        and not directory.copied
    }
    store = record.site.datastore if record else ""
    for machine, path in record.folders if record else ():
        if world.directories.get((server.host, store, path)) == UNSIGNED:
            folders[store, path] = Folder(store, path, Owner(group, machine), "absent")
    machines, problems = [], []
    for owner in sorted({vm.marks for vm in world.machines.values() if vm.marks and vm.marks.group == group}):
        hits = world.marked(server.host, owner)
        folder = folders.get((hits[0].datastore, hits[0].folder)) if hits else None
        if len(hits) > 1:
            problems.append(_two(hits))
        elif hits and (hits[0].uuid != owner.instance_uuid or folder is None or folder.owner != owner):
            problems.append(_in_the_way("vsphere.moved_machine", hits[0]))
        elif hits:
            machines.append(machine_of(hits[0], None))
    problems += [
        _in_the_way("vsphere.foreign_machine", vm)
        for vm in world.machines.values()
        if vm.server == server.host and not (vm.marks and vm.marks.group == group)
        if any(vm.reaches(*place) for place in folders)
    ]
    place = next(iter(folders), (machines[0].datastore, "") if machines else ("", ""))
    site = record.site if record else Site(server, place[0], model="", staging="")
    there = world.port_groups.get(host_key(site), {})
    recorded = record.port_groups if record else ()
    port_groups = tuple(p for p in recorded if there.get(p.name) == p)
    lab = Lab(
        group=group,
        site=site,
        port_groups=port_groups,
        folders=tuple(folders.values()),
        machines=tuple(machines),
        claimed=home is not None,
        record=record.router if record else None,
        problems=tuple(problems),
    )
    return lab, record


def _seen(world: World, lab: Lab, machine: Machine) -> tuple[Vm | None, list[LabError]]:
    server = lab.site.server.host
    marked = world.marked(server, machine.owner)
    if len(marked) > 1:
        return None, [_two(marked)]
    vm = world.with_uuid(server, machine.owner.instance_uuid)
    if vm is not None:
        if vm.is_ours(machine):
            return vm, []
        code = "vsphere.moved_machine" if vm.marks == machine.owner else "vsphere.unmarked_machine"
        return None, [_in_the_way(code, vm)]
    foreign = marked or list(_in_place(world, lab, machine))
    return None, [_in_the_way("vsphere.foreign_machine", foreign[0])] if foreign else []


def _in_place(world: World, lab: Lab, machine: Machine) -> Iterator[Vm]:
    server = lab.site.server.host
    home = "" if server in world.lone_esxi else lab.group.home
    for vm in world.machines.values():
        same_files = (vm.server, vm.datastore, vm.folder) == (server, machine.datastore, machine.folder)
        if same_files or (vm.server == server and vm.name == machine.name and vm.home == home):
            yield vm


def _two(hits: list[Vm]) -> LabError:
    return LabError("vsphere.two_machines", machines=", ".join(sorted(vm.name for vm in hits)))


def _in_the_way(code: str, vm: Vm) -> LabError:
    return LabError(code, name=vm.name, path=f"[{vm.datastore}] {vm.folder}", moref=vm.moref)


def _port_groups(world: World, wanted: Lab, record: GroupRecord | None) -> tuple[PortGroup, ...]:
    there = world.port_groups.get(host_key(wanted.site), {})
    recorded = {p.name for p in record.port_groups} if record else set()
    return tuple(
        replace(there[p.name], ours=p.name in recorded) for p in wanted.port_groups if p.name in there
    )


def _home_problems(world: World, wanted: Lab) -> Iterator[LabError]:
    if (wanted.site.server.host, wanted.site.datastore, wanted.group.home) in world.directories:
        yield foreign_folder(wanted.site.datastore, wanted.group.home, None)


def _port_group_problems(world: World, wanted: Lab) -> Iterator[LabError]:
    """What another group of the class has recorded on this host is shared, not in the way."""
    there = world.port_groups.get(host_key(wanted.site), {})
    records = build_records(world, wanted.site.server, wanted.group.class_name).values()
    here = [record for record in records if record and host_key(record.site) == host_key(wanted.site)]
    recorded = {port_group.name for record in here for port_group in record.port_groups}
    for port_group in wanted.port_groups:
        found = there.get(port_group.name)
        if found and (found.name not in recorded or replace(found, ours=True) != port_group):
            yield foreign_port_group(found, port_group, wanted.site.esxi)


def _model_problems(world: World, site: Site) -> Iterator[LabError]:
    if site.method != "copy" and site.server.host in world.lone_esxi:
        yield LabError("vsphere.clone_needs_vcenter", method=site.method, host=site.server.host)
    elif ("model", site.model) in world.lacking:
        yield LabError("vsphere.model_missing", name=site.model, known="-")
    elif site.model in world.busy_models:
        yield LabError("vsphere.model_busy", model=site.model)
