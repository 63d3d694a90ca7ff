"""How vSwitches reach the wire, where a physical router waits on the other end of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim
from esxlab.errors import LabError
from esxlab.lab.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.seen import Place
    from esxlab.lab.lab import Lab


def look_at_uplinks(server: Connection, placed: Sequence[tuple[Lab, Place]]) -> Iterator[Finding]:
    """A warning for each vSwitch of a lab with a router that has no uplink, or none with a link."""
    systems = {
        (place.host.name, vswitch): place.host.network_system
        for lab, place in placed
        if lab.router is not None
        for vswitch in _vswitches(lab, place)
        if vswitch in place.host.vswitches
    }
    if not systems:
        return
    paths: dict[type, list[str]] = {vim.host.NetworkSystem: ["networkInfo.vswitch", "networkInfo.pnic"]}
    told = server.session.retrieve(list(set(systems.values())), paths, what="networkInfo")
    for (host, name), system in sorted(systems.items(), key=lambda item: item[0]):
        seen = told.get(system, {})
        switch = next((each for each in seen.get("networkInfo.vswitch") or () if each.name == name), None)
        if code := trouble_of(switch, seen.get("networkInfo.pnic") or ()):
            error = LabError(code, where=host, host=host, vswitch=name)
            yield Finding("uplink", f"{host}, {name}", error, warning=True)


def _vswitches(lab: Lab, place: Place) -> Iterator[str]:
    """The host's own switches that carry the lab's networks."""
    yield from (port_group.vswitch for port_group in lab.port_groups)
    for network in lab.networks:
        there = place.host.port_groups.get(network.name)
        if there is not None and network.kind != "distributed":
            yield there.vswitch


def trouble_of(switch: Any, cards: Sequence[Any]) -> str:
    """Error code of a vSwitch (HostVirtualSwitch) with these cards of the host (PhysicalNic); empty: none.

    Of a host that tells no card at all (a simulator) nothing can be said.
    A card without linkSpeed has no link: "If this property is not set, the link is down" (PhysicalNic).
    """
    if switch is None or not cards:
        return ""
    plugged = [card for card in cards if card.key in (switch.pnic or ())]
    if not plugged:
        return "doctor.no_uplink"
    return "" if any(card.linkSpeed is not None for card in plugged) else "doctor.uplink_down"
