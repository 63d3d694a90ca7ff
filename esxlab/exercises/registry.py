"""What a group's exercise makes of it: the lab that is wanted, its questions, its drills."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab import registered
from esxlab.checks.asking import GuestAccess
from esxlab.checks.common import Isolated, MachinesStand, RouterStands
from esxlab.errors import LabError
from esxlab.exercises.machines import (
    build_folders,
    build_machine,
    build_networks,
    build_port_groups,
    planned_addresses,
)
from esxlab.exercises.router import build_router
from esxlab.exercises.seeds import load_seeds
from esxlab.lab.lab import Lab
from esxlab.lab.password import MODEL, PasswordName
from esxlab.lab.route_planning import plan_route
from esxlab.lab.web import HTTP_PORT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from esxlab.checks.base import Check
    from esxlab.drills.base import Drill
    from esxlab.exercises.handout import Handout
    from esxlab.spec.resolved import GroupSpec, MachineSpec


def build_lab(spec: GroupSpec, *, phrase: str, password: PasswordName = MODEL) -> Lab:
    """The lab that this group is meant to have.

    Args:
        spec: the group's part of the class spec.
        phrase: the group's secret, if the exercise has one: one word without blanks.
        password: which one the guests' root is to have.

    Raises:
        LabError: seeds.missing, seeds.broken (a template), scenario.dr_needs_router, scenario.phrase,
            scenario.broken (the exercise's package).
    """
    exercise = registered.exercise(spec.scenario)
    exercise.refuse(spec)
    seeds = load_seeds(spec.seeds)
    machines = []
    for machine in spec.machines:
        segment = exercise.client_segment(machine)
        guest = replace(exercise.guests[machine.role](spec, machine, seeds, phrase), password=password)
        machines.append(build_machine(spec, machine, guest=guest, client_segment=segment))
    return Lab(
        group=spec.group,
        site=spec.site,
        port_groups=build_port_groups(spec),
        networks=build_networks(spec),
        folders=build_folders(spec),
        machines=tuple(machines),
        router=build_router(spec.router, nat_to=exercise.nat_to(spec)),
    )


def handout_of(spec: GroupSpec) -> Handout:
    """What this group is given on paper."""
    return registered.exercise(spec.scenario).handout(spec)


def addresses_of(spec: GroupSpec, machine: MachineSpec) -> tuple[tuple[str, str], ...]:
    """(inside or outside, IPv4 address) of one of its machines, as its exercise has it."""
    return planned_addresses(machine, registered.exercise(spec.scenario).client_segment(machine))


def secret_of(spec: GroupSpec) -> str:
    """The name of the secret that this group's exercise needs; empty: none."""
    return registered.exercise(spec.scenario).secret


def start_s(specs: Iterable[GroupSpec]) -> float:
    """How long the labs of these groups may take to answer after their machines were started."""
    return max((registered.exercise(spec.scenario).start_s for spec in specs), default=0.0)


def guest_access(spec: GroupSpec, *, wanted: Lab, found: Lab) -> GuestAccess:
    """The way to each machine of the group, as the lab stands now."""
    routes = {m.owner.machine: plan_route(m, wanted=wanted, found=found) for m in wanted.machines}
    return GuestAccess(spec.site, routes)


def build_checks(spec: GroupSpec, *, wanted: Lab, found: Lab) -> tuple[Check, ...]:
    """The questions for one group, in the order in which a teacher would ask them.

    Of a group that a plan would not touch, one alone: it tells why, and nothing inside the group is asked.
    """
    stand = MachinesStand(group=spec.group, wanted=wanted, found=found)
    if found.problems:
        return (stand,)
    access, gateway = guest_access(spec, wanted=wanted, found=found), str(spec.school.gateway)
    servers = tuple(machine.key for machine in spec.machines if machine.role != "client")
    return (
        stand,
        *registered.exercise(spec.scenario).checks(spec, access),
        Isolated(group=spec.group, access=access, machines=servers, gateway=gateway),
        *_router(spec),
    )


def _router(spec: GroupSpec) -> Iterator[Check]:
    if spec.router is None:
        return
    target = registered.exercise(spec.scenario).nat_to(spec)
    yield RouterStands(
        group=spec.group,
        address=spec.router.address,
        interfaces=(spec.router.outside_interface, spec.router.inside_interface),
        outside=f"{spec.router.outside_address.ip}:{spec.router.outside_port}",
        inside=f"{target}:{HTTP_PORT}" if target else "",
    )


def build_key_checks(spec: GroupSpec, *, wanted: Lab, found: Lab) -> tuple[Check, ...]:
    """Those of a group's questions that must be green before anything is broken on purpose."""
    names = {MachinesStand.name, *registered.exercise(spec.scenario).key_checks}
    return tuple(check for check in build_checks(spec, wanted=wanted, found=found) if check.name in names)


def build_drills(spec: GroupSpec, *, wanted: Lab, found: Lab, names: Sequence[str] = ()) -> tuple[Drill, ...]:
    """The named drills of this group's exercise, all of them without names, in the exercise's order.

    Raises:
        LabError: drill.unknown, when the exercise has no drill of this name; drill.no_client.
    """
    exercise = registered.exercise(spec.scenario)
    if unknown := [name for name in names if name not in exercise.drills]:
        facts = {"name": unknown[0], "scenario": spec.scenario, "known": ", ".join(exercise.drills)}
        raise LabError("drill.unknown", where=str(spec.group), **facts)
    setup = exercise.setup(spec, wanted, guest_access(spec, wanted=wanted, found=found))
    return tuple(build(spec, setup) for name, build in exercise.drills.items() if name in names or not names)
