"""One group's part of a provision's plan: what is chosen of its steps, and what forbids them all; pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.actions.guest import ConfigureGuest
from esxlab.errors import LabError
from esxlab.planning.passwords import behind, unknown
from esxlab.planning.plan import GroupPlan, Remark
from esxlab.planning.provision import machines_missing, plan_group, router_moved, select
from esxlab.planning.router_refusals import forbids, web_server_in_the_way
from esxlab.planning.standing import is_paused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from esxlab.actions.base import Action
    from esxlab.lab.identity import GroupId
    from esxlab.lab.password import PasswordName
    from esxlab.lab.provenance import Provenance
    from esxlab.planning.difference import Difference
    from esxlab.planning.options import PlanOptions
    from esxlab.planning.plan import Warned


def plan_of_group(
    difference: Difference, options: PlanOptions, known: AbstractSet[PasswordName]
) -> GroupPlan:
    """What is chosen of one group's plan; nothing when something is in its way.

    `known` are the passwords that can be had on this computer.
    """
    group = difference.wanted.group
    actions = () if difference.problems else plan_group(difference)
    chosen = select(actions, only=options.only, until=options.until)
    refused = list(difference.problems)
    if "router" in options.only and (moved := router_moved(difference)):
        refused.append(moved.at(str(group)))
    if missing := machines_missing(actions, chosen):
        refused.append(LabError("plan.machines_missing", where=str(group), machines=", ".join(missing)))
    if _pushes(chosen):
        refused += [error for error in difference.router_problems if forbids(error)]
    if secret := behind(difference.wanted, difference.found) or unknown(chosen, known):
        refused.append(secret.at(str(group)))
    if refused:
        warnings = (warning for warning in _warnings(difference, ()) if warning not in refused)
        return GroupPlan(group, (), tuple(refused), tuple(warnings))
    return GroupPlan(group, chosen, (), tuple(_warnings(difference, chosen)))


def _pushes(actions: Sequence[Action]) -> bool:
    return any(action.backend == "router" for action in actions)


def _warnings(difference: Difference, actions: Sequence[Action]) -> Iterator[Warned]:
    """What is worth reading before the plan is carried out: of a router only when it would be changed."""
    wanted, here = difference.wanted, difference.found
    if here.record_problem:
        yield here.record_problem
    yield from here.remarks
    if is_paused(wanted, here, [action for action in actions if action.backend != "router"]):
        yield Remark("plan.paused", {"group": wanted.group.number})
    yield from difference.router_problems
    if wanted.router is None and here.record and here.record.uses.lines:
        lines = "; ".join(line for _, line in here.record.uses.lines if line)
        yield Remark("router.warning.stays", {"lines": lines, "group": wanted.group.number})
    if any(isinstance(action, ConfigureGuest) and action.has_config_digest for action in actions):
        yield from _why_anew(difference)
    if not (wanted.router and here.router and _pushes(actions)):
        return
    if line := web_server_in_the_way(wanted.router.table, here.router.running_config):
        yield Remark("router.warning.http_server", {"line": line})


def _why_anew(difference: Difference) -> Iterator[Remark]:
    """Why machines that stand are configured anew, where the spec's own lines do not show it."""
    wanted, earlier = difference.wanted, difference.earlier
    if earlier is None:
        return
    if (earlier.router_address is None) != (wanted.router is None):
        yield Remark(f"plan.gateway.{'comes' if wanted.router else 'goes'}")
    made, author = earlier.provenance, difference.author
    if made and made.computer not in {"", author.computer} and made.digest == wanted.spec_digest:
        yield Remark("plan.other_computer", {"who": made.who})


def or_refused(group: GroupId, planned: GroupPlan | LabError) -> GroupPlan:
    """The plan of a group; one that could not be made is a group's refusal."""
    if isinstance(planned, LabError):
        return GroupPlan(group, problems=(planned.at(str(group)),))
    return planned


def as_permitted(group: GroupPlan, lacking: Sequence[LabError]) -> GroupPlan:
    """The same, or refused: of what the account may not end, a first half would be left behind."""
    if not lacking or not any(action.backend == "vsphere" for action in group.actions):
        return group
    return replace(group, actions=(), problems=(*group.problems, *lacking))


def left_alone(group: GroupPlan, colleagues: Mapping[GroupId, Provenance]) -> GroupPlan:
    """The same, but nothing is done to a group that somebody else has made: it is somebody's lesson.

    That comes before all other problems: their remedies would change a colleague's machines.
    """
    made = colleagues.get(group.group)
    if made is None or not (group.actions or group.problems):
        return group
    return replace(group, actions=(), problems=(colleagues_group(group.group, made),))


def colleagues_group(group: GroupId, made: Provenance) -> LabError:
    """Why nothing is done to it."""
    return LabError("safety.colleagues_group", where=str(group), who=made.who)
