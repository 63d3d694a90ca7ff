"""What each exercise part makes of a group: from its resolved spec to the lab that is wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.lab.lab import Lab
from esxlab.lab.password import MODEL, PasswordName
from esxlab.scenarios.ha import HA
from esxlab.scenarios.lb import LB
from esxlab.scenarios.machines import build_folders, build_machine, build_port_groups
from esxlab.scenarios.router import build_router
from esxlab.scenarios.seeds import load_seeds

if TYPE_CHECKING:
    from esxlab.scenarios.exercise import Exercise
    from esxlab.spec.resolved import GroupSpec

SCENARIOS: dict[str, Exercise] = {"ha": HA, "lb": LB}
"""One line per part of the exercise; each is one file."""


def build_lab(spec: GroupSpec, *, phrase: str, password: PasswordName = MODEL) -> Lab:
    """The lab that this group is meant to have.

    Args:
        spec: the group's part of the class spec.
        phrase: the secret of Heartbeat's authkeys: one word without blanks.
        password: which one the guests' root is to have.

    Raises:
        LabError: seeds.missing, seeds.broken (a template), scenario.dr_needs_router, scenario.phrase.
    """
    exercise = SCENARIOS[spec.scenario]
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
        folders=build_folders(spec),
        machines=tuple(machines),
        router=build_router(spec.router, nat_to=exercise.nat_to(spec)),
    )
