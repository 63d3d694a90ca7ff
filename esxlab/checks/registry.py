"""Which questions each scenario asks: a new check is one class and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.checks.asking import Ground
from esxlab.checks.balancing import BalancerTable, HeartbeatOff, Spread, VirtualPage, VirtualPageB
from esxlab.checks.common import Isolated, MachinesStand, Pings, RouterStands
from esxlab.checks.heartbeat import ActiveNode, ClusterPage, HeartbeatFiles, RouterPage
from esxlab.lab.web import HTTP_PORT
from esxlab.planning.approach import approach_to
from esxlab.scenarios import SCENARIOS
from esxlab.scenarios.balancer import ipvs_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from esxlab.checks.base import Check
    from esxlab.lab.lab import Lab
    from esxlab.spec.resolved import GroupSpec


def build_checks(spec: GroupSpec, *, wanted: Lab, found: Lab) -> tuple[Check, ...]:
    """The questions for one group, in the order in which a teacher would ask them."""
    ground, gateway = ground_of(spec, wanted=wanted, found=found), str(spec.school.gateway)
    return (
        MachinesStand(group=spec.group, wanted=wanted, found=found),
        *CHECKS[spec.scenario](spec, ground),
        Isolated(group=spec.group, ground=ground, machines=_isolated(spec), gateway=gateway),
        *_router(spec),
    )


def ground_of(spec: GroupSpec, *, wanted: Lab, found: Lab) -> Ground:
    """The way to each machine of the group, as the lab stands now."""
    ways = {m.owner.machine: approach_to(m, wanted=wanted, found=found) for m in wanted.machines}
    return Ground(spec.site, ways)


def _ha(spec: GroupSpec, ground: Ground) -> Iterator[Check]:
    group, servers = spec.group, spec.by_role("web")
    keys, hostnames = tuple(s.key for s in servers), tuple(s.hostname for s in servers)
    addresses = tuple(str(address.ip) for address in spec.cluster.addresses)
    inside, outside = spec.machine("ClientB"), spec.machine("ClientA")
    if inside:
        yield ClusterPage(
            group=group,
            ground=ground,
            client=inside.key,
            address=addresses[0],
            port=HTTP_PORT,
            hostnames=hostnames,
        )
    yield ActiveNode(group=group, ground=ground, servers=keys, addresses=addresses)
    yield HeartbeatFiles(group=group, ground=ground, servers=keys)
    if inside:
        targets = [(s.key, str(s.inside.ip)) for s in servers if s.inside]
        targets += [(address, address) for address in addresses]
        yield Pings(group=group, ground=ground, client=inside.key, targets=tuple(targets))
    if outside and spec.router:
        address, port = str(spec.router.outside_address.ip), spec.router.outside_port
        yield RouterPage(
            group=group, ground=ground, client=outside.key, address=address, port=port, hostnames=hostnames
        )


def _lb(spec: GroupSpec, ground: Ground) -> Iterator[Check]:
    group, table = spec.group, ipvs_table(spec)
    hostnames = tuple(server.hostname for server in table.servers if server.weight)
    for check, name in ((VirtualPage, "ClientA"), (VirtualPageB, "ClientB")):
        if spec.machine(name):
            yield check(
                group=group,
                ground=ground,
                client=name,
                address=table.address,
                port=table.port,
                hostnames=hostnames,
            )
    for balancer in spec.by_role("balancer"):
        if spec.machine("ClientA"):
            yield Spread(group=group, ground=ground, client="ClientA", balancer=balancer.key, table=table)
        yield BalancerTable(group=group, ground=ground, balancer=balancer.key, table=table)
    yield HeartbeatOff(group=group, ground=ground, servers=tuple(s.key for s in spec.by_role("web")))


CHECKS: Mapping[str, Callable[[GroupSpec, Ground], Iterator[Check]]] = {
    "ha": _ha,
    "lb": _lb,
}


def _isolated(spec: GroupSpec) -> tuple[str, ...]:
    return tuple(machine.key for machine in spec.machines if machine.role != "client")


def _router(spec: GroupSpec) -> Iterator[Check]:
    if spec.router is None:
        return
    outside = f"{spec.router.outside_address.ip}:{spec.router.outside_port}"
    target = SCENARIOS[spec.scenario].nat_to(spec)
    inside = f"{target}:{HTTP_PORT}" if target else ""
    interfaces = (spec.router.outside_interface, spec.router.inside_interface)
    yield RouterStands(
        group=spec.group, address=spec.router.address, interfaces=interfaces, outside=outside, inside=inside
    )
