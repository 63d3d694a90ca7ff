"""What other programs need to reach the machines by themselves: ways, and the host keys met on them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from esxlab.bugs import attempt
from esxlab.engine.into import CONNECT_S
from esxlab.engine.observe import observe_labs
from esxlab.errors import LabError
from esxlab.lab.addresses import is_address
from esxlab.lab.guest import SshRoute
from esxlab.lab.identity import machine_label
from esxlab.lab.planned_route import PlannedRoute
from esxlab.lab.route_planning import plan_route

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from esxlab.backends.protocols import Backends, Guests
    from esxlab.engine.into import Going, Met, Target
    from esxlab.lab.guest import SshHop
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Machine
    from esxlab.spec.resolved import GroupSpec

Places = tuple[tuple[str, str, int], ...]
"""(machine, address, port) of each hop."""


@dataclass(frozen=True, slots=True)
class Way:
    """One host of an SSH configuration: what is dialled from the host `jump` (empty: from this computer)."""

    alias: str
    group: int
    machine: str
    address: str
    port: int
    key_name: str  # under which its host key is kept
    key_line: str  # type and base64
    jump: str = ""
    is_end: bool = True  # a machine's own way, and no part of another's only


@dataclass(frozen=True, slots=True)
class Ways:
    """Those that hold now, and the machines that have none."""

    ways: tuple[Way, ...]
    failures: tuple[LabError, ...]


def find_ways(targets: Sequence[Target], guests: Guests, going: Going) -> Ways:
    """The ways to these machines; each hop is logged in to, so that the key that it shows is judged."""

    def go(target: Target, route: SshRoute) -> tuple[SshRoute, tuple[str, ...]]:
        parts = [SshRoute(target.group, route.hops[: length + 1]) for length in range(len(route.hops))]
        return route, tuple(guests.key_line(part, connect_s=CONNECT_S) for part in parts)

    met = going.meet(targets, go, lambda _: None)
    own = {
        (each.target.group, each.target.machine): _places(each.answer[0].hops)
        for each in met
        if not isinstance(each.answer, LabError)
    }
    ways = {way.alias: way for each in met for way in _ways(each, own)}
    ends = [way for way in ways.values() if way.is_end]
    parts = [way for way in ways.values() if not way.is_end]
    return Ways((*ends, *parts), tuple(each.error for each in met if each.error))


def _ways(met: Met[tuple[SshRoute, tuple[str, ...]]], own: Mapping[tuple[int, str], Places]) -> Iterator[Way]:
    if isinstance(met.answer, LabError):
        return
    route, lines = met.answer
    group, jump = met.target.group, ""
    for length, (hop, line) in enumerate(zip(route.hops, lines, strict=True), 1):
        name = machine_label(group, hop.machine)
        is_end = own.get((group, hop.machine)) == _places(route.hops[:length])
        alias = name if is_end else f"{name}-for-{met.target.machine}"
        yield Way(alias, group, hop.machine, hop.address, hop.port, name, line, jump, is_end)
        jump = alias


def _places(hops: Sequence[SshHop]) -> Places:
    return tuple((hop.machine, hop.address, hop.port) for hop in hops)


@dataclass(frozen=True, slots=True)
class Row:
    """One machine as the plan and vSphere have it; what is not known, or not there, is empty."""

    group: int
    machine: str
    name: str  # g07-srvweb1
    vm: str
    role: str
    power: str  # on, off or absent
    inside: str
    outside: str
    address: str  # on the school's network, as VMware Tools tell it
    port: str
    via: str  # through whom it is reached, from here to there


def list_machines(specs: Sequence[GroupSpec], wanted: Sequence[Lab], backends: Backends) -> tuple[Row, ...]:
    """All machines of these groups, by one look at vSphere; no guest is asked."""
    wanted, found = observe_labs(wanted, backends)
    return tuple(
        _row(spec, lab, found[lab.group], machine)
        for spec, lab in zip(specs, wanted, strict=True)
        for machine in lab.machines
    )


def _row(spec: GroupSpec, lab: Lab, found: Lab, machine: Machine) -> Row:
    name = machine.owner.machine
    there, meant = found.machine(name), spec.machine(name)
    power = "absent" if there is None else "on" if there.powered_on else "off"
    route = attempt(partial(plan_route, machine, wanted=lab, found=found)) if power == "on" else None
    jumps = route.jumps if isinstance(route, PlannedRoute) else ()
    runtime = there.runtime if there and power == "on" and not jumps else None
    address = runtime.address if runtime and is_address(runtime.address) else ""
    return Row(
        group=lab.group.number,
        machine=name,
        name=machine_label(lab.group.number, name),
        vm=there.name if there else machine.name,
        role=meant.role if meant else "",
        power=power,
        inside=machine.address("inside"),
        outside=machine.address("outside"),
        address=address,
        port=str(runtime.ssh_port) if runtime and address else "",
        via=" ".join(machine_label(lab.group.number, jump) for jump in jumps),
    )
