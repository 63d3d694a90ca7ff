"""A day of a class as its journals tell it: who was green when, drills, failures, runs; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from esxlab.engine.told_lines import DRILL, VERIFY, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime


class Verdict(NamedTuple):
    """What one `verify` said of a group: `good` of `total` questions, and the names of the others."""

    moment: datetime
    group: int
    good: int
    total: int
    failed: tuple[str, ...]
    skipped: int = 0

    @property
    def green(self) -> bool:
        """All of them that were asked."""
        return not self.failed and self.good + self.skipped == self.total > 0


class Drilled(NamedTuple):
    """One drill; `outage_s` None: no outage was measured."""

    moment: datetime
    group: int
    drill: str
    status: str
    outage_s: float | None


class Failed(NamedTuple):
    """One failure: at what step of which command, and its code."""

    moment: datetime
    group: int
    command: str
    step: str
    code: str
    detail: str


class Ran(NamedTuple):
    """One command. `elapsed_s` None: its journal has no end, it was killed or runs still."""

    moment: datetime
    command: str
    groups: tuple[int, ...]
    failed: tuple[int, ...]
    interrupted: bool
    elapsed_s: float | None


@dataclass(frozen=True, slots=True)
class Day:
    """All of them in the order of time. `unread` are journals that could not be read."""

    class_name: str
    day: date
    verdicts: tuple[Verdict, ...] = ()
    drills: tuple[Drilled, ...] = ()
    failures: tuple[Failed, ...] = ()
    runs: tuple[Ran, ...] = ()
    unread: int = 0

    @property
    def groups(self) -> tuple[int, ...]:
        """Every group of which something is told."""
        return tuple(sorted({number for run in self.runs for number in run.groups}))

    def of_group(self, number: int) -> tuple[Verdict, ...]:
        """What was said of one group."""
        return tuple(each for each in self.verdicts if each.group == number)


def build_day(class_name: str, day: date, journals: Iterable[Sequence[Line]], *, unread: int = 0) -> Day:
    """From the journals of all classes and days; each is the lines of one run."""
    chosen = []
    for lines in journals:
        begin = lines[0].at if lines else None
        ours = begin and lines[0].kind == "run-started" and lines[0].class_name == class_name
        if begin and ours and begin.date() == day:
            chosen.append((begin, lines))
    chosen.sort(key=lambda each: each[0])
    every = [lines for _, lines in chosen]
    return Day(
        class_name,
        day,
        tuple(verdict for lines in every for verdict in _verdicts(lines)),
        tuple(drilled for lines in every for drilled in _drills(lines)),
        tuple(failed for lines in every for failed in _failures(lines)),
        tuple(_ran(begin, lines) for begin, lines in chosen),
        unread,
    )


def of_groups(day: Day, chosen: frozenset[int]) -> Day:
    """The same, of these groups only."""
    return replace(
        day,
        verdicts=tuple(each for each in day.verdicts if each.group in chosen),
        drills=tuple(each for each in day.drills if each.group in chosen),
        failures=tuple(each for each in day.failures if each.group in chosen),
        runs=tuple(
            each._replace(
                groups=tuple(number for number in each.groups if number in chosen),
                failed=tuple(number for number in each.failed if number in chosen),
            )
            for each in day.runs
            if chosen & set(each.groups)
        ),
    )


def _events(lines: Sequence[Line], kind: str) -> Iterator[tuple[datetime, Line]]:
    for line in lines:
        moment = line.at
        if line.kind == kind and moment and line.group:
            yield moment, line


def _verdicts(lines: Sequence[Line]) -> Iterator[Verdict]:
    """What was skipped is no fault: the board has it so too."""
    if lines[0].command != VERIFY:
        return
    steps = [line for _, line in _events(lines, "step-finished")]
    for moment, line in _events(lines, "group-finished"):
        own = [step for step in steps if step.group == line.group]
        skipped = sum(step.status == "skipped" for step in own)
        failed = tuple(step.step for step in own if step.status == "failed")
        yield Verdict(moment, line.group, line.done, line.total, failed, skipped)


def _drills(lines: Sequence[Line]) -> Iterator[Drilled]:
    if lines[0].command == DRILL:
        for moment, line in _events(lines, "step-finished"):
            yield Drilled(moment, line.group, line.step, line.status, line.outage_s)


def _failures(lines: Sequence[Line]) -> Iterator[Failed]:
    """Of each group its failed steps; when there is none, why the whole group failed."""
    told = set()
    for kind in ("step-finished", "group-finished"):
        for moment, line in _events(lines, kind):
            if line.error and not (kind == "group-finished" and line.group in told):
                told.add(line.group)
                yield Failed(moment, line.group, lines[0].command, line.step, line.error, line.detail)


def _ran(begin: datetime, lines: Sequence[Line]) -> Ran:
    end = next((line for line in lines if line.kind == "run-finished"), Line(""))
    return Ran(
        begin, lines[0].command, tuple(sorted(lines[0].steps)), end.failed, end.interrupted, end.elapsed_s
    )
