"""What is there, as tables: a row per group, and a row per machine when few groups are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.show.provenance import render_colleagues
from esxlab.show.tables import draw, fits
from esxlab.show.words import count, error_lines, numbers, unread_line, verdict
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.planning.standing import ClassStatus, GroupStatus, MachineStatus
    from esxlab.show.glyphs import Glyphs

FEW_GROUPS = 3


def render_status(standing: ClassStatus, glyphs: Glyphs, *, machines: bool = False, width: int = 0) -> str:
    """The table of groups, that of machines (always for few groups), problems, orphans; with a line end."""
    groups = standing.groups
    blocks = [_groups(groups, glyphs, width)]
    if machines or len(groups) <= FEW_GROUPS:
        blocks.append(_machines([group for group in groups if group.state != "unknown"], width))
    said = dict.fromkeys(error_lines(problem) for group in groups for problem in group.problems)
    blocks += [f"{glyphs.failed} {problem}" for problem in said]  # a server's, once for all its groups
    remarks = dict.fromkeys(error_lines(remark) for group in groups for remark in group.remarks)
    blocks += [f"{glyphs.warning} {remark}" for remark in remarks]
    blocks += render_colleagues(standing.colleagues, glyphs)
    if standing.orphans:
        orphans = count("plan.orphans", len(standing.orphans), groups=numbers(standing.orphans))
        blocks.append(f"{glyphs.warning} {orphans}")
    if without := [group.group for group in groups if group.router_pending and group.state != "absent"]:
        blocks.append(
            f"{glyphs.warning} {count('status.router_pending', len(without), groups=numbers(without))}"
        )
    blocks += [f"{glyphs.warning} {unread_line('status.unread', error)}" for error in standing.unread]
    if asleep := [group.group for group in groups if group.state == "paused"]:
        blocks.append(count("status.paused", len(asleep), groups=numbers(asleep)))
    if pending := [g for g in groups if g.pending > g.router_pending and g.state != "paused"]:
        blocks.append(count("status.pending", len(pending)))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _groups(groups: Sequence[GroupStatus], glyphs: Glyphs, width: int) -> str:
    headers = [
        say(f"column.{name}") for name in ("group", "state", "machines", "configured", "pending", "problems")
    ]
    return draw(headers, [_group_row(group, glyphs) for group in groups], width=width)


def _group_row(group: GroupStatus, glyphs: Glyphs) -> list[str]:
    total = len(group.machines)
    running = sum(1 for machine in group.machines if machine.power == "on")
    configured = sum(1 for machine in group.machines if machine.configured == "yes")
    seen = group.state != "unknown"
    return [
        str(group.group),
        verdict(group.state, glyphs),
        say("status.running", running=running, total=total) if seen else say("status.unknown"),
        f"{configured}/{total}" if seen else say("status.unknown"),
        str(group.pending or ""),
        ", ".join(problem.code for problem in group.problems),
    ]


def _machines(groups: Sequence[GroupStatus], width: int) -> str:
    """One table; where it is too wide, one for each group, without the columns that say nothing new."""
    names = ["group", "machine", "vm", "power", "configured", "address", "networks"]
    rows = [_machine_row(group.group, machine) for group in groups for machine in group.machines]
    if not rows:
        return ""
    table = draw([say(f"column.{name}") for name in names], rows)
    if fits(table, width):
        return table
    said_twice = all(row[2].endswith(row[1]) for row in rows)  # the machine's name is in the VM's
    first = 2 if said_twice else 1
    headers = [say(f"column.{name}") for name in names[first:]]
    own = {group.group: [row[first:] for row in rows if row[0] == str(group.group)] for group in groups}
    blocks = [
        f"{say('status.group', group=group)}\n{draw(headers, machines, width=width)}"
        for group, machines in own.items()
        if machines
    ]
    return "\n\n".join(blocks)


def _machine_row(group: int, machine: MachineStatus) -> list[str]:
    return [
        str(group),
        machine.machine,
        machine.name,
        say(f"power.{machine.power}"),
        say(f"configured.{machine.configured}"),
        machine.address,
        ", ".join(machine.networks),
    ]
