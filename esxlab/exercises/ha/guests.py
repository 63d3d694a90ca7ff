"""What is inside each machine in part 1, and where the router's outside port leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.exercises.exercise import where_its_address_is
from esxlab.exercises.family.director import build_director
from esxlab.exercises.family.guests import (
    NODE_ID,
    PACKAGES,
    WEB_PORT_FILE,
    build_client,
    build_web,
    card_of,
    router_inside,
)
from esxlab.exercises.ha.spec import ClusterSpec
from esxlab.lab.guest import Guest, GuestFile, Service

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from esxlab.exercises.seeds import Seeds
    from esxlab.spec.resolved import GroupSpec, MachineSpec

HA_CF = "/etc/ha.d/ha.cf"
HARESOURCES = "/etc/ha.d/haresources"
AUTHKEYS = "/etc/ha.d/authkeys"
AUTHKEYS_MODE = 0o600  # else Heartbeat refuses to start: "Bad permissions on keyfile"
UNIT_FILE = "/etc/systemd/system/heartbeat.service.d/tp-esxlab.conf"
"""Debian 12's unit is Type=simple: when its main process ends systemd runs ExecStop, `heartbeat -k`."""


def web_guest(spec: GroupSpec, machine: MachineSpec, seeds: Seeds, phrase: str) -> Guest:
    """A node of the cluster.

    What Heartbeat starts must not start at boot: apache2 would also run on the standby. Heartbeat itself
    begins with the restart that follows the configuration, never on the school's network.
    """
    files, settings = build_web(spec, machine, seeds, gateway=router_inside(spec))
    moving = spec.part(ClusterSpec).services
    owned = tuple(Service(name, enabled=False) for name in moving)
    always = () if "apache2" in moving else (Service("apache2", enabled=True, running=True),)
    return Guest(
        hostname=machine.hostname,
        packages=PACKAGES["web"],
        files=(*files, *heartbeat_files(spec, machine, seeds, phrase)),
        absent_files=(WEB_PORT_FILE,),
        services=(*owned, *always, Service("heartbeat", enabled=True)),
        sysctl=settings,
        copied_ids=(NODE_ID,),
    )


def heartbeat_files(
    spec: GroupSpec, machine: MachineSpec, seeds: Seeds, phrase: str
) -> tuple[GuestFile, ...]:
    """ha.cf, haresources, authkeys, systemd's part: the same on both nodes, but for the card's name."""
    if not phrase or any(char.isspace() or char in "\"'#" for char in phrase):
        raise LabError("scenario.phrase", where=str(spec.group))
    cluster = spec.part(ClusterSpec)
    primary = spec.machine(cluster.primary)
    facts: dict[str, object] = {
        "cluster": cluster,
        "inside": card_of(machine, "inside", machine.inside),
        "nodes": [node.hostname for node in spec.by_role("web")],
        "primary": primary.hostname if primary else "",
    }
    authkeys = seeds.render("authkeys", **facts, phrase=phrase)
    return (
        GuestFile(AUTHKEYS, authkeys, AUTHKEYS_MODE, secret=True),
        GuestFile(HA_CF, seeds.render("ha.cf", **facts)),
        GuestFile(HARESOURCES, seeds.render("haresources", **facts)),
        GuestFile(UNIT_FILE, seeds.render("heartbeat.service")),
    )


def director_guest(spec: GroupSpec, machine: MachineSpec, seeds: Seeds, phrase: str) -> Guest:  # noqa: ARG001
    """The director is there, idle: no rules, no virtual address, no forwarding."""
    return build_director(spec, machine, seeds)


def client_guest(spec: GroupSpec, machine: MachineSpec, seeds: Seeds, phrase: str) -> Guest:  # noqa: ARG001
    """A test station on its side of the router."""
    return build_client(spec, machine, seeds, where_its_address_is(machine))


def nat_to(spec: GroupSpec) -> IPv4Address | None:
    """The router's outside port leads to the first cluster address."""
    return spec.part(ClusterSpec).addresses[0].ip
