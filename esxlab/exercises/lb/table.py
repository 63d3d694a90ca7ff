"""The table that a group's director is meant to have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.exercises.family.ipvs import IpvsTable, RealServer
from esxlab.exercises.lb.spec import BalancerSpec

if TYPE_CHECKING:
    from esxlab.spec.resolved import GroupSpec


def ipvs_table(spec: GroupSpec) -> IpvsTable:
    """The same for the file that is loaded at boot, the checks and the drills."""
    service = spec.part(BalancerSpec)
    return IpvsTable(
        address=str(service.address),
        port=service.port,
        scheduler=service.scheduler,
        method=service.method,
        servers=tuple(
            RealServer(server.hostname, str(server.inside.ip), service.weight(server.key))
            for server in spec.by_role("web")
            if server.inside
        ),
    )
