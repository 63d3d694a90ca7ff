"""The command that mends a group: what the class's own commands would say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.engine.told_lines import DRILL, PUT_BACK, VERIFY
from esxlab.planning.standing import MENDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.board.content import Cell
    from esxlab.board.there import There
    from esxlab.engine.told import GroupTold

DEEP = f"{MENDING['changed']} --deep"
"""Of a group whose machines are on, and answer a question wrongly: what differs is inside them."""


def mending(told: GroupTold, there: There, checks: Sequence[Cell]) -> str:
    """The command, without `esxlab`, the group and the spec; empty: nothing is to be mended.

    A machine that waits for an answer keeps everything else from going on, so it comes first; then what was
    not brought to its end; then what is off; then what a question's own error says; then the difference.
    """
    if asking := next((line.name for line in there.machines if line.question), ""):
        return f"console {asking}"
    if told.run and told.run.status in ("failed", "cancelled"):
        return PUT_BACK if told.run.command == DRILL else told.run.command
    failed = [told.checks[cell.name] for cell in checks if cell.status == "failed"]
    if failed and there.now is not None and there.on < len(there.machines):
        return MENDING[there.state]
    if failed:
        return next((each.remedy for each in failed if each.remedy), DEEP)
    outdated = any(cell.status == "unknown" for cell in checks)
    return VERIFY if outdated and (there.now is None or there.on) else ""
