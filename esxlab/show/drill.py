"""The end of a drill: a table for the class, a time line for each, and one line that sums it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.show.cells import padded, parted
from esxlab.show.run import render_failures
from esxlab.show.tables import draw
from esxlab.show.words import verdict
from esxlab.texts import decimal, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.checks.base import CheckResult
    from esxlab.drills.base import Drill, DrillReport, Phase
    from esxlab.drills.timeline import Entry
    from esxlab.engine.drill_runner import GroupDrillResult
    from esxlab.show.glyphs import Glyphs

BAR_CELLS = 30
WHO_CELLS = 30
STEP_CELLS = 14
"""Columns before the text of a step."""
TIME_LINE_CELLS = STEP_CELLS + WHO_CELLS + 10
"""Columns of an answer's line before its bar."""


def render_drills(class_name: str, drills: Sequence[Drill]) -> str:
    """What would be broken, group by group; with a line end."""
    lines = [say("drills.head", class_name=class_name)]
    for group in sorted({drill.group.number for drill in drills}):
        lines += ["", say("drills.group", group=group)]
        lines += [f"  ~ {d.name}: {d.describe()}" for d in drills if d.group.number == group]
    return "\n".join(lines) + "\n"


def render_drill_results(
    groups: Sequence[GroupDrillResult],
    checks: Sequence[CheckResult],
    glyphs: Glyphs,
    *,
    speed: float = 1.0,
    width: int = 0,
) -> str:
    """Time lines, tables, failures, summary, as wide as the terminal (0: a pipe); with a line end."""
    reports = [report for group in groups for report in group.reports]
    failures = [(g.group, g.error) for g in groups if g.error]
    failures += [(r.group, r.error) for r in reports if r.error and (r.group, r.error) not in failures]
    blocks = [
        *(render_time_line(report, glyphs, width=width) for report in reports if report.findings),
        _takeovers(reports, glyphs, width),
        _phases(reports, glyphs, width),
        *render_failures(failures, glyphs),
        say("drills.speed", speed=f"{speed:g}") if speed != 1.0 else say("drills.seconds"),
        _summary(groups, checks),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def render_time_line(report: DrillReport, glyphs: Glyphs, *, width: int = 0) -> str:
    """A line for each step and for each change of who answers; seconds from the failure on."""
    entries = report.findings.entries if report.findings else ()
    longest = max((entry.seconds for entry in entries), default=0.0)
    bar_cells = max(min(BAR_CELLS, width - TIME_LINE_CELLS), 1) if width else BAR_CELLS
    head = say("drills.line", group=report.group, drill=report.drill, text=report.question)
    lines = [head]
    for entry in entries:
        share = entry.seconds / longest if longest else 0
        lines += _lines(entry, max(round(bar_cells * share), 1), glyphs, width)
    if report.findings and (unread := report.findings.unread):
        read = report.findings.sent
        lines.append(say("drills.unread", read=read, requests=read + unread))
    return "\n".join(lines)


def _lines(entry: Entry, bar_cells: int, glyphs: Glyphs, width: int) -> list[str]:
    at = f"{decimal(entry.at_s, '+8.1f')} s"
    if entry.kind == "step":
        first, *more = parted(entry.text, max(width - STEP_CELLS, 1)) if width else [entry.text]
        return [f"{at}  {glyphs.arrow} {first}", *(f"{'':{STEP_CELLS}}{line}" for line in more)]
    who = entry.text or entry.who or say("drill.nobody", why=say(f"drill.why.{entry.why}"))
    first, *more = parted(who, WHO_CELLS) if width else [who]
    bar = (glyphs.full if entry.who or entry.text else glyphs.empty) * bar_cells
    line = f"{at}    {padded(first, WHO_CELLS)} {decimal(entry.seconds, '6.1f')} s {bar}"
    return [line, *(f"{'':14}{line}" for line in more)]


def _takeovers(reports: Sequence[DrillReport], glyphs: Glyphs, width: int) -> str:
    names = ("group", "drill", "before", "takeover", "outage", "bound", "lost", "ended", "again", "result")
    rows = [
        [str(report.group), report.drill, *seen, verdict(report.verdict, glyphs)]
        for report in reports
        if (seen := _takeover(report, glyphs)) is not None
    ]
    return draw([say(f"column.{name}") for name in names], rows, width=width) if rows else ""


def _takeover(report: DrillReport, glyphs: Glyphs) -> list[str] | None:
    """From `before` to `again`; of a drill that was cut off and put back the outage is all that is known."""
    found, outage = report.findings, _seconds(report.outage_s, glyphs)
    if found is None:
        nothing = glyphs.skipped
        return None if report.outage_s is None else [nothing, nothing, outage, *[nothing] * 4]
    if found.takeover is None:
        return None
    seen = found.takeover
    return [
        seen.before,
        seen.after or glyphs.skipped,
        outage,
        f"{seen.bound_s:g}",
        f"{found.lost}/{found.sent}",
        seen.ended or glyphs.skipped,
        _seconds(seen.return_outage_s, glyphs),
    ]


def _seconds(value: float | None, glyphs: Glyphs) -> str:
    return glyphs.skipped if value is None else decimal(value, ".1f")


def _phases(reports: Sequence[DrillReport], glyphs: Glyphs, width: int) -> str:
    found = [(r, phase) for r in reports if r.findings for phase in r.findings.phases]
    servers = list(dict.fromkeys(name for _, phase in found for name, _ in phase.counts))
    rows = [
        [
            str(report.group),
            report.drill,
            phase.text,
            *(str(dict(phase.counts).get(name, "")) for name in servers),
            str(phase.lost),
            _expected(phase, report),
            verdict(report.verdict, glyphs),
        ]
        for report, phase in found
    ]
    head = [say(f"column.{name}") for name in ("group", "drill", "condition")]
    tail = [say(f"column.{name}") for name in ("missed", "expected", "result")]
    return draw([*head, *servers, *tail], rows, width=width) if rows else ""


def _expected(phase: Phase, report: DrillReport) -> str:
    if phase.expected is not None:
        return "/".join(str(number) for _, number in phase.expected)
    return say("drills.no_promise") if report.drill == "schedulers" else ""


def _summary(groups: Sequence[GroupDrillResult], checks: Sequence[CheckResult]) -> str:
    reports = [report for group in groups for report in group.reports]
    bad = {c.group for c in checks if c.answer.verdict in {"failed", "error"}}
    return say(
        "drills.summary",
        ok=sum(report.verdict == "ok" for report in reports),
        drills=len(reports),
        green=len({check.group for check in checks} - bad),
        groups=len(groups),
    )
