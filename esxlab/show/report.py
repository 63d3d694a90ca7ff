"""A day as a person reads it on the screen, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.lesson.report import report_notes, report_title
from esxlab.show.tables import draw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from esxlab.lesson.content import Table
    from esxlab.lesson.day import Day
    from esxlab.show.json_output import Document


def render_report(day: Day, tables: Sequence[Table], *, width: int = 0) -> str:
    """Title, tables, notes; with a line end."""
    blocks = [f"{each.title}\n{draw(list(each.head), each.rows, width=width)}" for each in tables]
    return "\n\n".join([report_title(day), *blocks, *report_notes(day)]) + "\n"


def day_document(day: Day, names: Mapping[int, Sequence[str]] | None) -> Document:
    """Moments are ISO 8601 with their zone; `students` only when names were asked for."""
    return {
        "class": day.class_name,
        "day": day.day.isoformat(),
        "unread": day.unread,
        "groups": [
            {
                "group": number,
                **({} if names is None else {"students": list(names.get(number, ()))}),
                "asked": [
                    {
                        "time": each.moment.isoformat(),
                        "good": each.good,
                        "total": each.total,
                        "failed": list(each.failed),
                    }
                    for each in day.of_group(number)
                ],
            }
            for number in day.groups
        ],
        "observed": [
            {
                "group": each.group,
                "check": each.check,
                "spells": [
                    {**spell._asdict(), "since": spell.since.isoformat(), "until": spell.until.isoformat()}
                    for spell in each.spells
                ],
            }
            for each in day.observed
        ],
        "drills": [{**each._asdict(), "moment": each.moment.isoformat()} for each in day.drills],
        "failures": [{**each._asdict(), "moment": each.moment.isoformat()} for each in day.failures],
        "runs": [{**each._asdict(), "moment": each.moment.isoformat()} for each in day.runs],
    }
