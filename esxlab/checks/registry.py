"""Which questions each scenario asks: a new check is one class and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.checks.asking import Ground
from esxlab.checks.balancing import BalancerTable, HeartbeatOff, Spread, VirtualPage, VirtualPageB
from esxlab.checks.common import Isolated, MachinesStand, Pings, RouterStands
from esxlab.checks.heartbeat import ActiveNode, ClusterPage, HeartbeatFiles, RouterPage
from esxlab.planning.approach import approach_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from esxlab.checks.base import Check
    from esxlab.lab.lab import Lab
    from esxlab.spec.resolved import GroupSpec

SCHOOL_GATEWAY = "172.16.253.253"
HTTP = 80


def build_checks(spec: GroupSpec, *, wanted: Lab, found: Lab) -> tuple[Check, ...]:
    """The questions for one group, in the order in which a teacher would ask them."""
    ground = ground_of(spec, wanted=wanted, found=found)
    return (
        MachinesStand(group=spec.group, wanted=wanted, found=found),
        *CHECKS[spec.scenario](spec, ground),
        Isolated(group=spec.group, ground=ground, machines=_isolated(spec), gateway=SCHOOL_GATEWAY),
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
            port=HTTP,
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
    group, servers, service = spec.group, spec.by_role("web"), spec.balancer
    address, hostnames = str(service.address), tuple(s.hostname for s in servers if s.weight)
    for check, name in ((VirtualPage, "ClientA"), (VirtualPageB, "ClientB")):
        if spec.machine(name):
            yield check(
                group=group,
                ground=ground,
                client=name,
                address=address,
                port=service.port,
                hostnames=hostnames,
            )
    if spec.machine("ClientA"):
        yield Spread(
            group=group,
            ground=ground,
            client="ClientA",
            address=address,
            port=service.port,
            scheduler=service.scheduler,
            weights=tuple((s.hostname, s.weight) for s in servers),
        )
    for balancer in spec.by_role("balancer"):
        yield BalancerTable(
            group=group, ground=ground, balancer=balancer.key, address=address, rules=ipvs_rules(spec)
        )
    yield HeartbeatOff(group=group, ground=ground, servers=tuple(s.key for s in servers))


CHECKS: Mapping[str, Callable[[GroupSpec, Ground], Iterator[Check]]] = {
    "ha": _ha,
    "lb": _lb,
}


def ipvs_rules(spec: GroupSpec) -> frozenset[str]:
    """The virtual service as `ipvsadm -S -n` prints it, a rule a line."""
    service = f"{spec.balancer.address}:{spec.balancer.port}"
    flag = {"nat": "-m", "dr": "-g"}[spec.balancer.method]
    rules = {f"-A -t {service} -s {spec.balancer.scheduler}"}
    for server in spec.by_role("web"):
        if server.inside:
            real = f"{server.inside.ip}:{spec.balancer.port}"
            rules.add(f"-a -t {service} -r {real} {flag} -w {server.weight}")
    return frozenset(rules)


def _isolated(spec: GroupSpec) -> tuple[str, ...]:
    return tuple(machine.key for machine in spec.machines if machine.role != "client")


def _router(spec: GroupSpec) -> Iterator[Check]:
    if spec.router is None:
        return
    outside = f"{spec.router.outside_address.ip}:{spec.router.outside_port}"
    inside = f"{spec.cluster.addresses[0].ip}:{HTTP}" if spec.scenario == "ha" else ""
    interfaces = (spec.router.outside_interface, spec.router.inside_interface)
    yield RouterStands(
        group=spec.group, address=spec.router.address, interfaces=interfaces, outside=outside, inside=inside
    )
