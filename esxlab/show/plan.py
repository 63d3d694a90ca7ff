"""A plan as text: for each group its problems and actions, then one line that sums it up."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from esxlab.show.provenance import render_colleagues
from esxlab.show.words import count, error_lines, indent, lines_below, numbers, unread_line, warning_text
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from esxlab.actions.base import Action
    from esxlab.lab.identity import GroupId
    from esxlab.planning.plan import GroupPlan, Plan
    from esxlab.show.glyphs import Glyphs

MARKS = {
    "claim": "+",
    "claim-anew": "~",
    "add-port-group": "+",
    "make-folder": "+",
    "copy-disk": "+",
    "create-machine": "+",
    "add-nic": "+",
    "power-on": "~",
    "resume": "~",
    "configure": "~",
    "connect-nics": "~",
    "restart": "~",
    "reboot": "~",
    "set-hardware": "~",
    "shut-down": "~",
    "suspend": "~",
    "await-guest": "=",
    "power-off": "~",
    "push-router": "~",
    "release-router": "-",
    "leave-router": "!",
    "destroy-machine": "-",
    "delete-disk": "-",
    "delete-folder": "-",
    "remove-port-group": "-",
    "release": "-",
}
"""Word of an action -> its sign: + something new, ~ something changes, - something goes,
! something has to stay, = nothing changes there."""


def render_plan(plan: Plan, glyphs: Glyphs, *, details: bool = False) -> str:
    """The whole plan, with a line end. `details` adds the files under the action that writes them.

    Router commands are always shown: a teacher reads these. A group that gets the
    steps of an earlier one says so instead of repeating them, unless `details` is set or something goes.
    """
    blocks = [say(f"plan.title.{plan.kind}", class_name=plan.class_name)]
    busy = [group for group in plan.groups if group.actions or group.problems or group.warnings]
    likeness = {} if details else _likeness(busy)
    blocks += [
        "\n".join(_block(alike, glyphs, details=details, like=likeness)) for alike in _told_together(busy)
    ]
    if idle := [group.group.number for group in plan.groups if group not in busy]:
        blocks.append(count("plan.nothing", len(idle), groups=numbers(idle)))
    if not plan.groups:
        blocks.append(say("plan.no_groups"))
    blocks += render_colleagues(
        plan.colleagues, glyphs, command="teardown" if plan.kind == "teardown" else "plan"
    )
    if plan.orphans:
        orphans = count("plan.orphans", len(plan.orphans), groups=numbers(plan.orphans))
        blocks.append(f"{glyphs.warning} {orphans}")
    blocks += [f"{glyphs.warning} {unread_line('plan.unread', error)}" for error in plan.unread]
    blocks += [f"{glyphs.failed} {error_lines(error)}\n{say('plan.silent')}" for error in plan.silent]
    blocks.append(summary(plan))
    return "\n\n".join(blocks) + "\n"


def sign_of(action: Action) -> str:
    """The sign of an action."""
    return MARKS[action.word]


def summary(plan: Plan) -> str:
    """The last line: how many of each kind, in how many groups, and the checksum of the plan."""
    signs = Counter(sign_of(action) for group in plan.groups for action in group.actions)
    counted = {"added": signs["+"], "changed": signs["~"], "removed": signs["-"]}
    concerned = sum(1 for group in plan.groups if group.actions)
    line = say("plan.summary", groups=count("count.group", concerned), checksum=plan.checksum, **counted)
    if refused := [group.group.number for group in plan.groups if group.problems]:
        line += "\n" + count("plan.refused", len(refused), groups=numbers(refused))
    return line


def _likeness(groups: Sequence[GroupPlan]) -> dict[GroupId, GroupId]:
    """Group -> the first group with the same words in the same order, when nothing is removed."""
    first: dict[tuple[str, ...], GroupId] = {}
    for group in groups:
        if group.actions and "-" not in map(sign_of, group.actions):
            first.setdefault(tuple(action.word for action in group.actions), group.group)
    alike = {group.group: first.get(tuple(action.word for action in group.actions)) for group in groups}
    return {group: model for group, model in alike.items() if model not in {None, group}}


def _told_together(groups: Sequence[GroupPlan]) -> list[list[GroupPlan]]:
    """Each group alone, but those of which nothing is told but the same problems."""
    found: dict[object, list[GroupPlan]] = {}
    for group in groups:
        told = tuple(lines_below(problem, group.group.number) for problem in group.problems)
        alone = not told or group.warnings or group.actions
        found.setdefault(group.group if alone else told, []).append(group)
    return list(found.values())


def _block(
    alike: Sequence[GroupPlan], glyphs: Glyphs, *, details: bool, like: Mapping[GroupId, GroupId]
) -> Iterator[str]:
    """The lines of a group, or of several of which the same is told."""
    group = alike[0]
    number, model = group.group.number, like.get(group.group)
    actions = count("count.action", len(group.actions))
    if group.problems:
        refused = numbers(each.group.number for each in alike)
        yield count("plan.group_refused", len(alike), groups=refused)
    elif model:
        yield say("plan.group_like", group=number, actions=actions, model=model.number)
    else:
        yield say("plan.group", group=number, actions=actions)
    for problem in group.problems:
        yield indent(f"{glyphs.failed} {lines_below(problem, number)}", 2)
    for warning in group.warnings:
        yield indent(f"{glyphs.warning} {warning_text(warning)}", 2)
    for action in group.actions:
        if model is None or action.backend == "router":
            yield f"  {sign_of(action)} {action.describe()}"
        if details or action.backend == "router":
            yield from (f"      {line}" for line in action.details())
