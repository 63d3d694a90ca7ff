"""The whole simulated school: its clock, its running machines, its leases, and when to look again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from esxlab.sim.light.network import Opened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from esxlab.sim.contracts import RouterView
    from esxlab.sim.light.clock import Clock
    from esxlab.sim.light.machine import Machine

SCHOOL_VLAN = 0
FIRST_LEASE = 200 << 8 | 1
"""Offset of the first lease in the school's network: 172.16.200.1."""


@dataclass(frozen=True, slots=True)
class Lease:
    """What the school's DHCP server gives."""

    interface: IPv4Interface
    gateway: IPv4Address


def no_routers() -> Sequence[RouterView]:
    """A school without routers."""
    return ()


class World:
    """Everything that the machines share."""

    def __init__(
        self,
        clock: Clock,
        *,
        routers: Callable[[], Sequence[RouterView]] = no_routers,
        network: IPv4Network = IPv4Network("172.16.0.0/16"),  # noqa: B008 - immutable
        gateway: IPv4Address = IPv4Address("172.16.253.253"),  # noqa: B008 - immutable
    ) -> None:
        self.clock = clock
        self.routers = routers
        self.school_network = network
        self.school_gateway = gateway
        self.machines: dict[str, Machine] = {}
        self.on_change: Callable[[], None] = lambda: None
        self.on_power: Callable[[Machine, str], None] = lambda _machine, _what: None
        self._leases: dict[str, IPv4Address] = {}

    def stamp(self, pattern: str) -> str:
        """The machines' date as strftime writes it, in UTC."""
        return time.strftime(pattern, time.gmtime(self.clock.wall()))

    def settle(self) -> None:
        """Let everything happen that was due until now."""

    def changed(self) -> None:
        """Something that others can see may have changed."""
        self.on_change()

    def lease(self, machine: Machine, card: str) -> Lease | None:
        """A DHCP lease for this card, the same one for the same MAC; None off the school's network."""
        device = machine.stack.cards[card]
        if device.vlan != SCHOOL_VLAN or not device.running:
            return None
        if device.mac not in self._leases:
            number = FIRST_LEASE + len(self._leases)
            self._leases[device.mac] = self.school_network.network_address + number
        return Lease(
            IPv4Interface((self._leases[device.mac], self.school_network.prefixlen)), self.school_gateway
        )

    def answers_school(self, machine: Machine, address: IPv4Address) -> bool:
        """Whether this address's SSH server answers a station of the school."""
        return "ssh" in machine.processes.active and address in self.school_network

    def internet(self, machine: Machine) -> bool:
        """Whether the machine gets to the internet."""
        return any(card.vlan == SCHOOL_VLAN and card.running for card in machine.stack.cards.values())

    def open_tcp(self, source: Machine, address: IPv4Address, port: int) -> Opened:
        """Open a connection."""
        for machine in self.machines.values():
            if address in machine.addresses:
                return Opened("open" if machine.stack.listening(port) else "refused", machine.key)
        return Opened("timeout")
