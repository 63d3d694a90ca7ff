"""repartiteur1: idle in part 1, spreading connections in part 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.exercises.family.guests import (
    ANY_ARP,
    FORWARD,
    PACKAGES,
    card_of,
    hosts_file,
    interfaces_file,
    mirror_files,
    router_outside,
    sysctl_file,
)
from esxlab.lab.guest import Guest, GuestFile, Service

if TYPE_CHECKING:
    from esxlab.exercises.family.ipvs import IpvsTable
    from esxlab.exercises.seeds import Seeds
    from esxlab.spec.resolved import GroupSpec, MachineSpec


def build_director(
    spec: GroupSpec, machine: MachineSpec, seeds: Seeds, *, table: IpvsTable | None = None
) -> Guest:
    """The director's guest; without a table it is idle. Rules come back at boot from /etc/ipvsadm.rules.

    In sysctl.conf, where the handout has them, they are silently ignored.
    """
    settings = ((FORWARD, "1" if table else "0"), *ANY_ARP)
    outside = card_of(machine, "outside", machine.outside)
    virtual_service = table.service if table else ""
    interfaces = seeds.render(
        "interfaces-balancer",
        outside=outside,
        inside=card_of(machine, "inside", machine.inside),
        gateway=router_outside(spec),
        virtual_address=table.address if table else "",
    )
    rules = seeds.render("ipvsadm.rules", rules=table.rules if table else ())
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
