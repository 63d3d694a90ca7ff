"""Takes an approach: asks Tools for the addresses that a plan could not know, and gives the road.

What Tools report need not be true: for a while after a boot they tell the address of the boot before, which
nobody answers at, or another machine by now. So whoever arrives looks where he is, and who does not get there
asks again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.pulse import watched
from esxlab.errors import LabError
from esxlab.lab.guest import Hop, Road

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.backends.protocols import Backends
    from esxlab.backends.vsphere_protocol import Looking
    from esxlab.lab.approach import Approach
    from esxlab.lab.guest import Guest, GuestState
    from esxlab.lab.machine import Machine, Site

ELSEWHERE = frozenset({"guest.key_changed", "guest.model_key", "guest.other_machine"})
"""What is met when another machine answers at an address that Tools still tell."""
SUSPICION_S = 6.0
"""How long Tools may take to tell another address than the one where another machine has answered."""
PAUSE_S = 1.0
EVERY_S = 2.0
"""How often Tools are asked again while nobody answers where they have sent us."""


def take(approach: Approach, vsphere: Looking, site: Site, *, timeout_s: float) -> Road:
    """The road of this approach, with the addresses that Tools reports filled in."""
    hops = []
    for stop in approach.stops:
        found = Hop(
            stop.owner.machine,
            stop.address,
            host_keys=stop.host_keys,
            model=stop.model,
            passwords=stop.passwords,
        )
        if not stop.address:
            address, port = vsphere.await_address(site, stop.owner, timeout_s=timeout_s)
            found = replace(found, address=address, port=port)
        hops.append(found)
    return Road(approach.stops[-1].owner.group.number, tuple(hops))


class Met(NamedTuple):
    """The road that led to the machine that was meant, and what was seen there."""

    road: Road
    state: GuestState


@dataclass(frozen=True, slots=True)
class Traveller:
    """Goes to a machine and looks into its guest. `clock` and `sleep` are seconds, monotonic."""

    backends: Backends
    site: Site
    clock: Callable[[], float] = field(default=time.monotonic)
    sleep: Callable[[float], None] = field(default=time.sleep)

    def meet(self, approach: Approach, machine: Machine, guest: Guest, *, timeout_s: float) -> Met:
        """Until the machine that is meant has answered, at whatever address it turns out to have.

        Raises:
            LabError: as `await_address` and `Guests.observe` raise, vsphere.off, guest.other_machine.
        """
        deadline = self.clock() + timeout_s
        while True:
            left_s = max(1.0, deadline - self.clock())
            road = take(approach, self.backends.vsphere, self.site, timeout_s=left_s)
            try:
                check = partial(self._check, approach, road)
                with watched(check, every_s=EVERY_S):
                    state = self.backends.guests.observe(road, guest, timeout_s=left_s)
                _check_cards(machine, state, road)
            except LabError as error:
                if self.clock() >= deadline or not self._has_moved(error, approach, road):
                    raise
            else:
                return Met(road, state)

    def _has_moved(self, error: LabError, approach: Approach, road: Road) -> bool:
        """Whether it is worth another try: Tools tell another address by now, or soon."""
        if error.code == "vsphere.new_address":
            return True
        until = self.clock() + SUSPICION_S
        while error.code in ELSEWHERE:
            try:
                self._check(approach, road)
            except LabError as told:
                return told.code == "vsphere.new_address"
            if self.clock() >= until or all(stop.address for stop in approach.stops):
                return False
            self.sleep(PAUSE_S)
        return False

    def _check(self, approach: Approach, road: Road) -> None:
        """LabError vsphere.off, vsphere.new_address."""
        for stop, hop in zip(approach.stops, road.hops, strict=True):
            dialled = "" if stop.address else hop.address
            self.backends.vsphere.check_on(self.site, stop.owner, dialled=dialled)


def _check_cards(machine: Machine, state: GuestState, road: Road) -> None:
    """LabError guest.other_machine when none of the cards of the guest is one of the machine's."""
    there = {mac.lower() for mac, _ in state.nic_names}
    wanted = {nic.mac.lower() for nic in machine.nics}
    if there and wanted and not there & wanted:
        facts = {"address": road.hops[-1].address, "name": machine.name, "macs": ", ".join(sorted(there))}
        raise LabError("guest.other_machine", **facts)
