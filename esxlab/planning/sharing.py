"""What groups of a class share: a router's outside interface, a port group. The last to go takes it away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab, RouterRecord
    from esxlab.lab.machine import PortGroup, Site
    from esxlab.lab.record import GroupRecord
    from esxlab.lab.router import RouterAddress


def router_records(address: RouterAddress, records: Iterable[GroupRecord]) -> tuple[RouterRecord, ...]:
    """What these records say of this router."""
    return tuple(
        record.router
        for record in records
        if record.router and record.router_address and record.router_address.host == address.host
    )


RouterUsers = Mapping[str, Mapping["GroupId", "RouterRecord"]]
"""A router's host -> what each group's record says of it."""


def by_router(records: Iterable[GroupRecord | None]) -> RouterUsers:
    """What these records say of each router, by its host and their groups."""
    said: dict[str, dict[GroupId, RouterRecord]] = {}
    for record in records:
        if record and record.router and record.router_address:
            said.setdefault(record.router_address.host, {})[record.group] = record.router
    return said


def other_records(lab: Lab, users: RouterUsers) -> tuple[RouterRecord, ...]:
    """What the other groups' records say of this lab's router."""
    if lab.router is None:
        return ()
    return tuple(
        record for group, record in users.get(lab.router.address.host, {}).items() if group != lab.group
    )


def shared_things(
    site: Site, port_groups: Iterable[PortGroup], router: RouterAddress | None
) -> Iterator[tuple[str, ...]]:
    """What a group of this place may share with others: groups that have none of it in common never meet."""
    yield from ((*_host(site), port_group.name) for port_group in port_groups)
    if router is not None:
        yield (router.host,)


def users_of(port_group: PortGroup, site: Site, records: Iterable[GroupRecord]) -> tuple[GroupRecord, ...]:
    """Those of the records that name this port group of the site's ESXi host."""
    return tuple(
        record
        for record in records
        if _host(record.site) == _host(site) and port_group.name in {p.name for p in record.port_groups}
    )


def _host(site: Site) -> tuple[str, str, str]:
    return (site.server.host, site.datacenter, site.esxi)
