"""What the embedded school is built from: the shape of a class, read off its groups' specs."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any

from esxlab.errors import LabError
from esxlab.sim.contracts import TRUNK, DatastoreShape, PortGroupShape, RouterShape, SchoolShape, ServerShape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.spec.resolved import GroupSpec, RouterSpec, SegmentSpec


FIRST_VLAN = 3001
"""What the school's administrator gives to port groups of which the spec does not say a VLAN, counting up."""


def shape_of(groups: Sequence[GroupSpec], name: str) -> SchoolShape:
    """The school that these groups need: their servers, datastores, hosts and routers.

    A server whose groups name an ESXi host (or a datacenter other than a lone ESXi's) is a vCenter, any other
    a lone ESXi. The model lies on the server's first datastore, as in a real school. A router's interface is
    cabled to the group's VLAN; one that serves several groups through subinterfaces is cabled to all VLANs.

    Raises:
        LabError: sim.schools when two groups name different networks of the school: it has one;
            vsphere.datastore_name, which plan would say of a real server (backends/vsphere/store.py): vcsim
            reads `[name] path` as others do, and cannot tell either where such a name ends.
    """
    for group in groups:
        if set(datastore := group.site.datastore) & set("[]"):
            raise LabError("vsphere.datastore_name", where=str(group.group), datastore=datastore)
    by_host: dict[str, list[GroupSpec]] = {}
    for group in groups:
        by_host.setdefault(group.site.server.host, []).append(group)
    school = groups[0].school
    if other := next((group for group in groups if group.school != school), None):
        raise LabError(
            "sim.schools", where=str(other.group), network=other.school.network, first=school.network
        )
    vlans = _vlans(groups)
    return SchoolShape(
        name=name,
        servers=tuple(_server(host, members, vlans) for host, members in by_host.items()),
        routers=_routers(groups, vlans),
        school_network=school.network,
        school_gateway=school.gateway,
    )


def _segments(group: GroupSpec) -> dict[tuple[str, str], SegmentSpec]:
    """Both, by server and port group."""
    return {
        (group.site.server.host, segment.port_group): segment for segment in (group.inside, group.outside)
    }


def _vlans(groups: Sequence[GroupSpec]) -> dict[tuple[str, str], int]:
    """The VLAN of each port group, by server and name: the spec's, or one that nobody else has."""
    vlans: dict[tuple[str, str], int] = {}
    for group in groups:
        for key, segment in _segments(group).items():
            vlans.setdefault(key, segment.vlan or FIRST_VLAN + len(vlans))
    return vlans


def _server(host: str, groups: list[GroupSpec], vlans: dict[tuple[str, str], int]) -> ServerShape:
    first = groups[0].site
    esxi = tuple(dict.fromkeys(g.site.esxi for g in groups if g.site.esxi))
    datacenter = next((g.site.datacenter for g in groups if g.site.datacenter), "")
    lone = not esxi and datacenter in {"", "ha-datacenter"}
    hosts = (host,) if lone else esxi or (f"esxi1.{host}",)
    datastores = dict.fromkeys(g.site.datastore for g in groups)
    given = {key: s for g in groups for key, s in _segments(g).items() if s.existing}
    return ServerShape(
        host=host,
        user=first.server.user,
        kind="esxi" if lone else "vcenter",
        esxi=hosts,
        datastores=tuple(DatastoreShape(name, hosts) for name in datastores),
        datacenter=datacenter or ("ha-datacenter" if lone else "Datacenter"),
        staging=first.staging,
        vswitch=first.vswitch,
        model=first.model,
        port_groups=tuple(
            PortGroupShape(key[1], vlans[key], not lone and segment.kind != "standard")
            for key, segment in given.items()
        ),
        staging_distributed=first.staging_kind == "distributed",
    )


def _routers(groups: Sequence[GroupSpec], vlans: dict[tuple[str, str], int]) -> tuple[RouterShape, ...]:
    cables: dict[str, dict[str, int]] = {}
    specs: dict[str, RouterSpec] = {}
    for group in groups:
        router = group.router
        if router is None:
            continue
        specs.setdefault(router.address.host, router)
        mine = cables.setdefault(router.address.host, {})
        server = group.site.server.host
        _plug(mine, router.inside_interface, vlans[server, group.inside.port_group])
        _plug(mine, router.outside_interface, vlans[server, group.outside.port_group])
    return tuple(
        RouterShape(
            host=host,
            user=spec.address.user,
            device_type=spec.address.device_type,
            cables=tuple(cables[host].items()),
        )
        for host, spec in specs.items()
    )


def _plug(cables: dict[str, int], interface: str, vlan: int) -> None:
    """Cable one interface; a subinterface, or a second VLAN on the same interface, makes it a trunk."""
    physical, dot, _ = interface.partition(".")
    tagged = bool(dot) or cables.get(physical, vlan) != vlan
    cables[physical] = TRUNK if tagged else vlan


def shape_from_json(content: dict[str, Any]) -> SchoolShape:
    """The shape whose `dataclasses.asdict` went through JSON, addresses as text."""
    return SchoolShape(
        name=content["name"],
        servers=tuple(
            ServerShape(
                **{
                    **server,
                    "esxi": tuple(server["esxi"]),
                    "folders": tuple(server["folders"]),
                    "port_groups": tuple(PortGroupShape(**group) for group in server["port_groups"]),
                    "datastores": tuple(
                        DatastoreShape(**{**store, "esxi": tuple(store["esxi"])})
                        for store in server["datastores"]
                    ),
                }
            )
            for server in content["servers"]
        ),
        routers=tuple(
            RouterShape(**{**router, "cables": tuple((name, vlan) for name, vlan in router["cables"])})
            for router in content["routers"]
        ),
        school_network=IPv4Network(content["school_network"]),
        school_gateway=IPv4Address(content["school_gateway"]),
    )
