"""repartiteur1: idle in part 1, spreading connections in part 2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.lab.guest import Guest, GuestFile, Service
from esxlab.scenarios.guests import (
    ANY_ARP,
    FORWARD,
    HTTP_PORT,
    PACKAGES,
    card_of,
    hosts_file,
    interfaces_file,
    mirror_files,
    router_outside,
    sysctl_file,
)

if TYPE_CHECKING:
    from esxlab.scenarios.seeds import Seeds
    from esxlab.spec.resolved import GroupSpec, MachineSpec

METHODS = {"nat": "-m", "dr": "-g"}
"""ipvsadm(8): --masquerading, --gatewaying."""


@dataclass(frozen=True, slots=True)
class RealServer:
    """A real server as the rules name it."""

    address: str
    port: int
    weight: int


def build_balancer(spec: GroupSpec, machine: MachineSpec, seeds: Seeds, *, active: bool) -> Guest:
    """The balancer's guest. Rules come back at boot from /etc/ipvsadm.rules.

    In sysctl.conf, where the handout has them, they are silently ignored.
    """
    settings = ((FORWARD, "1" if active else "0"), *ANY_ARP)
    outside = card_of(machine, "outside", machine.outside)
    virtual_service = f"{spec.balancer.address}:{spec.balancer.port}" if active else ""
    interfaces = seeds.render(
        "interfaces-balancer",
        outside=outside,
        inside=card_of(machine, "inside", machine.inside),
        gateway=router_outside(spec),
        virtual_address=str(spec.balancer.address) if active else "",
    )
    rules = seeds.render(
        "ipvsadm.rules",
        virtual_service=virtual_service,
        balancer=spec.balancer,
        method=METHODS[spec.balancer.method],
        real_servers=_real_servers(spec),
    )
    return Guest(
        hostname=machine.hostname,
        packages=PACKAGES["balancer"],
        files=(
            *mirror_files(spec, seeds),
            GuestFile(
                "/etc/default/ipvsadm",
                seeds.render("default-ipvsadm", virtual_service=virtual_service, outside=outside),
            ),
            hosts_file(spec, machine, seeds),
            GuestFile("/etc/ipvsadm.rules", rules),
            interfaces_file(interfaces),
            sysctl_file(settings, seeds),
        ),
        services=(Service("ipvsadm", enabled=True),),
        sysctl=settings,
    )


def _real_servers(spec: GroupSpec) -> list[RealServer]:
    return [
        RealServer(str(server.inside.ip), HTTP_PORT, server.weight)
        for server in spec.by_role("web")
        if server.inside
    ]
