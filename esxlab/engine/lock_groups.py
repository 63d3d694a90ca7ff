"""Locks the groups of a plan, and looks whether it still holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.engine.observe import overtaken
from esxlab.errors import LabError
from esxlab.planning.plan import GroupPlan, is_within

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from esxlab.backends.protocols import Backends
    from esxlab.engine.locks import Locks
    from esxlab.lab.identity import GroupId
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
    refused = locks.take(sites)
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
