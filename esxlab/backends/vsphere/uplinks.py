"""How vSwitches reach the wire, where a physical router waits on the other end of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from esxlab.errors import LabError
from esxlab.lab.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.seen import Place, SeenHost
    from esxlab.lab.lab import Lab

TAGGED = frozenset(range(1, 4095))
"""VLANs of one number: 0 is untagged, 4095 every one (HostPortGroupSpec.vlanId)."""


class _Wire(NamedTuple):
    """A vSwitch, and the VLANs of the labs' networks on it."""

    host: str
    vswitch: str
    at: SeenHost
    vlans: frozenset[int]


def look_at_uplinks(server: Connection, placed: Sequence[tuple[Lab, Place]]) -> Iterator[Finding]:
    """Warnings for each vSwitch of a lab with a router: no uplink, none with a link, VLANs not seen there."""
    wires = list(_wires(placed))
    if not wires:
        return
    told = server.uplinks([wire.at for wire in wires])
    for wire in wires:
        if (seen := told.get(wire.host)) is None:
            continue
        switch = next((each for each in seen.switches if each.name == wire.vswitch), None)
        cards = seen.cards
        facts: dict[str, Any] = {"host": wire.host, "vswitch": wire.vswitch}
        error = None
        if code := trouble_of(switch, cards):
            error = LabError(code, where=wire.host, **facts)
        elif (linked := linked_cards(switch, cards)) and wire.vlans:
            error = _unseen(wire, server.overheard(wire.at, [card.device for card in linked]), facts)
        if error:
            yield Finding("uplink", f"{wire.host}, {wire.vswitch}", error, warning=True)


def _wires(placed: Sequence[tuple[Lab, Place]]) -> Iterator[_Wire]:
    vlans: dict[tuple[str, str], set[int]] = {}
    hosts: dict[tuple[str, str], SeenHost] = {}
    for lab, place in placed:
        if lab.router is None:
            continue
        for vswitch, vlan in _networks(lab, place):
            if vswitch in place.host.vswitches:
                hosts[place.host.name, vswitch] = place.host
                vlans.setdefault((place.host.name, vswitch), set()).add(vlan)
    for (host, vswitch), at in sorted(hosts.items(), key=lambda item: item[0]):
        yield _Wire(host, vswitch, at, frozenset(vlans[host, vswitch] & TAGGED))


def _networks(lab: Lab, place: Place) -> Iterator[tuple[str, int]]:
    """(vSwitch, VLAN) of the lab's networks that are on the host's own switches."""
    yield from ((port_group.vswitch, port_group.vlan) for port_group in lab.port_groups)
    for network in lab.networks:
        there = place.host.port_groups.get(network.name)
        if there is not None and network.kind != "distributed":
            yield there.vswitch, there.vlan


def vlans_seen(hints: Sequence[Any]) -> frozenset[int]:
    """Of each card's hint (PhysicalNicHintInfo) the VLANs of its subnets and networks; 0 for one without.

    "Network hint is some information about the network to which the physical network adapter is attached":
    what the card has overheard, never a list of what the trunk carries.
    """
    return frozenset(
        part.vlanId or 0 for hint in hints for part in (*(hint.subnet or ()), *(hint.network or ()))
    )


def _unseen(wire: _Wire, seen: frozenset[int], facts: dict[str, Any]) -> LabError | None:
    """A hint only: of a VLAN in which nobody has spoken yet nothing is overheard."""
    tagged, missing = seen & TAGGED, wire.vlans - seen
    if not missing:
        return None
    facts |= {"missing": ranges(missing)}
    if not tagged:
        return LabError("doctor.vlans_unknown", where=wire.host, **facts)
    return LabError("doctor.vlan_unseen", where=wire.host, **facts, seen=ranges(tagged))


def ranges(numbers: AbstractSet[int]) -> str:
    """101-112, 201: of many VLANs the runs."""
    ordered = sorted(numbers)
    starts = [number for number in ordered if number - 1 not in numbers]
    ends = [number for number in ordered if number + 1 not in numbers]
    return ", ".join(
        str(first) if first == last else f"{first}-{last}" for first, last in zip(starts, ends, strict=True)
    )


def trouble_of(switch: Any, cards: Sequence[Any]) -> str:
    """Error code of a vSwitch (HostVirtualSwitch) with these cards of the host (PhysicalNic); empty: none.

    Of a host that tells no card at all (a simulator) nothing can be said.
    A card without linkSpeed has no link: "If this property is not set, the link is down" (PhysicalNic).
    """
    if switch is None or not cards:
        return ""
    if not any(card.key in (switch.pnic or ()) for card in cards):
        return "doctor.no_uplink"
    return "" if linked_cards(switch, cards) else "doctor.uplink_down"


def linked_cards(switch: Any, cards: Sequence[Any]) -> list[Any]:
    """The vSwitch's own physical cards that have a link."""
    plugged = (switch.pnic or ()) if switch is not None else ()
    return [card for card in cards if card.key in plugged and card.linkSpeed is not None]
