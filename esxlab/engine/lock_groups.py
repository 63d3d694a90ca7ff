"""Locks the groups of a plan, and looks whether it still holds."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.bugs import attempt
from esxlab.engine.locks import Locks
from esxlab.engine.observe import overtaken
from esxlab.errors import LabError
from esxlab.planning.plan import GroupPlan, is_within

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet

    from esxlab.backends.protocols import Backends
    from esxlab.engine.options import Options
    from esxlab.lab.identity import GroupId
    from esxlab.lab.machine import Server, Site
    from esxlab.planning.plan import Plan


def lock_groups(
    plan: Plan, backends: Backends, locks: Locks, *, again: Callable[[AbstractSet[GroupId]], Plan]
) -> Plan:
    """The same plan, where groups that somebody else works on, or has changed meanwhile, have a problem.

    What an earlier run has asked for may still arrive: of a group in which less is to be done than was shown,
    that is done. `again` plans these groups anew.
    """
    sites = {
        group.group: plan.seen.labs[group.group].site
        for group in plan.groups
        if group.actions and not group.problems and group.group in plan.seen.labs
    }
    refused = locks.take(sites, idle=_idle(plan), servers=_servers(plan))
    late = frozenset(overtaken(plan.seen, backends, sites.keys() - refused.keys()))
    anew: dict[GroupId, GroupPlan] = {}
    if late:
        anew = {group: GroupPlan(group) for group in late}  # in case that nothing is left of it
        anew |= {group.group: group for group in again(late).groups}
    shown = {group.group: group.actions for group in plan.groups}
    for group, now in anew.items():
        if now.problems or not is_within(now.actions, shown[group]):
            refused[group] = LabError("plan.overtaken", where=str(group))
    groups = (
        replace(group, problems=(refused[group.group],))
        if group.group in refused
        else anew.get(group.group, group)
        for group in plan.groups
    )
    return replace(plan, groups=tuple(groups))


def remove_stale_locks(plan: Plan, backends: Backends, options: Options) -> None:
    """Give back what a dead run of this user has left of groups in which there is nothing to do.

    A lock that cannot be given back now stays until it expires.
    """
    if idle := _idle(plan):
        attempt(lambda: _take_and_give_back(plan, idle, backends, options))


def _take_and_give_back(
    plan: Plan, idle: Mapping[GroupId, Site], backends: Backends, options: Options
) -> None:
    locks = Locks(backends.vsphere, options.locking, stop=options.stop, workers=options.parallel)
    with closing(locks):
        locks.take({}, idle=idle, servers=_servers(plan))


def _idle(plan: Plan) -> dict[GroupId, Site]:
    """The groups with nothing to do and nothing in the way, whose lock was there when they were looked at."""
    left = (group.group for group in plan.groups if not group.actions and not group.problems)
    labs = plan.seen.labs
    return {group: labs[group].site for group in left if group in labs and labs[group].locked}


def _servers(plan: Plan) -> tuple[Server, ...]:
    """The servers of the plan's groups, and of those that share a router with them."""
    return plan.seen.wanted.servers if plan.seen.wanted else plan.seen.servers
