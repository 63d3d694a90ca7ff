"""The verbs on port groups of an ESXi host's standard vSwitches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.backends.refusals import foreign_port_group
from esxlab.backends.vsphere.all_records import find_all_records
from esxlab.backends.vsphere.faults import settle
from esxlab.errors import LabError
from esxlab.lab.ownership import Ownership, is_half_made, judge_port_group

if TYPE_CHECKING:
    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.seen import Place
    from esxlab.lab.machine import PortGroup, Site


def add(server: Connection, site: Site, port_group: PortGroup) -> None:
    """AddPortGroup; one that is there already must be the very same."""
    place = server.place(site)

    def act() -> bool:
        server.writer.add_port_group(place, port_group)
        return True

    def look() -> bool | None:
        seen = _port_groups(server, place).get(port_group.name)
        return True if seen and seen.vlan == port_group.vlan else None  # else it is there, half made

    try:
        settle(act, look)
    except LabError as error:
        if error.code != "vsphere.exists":
            raise
        seen = _port_groups(server, place).get(port_group.name)
        if seen and is_half_made(seen, port_group, own=_recorded(server)):
            settle(lambda: server.writer.set_vlan(place, port_group), lambda: None)
        elif seen and judge_port_group(seen, port_group, own={port_group.name}) is Ownership.FOREIGN:
            raise foreign_port_group(seen, port_group, place.host.name) from error
    place.host.port_groups[port_group.name] = port_group


def _recorded(server: Connection) -> set[str]:
    """Names that groups on this server have recorded; none, where a port group is made in one step."""
    if not server.writer.adds_vlan_later:
        return set()
    return {port_group.name for record in find_all_records(server) for port_group in record.port_groups}


def remove(server: Connection, site: Site, port_group: PortGroup) -> None:
    """RemovePortGroup, only the one that we know, while no machine and no adapter of the host is on it."""
    place = server.place(site)
    port_groups, adapters = server.wiring(place)
    seen = port_groups.get(port_group.name)
    if seen is None:
        place.host.port_groups.pop(port_group.name, None)
        return
    own = {port_group.name} if port_group.ours else ()
    half_made = server.writer.adds_vlan_later and is_half_made(seen, port_group, own=own)
    if not half_made and judge_port_group(seen, port_group, own=own) is not Ownership.OURS:
        raise foreign_port_group(seen, port_group, place.host.name)
    adapted = [device for device, network in adapters if network == port_group.name]
    if users := adapted or server.users(place, port_group.name):
        raise LabError("vsphere.in_use", what=port_group.name, where=place.host.name, detail=", ".join(users))

    def act() -> bool:
        server.writer.remove_port_group(place, port_group)
        return True

    def look() -> bool | None:
        return None if port_group.name in _port_groups(server, place) else True

    try:
        settle(act, look)
    except LabError as error:
        if error.code != "vsphere.gone":
            raise
    place.host.port_groups.pop(port_group.name, None)


def _port_groups(server: Connection, place: Place) -> dict[str, PortGroup]:
    """The host's port groups, read now."""
    return server.wiring(place).port_groups
