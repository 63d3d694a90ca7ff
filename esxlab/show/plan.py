"""A plan as text: for each group its problems and actions, then one line that sums it up."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from esxlab.show.words import count, indent, numbers
from esxlab.texts import error_text, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.planning.plan import GroupPlan, Plan
    from esxlab.show.glyphs import Glyphs

MARKS = {
    "claim": "+",
    "add-port-group": "+",
    "make-folder": "+",
    "copy-disk": "+",
    "create-machine": "+",
    "add-nic": "+",
    "power-on": "~",
    "configure": "~",
    "connect-nics": "~",
    "restart": "~",
    "power-off": "~",
    "push-router": "~",
    "release-router": "-",
    "destroy-machine": "-",
    "delete-disk": "-",
    "delete-folder": "-",
    "remove-port-group": "-",
    "release": "-",
}
"""Verb of an action -> its sign: + something new, ~ something changes, - something goes."""


def render_plan(plan: Plan, glyphs: Glyphs, *, details: bool = False) -> str:
    """The whole plan, with a line end. `details` adds the router commands and the files under their action.

    Groups with nothing to do share one line. Router commands are always shown: a teacher reads these.
    """
    blocks = [say(f"plan.title.{plan.kind}", class_name=plan.class_name)]
    blocks += ["\n".join(_group(group, glyphs, details=details)) for group in plan.groups if _busy(group)]
    if idle := [group.group.number for group in plan.groups if not _busy(group)]:
        blocks.append(say("plan.nothing", groups=numbers(idle)))
    if plan.orphans:
        blocks.append(f"{glyphs.warning} {say('plan.orphans', groups=numbers(plan.orphans))}")
    blocks.append(summary(plan))
    return "\n\n".join(blocks) + "\n"


def summary(plan: Plan) -> str:
    """The last line: how many of each kind, in how many groups, and the checksum of the plan."""
    marks = Counter(MARKS.get(action.verb, "~") for group in plan.groups for action in group.actions)
    counted = {"added": marks["+"], "changed": marks["~"], "removed": marks["-"]}
    concerned = sum(1 for group in plan.groups if group.actions)
    line = say("plan.summary", groups=count("count.group", concerned), checksum=plan.checksum, **counted)
    if refused := [group.group.number for group in plan.groups if group.problems]:
        line += "\n" + say("plan.refused", groups=numbers(refused))
    return line


def _busy(group: GroupPlan) -> bool:
    return bool(group.actions or group.problems or group.warnings)


def _group(group: GroupPlan, glyphs: Glyphs, *, details: bool) -> Iterator[str]:
    yield say("plan.group", group=group.group.number, actions=count("count.action", len(group.actions)))
    for problem in group.problems:
        yield indent(f"{glyphs.failed} {error_text(problem)}", 2)
    for warning in group.warnings:
        yield indent(f"{glyphs.warning} {warning}", 2)
    for action in group.actions:
        yield f"  {MARKS.get(action.verb, '~')} {action.describe()}"
        if details or action.world == "router":
            yield from (f"      {line}" for line in action.details())
