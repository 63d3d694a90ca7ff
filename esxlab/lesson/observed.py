"""What boards saw in a day: since when each question that they ask over and over had which answer; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from esxlab.engine.told_lines import Line

ANSWERS = frozenset({"done", "failed", "skipped"})
"""A question that was broken off has no answer."""


class Spell(NamedTuple):
    """So many answers in a row that said the same: the first was given at `since`, the last at `until`."""

    status: str
    since: datetime
    until: datetime
    answers: int


class Observed(NamedTuple):
    """One question in one group, and its spells in the order of time."""

    group: int
    check: str
    spells: tuple[Spell, ...]

    @property
    def first_green(self) -> datetime | None:
        """When it was answered well for the first time."""
        return next((spell.since for spell in self.spells if spell.status == "done"), None)

    def red(self) -> Iterator[tuple[datetime, datetime | None]]:
        """From the first bad answer to the next that is none; None: the last answer of the day was bad."""
        ends = [*(spell.since for spell in self.spells[1:]), None]
        for spell, end in zip(self.spells, ends, strict=True):
            if spell.status == "failed":
                yield spell.since, end


def observations(journals: Iterable[Sequence[Line]], day: date) -> tuple[Observed, ...]:
    """By groups and questions. A board may have begun on the day before, and several may be open."""
    answers = sorted(
        (
            (moment, line.group, line.step, line.status)
            for lines in journals
            for line in lines
            if line.kind == "step-finished" and line.group and line.status in ANSWERS
            if (moment := line.at) and moment.date() == day
        ),
        key=lambda each: each[0],
    )
    found: dict[tuple[int, str], list[Spell]] = {}
    for moment, group, check, status in answers:
        spells = found.setdefault((group, check), [])
        if spells and spells[-1].status == status:
            spells[-1] = spells[-1]._replace(until=moment, answers=spells[-1].answers + 1)
        else:
            spells.append(Spell(status, moment, moment, 1))
    return tuple(Observed(*key, tuple(spells)) for key, spells in sorted(found.items()))
