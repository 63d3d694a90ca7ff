"""The plans at both ends of a lesson: machines lose their power in order, and get it back; pure."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from esxlab.actions.guest import AwaitGuest
from esxlab.actions.machines import PowerOn, ShutDown, Suspend
from esxlab.bugs import attempt
from esxlab.lab.origin import as_found
from esxlab.lab.route_planning import is_client, plan_route
from esxlab.planning.group_plan import left_alone, or_refused
from esxlab.planning.plan import GroupPlan, Plan, Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from esxlab.actions.base import Action
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.provenance import Provenance
    from esxlab.planning.observation import Observation
    from esxlab.planning.options import PlanOptions
    from esxlab.planning.roster import Wanted


def plan_of_pause(
    wanted: Wanted, observation: Observation, options: PlanOptions, *, suspend: bool = False
) -> Plan:
    """Every machine of these groups that is on goes off, or to sleep."""
    return _plan("pause", wanted, observation, options, _sleep if suspend else _shut_down)


def plan_of_resume(wanted: Wanted, observation: Observation, options: PlanOptions) -> Plan:
    """Every machine of these groups that is there is on, and answers."""
    return _plan(
        "resume", wanted, observation, options, partial(_wake, boot_timeout_s=options.boot_timeout_s)
    )


def puts_to_sleep(plan: Plan) -> bool:
    """Whether this pause suspends."""
    return any(isinstance(action, Suspend) for group in plan.groups for action in group.actions)


def _plan(
    kind: str,
    wanted: Wanted,
    observation: Observation,
    options: PlanOptions,
    build: Callable[[Lab, Lab], Iterator[Action]],
) -> Plan:
    labs = as_found(wanted.labs, observation.found)
    colleagues = wanted.roster.colleagues(observation.records, options.author)
    untouched: Mapping[GroupId, Provenance] = {} if options.take_over else colleagues

    def plan_one(lab: Lab) -> GroupPlan:
        found = observation.found[lab.group]
        actions = () if found.problems else tuple(build(lab, found))
        return left_alone(GroupPlan(lab.group, actions, found.problems), untouched)

    return Plan(
        kind,
        wanted.class_name,
        tuple(or_refused(lab.group, attempt(partial(plan_one, lab))) for lab in labs),
        colleagues=colleagues,
        unread=observation.unread,
        seen=Seen(observation.found, wanted=wanted),
    )


def _shut_down(wanted: Lab, found: Lab) -> Iterator[Action]:
    """Stations at once; the servers one after the other, from the spec's last to its first.

    The cluster's peace: who stands by is off before the one that has the addresses, which therefore do not
    move for the last minute.
    """
    needs: tuple[str, ...] = ()
    for machine in reversed(wanted.machines):
        there = found.machine(machine.owner.machine)
        if there is None or not there.powered_on:
            continue
        action = ShutDown(group=wanted.group, site=wanted.site, machine=machine)
        if is_client(machine):
            yield action
            continue
        yield replace(action, needs=needs)
        needs = (action.key,)


def _sleep(wanted: Lab, found: Lab) -> Iterator[Action]:
    """All at once: a node that sleeps long before its neighbour seems dead to it."""
    for machine in wanted.machines:
        there = found.machine(machine.owner.machine)
        if there and there.powered_on:
            yield Suspend(group=wanted.group, site=wanted.site, machine=machine)


def _wake(wanted: Lab, found: Lab, *, boot_timeout_s: float) -> Iterator[Action]:
    """Servers that are off in the spec's order, who sleeps at once; then every guest is waited for."""
    there = [m for m in wanted.machines if found.machine(m.owner.machine)]
    needs: tuple[str, ...] = ()
    keys: list[str] = []
    for machine in there:
        now = found.machine(machine.owner.machine)
        if now is None or now.powered_on:
            continue
        action = PowerOn(group=wanted.group, site=wanted.site, machine=machine, suspended=now.is_suspended)
        keys.append(action.key)
        if now.is_suspended or is_client(machine):
            yield action
            continue
        yield replace(action, needs=needs)
        needs = (action.key,)
    for machine in there if keys else ():
        route = plan_route(machine, wanted=wanted, found=found)
        guest = AwaitGuest(group=wanted.group, site=wanted.site, machine=machine, route=route)
        yield replace(guest, needs=tuple(keys), boot_timeout_s=boot_timeout_s)
