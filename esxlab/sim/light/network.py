"""The network between the stacks: what a ping or a connection meets on its way there and back; a pure model.

A packet is walked from stack to stack: routing with policy rules, ARP on the VLAN, forwarding, the routers'
static NAT, IPVS. The answer is walked back the same way, and counts only when it comes from where the
question was sent to; so wrong gateways and asymmetric ways fail as they do in a real lab.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from esxlab.sim.light.kernel import NO_VLAN, Address, Card, Route, Stack, StaticNat, look_up, source_for

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Address, IPv4Interface

    from esxlab.sim.contracts import RouterView
    from esxlab.sim.light.ipvs import VirtualService

Outcome = Literal["open", "refused", "timeout", "unreachable", "no-route"]
MAX_HOPS = 16
CLIENT_PORT = 40000
INTERNET = "internet"
SAME_CARD, SAME_CARD_AND_SUBNET, NEVER = 1, 2, 8
"""Values of arp_ignore (kernel documentation, ip-sysctl)."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a connection attempt met. `server` is the name of the stack that answered (a machine's key)."""

    outcome: Outcome
    server: str = ""
    port: int = 0  # the port that the server was asked on
    client: str = ""  # the address that the server saw


@dataclass(frozen=True, slots=True)
class Lease:
    """What the school's DHCP server gives."""

    interface: IPv4Interface
    gateway: IPv4Address


@dataclass(frozen=True, slots=True)
class Packet:
    """The part of a packet that matters here."""

    source: IPv4Address
    to: IPv4Address
    protocol: Literal["tcp", "icmp"]
    source_port: int = 0
    to_port: int = 0


@dataclass(frozen=True, slots=True)
class Arrival:
    """A packet has reached its end."""

    stack: Stack
    packet: Packet
    internet: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """A packet is gone: what its sender will notice."""

    outcome: Outcome


class Network:
    """All stacks at one moment; `now` is in school seconds, for what IPVS remembers."""

    def __init__(self, stacks: Iterable[Stack], *, now: float = 0.0) -> None:
        self._now = now
        self._segments: dict[int, list[tuple[Stack, Card]]] = {}
        for stack in stacks:
            for card in stack.cards.values():
                if card.vlan != NO_VLAN:
                    self._segments.setdefault(card.vlan, []).append((stack, card))

    # questions

    def ping(
        self, stack: Stack, to: IPv4Address, *, source: IPv4Address | None = None, oif: str = ""
    ) -> Outcome:
        """One echo request and its reply: open, timeout, unreachable or no-route."""
        start = self._from(stack, to, source, oif)
        if isinstance(start, Lost):
            return start.outcome
        there = self._send(stack, Packet(start, to, "icmp"), oif=oif)
        if isinstance(there, Lost):
            return there.outcome
        back = self._answer(there)
        good = isinstance(back, Arrival) and back.stack is stack and back.packet.source == to
        return "open" if good else "timeout"

    def open_tcp(
        self, stack: Stack, to: IPv4Address, port: int, *, source: IPv4Address | None = None, oif: str = ""
    ) -> Opened:
        """SYN, and SYN-ACK or RST: who answers, and whether the answer finds back."""
        start = self._from(stack, to, source, oif)
        if isinstance(start, Lost):
            return Opened(start.outcome)
        there = self._send(stack, Packet(start, to, "tcp", CLIENT_PORT, port), oif=oif)
        if isinstance(there, Lost):
            return Opened(there.outcome)
        back = self._answer(there)
        if isinstance(back, Lost) or back.stack is not stack:
            return Opened("timeout")
        if (back.packet.source, back.packet.source_port) != (to, port):
            return Opened("timeout")  # a SYN-ACK from a stranger: the client resets it and goes on waiting
        listens = there.internet or there.stack.listening(there.packet.to_port)
        name = INTERNET if there.internet else there.stack.name
        return Opened("open" if listens else "refused", name, there.packet.to_port, str(there.packet.source))

    def neighbour(self, stack: Stack, card: Card, ip: IPv4Address) -> tuple[Stack, Card] | None:
        """Who answers an ARP request for this address; of several, the one that claimed it last."""
        if not card.running:
            return None
        answers = [
            (address.since, other.name, other, near)
            for other, near in self._segments.get(card.vlan, ())
            if other is not stack and near.running
            and (address := _arp_answer(other, near, card, ip)) is not None
        ]  # fmt: skip
        if not answers:
            return None
        best = max(answers, key=lambda answer: answer[:2])
        return best[2], best[3]

    # a packet's way

    def _from(
        self, stack: Stack, to: IPv4Address, source: IPv4Address | None, oif: str
    ) -> IPv4Address | Lost:
        if source is not None:
            return source
        if stack.is_local(to):
            return to
        route = look_up(stack, to, oif=oif)
        chosen = source_for(stack, route, to) if route else None
        return chosen if chosen is not None else Lost("no-route")

    def _answer(self, arrival: Arrival) -> Arrival | Lost:
        asked = arrival.packet
        packet = Packet(asked.to, asked.source, asked.protocol, asked.to_port, asked.source_port)
        return self._send(arrival.stack, packet, spoofed=arrival.internet)

    def _send(self, stack: Stack, packet: Packet, *, oif: str = "", spoofed: bool = False) -> Arrival | Lost:
        if stack.is_local(packet.to):
            return self._local(stack, packet, MAX_HOPS)
        route = look_up(stack, packet.to, source=None if spoofed else packet.source, oif=oif)
        if route is None:
            return Lost("no-route")
        return self._hop(stack, route, packet, MAX_HOPS)

    def _hop(
        self, stack: Stack, route: Route, packet: Packet, left: int, *, to: IPv4Address | None = None
    ) -> Arrival | Lost:
        card = stack.cards[route.dev]
        found = self.neighbour(stack, card, to or route.via or packet.to)
        if found is None:
            return Lost("unreachable" if left == MAX_HOPS else "timeout")
        return self._receive(*found, packet, left - 1)

    def _receive(self, stack: Stack, card: Card, packet: Packet, left: int) -> Arrival | Lost:
        if left <= 0:
            return Lost("timeout")
        if stack.nat.get(card.name) == "outside":
            packet = _translate_in(stack, packet)
        if stack.is_local(packet.to):
            return self._local(stack, packet, left)
        return self._forward(stack, card, packet, left)

    def _local(self, stack: Stack, packet: Packet, left: int) -> Arrival | Lost:
        if stack.ipvs is not None and packet.protocol == "tcp":
            service = stack.ipvs.services.get((packet.to, packet.to_port))
            if service is not None:
                return self._balance(stack, service, packet, left)
        return Arrival(stack, packet)

    def _forward(self, stack: Stack, card: Card, packet: Packet, left: int) -> Arrival | Lost:
        if not stack.forwarding:
            return Lost("timeout")
        if stack.ipvs is not None and packet.protocol == "tcp":
            service = stack.ipvs.masquerades((packet.source, packet.source_port), packet.to)
            if service is not None:
                packet = replace(packet, source=service[0], source_port=service[1])
        route = look_up(stack, packet.to, source=packet.source)
        if route is None:
            return Arrival(stack, packet, internet=True) if stack.uplink else Lost("unreachable")
        if stack.nat.get(card.name) == "inside" and stack.nat.get(route.dev) == "outside":
            packet = _translate_out(stack, packet)
        return self._hop(stack, route, packet, left)

    def _balance(self, stack: Stack, service: VirtualService, packet: Packet, left: int) -> Arrival | Lost:
        if stack.ipvs is None:
            return Arrival(stack, packet)
        server = stack.ipvs.schedule(service, packet.source, self._now)
        if server is None:
            return Lost("refused")  # ip_vs_leave: ICMP port unreachable
        if server.method == "m":
            packet = replace(packet, to=server.address, to_port=server.port)
        if stack.is_local(server.address):
            return Arrival(stack, packet)
        route = look_up(stack, server.address, source=packet.source if server.method == "m" else None)
        if route is None or (server.method != "m" and route.via is not None) or server.method == "i":
            return Lost("timeout")
        answer = self._hop(stack, route, packet, min(left, MAX_HOPS - 1), to=route.via or server.address)
        return Lost("timeout") if isinstance(answer, Lost) and answer.outcome != "refused" else answer


def _arp_answer(stack: Stack, near: Card, asker: Card, ip: IPv4Address) -> Address | None:
    if ip.is_loopback:
        return None
    for card, address in stack.each_address():
        if address.ip != ip:
            continue
        ignore = stack.arp_ignore(near.name)
        if ignore >= NEVER:
            return None
        if ignore == 0 or card is near:
            asking = [a.ip for a in asker.addresses]
            if ignore >= SAME_CARD_AND_SUBNET and not any(i in address.interface.network for i in asking):
                return None
            return address
    return None


def _translate_in(stack: Stack, packet: Packet) -> Packet:
    for static in stack.statics:
        if (packet.protocol, packet.to, packet.to_port) == (
            static.protocol,
            static.outside,
            static.outside_port,
        ):
            return replace(packet, to=static.inside, to_port=static.inside_port)
    return packet


def _translate_out(stack: Stack, packet: Packet) -> Packet:
    for static in stack.statics:
        here = (packet.protocol, packet.source, packet.source_port)
        if here == (static.protocol, static.inside, static.inside_port):
            return replace(packet, source=static.outside, source_port=static.outside_port)
    return packet


def router_stack(view: RouterView) -> Stack:
    """A router as a stack; it also answers ARP for the outside addresses of its static translations."""
    stack = Stack(f"router {view.host}", listening=lambda port: port in (22, 23))
    stack.settings["net.ipv4.ip_forward"] = str(int(view.routing))
    for number, interface in enumerate(view.interfaces):
        mac = f"00:00:0c:00:00:{number:02x}"
        stack.cards[interface.name] = Card(interface.name, mac, interface.vlan, up=interface.up)
        if interface.address is not None:
            stack.add_address(interface.name, Address(interface.address, interface.name))
        if interface.nat:
            stack.nat[interface.name] = interface.nat
    for card in stack.cards:
        stack.settings[f"net.ipv4.conf.{card}.arp_ignore"] = str(SAME_CARD)
    stack.statics = tuple(
        StaticNat(s.protocol, s.inside, s.inside_port, s.outside, s.outside_port) for s in view.statics
    )
    return stack
