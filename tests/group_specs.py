"""One group's resolved spec, as the exercise has it, for tests that need no YAML."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from esxlab.exercises.ha.spec import ClusterSpec
from esxlab.exercises.lb.spec import BalancerSpec
from esxlab.lab.identity import GroupId, Owner
from esxlab.lab.machine import Hardware, Server, Site
from esxlab.lab.router import RouterAddress
from esxlab.spec.parts import cards_of
from esxlab.spec.resolved import (
    GroupSpec,
    MachineSpec,
    RouterSpec,
    SchoolSpec,
    SegmentSpec,
)

MACHINES = (
    ("srvweb1", "SRV1", "web", "172.16.193.10/16", ""),
    ("srvweb2", "SRV2", "web", "172.16.193.40/16", ""),
    ("repartiteur1", "Load-Balancer", "balancer", "172.16.193.253/16", "192.16.193.25/24"),
    ("ClientA", "ClientA", "client", "", "192.16.193.100/24"),
    ("ClientB", "ClientB", "client", "172.16.193.100/16", "192.16.193.101/24"),
)


def group_spec(number: int = 7, *, scenario: str = "ha", method: str = "nat") -> GroupSpec:
    group = GroupId("sio2-2026", number)
    return GroupSpec(
        group=group,
        scenario=scenario,
        site=Site(Server("vcenter.example", "prof"), "datastore1", "modeleD9", "VM Network"),
        inside=SegmentSpec(IPv4Network("172.16.0.0/16"), f"{group.label}-inside", 100 + number),
        outside=SegmentSpec(IPv4Network("192.16.193.0/24"), f"{group.label}-outside", 200 + number),
        machines=tuple(_machine(group, facts) for facts in MACHINES),
        parts=(
            ClusterSpec(
                addresses=(IPv4Interface("172.16.193.30/16"),),
                primary="srvweb1",
                auto_failback=False,
                services=("apache2",),
                auth_method="sha1",
                keepalive_s=2,
                warntime_s=6,
                deadtime_s=10,
                initdead_s=60,
                udpport=694,
            ),
            BalancerSpec(IPv4Address("192.16.193.30"), 80, "rr", method),
        ),
        router=RouterSpec(
            RouterAddress(f"10.0.0.{number}"),
            inside_interface="FastEthernet0/1",
            inside_address=IPv4Interface("172.16.193.254/16"),
            outside_interface="FastEthernet0/0",
            outside_address=IPv4Interface("192.16.193.20/24"),
            outside_port=80,
        ),
        school=SchoolSpec(IPv4Network("172.16.0.0/16"), *[IPv4Address("172.16.253.253")] * 2),
    )


def _machine(group: GroupId, facts: tuple[str, ...]) -> MachineSpec:
    key, hostname, role, inside, outside = facts
    owner = Owner(group, key)
    return MachineSpec(
        key=key,
        vm_name=key,
        folder=f"{group.label}-{key}",
        hostname=hostname,
        role=role,
        hardware=Hardware(),
        macs={card: owner.mac_address(slot) for slot, card in enumerate(cards_of("ha", role))},
        inside=IPv4Interface(inside) if inside else None,
        outside=IPv4Interface(outside) if outside else None,
    )


def with_part(spec: GroupSpec, kind: type, **changes: object) -> GroupSpec:
    parts = (replace(part, **changes) if isinstance(part, kind) else part for part in spec.parts)
    return replace(spec, parts=tuple(parts))


def with_cluster(spec: GroupSpec, **changes: object) -> GroupSpec:
    return with_part(spec, ClusterSpec, **changes)


def with_balancer(spec: GroupSpec, **changes: object) -> GroupSpec:
    return with_part(spec, BalancerSpec, **changes)
