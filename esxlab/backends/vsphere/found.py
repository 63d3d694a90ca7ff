"""From what a server holds to found Labs; pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.refusals import foreign_folder, foreign_port_group, not_ours, record_lost
from esxlab.backends.vsphere.obstacles import (
    fixed_hardware,
    model_problems,
    network_problems,
    place_of,
    placing_problems,
    question_of,
    renamed,
)
from esxlab.backends.vsphere.origins import mac_problems, mac_remarks
from esxlab.backends.vsphere.reading import moref
from esxlab.errors import LabError
from esxlab.foreign import whole
from esxlab.lab.addresses import is_loopback
from esxlab.lab.lab import Lab
from esxlab.lab.lock import group_lock
from esxlab.lab.machine import Folder, Machine, Nic, Runtime
from esxlab.lab.ownership import (
    MINE,
    USABLE,
    Ownership,
    is_half_made,
    judge_folder,
    judge_machines,
    judge_port_group,
)
from esxlab.lab.password import read_password_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from esxlab.backends.vsphere.inventory import Inventory
    from esxlab.backends.vsphere.seen import Place, SeenMachine, SeenNic
    from esxlab.lab.identity import GroupId, Owner
    from esxlab.lab.machine import DiskState, PortGroup
    from esxlab.lab.ownership import FolderSeen
    from esxlab.lab.record import GroupRecord

APPLIED_KEY = "esxlab.applied"
HOST_KEY_KEY = "esxlab.hostkey"
PASSWORD_KEY = "esxlab.password"  # noqa: S105 - a name
SSH_PORT_KEY = "guestinfo.esxlab.ssh_port"
SSH_PORT = 22
LAST_PORT = 65535


class FoundFolder(NamedTuple):
    """A machine's folder that was looked into; `problem`: why nobody can say whose it is."""

    seen: FolderSeen
    disk: DiskState
    problem: LabError | None = None


@dataclass(slots=True)
class Stored:
    """What was read from the datastores. Folders are by (datastore, name)."""

    names: set[tuple[str, str]] = field(
        default_factory=set
    )  # at the root, of the datastores that were listed
    folders: dict[tuple[str, str], FoundFolder] = field(default_factory=dict)
    closed: dict[str, LabError] = field(default_factory=dict)  # why not, by the datastore's id
    records: dict[GroupId, GroupRecord] = field(default_factory=dict)
    foreign_group_folders: dict[GroupId, LabError] = field(
        default_factory=dict
    )  # why they are not the groups'
    torn: dict[GroupId, LabError] = field(default_factory=dict)  # what is left of their records
    shared: dict[str, set[str]] = field(default_factory=dict)
    """Port groups that the records of the class name, also those of groups not asked about, by host."""
    two_steps: bool = False  # a port group gets its VLAN after it was made

    def note(self, record: GroupRecord, inventory: Inventory) -> None:
        """Remember what a record of the class says of its host's port groups."""
        try:
            host = inventory.place(record.site).host
        except LabError:
            return  # its site is no longer there, and no port group of it is here
        names = self.shared.setdefault(moref(host.ref), set())
        names.update(port_group.name for port_group in record.port_groups)


def find_lab(wanted: Lab, inventory: Inventory, place: Place, stored: Stored) -> Lab:
    """What there is of one wanted lab; what only concerns the whole class (space) is not looked at here."""
    problems = list(placing_problems(wanted, place))
    if wanted.group in stored.foreign_group_folders:
        problems.append(stored.foreign_group_folders[wanted.group].at(str(wanted.group)))
    record = stored.records.get(wanted.group)
    port_groups, in_the_way = _port_groups(wanted.port_groups, record, place, stored)
    problems += in_the_way
    machines: list[Machine] = []
    folders: list[Folder] = []
    for machine in wanted.machines:
        seen, trouble = find_machine(machine, wanted.group, inventory, place)
        problems += trouble
        if seen is not None:
            machines.append(machine_from(seen, machine.owner, wanted=machine))
            folders.append(Folder(machine.datastore, machine.folder, machine.owner))
            if seen.question:
                problems.append(question_of(seen).at(place_of(machine)))
        elif not trouble and (folder := stored.folders.get((machine.datastore, machine.folder))):
            folders += _folder(machine, folder, record)
            problems += _folder_problem(machine, folder, record)
    problems += fixed_hardware(wanted, machines)
    if len(machines) < len(wanted.machines):
        problems += model_problems(wanted, inventory, place)
    problems += network_problems(wanted, inventory, place)
    problems += mac_problems(wanted, machines, inventory)
    return Lab(
        group=wanted.group,
        site=wanted.site,
        port_groups=tuple(port_groups),
        folders=tuple(folders),
        machines=tuple(machines),
        has_record=record is not None,
        record=record.router if record else None,
        problems=tuple(problems),
        record_problem=_record_problem(wanted, place, stored) if machines and record is None else None,
        remarks=tuple(mac_remarks(wanted, machines, inventory)),
        locked=(place.store.name, group_lock(wanted.group)) in stored.names,
    )


def _record_problem(wanted: Lab, place: Place, stored: Stored) -> LabError | None:
    """Why nothing is known of a record, where machines stand, which are never made before it."""
    group = wanted.group
    if group in stored.foreign_group_folders or place.datastore.moref in stored.closed:
        return None  # it is a problem already
    return stored.torn.get(group) or record_lost(group, place.store.name)


def find_machine(
    machine: Machine, group: GroupId, inventory: Inventory, place: Place
) -> tuple[SeenMachine | None, list[LabError]]:
    """The machine that is this one by all three marks; or why something else is in its place."""
    judged = judge_machines(
        machine.owner,
        (machine.datastore, machine.folder),
        marked=inventory.marked(machine.owner),
        with_uuid=inventory.with_uuid(machine.owner.instance_uuid),
        in_place=partial(_in_place_of, machine, group, inventory, place),
    )
    if judged is None:
        return None, []
    ownership, seen = judged
    if ownership is Ownership.OURS:
        return seen[0], []
    if ownership is Ownership.MOVED and (other_name := renamed(machine, seen[0])):
        return None, [other_name]
    return None, [not_ours(ownership, seen, where=place_of(machine))]


def machine_from(seen: SeenMachine, owner: Owner, *, wanted: Machine | None = None) -> Machine:
    """A found machine in our terms; roles of cards are known by the wanted machine's MACs."""
    digest, _, digest_boot = seen.extra.get(APPLIED_KEY, "").partition(" ")
    datastore, folder = seen.place
    told = (*(address for nic in seen.nics for address in nic.addresses), seen.address)
    address = next((found for found in told if usable(found, loopback=True)), "")
    return Machine(
        owner=owner,
        name=seen.name,
        datastore=datastore,
        folder=folder,
        hardware=seen.hardware,
        nics=_nics(seen.nics, wanted.nics if wanted else ()),
        powered_on=seen.powered_on,
        config_digest=digest,
        restart_pending=bool(digest) and seen.powered_on and digest_boot == seen.boot_time,
        host_keys=tuple(seen.extra.get(HOST_KEY_KEY, "").split()),
        password=read_password_state(seen.extra.get(PASSWORD_KEY, ""), owner.group),
        runtime=Runtime(
            moref=seen.moref,
            boot_time=seen.boot_time,
            tools=seen.tools,
            address=address,
            ssh_port=ssh_port(address, seen.extra),
            disks=seen.disks,
            vmx_path=seen.vmx_path,
            host=seen.host,
            suspended=seen.suspended,
        ),
    )


def usable(address: str, *, loopback: bool) -> bool:
    """Whether this can be the IPv4 address of a machine; `loopback`: also one of this computer."""
    try:
        found = IPv4Address(address)
    except ValueError:
        return False
    none = found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved
    return not none and (loopback or not found.is_loopback)


def ssh_port(address: str, extra: dict[str, str]) -> int:
    """22; on the loopback, where many machines have one address, the port that the machine published."""
    published = whole(extra.get(SSH_PORT_KEY, ""), most=LAST_PORT)
    return published if is_loopback(address) and published else SSH_PORT


def _nics(seen: Sequence[SeenNic], wanted: Sequence[Nic]) -> tuple[Nic, ...]:
    """In the order of the wanted cards, each with its network's kind where that is asked for.

    Cards that nobody asked for come last, without a role.
    """
    by_mac = {nic.mac: nic for nic in seen}
    roles = {nic.mac.lower(): nic.role for nic in wanted}
    asked = {nic.mac.lower() for nic in wanted if nic.kind}
    ordered = [by_mac.pop(mac) for mac in roles if mac in by_mac]
    return tuple(
        Nic(
            roles.get(nic.mac, ""),
            nic.mac,
            nic.network,
            nic.connected,
            kind=nic.kind if nic.mac in asked else "",
        )
        for nic in (*ordered, *by_mac.values())
    )


def _port_groups(
    wanted: Sequence[PortGroup],
    record: GroupRecord | None,
    place: Place,
    stored: Stored,
) -> tuple[list[PortGroup], list[LabError]]:
    """Names that groups of the class have recorded on this host are in nobody's way."""
    shared = stored.shared.get(moref(place.host.ref), set())
    recorded = {port_group.name: port_group for port_group in record.port_groups} if record else {}
    found, problems = [], []
    for port_group in wanted:
        seen = place.host.port_groups.get(port_group.name)
        if seen is None or (stored.two_steps and is_half_made(seen, port_group, own=recorded)):
            continue  # it is made again, to its end
        found.append(replace(seen, ours=port_group.name in recorded))
        if judge_port_group(seen, port_group, own=recorded, shared=shared) is Ownership.FOREIGN:
            own = recorded.get(port_group.name)
            problems.append(foreign_port_group(seen, port_group, place.host.name, own))
    return found, problems


def _in_place_of(machine: Machine, group: GroupId, inventory: Inventory, place: Place) -> list[SeenMachine]:
    """Somebody else's machine with our name where ours would be, or with its files in our folder."""
    here = inventory.register.in_folder(machine.datastore, machine.folder, place.datacenter.moref)
    root = place.datacenter.vm_folder
    inventory_folder = (
        inventory.folders.get((moref(root), group.folder_name)) if inventory.is_vcenter else root
    )
    if inventory_folder is not None:
        here += inventory.register.named(machine.name, moref(inventory_folder))
    return here


def _folder(machine: Machine, folder: FoundFolder, record: GroupRecord | None) -> Iterator[Folder]:
    """An empty one that nobody has signed is as good as none."""
    ownership = judge_folder(folder.seen, machine.owner, (machine.datastore, machine.folder), record)
    if ownership in MINE or (ownership is Ownership.UNSIGNED and not folder.seen.empty):
        yield Folder(machine.datastore, machine.folder, machine.owner, folder.disk)


def _folder_problem(machine: Machine, folder: FoundFolder, record: GroupRecord | None) -> Iterator[LabError]:
    at = (machine.datastore, machine.folder)
    if folder.problem is not None:
        yield folder.problem.at(place_of(machine))
    elif judge_folder(folder.seen, machine.owner, at, record) not in USABLE:
        yield foreign_folder(*at, folder.seen.signed).at(place_of(machine))
