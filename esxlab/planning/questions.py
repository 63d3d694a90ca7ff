"""What else has to be asked before a plan can be made, now that vSphere has shown what there is; pure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from esxlab.bugs import attempt
from esxlab.errors import LabError
from esxlab.lab.password import MODEL
from esxlab.lab.route_planning import plan_route
from esxlab.planning.difference import Difference
from esxlab.planning.provision import touches_vsphere
from esxlab.planning.router_difference import lines_to_read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Machine, Site
    from esxlab.lab.password import PasswordName
    from esxlab.lab.planned_route import PlannedRoute
    from esxlab.lab.record import GroupRecord
    from esxlab.lab.router import RouterAddress, RouterTable
    from esxlab.planning.options import PlanOptions
    from esxlab.planning.roster import Wanted


class RouterQuestion(NamedTuple):
    """What stands at these line keys of a group's router?"""

    group: GroupId
    address: RouterAddress
    line_keys: RouterTable


class GuestQuestion(NamedTuple):
    """What is this machine's guest like? `route` is how it is reached as the lab stands now."""

    site: Site
    machine: Machine
    route: PlannedRoute


class Questions(NamedTuple):
    """All of them. `passwords`: which of these are known here? `privileges`: what lacks for these labs?

    `unasked`: why it cannot be told how the guests of a group are to be asked.
    """

    routers: tuple[RouterQuestion, ...]
    guests: tuple[GuestQuestion, ...]
    passwords: frozenset[PasswordName]
    privileges: tuple[Lab, ...]
    unasked: Mapping[GroupId, LabError]


def questions(
    wanted: Wanted,
    found: Mapping[GroupId, Lab],
    records: Mapping[GroupId, GroupRecord | None],
    options: PlanOptions,
    *,
    changing: bool = False,
) -> Questions:
    """What a plan for these labs needs to know; of groups with a problem nothing more.

    Passwords and privileges are asked for labs that will be changed in vSphere: all of them (`changing`, or
    when guests are asked, who may turn out to be anything), or those of which it is seen already.
    """
    sound = [lab for lab in wanted.labs if not found[lab.group].problems]
    routers = tuple(
        RouterQuestion(lab.group, router.address, lines_to_read(router.table, found[lab.group].record))
        for lab in sound
        if (router := lab.router) and "router" in options.only
    )
    colleagues = {} if options.take_over else wanted.roster.colleagues(records, options.author)

    def changes(lab: Lab) -> bool:
        difference = Difference(lab, found[lab.group], earlier=records.get(lab.group), author=options.author)
        return attempt(partial(touches_vsphere, difference)) is not False

    ours = (lab for lab in sound if lab.group not in colleagues)
    concerned = tuple(lab for lab in ours if changing or options.deep or changes(lab))
    passwords = frozenset(name for lab in concerned for name in _passwords(lab, found[lab.group]))
    asked = sound if options.deep else []
    answers = {lab.group: attempt(partial(_guests, lab, found[lab.group])) for lab in asked}
    unasked = {group: each for group, each in answers.items() if isinstance(each, LabError)}
    guests = tuple(each for told in answers.values() if not isinstance(told, LabError) for each in told)
    return Questions(routers, guests, passwords, concerned, unasked)


def _guests(lab: Lab, found: Lab) -> tuple[GuestQuestion, ...]:
    """Of every machine that is on."""
    return tuple(
        GuestQuestion(lab.site, machine, plan_route(machine, wanted=lab, found=found))
        for machine in lab.machines
        if machine.guest and (there := found.machine(machine.owner.machine)) and there.powered_on
    )


def _passwords(lab: Lab, found: Lab) -> Iterator[PasswordName]:
    """Those that a machine has or may have; one that is not there yet will have its model's first."""
    for machine in found.machines:
        yield from machine.password.names
    for machine in lab.machines:
        yield from (MODEL, machine.password.settled)
