"""The live side of a machine's network: cards, addresses, routes, rules, settings; gone at power-off."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING, Protocol

from esxlab.sim.light.filesystem import fail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.sim.light.ipvs import IpvsTable

NO_VLAN = -2
"""The VLAN of a card that is on no segment: the loopback."""

ANYWHERE = IPv4Network("0.0.0.0/0")
MAIN = "main"


@dataclass(frozen=True, slots=True)
class Address:
    """An address of a card. `since` orders gratuitous ARPs: the last to claim an address gets its traffic.

    `ip` is the address without its prefix length, made once: each ARP request asks all of a segment for it.
    """

    interface: IPv4Interface
    label: str
    since: float = 0.0
    dynamic: bool = False
    ip: IPv4Address = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """The address is a part of the interface."""
        object.__setattr__(self, "ip", self.interface.ip)


@dataclass(slots=True)
class Card:
    """A network card as Linux shows it: administratively up or not, plugged (`carrier`) or not."""

    name: str
    mac: str
    vlan: int = NO_VLAN
    carrier: bool = True
    up: bool = False
    addresses: list[Address] = field(default_factory=list)

    @property
    def running(self) -> bool:
        """Frames can come and go."""
        return self.up and self.carrier


@dataclass(frozen=True, slots=True)
class Route:
    """One line of a routing table."""

    destination: IPv4Network
    dev: str
    via: IPv4Address | None = None
    source: IPv4Address | None = None
    table: str = MAIN
    metric: int = 0
    by_kernel: bool = False  # the connected route of an address


@dataclass(frozen=True, slots=True)
class Rule:
    """One policy rule; `source` and `destination` None: all."""

    priority: int
    table: str
    source: IPv4Network | None = None
    destination: IPv4Network | None = None
    oif: str = ""
    iif: str = ""


RULES = (Rule(32766, MAIN), Rule(32767, "default"))


@dataclass(frozen=True, slots=True)
class StaticNat:
    """A router's static translation of one port."""

    protocol: str
    inside: IPv4Address
    inside_port: int
    outside: IPv4Address
    outside_port: int


class Ports(Protocol):
    """Which TCP ports a machine's processes listen on."""

    def __call__(self, port: int) -> bool:
        """Whether somebody listens on this port (on every address)."""
        ...


def nobody_listens(port: int) -> bool:  # noqa: ARG001 - the answer for every port
    """A machine without servers."""
    return False


SETTINGS = {
    "kernel.hostname": "",
    "net.ipv4.ip_forward": "0",
    "net.ipv4.ip_nonlocal_bind": "0",
    "net.ipv4.tcp_fin_timeout": "60",
    "net.ipv6.conf.all.disable_ipv6": "0",
    "vm.swappiness": "60",
}
PER_CARD = ("accept_redirects", "arp_announce", "arp_filter", "arp_ignore", "forwarding", "proxy_arp",
            "rp_filter", "send_redirects")  # fmt: skip


@dataclass(slots=True)
class Stack:
    """One IPv4 stack: a machine's, a router's, or the school's gateway. `lo` is always among the cards."""

    name: str
    cards: dict[str, Card] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=lambda: list(RULES))
    settings: dict[str, str] = field(default_factory=lambda: dict(SETTINGS))
    listening: Ports = nobody_listens
    ipvs: IpvsTable | None = None
    statics: tuple[StaticNat, ...] = ()
    nat: dict[str, str] = field(default_factory=dict)  # card -> inside | outside
    uplink: bool = False  # the school's gateway: everything that it has no route for is on the internet

    def __post_init__(self) -> None:
        """Bring up the loopback."""
        loopback = Address(IPv4Interface("127.0.0.1/8"), "lo")
        self.cards = {"lo": Card("lo", "00:00:00:00:00:00", up=True, addresses=[loopback]), **self.cards}
        for name in ("all", "default", *self.cards):
            self.add_card_settings(name)

    def add_card_settings(self, name: str) -> None:
        """Create the kernel settings of a card, as the kernel does when the card appears."""
        for key in PER_CARD:
            self.settings.setdefault(f"net.ipv4.conf.{name}.{key}", "0")

    @property
    def forwarding(self) -> bool:
        """Whether packets for others are passed on."""
        return self.settings["net.ipv4.ip_forward"] == "1"

    def arp_ignore(self, card: str) -> int:
        """The setting in force: the larger one of `all` and the card's own (kernel: ip-sysctl)."""
        return max(int(self.settings.get(f"net.ipv4.conf.{name}.arp_ignore", "0")) for name in ("all", card))

    def each_address(self) -> Iterator[tuple[Card, Address]]:
        """All addresses with their cards, in the cards' order."""
        for card in self.cards.values():
            for address in card.addresses:
                yield card, address

    def is_local(self, ip: IPv4Address) -> bool:
        """Whether packets for this address stay here; an address of a card that is down still is local."""
        return ip in IPv4Network("127.0.0.0/8") or any(address.ip == ip for _, address in self.each_address())

    def add_address(self, card: str, address: Address) -> None:
        """Add an address and, when the card is up, its connected route; OSError EEXIST when it is there."""
        there = self.cards[card].addresses
        if any(a.interface == address.interface for a in there):
            fail(errno.EEXIST, str(address.interface))
        there.append(address)
        if self.cards[card].up:
            self._add_connected(card, address)

    def remove_address(self, card: str, interface: IPv4Interface) -> Address:
        """Remove an address and its connected route; OSError EADDRNOTAVAIL when it is not there."""
        there = self.cards[card].addresses
        address = next((a for a in there if a.interface == interface), None)
        if address is None:
            fail(errno.EADDRNOTAVAIL, str(interface))
        there.remove(address)
        if not any(a.interface.network == interface.network for a in there):
            gone = [
                r for r in self.routes if r.by_kernel and (r.dev, r.destination) == (card, interface.network)
            ]
            self.routes = [r for r in self.routes if r not in gone]
        return address

    def set_link(self, card: str, *, up: bool) -> None:
        """Bring a card up or down: down loses its routes, up gives back only the connected ones."""
        device = self.cards[card]
        if device.up == up:
            return
        device.up = up
        self.routes = [route for route in self.routes if route.dev != card]
        if up:
            for address in device.addresses:
                self._add_connected(card, address)

    def claim(self, card: str, ip: IPv4Address, now: float) -> None:
        """A gratuitous ARP: from now on the segment sends this address's traffic here."""
        device = self.cards[card]
        device.addresses = [replace(a, since=now) if a.ip == ip else a for a in device.addresses]

    def _add_connected(self, card: str, address: Address) -> None:
        network = address.interface.network
        if network.prefixlen == network.max_prefixlen or card == "lo":
            return
        if not any(r.by_kernel and r.dev == card and r.destination == network for r in self.routes):
            self.routes.append(Route(network, card, source=address.ip, by_kernel=True))


def look_up(
    stack: Stack, to: IPv4Address, *, source: IPv4Address | None = None, oif: str = ""
) -> Route | None:
    """The route of a packet: rules by priority, in each table the longest prefix, then the lowest metric.

    The local table comes first and is left to the caller (Stack.is_local).
    """
    for rule in sorted(stack.rules, key=lambda r: r.priority):
        if rule.source is not None and (source is None or source not in rule.source):
            continue
        if rule.destination is not None and to not in rule.destination:
            continue
        if rule.oif and rule.oif != oif:
            continue
        if rule.iif:
            continue
        found = [
            route for route in stack.routes
            if route.table == rule.table and to in route.destination and oif in ("", route.dev)
            and stack.cards[route.dev].up
        ]  # fmt: skip
        if found:
            return min(found, key=lambda r: (-r.destination.prefixlen, r.metric))
    return None


def source_for(stack: Stack, route: Route, to: IPv4Address) -> IPv4Address | None:
    """The address that the kernel writes into a packet that has none yet."""
    if route.source is not None:
        return route.source
    card = stack.cards[route.dev]
    towards = route.via or to
    near = [a.ip for a in card.addresses if towards in a.interface.network]
    others = [a.ip for _, a in stack.each_address() if not a.ip.is_loopback]
    return next(iter(near or [a.ip for a in card.addresses] or others), None)
