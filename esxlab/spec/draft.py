"""One group's valid parts with every address placed in its network: what the rules look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING, Literal, TypeVar

from esxlab.spec.part import AddressField
from esxlab.spec.parts import cards_of, family_of, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.lab.identity import GroupId
    from esxlab.spec.findings import Findings
    from esxlab.spec.layers import Layer
    from esxlab.spec.model import ClientPart, CommonParts, MachinePart
    from esxlab.spec.part import Part, Side
    from esxlab.spec.source import Path

T = TypeVar("T", bound="Part")
Sides = tuple[Literal["inside", "outside"], ...]
SIDES: Sides = ("inside", "outside")


@dataclass(slots=True)
class Draft:
    """One group: its layer, its validated parts, its addresses by path (with their network's prefix)."""

    group: GroupId
    layer: Layer
    parts: CommonParts
    addresses: dict[Path, IPv4Interface] = field(default_factory=dict)
    sides: dict[Path, Side] = field(default_factory=dict)  # of each address: the network that it is in

    def part(self, kind: type[T]) -> T:
        """An exercise's own part; StopIteration when no exercise has this kind."""
        return next(part for _, part in self.parts if isinstance(part, kind))

    @property
    def clients(self) -> dict[str, ClientPart]:
        """The stations that the group has."""
        return {key: client for key, client in self.parts.clients if client is not None}

    def members(self) -> Iterator[tuple[Path, MachinePart | ClientPart, Sides]]:
        """Every machine: its place in the spec, what is said of it, where it has an address."""
        scenario = self.parts.scenario
        for key, machine in self.parts.machines.items():
            cards = cards_of(scenario, machine.role)
            yield ("machines", key), machine, tuple(side for side in SIDES if side in cards)
        for key, client in self.clients.items():
            said = family_of(scenario).clients.get(key, {})
            yield ("clients", key), client, tuple(side for side in SIDES if side in said)

    def network(self, side: Side) -> IPv4Network:
        """The network of this side."""
        parts = self.parts
        networks = {"inside": parts.inside.network, "outside": parts.outside.network}
        return networks.get(side, parts.school.network)

    def vlan(self, side: Literal["inside", "outside"]) -> int | None:
        """What the spec says of this side's VLAN; None: it is the administrator's affair."""
        part = getattr(self.parts, side)
        said = not part.existing or self.layer.given((side, "vlan"))
        return int(part.vlan) if said else None

    @property
    def server_key(self) -> tuple[str, int]:
        """Two groups with the same key share a vSphere server."""
        return (self.parts.vsphere.host.lower(), self.parts.vsphere.port)

    @property
    def in_vcenter(self) -> bool:
        """Whether the spec says that the server is a vCenter: it names a host or a datacenter in it."""
        vsphere = self.parts.vsphere
        return bool(vsphere.esxi) or vsphere.datacenter not in {"", "ha-datacenter"}

    @property
    def datastore_key(self) -> tuple[str, int, str, str]:
        """Two groups with the same key share a datastore."""
        return (*self.server_key, self.parts.vsphere.datacenter, self.parts.vsphere.datastore)

    @property
    def router_key(self) -> tuple[str, int] | None:
        """Two groups with the same key share a router."""
        router = self.parts.router
        return (router.host.lower(), router.port) if router else None


def address_fields_of(draft: Draft) -> Iterator[AddressField]:
    """Every address of a group, in the order of the spec."""
    parts = draft.parts
    for path, member, sides in draft.members():
        if "inside" in sides and member.inside is not None:
            yield AddressField((*path, "inside"), "inside", member.inside)
        if "outside" in sides and member.outside is not None:
            yield AddressField((*path, "outside"), "outside", member.outside)
    for part in parts_of(parts.scenario).values():
        yield from part.address_fields(draft)
    if parts.router is not None:
        yield AddressField(("router", "inside_address"), "inside", parts.router.inside_address)
        yield AddressField(("router", "outside_address"), "outside", parts.router.outside_address)
    yield AddressField(("school", "gateway"), "school", parts.school.gateway)


def place_addresses(draft: Draft, findings: Findings) -> None:
    """Put every address into its network: E301, E302, E312 when it does not belong there.

    An address of the exercise's own follows its network: the host part that the network has room for.
    """
    for place in address_fields_of(draft):
        network = draft.network(place.side)
        address = place.value.ip if isinstance(place.value, IPv4Interface) else place.value
        if not draft.layer.given(place.path):
            host_part = int(address) & int(network.hostmask)
            address = IPv4Address(int(network.network_address) | host_part)
        draft.addresses[place.path] = IPv4Interface((address, network.prefixlen))
        draft.sides[place.path] = place.side
        _check_address(draft, place, address, findings)


def _check_address(draft: Draft, place: AddressField, address: IPv4Address, findings: Findings) -> None:
    network = draft.network(place.side)
    position, group = draft.layer.position(place.path), draft.group.number
    if address not in network:
        source = f"{place.side}.network"
        findings.add(
            "E301", position, place.path, group=group, address=address, network=network, source=source
        )
    elif address in {network.network_address, network.broadcast_address}:
        findings.add("E302", position, place.path, group=group, address=address, network=network)
    if isinstance(place.value, IPv4Interface):
        length = place.value.network.prefixlen
        if length != network.prefixlen and not (place.alone and length == network.max_prefixlen):
            findings.add("E312", position, place.path, group=group, value=place.value, network=network)
