"""What the vSphere in memory holds, and how a found lab is read from it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from esxlab.backends.refusals import foreign_folder, foreign_port_group, not_ours
from esxlab.errors import LabError
from esxlab.lab.identity import Owner
from esxlab.lab.lab import Lab
from esxlab.lab.machine import Folder, Machine, Nic, PortGroup, Runtime, Site
from esxlab.lab.ownership import (
    MINE,
    USABLE,
    Claim,
    FolderSeen,
    HomeMarks,
    Volume,
    judge_folder,
    judge_home,
    judge_machines,
    judge_port_group,
    judge_remaining,
)
from esxlab.lab.password import UNMARKED, PasswordMark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from esxlab.lab.identity import GroupId
    from esxlab.lab.machine import DiskState, Hardware, Server
    from esxlab.lab.ownership import Place
    from esxlab.lab.record import GroupRecord

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

    @property
    def owner(self) -> Owner | None:
        """The owner mark."""
        return self.marks

    @property
    def place(self) -> Place:
        """Where its files are."""
        return self.datastore, self.folder

    @property
    def vmx_path(self) -> str:
        """Of its configuration file."""
        return f"[{self.datastore}] {self.folder}/{self.name}.vmx"


@dataclass(frozen=True, slots=True)
class Directory:
    """A datastore folder: its owner file, the disk in it as it looks, and whether there is anything else.

    `copied`: the owner file names another folder, for somebody has copied or moved it. `whole`: the copy of
    the disk has ended, whether anything says so or not. `signed_on`: the name that the datastore had when the
    owner file was written, if it is another now.
    """

    owner: Owner | None = None
    disk: DiskState = "absent"
    foreign: bool = False
    copied: bool = False
    whole: bool = False
    signed_on: str = ""

    def seen(self, at: Place) -> FolderSeen:
        """As it is judged."""
        if self.owner is None:
            return FolderSeen(empty=not self.foreign and self.disk == "absent")
        written_for = ("", "") if self.copied else (self.signed_on or at[0], at[1])
        return FolderSeen(self.owner, written_for, disk_whole=self.disk == "complete")


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

    def home(self, server: str, datastore: str, group: GroupId) -> tuple[Claim, GroupRecord | None] | None:
        """The folder with the name of the group's home: whose it is, and the group's record; None: none."""
        record = self.homes.get((server, datastore, group))
        if record is None and (server, datastore, group.home) not in self.directories:
            return None
        said = HomeMarks(record.group, record.site.datastore) if record else None
        claim = judge_home(
            said, group, Volume(datastore)
        )  # no other datastore has the old name of a renamed one
        if record is None or claim not in MINE:
            return claim, None
        former = record.site.datastore if claim is Claim.RENAMED else ""
        return claim, record._replace(site=replace(record.site, datastore=datastore), former=former)

    def folder(self, server: str, at: Place, owner: Owner) -> Claim | None:
        """What a folder is to this owner; None: there is none."""
        directory = self.directories.get((server, *at))
        if directory is None:
            return None
        home = self.home(server, at[0], owner.group)
        return judge_folder(directory.seen(at), owner, at, home[1] if home else None)

    def sign_again(self, server: str, datastore: str, group: GroupId) -> None:
        """The group's owner files, under the name that their datastore has now."""
        for key, directory in self.directories.items():
            if key[:2] == (server, datastore) and directory.owner and directory.owner.group == group:
                self.directories[key] = replace(directory, signed_on="")

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
    home = world.home(server, site.datastore, wanted.group)
    record = home[1] if home else None
    problems = [*_home_problems(wanted, home), *_port_group_problems(world, wanted)]
    machines: list[Machine] = []
    folders: list[Folder] = []
    for machine in wanted.machines:
        vm, trouble = _seen(world, wanted, machine)
        problems += trouble
        at = (machine.datastore, machine.folder)
        if vm is not None:
            machines.append(machine_of(vm, machine))
            folders.append(Folder(*at, machine.owner))
        elif not trouble and (claim := world.folder(server, at, machine.owner)):
            directory = world.directories[server, *at]
            if claim in MINE:
                folders.append(Folder(*at, machine.owner, directory.disk))
            elif claim not in USABLE:
                problems.append(foreign_folder(*at, directory.owner))
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
    """The groups with a home or a machine, and what their homes say."""
    homes = ((key[2], world.home(*key)) for key in world.homes if key[0] == server.host)
    records: dict[GroupId, GroupRecord | None] = {
        group: home[1] for group, home in homes if home and home[0] in MINE
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
    homes = (world.home(*key) for key in world.homes if key[0] == server.host and key[2] == group)
    home = next((found for found in homes if found and found[0] in MINE), None)
    record = home[1] if home else None
    folders = {
        at: Folder(*at, owner, directory.disk)
        for at, owner, directory in _signed(world, server)
        if owner.group == group
    }
    store = record.site.datastore if record else ""
    for machine, path in record.folders if record else ():
        owner = Owner(group, machine)
        if world.folder(server.host, (store, path), owner) is Claim.UNSIGNED:
            folders[store, path] = Folder(store, path, owner, "absent")
    machines, problems = [], []
    owned = {at: folder.owner for at, folder in folders.items()}
    for owner in sorted({vm.marks for vm in world.machines.values() if vm.marks and vm.marks.group == group}):
        if not (hits := world.marked(server.host, owner)):
            continue
        claim = judge_remaining(hits, owner, owned, cloned=False)
        if claim is Claim.OURS:
            machines.append(machine_of(hits[0], None))
        else:
            problems.append(not_ours(claim, hits))
    problems += [
        not_ours(Claim.FOREIGN, [vm])
        for vm in world.machines.values()
        if vm.server == server.host and not (vm.marks and vm.marks.group == group)
        if any(vm.reaches(*place) for place in folders)
    ]
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
            if (seen := there.get(p.name)) and judge_port_group(seen, p, own=own) is Claim.OURS
        ),
        folders=tuple(folders.values()),
        machines=tuple(machines),
        claimed=home is not None,
        record=record.router if record else None,
        problems=tuple(problems),
    )
    return lab, record


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
    claim, seen = judged
    return (seen[0], []) if claim is Claim.OURS else (None, [not_ours(claim, seen)])


def _in_place(world: World, lab: Lab, machine: Machine) -> Iterator[Vm]:
    server = lab.site.server.host
    home = "" if server in world.lone_esxi else lab.group.home
    for vm in world.machines.values():
        same_files = (vm.server, vm.datastore, vm.folder) == (server, machine.datastore, machine.folder)
        if same_files or (vm.server == server and vm.name == machine.name and vm.home == home):
            yield vm


def _port_groups(world: World, wanted: Lab, record: GroupRecord | None) -> tuple[PortGroup, ...]:
    there = world.port_groups.get(host_key(wanted.site), {})
    recorded = {p.name for p in record.port_groups} if record else set()
    return tuple(
        replace(there[p.name], ours=p.name in recorded) for p in wanted.port_groups if p.name in there
    )


def _home_problems(wanted: Lab, home: tuple[Claim, GroupRecord | None] | None) -> Iterator[LabError]:
    if home is not None and home[0] not in USABLE:
        yield foreign_folder(wanted.site.datastore, wanted.group.home, None)


def _port_group_problems(world: World, wanted: Lab) -> Iterator[LabError]:
    """What another group of the class has recorded on this host is shared, not in the way."""
    there = world.port_groups.get(host_key(wanted.site), {})
    records = build_records(world, wanted.site.server, wanted.group.class_name).values()
    here = [record for record in records if record and host_key(record.site) == host_key(wanted.site)]
    shared = {port_group.name for record in here for port_group in record.port_groups}
    own = {p.name: p for record in here if record.group == wanted.group for p in record.port_groups}
    for port_group in wanted.port_groups:
        found = there.get(port_group.name)
        if found and judge_port_group(found, port_group, own=(), shared=shared) is Claim.FOREIGN:
            yield foreign_port_group(found, port_group, wanted.site.esxi, own.get(port_group.name))


def _model_problems(world: World, site: Site) -> Iterator[LabError]:
    if site.method != "copy" and site.server.host in world.lone_esxi:
        yield LabError("vsphere.clone_needs_vcenter", method=site.method, host=site.server.host)
    elif ("model", site.model) in world.lacking:
        yield LabError("vsphere.model_missing", name=site.model, known="-")
    elif site.model in world.busy_models:
        yield LabError("vsphere.model_busy", model=site.model)
