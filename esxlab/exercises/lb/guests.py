"""What is inside each machine in part 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.exercises.family.director import build_director
from esxlab.exercises.family.guests import (
    NODE_ID,
    PACKAGES,
    WEB_PORT_FILE,
    build_client,
    build_web,
    port_file,
    router_inside,
)
from esxlab.exercises.lb.spec import BalancerSpec
from esxlab.exercises.lb.table import ipvs_table
from esxlab.lab.guest import Guest, Service
from esxlab.lab.web import HTTP_PORT

if TYPE_CHECKING:
    from esxlab.exercises.exercise import Segment
    from esxlab.exercises.seeds import Seeds
    from esxlab.spec.resolved import GroupSpec, MachineSpec


def client_segment(machine: MachineSpec) -> Segment:
    """Clients sit outside: from inside, the servers' replies would bypass the director and be dropped."""
    return "outside" if machine.outside else "inside"


def web_guest(spec: GroupSpec, machine: MachineSpec, seeds: Seeds, phrase: str) -> Guest:  # noqa: ARG001
    """A real server. Heartbeat goes first: stopping it stops apache2, which is started after it.

    Masquerading: replies must go back through the director, their gateway. Direct routing: they must not,
    the director would drop packets that come from its own address; they leave by the router. It keeps the
    port too: the server also listens where the virtual service does.
    """
    service = spec.part(BalancerSpec)
    direct = service.method == "dr"
    files, settings = build_web(
        spec,
        machine,
        seeds,
        gateway=router_inside(spec) if direct else _director_inside(spec),
        loopback_address=service.address if direct else None,
    )
    port = ipvs_table(spec).real_port
    ports = () if port == HTTP_PORT else (port_file(port, seeds),)
    return Guest(
        hostname=machine.hostname,
        packages=PACKAGES["web"],
        files=(*files, *ports),
        absent_files=() if ports else (WEB_PORT_FILE,),
        services=(
            Service("heartbeat", enabled=False, running=False),
            Service("apache2", enabled=True, running=True),
        ),
        sysctl=settings,
        copied_ids=(NODE_ID,),
    )


def _director_inside(spec: GroupSpec) -> str:
    return next((str(b.inside.ip) for b in spec.by_role("balancer") if b.inside), "")


def director_guest(spec: GroupSpec, machine: MachineSpec, seeds: Seeds, phrase: str) -> Guest:  # noqa: ARG001
    """The director with its virtual address, its rules and forwarding."""
    return build_director(spec, machine, seeds, table=ipvs_table(spec))


def client_guest(spec: GroupSpec, machine: MachineSpec, seeds: Seeds, phrase: str) -> Guest:  # noqa: ARG001
    """A test station outside."""
    return build_client(spec, machine, seeds, client_segment(machine))


def refuse(spec: GroupSpec) -> None:
    """Direct routing needs a router for the replies."""
    if spec.part(BalancerSpec).method == "dr" and spec.router is None:
        raise LabError("scenario.dr_needs_router", where=str(spec.group))
