"""The end of a run, as text: a row per group, each failure in full, and one line that sums it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.show.tables import draw
from esxlab.show.words import count, duration, indent, lines_below, numbers, verdict
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.engine.events import GroupFinished
    from esxlab.engine.run import RunReport
    from esxlab.errors import LabError
    from esxlab.show.glyphs import Glyphs


def outcome(group: GroupFinished) -> str:
    """One word for how a group ended: done, failed, nothing (there was nothing to do), cancelled."""
    if group.error:
        return "failed"
    if group.done < group.total:
        return "cancelled"
    return "done" if group.total else "nothing"


def render_run(report: RunReport, glyphs: Glyphs) -> str:
    """Table, failures, summary; with a line end."""
    headers = [say(f"column.{name}") for name in ("group", "result", "steps", "time")]
    rows = [
        [
            str(group.group),
            verdict(outcome(group), glyphs),
            f"{group.done}/{group.total}",
            duration(group.elapsed_s),
        ]
        for group in report.groups
    ]
    failures = [(group.group, group.error) for group in report.groups if group.error]
    blocks = [draw(headers, rows) if rows else "", *render_failures(failures, glyphs), _summary(report)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def render_failures(failures: Sequence[tuple[int, LabError]], glyphs: Glyphs) -> list[str]:
    """One block per failure: which group, what, and how to mend it; equal ones share a block."""
    places: dict[str, list[int]] = {}
    for group, error in failures:
        places.setdefault(lines_below(error, group), []).append(group)
    return [
        f"{glyphs.failed} {count('run.failure', len(groups), groups=numbers(groups))}\n{indent(text, 4)}"
        for text, groups in places.items()
    ]


def _summary(report: RunReport) -> str:
    outcomes = [outcome(group) for group in report.groups]
    line = say(
        "run.summary",
        done=outcomes.count("done") + outcomes.count("nothing"),
        failed=outcomes.count("failed"),
        time=duration(report.elapsed_s),
    )
    return f"{line}\n{say('run.interrupted')}" if report.interrupted else line
