"""A day as tables, and these as an HTML page or a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab import texts
from esxlab.lesson.content import Table
from esxlab.lesson.day import UNENDED
from esxlab.lesson.html import template
from esxlab.texts import decimal, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from esxlab.lesson.day import Day, Ran, Verdict
    from esxlab.lesson.observed import Observed

NOTHING = "-"


def report_title(day: Day) -> str:
    """What stands above it all."""
    return say("report.title", class_name=day.class_name, day=day.day.isoformat())


def report_tables(day: Day, names: Mapping[int, Sequence[str]] | None = None) -> tuple[Table, ...]:
    """Those that have a row. `names` are the students of each group; None: nobody is named."""
    every = (_green(day, names), _observed(day), _drills(day), _failures(day), _runs(day))
    return tuple(each for each in every if each.rows)


def report_html(day: Day, tables: Sequence[Table]) -> bytes:
    """A page without script and without anything from elsewhere."""
    page = template("report.html")
    title, notes = report_title(day), report_notes(day)
    return page.render(title=title, tables=tables, notes=notes, language=texts.language()).encode()


def report_pdf(day: Day, tables: Sequence[Table]) -> bytes:
    """As many pages as it needs; LabError sheet.not_installed."""
    from esxlab.lesson.pen import Pen, new_document  # noqa: PLC0415 - only when a PDF is written

    pdf = new_document(report_title(day), texts.language())
    pdf.add_page()
    pen = Pen(pdf, flow=True)
    pen.paragraph(report_title(day), size=15, bold=True)
    for each in tables:
        pen.skip(4)
        pen.table(each)
    pen.skip(4)
    for note in report_notes(day):
        pen.paragraph(note)
    return bytes(pdf.output())


def report_notes(day: Day) -> tuple[str, ...]:
    """What one must know to read it."""
    notes = [say("report.only_here")] if day.runs else [say("report.nothing")]
    notes += [say("report.seen_by_board")] if day.observed else []
    return (*notes, *([say("report.unread", count=day.unread)] if day.unread else ()))


def _head(*names: str) -> tuple[str, ...]:
    return tuple(say(f"report.column.{name}") for name in names)


def _green(day: Day, names: Mapping[int, Sequence[str]] | None) -> Table:
    """A row for each group of which something is told."""
    head: tuple[str, ...] = ("group", "first_green", "last_asked", "good", "not_green")
    rows = []
    for number in day.groups:
        said = day.of_group(number)
        first = next((each for each in said if each.green), None)
        last = said[-1] if said else None
        row = [str(number), *_when(first), *_when(last), *_outcome(last)]
        if names is not None:
            row.insert(1, ", ".join(names.get(number, ())))
        rows.append(tuple(row))
    if names is not None:
        head = ("group", "students", *head[1:])
    return Table(say("report.green"), _head(*head), tuple(rows))


def _when(verdict: Verdict | None) -> tuple[str]:
    return (f"{verdict.moment:%H:%M}" if verdict else NOTHING,)


def _outcome(verdict: Verdict | None) -> tuple[str, str]:
    if verdict is None:
        return (NOTHING, NOTHING)
    return (f"{verdict.good}/{verdict.total}", ", ".join(verdict.failed) or NOTHING)


def _observed(day: Day) -> Table:
    """What a board asked over and over: it is no run, and a bad answer of it no failure of one."""
    rows = tuple(
        (
            str(each.group),
            each.check,
            f"{each.first_green:%H:%M}" if each.first_green else NOTHING,
            ", ".join(_red(each)) or NOTHING,
            f"{each.spells[-1].until:%H:%M}",
            _status(each.spells[-1].status),
        )
        for each in day.observed
    )
    head = _head("group", "check", "first_green", "red", "last_asked", "result")
    return Table(say("report.observed"), head, rows)


def _red(observed: Observed) -> Iterator[str]:
    for begin, end in observed.red():
        yield f"{begin:%H:%M}-{end:%H:%M}" if end else say("report.red_since", time=f"{begin:%H:%M}")


def _drills(day: Day) -> Table:
    rows = tuple(
        (
            f"{each.moment:%H:%M}",
            str(each.group),
            each.drill,
            _status(each.status),
            NOTHING if each.outage_s is None else f"{decimal(each.outage_s, '.1f')} s",
        )
        for each in day.drills
    )
    return Table(say("report.drills"), _head("time", "group", "drill", "result", "outage"), rows)


def _status(status: str) -> str:
    if status == UNENDED:
        return say("report.no_end")
    return say(f"word.{status}") if status in {"done", "failed", "skipped", "cancelled"} else status


def _failures(day: Day) -> Table:
    rows = tuple(
        (f"{each.moment:%H:%M}", str(each.group), each.command, each.step or NOTHING, each.code)
        for each in day.failures
    )
    return Table(say("report.failures"), _head("time", "group", "command", "step", "error"), rows)


def _runs(day: Day) -> Table:
    rows = tuple(
        (f"{each.moment:%H:%M}", each.command, _numbers(each.groups), _numbers(each.failed), _end(each))
        for each in day.runs
    )
    return Table(say("report.runs"), _head("time", "command", "groups", "failed", "end"), rows)


def _numbers(groups: Sequence[int]) -> str:
    from esxlab.spec.ranges import format_groups  # noqa: PLC0415 - with the spec reader

    return format_groups(tuple(groups)) if groups else NOTHING


def _end(run: Ran) -> str:
    if run.interrupted:
        return say("report.interrupted")
    return say("report.no_end") if run.elapsed_s is None else f"{decimal(run.elapsed_s, '.0f')} s"
