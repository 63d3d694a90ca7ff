"""vSphere in memory: the promises of the real one without a server; for the laws of planning and engine."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.backends.refusals import foreign_port_group
from esxlab.backends.vsphere_protocol import Leftovers, Records
from esxlab.errors import LabError
from esxlab.lab.finding import Finding
from esxlab.lab.in_flight import InFlight
from esxlab.lab.lock import group_lock
from esxlab.lab.ownership import Ownership, judge_port_group
from tests.memory.acting import NOBODY
from tests.memory.files import MemoryFiles
from tests.memory.machines import MemoryMachines
from tests.memory.vsphere_state import build_found, build_leftovers, build_records, port_of
from tests.memory.world import host_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet

    from esxlab.backends.model_protocol import ModelPlace
    from esxlab.lab.identity import GroupId, Owner
    from esxlab.lab.lab import Lab
    from esxlab.lab.lock import LockClaim, LockHolder
    from esxlab.lab.machine import PortGroup, Server, Site
    from esxlab.lab.model_build import WantedModel
    from esxlab.lab.record import GroupRecord


class MemoryVSphere(MemoryFiles, MemoryMachines):
    """A vSphere whose whole state is `world`.

    `fail` is called before and after each mutating verb, and between the two steps of copy_disk; it may raise
    LabError: what was done until then stays. `calls` lists the mutating verbs; locks are not among them.
    """

    __slots__ = ()

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
            for lab in wanted:
                if self.locks.holder(lab.site, group_lock(lab.group)):
                    found[lab.group] = replace(found[lab.group], locked=True)
            self._seen_going = self.world.let_end(found.keys())
            return found

    def await_rest(
        self,
        labs: Sequence[Lab],
        unfinished: AbstractSet[GroupId],
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

    def find_records(
        self,
        server: Server,
        class_name: str,
        *,
        groups: AbstractSet[GroupId] | None = None,
        again: bool = True,  # always as they are now
    ) -> Records:
        """Group folders and marks of the class."""
        with self._lock:
            found = build_records(self.world, server, class_name)
        return Records({group: found[group] for group in found if groups is None or group in groups})

    def find_all_records(self, server: Server) -> tuple[GroupRecord, ...]:
        """All records on this server."""
        with self._lock:
            group_folders = [
                self.world.group_folder(*key) for key in self.world.group_folders if key[0] == server.host
            ]
            return tuple(
                record for group_folder in group_folders if group_folder and (record := group_folder[1])
            )

    def examine(self, wanted: Sequence[Lab]) -> tuple[Finding, ...]:
        """Reached or not: all else is as it should be here."""
        findings = []
        for host in sorted({lab.site.server.host for lab in wanted}):
            lost = host in self.world.unreachable
            error = LabError("vsphere.unreachable", where=host, host=host, what=host) if lost else None
            findings.append(Finding("server", host, error, facts={"product": "memory", "user": "-"}))
        return tuple(findings)

    def find_lacking(self, wanted: Sequence[Lab]) -> dict[GroupId, tuple[LabError, ...]]:
        """None: whoever logs in may do everything here."""
        return {}

    def model_place(self, wanted: WantedModel, lab: Lab) -> ModelPlace:
        """None: there are no installers here."""
        raise LabError("vsphere.not_supported", what=wanted.name)

    def add_port_group(self, site: Site, port_group: PortGroup) -> None:
        """Add; the very same one may be there already."""
        with self._acting("add_port_group", self._group_of(site, port_group), port_group.name, site):
            there = self.world.port_groups.setdefault(host_key(site), {})
            seen = there.setdefault(port_group.name, replace(port_group, ours=True))
            if judge_port_group(seen, port_group, own={port_group.name}) is not Ownership.OURS:
                raise foreign_port_group(seen, port_group, site.esxi)

    def remove_port_group(self, site: Site, port_group: PortGroup) -> None:
        """Remove, unless a card is on it."""
        with self._acting("remove_port_group", self._group_of(site, port_group), port_group.name, site):
            there = self.world.port_groups.get(host_key(site), {})
            seen = there.get(port_group.name)
            if seen is None:
                return
            own = {port_group.name} if port_group.ours else ()
            if judge_port_group(seen, port_group, own=own) is not Ownership.OURS:
                raise foreign_port_group(seen, port_group, site.esxi)
            if users := self._users(site, port_group.name):
                raise LabError("vsphere.in_use", what=port_group.name, detail=", ".join(users))
            del there[port_group.name]

    def await_address(self, site: Site, owner: Owner, *, timeout_s: float) -> tuple[str, int]:
        """The loopback, and a port of the machine's own."""
        with self._lock:
            vm = self.world.with_uuid(site.server.host, owner.instance_uuid)
        if vm is None or vm.marks != owner:
            raise LabError("vsphere.no_machine", name=owner.machine)
        self.check_on(site, owner)
        return "127.0.0.1", port_of(vm)

    def check_on(self, site: Site, owner: Owner, *, dialled: str = "", port: int = 0) -> None:
        """Whether it has power; its address is always the same here."""
        del dialled, port
        with self._lock:
            vm = self.world.with_uuid(site.server.host, owner.instance_uuid)
        if vm is not None and not vm.powered_on:
            raise LabError("vsphere.off", name=vm.name)

    def lock(self, site: Site, name: str, claim: LockClaim) -> bool:
        """Take."""
        self._reach(site, name)
        return self.locks.take(site, name, claim)

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

    def _users(self, site: Site, network: str) -> list[str]:
        here = (vm for vm in self.world.machines.values() if (vm.server, vm.host) == host_key(site))
        return sorted(vm.name for vm in here if network in {card[1] for card in vm.nics})

    def _group_of(self, site: Site, port_group: PortGroup) -> GroupId:
        with self._lock:
            for (server, _, group), record in self.world.group_folders.items():
                recorded = {p.name for p in record.port_groups}
                if (
                    server == site.server.host
                    and record.site.esxi == site.esxi
                    and port_group.name in recorded
                ):
                    return group
        return NOBODY
