"""Takes a planned route: asks Tools for the addresses that a plan could not know, and gives the route.

What Tools report need not be true: for a while after a boot they tell the address of the boot before, which
nobody answers at, or another machine by now. So whoever arrives looks where he is, and who does not get there
asks again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from esxlab.backends.power_watch import power_watch
from esxlab.errors import LabError
from esxlab.lab.guest import SshHop, SshRoute

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.backends.protocols import Backends
    from esxlab.backends.vsphere_protocol import Looking
    from esxlab.lab.guest import Guest, GuestState
    from esxlab.lab.machine import Machine, Site
    from esxlab.lab.planned_route import PlannedRoute

T = TypeVar("T")
ELSEWHERE = frozenset({"guest.key_changed", "guest.model_key", "guest.other_machine"})
"""What is met when another machine answers at an address that Tools still tell."""
SUSPICION_S = 6.0
"""How long Tools may take to tell another address than the one where another machine has answered."""
PAUSE_S = 1.0
EVERY_S = 2.0
"""How often Tools are asked again while nobody answers where they have sent us."""


def _nobody_hears() -> None:
    """Nobody is told that a guest is slow."""


def resolve_route(planned: PlannedRoute, vsphere: Looking, site: Site, *, timeout_s: float) -> SshRoute:
    """The route of this plan, with the addresses that Tools reports filled in."""
    hops = []
    for hop in planned.hops:
        known = SshHop(
            hop.owner.machine,
            hop.address,
            host_keys=hop.host_keys,
            model=hop.model,
            passwords=hop.passwords,
        )
        if not hop.address:
            address, port = vsphere.await_address(site, hop.owner, timeout_s=timeout_s)
            known = replace(known, address=address, port=port)
        hops.append(known)
    return SshRoute(planned.hops[-1].owner.group.number, tuple(hops))


class FoundRoute(NamedTuple):
    """The route that led to the machine that was meant, and what was seen there."""

    route: SshRoute
    state: GuestState


@dataclass(frozen=True, slots=True)
class RouteFinder:
    """Goes to a machine and looks into its guest. `clock` and `sleep` are seconds, monotonic."""

    backends: Backends
    site: Site
    clock: Callable[[], float] = field(default=time.monotonic)
    sleep: Callable[[float], None] = field(default=time.sleep)

    def find(self, planned: PlannedRoute, machine: Machine, guest: Guest, *, timeout_s: float) -> FoundRoute:
        """Until the machine that is meant has answered, at whatever address it turns out to have.

        Raises:
            LabError: as `await_address` and `Guests.observe` raise, vsphere.off, guest.other_machine.
        """

        def look(route: SshRoute, left_s: float) -> FoundRoute:
            state = self.backends.guests.observe(route, guest, timeout_s=left_s)
            _check_cards(machine, state, route)
            return FoundRoute(route, state)

        return self.ask(planned, look, timeout_s=timeout_s)

    def ask(
        self,
        planned: PlannedRoute,
        question: Callable[[SshRoute, float], T],
        *,
        timeout_s: float,
        waits: Callable[[], None] = _nobody_hears,
    ) -> T:
        """The answer of a question, put again where Tools tell another address while nobody has answered.

        Args:
            planned: where to.
            question: gets the route and how many seconds are left; it changes nothing, as it may be put
                twice.
            timeout_s: for all of it.
            waits: is called every EVERY_S while a guest is slow.

        Raises:
            LabError: as `await_address` and the question raise, vsphere.off.
        """
        deadline = self.clock() + timeout_s
        while True:
            left_s = max(1.0, deadline - self.clock())
            route = resolve_route(planned, self.backends.vsphere, self.site, timeout_s=left_s)

            def check(route: SshRoute = route) -> None:
                waits()
                self._check(planned, route)

            try:
                with power_watch(check, every_s=EVERY_S, clock=self.clock):
                    return question(route, left_s)
            except LabError as error:
                if self.clock() >= deadline or not self._has_moved(error, planned, route):
                    raise

    def _has_moved(self, error: LabError, planned: PlannedRoute, route: SshRoute) -> bool:
        """Whether it is worth another try: Tools tell another address by now, or soon."""
        if error.code == "vsphere.new_address":
            return True
        until = self.clock() + SUSPICION_S
        while error.code in ELSEWHERE:
            try:
                self._check(planned, route)
            except LabError as told:
                return told.code == "vsphere.new_address"
            if self.clock() >= until or all(hop.address for hop in planned.hops):
                return False
            self.sleep(PAUSE_S)
        return False

    def _check(self, planned: PlannedRoute, route: SshRoute) -> None:
        """LabError vsphere.off, vsphere.new_address."""
        for planned_hop, hop in zip(planned.hops, route.hops, strict=True):
            dialled = "" if planned_hop.address else hop.address
            port = hop.port if dialled else 0
            self.backends.vsphere.check_on(self.site, planned_hop.owner, dialled=dialled, port=port)


def _check_cards(machine: Machine, state: GuestState, route: SshRoute) -> None:
    """LabError guest.other_machine when none of the cards of the guest is one of the machine's."""
    there = {mac.lower() for mac, _ in state.nic_names}
    wanted = {nic.mac.lower() for nic in machine.nics}
    if there and wanted and not there & wanted:
        facts = {"address": route.hops[-1].address, "name": machine.name, "macs": ", ".join(sorted(there))}
        raise LabError("guest.other_machine", **facts)
