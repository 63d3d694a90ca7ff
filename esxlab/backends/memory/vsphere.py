"""vSphere in memory: the promises of the real one without a server; for the laws of planning and engine."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from esxlab.backends.memory.locks import MemoryLocks
from esxlab.backends.memory.vsphere_state import (
    Directory,
    Vm,
    World,
    build_found,
    build_leftovers,
    build_records,
    host_key,
    missing,
    port_of,
)
from esxlab.backends.protocols import Leftovers, Records
from esxlab.backends.refusals import foreign_folder, foreign_port_group
from esxlab.errors import LabError
from esxlab.lab.finding import Finding
from esxlab.lab.identity import GroupId
from esxlab.lab.in_flight import InFlight
from esxlab.lab.machine import RESIZABLE
from esxlab.lab.ownership import MINE, USABLE, Claim, is_ours, judge_port_group
from esxlab.lab.password import mark_at_birth
from esxlab.lab.provenance import Author

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from esxlab.lab.identity import Owner
    from esxlab.lab.lab import Lab
    from esxlab.lab.lock import LockClaim, LockHolder
    from esxlab.lab.machine import Folder, Machine, PortGroup, Server, Site
    from esxlab.lab.record import GroupRecord

NOBODY = GroupId("", 0)
"""Whose port group it is when no record names it."""


class Call(NamedTuple):
    """One mutating verb that was carried out, at least in part."""

    verb: str
    subject: Owner | GroupId
    name: str


@dataclass(slots=True)
class MemoryVSphere:
    """A vSphere whose whole state is `world`.

    `fail` is called before and after each mutating verb, and between the two steps of copy_disk; it may raise
    LabError: what was done until then stays. `calls` lists the mutating verbs; locks are not among them.
    """

    world: World = field(default_factory=World)
    fail: Callable[[str, Owner | GroupId], None] | None = None
    calls: list[Call] = field(default_factory=list)
    locks: MemoryLocks = field(default_factory=MemoryLocks)
    author: Author = field(default_factory=Author)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    mute: bool = False  # it tells nothing of what goes on, and that goes on all the same
    _count: int = 0
    _seen_going: list[Owner] = field(default_factory=list)

    def snapshot(self) -> object:
        """The whole state, to be compared with `==` to an earlier one."""
        with self._lock:
            world = deepcopy(self.world)
        world.port_groups = {host: there for host, there in world.port_groups.items() if there}
        return world, dict(self.locks.held)

    def observe(self, wanted: Sequence[Lab]) -> dict[GroupId, Lab]:
        """Found labs. A guest that was shutting down when it was looked at is off at the next look."""
        with self._lock:
            found = {lab.group: build_found(self.world, lab) for lab in wanted}
            self._seen_going = self.world.let_end(found.keys())
            return found

    def await_rest(
        self,
        labs: Sequence[Lab],
        unfinished: AbstractSet[GroupId],  # noqa: ARG002 - a protocol
        *,
        tell: Callable[[InFlight], None],
    ) -> dict[GroupId, LabError | None]:
        """What goes on here comes to its end when somebody waits for it."""
        asked = {lab.group for lab in labs}
        with self._lock:
            if self.mute:
                return {}
            waited = [owner for owner in self._seen_going if owner.group in asked]
            self.world.let_end(asked)
        for owner in waited:
            tell(InFlight(owner.group, "shutdown", owner.machine))
        return dict.fromkeys(owner.group for owner in waited)

    def find_class(self, server: Server, class_name: str) -> Leftovers:
        """What carries marks of the class; as `observe` for guests that were shutting down."""
        with self._lock:
            found = build_leftovers(self.world, server, class_name)
            self._seen_going = self.world.let_end(found.keys())
            return Leftovers(found)

    def find_records(self, server: Server, class_name: str, *, again: bool = True) -> Records:  # noqa: ARG002
        """Homes and marks of the class, always as they are now."""
        with self._lock:
            return Records(build_records(self.world, server, class_name))

    def find_all_records(self, server: Server) -> tuple[GroupRecord, ...]:
        """All records on this server."""
        with self._lock:
            homes = [self.world.home(*key) for key in self.world.homes if key[0] == server.host]
            return tuple(record for home in homes if home and (record := home[1]))

    def examine(self, wanted: Sequence[Lab]) -> tuple[Finding, ...]:
        """Reached or not: all else is as it should be here."""
        findings = []
        for host in sorted({lab.site.server.host for lab in wanted}):
            lost = host in self.world.unreachable
            error = LabError("vsphere.unreachable", where=host, host=host, what=host) if lost else None
            findings.append(Finding("server", host, error, facts={"product": "memory", "user": "-"}))
        return tuple(findings)

    def find_lacking(self, wanted: Sequence[Lab]) -> dict[GroupId, tuple[LabError, ...]]:  # noqa: ARG002 - a protocol
        """None: whoever logs in may do everything here."""
        return {}

    def claim(self, record: GroupRecord) -> None:
        """Write the record."""
        with self._acting("claim", record.group, record.group.home, record.site):
            where = (record.site.server.host, record.site.datastore)
            home = self.world.home(*where, record.group)
            if home and home[0] not in USABLE:
                raise foreign_folder(record.site.datastore, record.group.home, None)
            if home and home[0] is Claim.RENAMED:
                self.world.sign_again(*where, record.group)
            if record.provenance:
                record = record._replace(provenance=record.provenance.by(self.author, ""))
            self.world.homes[*where, record.group] = record

    def release(self, record: GroupRecord) -> None:
        """Delete the record."""
        with self._acting("release", record.group, record.group.home, record.site):
            self.world.homes.pop((record.site.server.host, record.site.datastore, record.group), None)

    def add_port_group(self, site: Site, port_group: PortGroup) -> None:
        """Add; the very same one may be there already."""
        with self._acting("add_port_group", self._group_of(site, port_group), port_group.name, site):
            there = self.world.port_groups.setdefault(host_key(site), {})
            seen = there.setdefault(port_group.name, replace(port_group, ours=True))
            if judge_port_group(seen, port_group, own={port_group.name}) is not Claim.OURS:
                raise foreign_port_group(seen, port_group, site.esxi)

    def remove_port_group(self, site: Site, port_group: PortGroup) -> None:
        """Remove, unless a card is on it."""
        with self._acting("remove_port_group", self._group_of(site, port_group), port_group.name, site):
            there = self.world.port_groups.get(host_key(site), {})
            seen = there.get(port_group.name)
            if seen is None:
                return
            own = {port_group.name} if port_group.ours else ()
            if judge_port_group(seen, port_group, own=own) is not Claim.OURS:
                raise foreign_port_group(seen, port_group, site.esxi)
            if users := self._users(site, port_group.name):
                raise LabError("vsphere.in_use", what=port_group.name, detail=", ".join(users))
            del there[port_group.name]

    def make_folder(self, site: Site, folder: Folder) -> None:
        """Empty and unowned: ours to use; anything else that is not ours: refused."""
        if site.method != "copy":
            return
        if folder.owner is None:
            raise foreign_folder(folder.datastore, folder.path, None)
        with self._acting("make_folder", folder.owner, folder.path, site):
            at = (folder.datastore, folder.path)
            claim = self.world.folder(site.server.host, at, folder.owner)
            if claim in MINE:
                return
            if claim not in {None, Claim.UNSIGNED}:
                raise foreign_folder(*at, self.world.directories[site.server.host, *at].owner)
            self.world.directories[site.server.host, *at] = Directory(owner=folder.owner)

    def copy_disk(self, site: Site, machine: Machine) -> None:
        """Half a copy first, then the whole."""
        if site.method != "copy":
            return
        with self._acting("copy_disk", machine.owner, machine.disk_path, site):
            directory = self._owned(site, machine)
            if ("model", site.model) in self.world.lacking:
                raise LabError("vsphere.model_missing", name=site.model, known="-")
            if directory.disk == "complete":
                return
            key = (site.server.host, machine.datastore, machine.folder)
            self.world.directories[key] = replace(directory, disk="partial")
            self._maybe_fail("copy_disk", machine.owner)
            self.world.directories[key] = replace(directory, disk="partial", whole=True)

    def mark_disk(self, site: Site, machine: Machine) -> None:
        """Whoever marks half a copy is a bug."""
        if site.method != "copy":
            return
        with self._acting("mark_disk", machine.owner, machine.disk_path, site):
            self._complete(site, machine)

    def delete_disk(self, site: Site, machine: Machine) -> None:
        """Delete the half copy."""
        with self._acting("delete_disk", machine.owner, machine.disk_path, site):
            directory = self._owned(site, machine)
            if self.world.with_uuid(site.server.host, machine.owner.instance_uuid):
                raise LabError("vsphere.in_use", what=machine.disk_path)
            key = (site.server.host, machine.datastore, machine.folder)
            self.world.directories[key] = replace(directory, disk="absent", whole=False)

    def create_machine(self, site: Site, machine: Machine) -> None:
        """Register the machine on its disk; with method clone, make disk and folder as well."""
        with self._acting("create_machine", machine.owner, machine.name, site):
            seen = self.world.with_uuid(site.server.host, machine.owner.instance_uuid)
            if seen is not None:
                if not is_ours(seen, machine):
                    raise LabError("vsphere.name_taken", name=machine.name, path=machine.vmx_path)
                return
            if site.method != "copy":
                key = (site.server.host, machine.datastore, machine.folder)
                self.world.directories[key] = Directory(machine.owner, "complete", whole=True)
            elif self._owned(site, machine).disk == "absent":
                raise LabError("vsphere.file_missing", what=machine.disk_path)
            self._complete(site, machine)
            first, *others = machine.first_nics
            for network in (site.staging, *(nic.network for nic in others)):
                self._check_network(site, network)
            self._count += 1
            vm = Vm(
                moref=f"vm-{self._count}",
                server=site.server.host,
                host=site.esxi,
                name=machine.name,
                datastore=machine.datastore,
                folder=machine.folder,
                marks=machine.owner,
                uuid=machine.owner.instance_uuid,
                home="" if site.server.host in self.world.lone_esxi else machine.owner.group.home,
                hardware=machine.hardware,
                nics=(
                    (first.mac, site.staging, True),
                    *((nic.mac, nic.network, nic.connected) for nic in others),
                ),
                disks=(machine.disk_path,),
                password=mark_at_birth(machine.password.settled),
            )
            self.world.machines[vm.moref] = vm

    def add_nic(self, site: Site, machine: Machine, role: str) -> None:
        """One more card."""
        with self._acting("add_nic", machine.owner, role, site):
            nic = machine.nic(role)
            if nic is None:
                raise LabError("vsphere.no_such_card", role=role, name=machine.name)
            vm = self._ours(site, machine)
            if nic.mac not in {mac for mac, _, _ in vm.nics}:
                self._check_network(site, nic.network)
                self._put(replace(vm, nics=(*vm.nics, (nic.mac, nic.network, nic.connected))))

    def connect_nics(self, site: Site, machine: Machine) -> None:
        """Every card to its network, stamp and host key."""
        with self._acting("connect_nics", machine.owner, machine.name, site):
            vm = self._ours(site, machine)
            cards = {mac: (mac, network, connected) for mac, network, connected in vm.nics}
            for nic in machine.nics:
                if nic.mac not in cards:
                    raise LabError("vsphere.no_such_card", role=nic.role, name=machine.name)
                self._check_network(site, nic.network)
                cards[nic.mac] = (nic.mac, nic.network, nic.connected)
            stamped = vm.boot if vm.powered_on else 0
            changed = replace(vm, nics=tuple(cards.values()), stamp=machine.stamp, stamped_boot=stamped)
            self._put(replace(changed, host_keys=machine.host_keys, password=machine.password))

    def plug_nic(self, site: Site, machine: Machine, role: str, *, connected: bool) -> None:
        """One card's cable."""
        with self._acting("plug_nic", machine.owner, role, site):
            vm, nic = self._ours(site, machine), machine.nic(role)
            if nic is None or nic.mac not in {mac for mac, _, _ in vm.nics}:
                raise LabError("vsphere.no_such_card", role=role, name=machine.name)
            cards = tuple(
                (mac, network, connected if mac == nic.mac else there) for mac, network, there in vm.nics
            )
            self._put(replace(vm, nics=cards))

    def set_hardware(self, site: Site, machine: Machine) -> None:
        """What the spec says of a machine that is off."""
        with self._acting("set_hardware", machine.owner, machine.name, site):
            vm = self._ours(site, machine)
            if vm.powered_on or vm.suspended or vm.hardware is None:
                raise LabError("vsphere.power_state", what=machine.name)
            said = machine.hardware.changed(vm.hardware, RESIZABLE)
            values: dict[str, Any] = {name: wanted for name, (_, wanted) in said.items()}
            self._put(replace(vm, hardware=replace(vm.hardware, **values)))

    def power_on(self, site: Site, machine: Machine) -> None:
        """Power on; each power-on is another boot."""
        with self._acting("power_on", machine.owner, machine.name, site):
            vm = self._ours(site, machine)
            if not vm.powered_on:
                self._put(replace(vm, powered_on=True, suspended=False, boot=vm.boot + 1))

    def power_off(self, site: Site, machine: Machine, *, gently_s: float = 30.0) -> None:
        """Power off; gently, its guest is told first, and goes on with it when nobody waits for it."""
        with self._acting("power_off", machine.owner, machine.name, site):
            if gently_s and self._ours(site, machine).powered_on:
                self._put(replace(self._ours(site, machine), going_down=True))
                self._maybe_fail("power_off", machine.owner)
            self._put(replace(self._ours(site, machine), powered_on=False, going_down=False))

    def destroy_machine(self, site: Site, machine: Machine) -> None:
        """Its own disks go with it; its folder and the owner file stay, as on a real server."""
        with self._acting("destroy_machine", machine.owner, machine.name, site):
            if self.world.with_uuid(site.server.host, machine.owner.instance_uuid) is None:
                return
            vm = self._ours(site, machine)
            if vm.powered_on:
                raise LabError("vsphere.power_state", what=machine.name)
            del self.world.machines[vm.moref]
            key = (site.server.host, machine.datastore, machine.folder)
            if key in self.world.directories:
                directory = self.world.directories[key]
                self.world.directories[key] = replace(directory, disk="absent", whole=False)

    def delete_folder(self, site: Site, folder: Folder) -> None:
        """Delete a folder of ours."""
        with self._acting("delete_folder", folder.owner or NOBODY, folder.path, site):
            key = (site.server.host, folder.datastore, folder.path)
            there = self.world.directories.get(key)
            if there is None:
                return
            at = (folder.datastore, folder.path)
            if folder.owner is None or self.world.folder(key[0], at, folder.owner) not in USABLE:
                raise foreign_folder(folder.datastore, folder.path, there.owner)
            del self.world.directories[key]

    def await_address(self, site: Site, owner: Owner, *, timeout_s: float) -> tuple[str, int]:  # noqa: ARG002 - at once
        """The loopback, and a port of the machine's own."""
        with self._lock:
            vm = self.world.with_uuid(site.server.host, owner.instance_uuid)
        if vm is None or vm.marks != owner:
            raise LabError("vsphere.no_machine", name=owner.machine)
        self.check_on(site, owner)
        return "127.0.0.1", port_of(vm)

    def check_on(self, site: Site, owner: Owner, *, dialled: str = "") -> None:
        """Whether it has power; its address is always the same here."""
        del dialled
        with self._lock:
            vm = self.world.with_uuid(site.server.host, owner.instance_uuid)
        if vm is not None and not vm.powered_on:
            raise LabError("vsphere.off", name=vm.name)

    def lock(self, site: Site, name: str, claim: LockClaim) -> None:
        """Take."""
        self._reach(site, name)
        self.locks.take(site, name, claim)

    def renew_lock(self, site: Site, name: str, claim: LockClaim) -> None:
        """Renew."""
        self._reach(site, name)
        self.locks.renew(site, name, claim)

    def unlock(self, site: Site, name: str, claim: LockClaim | None, *, sure: bool = False) -> None:
        """Give back; looking costs nothing here, so it is always looked."""
        del sure
        self._reach(site, name)
        self.locks.give_back(site, name, claim)

    def lock_holder(self, site: Site, name: str) -> LockHolder | None:
        """Who holds it."""
        self._reach(site, name)
        return self.locks.holder(site, name)

    def close(self) -> None:
        """Nothing is open."""

    @contextmanager
    def _acting(self, verb: str, subject: Owner | GroupId, name: str, site: Site) -> Iterator[None]:
        self._maybe_fail(verb, subject)
        with self._lock:
            self._reach(site, name)
            if problem := missing(self.world, site):
                raise problem
            self.calls.append(Call(verb, subject, name))
            yield
        self._maybe_fail(verb, subject)

    def _complete(self, site: Site, machine: Machine) -> None:
        """Something says from now on that the disk is whole: its machine, or the mark."""
        directory = self._owned(site, machine)
        if not directory.whole and directory.disk != "complete":
            raise ValueError(machine.disk_path)
        key = (site.server.host, machine.datastore, machine.folder)
        self.world.directories[key] = replace(directory, disk="complete")

    def _reach(self, site: Site, what: str) -> None:
        host = site.server.host
        if host in self.world.unreachable:
            raise LabError("vsphere.unreachable", where=host, host=host, what=what)

    def _maybe_fail(self, verb: str, subject: Owner | GroupId) -> None:
        if self.fail is not None:
            self.fail(verb, subject)

    def _ours(self, site: Site, machine: Machine) -> Vm:
        vm = self.world.with_uuid(site.server.host, machine.owner.instance_uuid)
        if vm is None:
            raise LabError("vsphere.no_machine", name=machine.name)
        if not is_ours(vm, machine):
            raise LabError("vsphere.not_ours", name=vm.name, path=vm.vmx_path, moref=vm.moref)
        return vm

    def _put(self, vm: Vm) -> None:
        self.world.machines[vm.moref] = vm

    def _owned(self, site: Site, machine: Machine) -> Directory:
        at = (machine.datastore, machine.folder)
        found = self.world.directories.get((site.server.host, *at))
        if found is None or self.world.folder(site.server.host, at, machine.owner) not in MINE:
            raise foreign_folder(*at, found.owner if found else None)
        return found

    def _check_network(self, site: Site, name: str) -> None:
        known = self.world.networks(site)
        if name not in known:
            facts = {"host": site.esxi, "known": ", ".join(sorted(known))}
            raise LabError("vsphere.network_missing", name=name, **facts)

    def _users(self, site: Site, network: str) -> list[str]:
        here = (vm for vm in self.world.machines.values() if (vm.server, vm.host) == host_key(site))
        return sorted(vm.name for vm in here if network in {card[1] for card in vm.nics})

    def _group_of(self, site: Site, port_group: PortGroup) -> GroupId:
        with self._lock:
            for (server, _, group), record in self.world.homes.items():
                recorded = {p.name for p in record.port_groups}
                if (
                    server == site.server.host
                    and record.site.esxi == site.esxi
                    and port_group.name in recorded
                ):
                    return group
        return NOBODY
