"""A day of a class as its journals tell it: who was green when, drills, failures, runs; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from esxlab.engine.told_drill import MoveTold, measured_s, move_of
from esxlab.engine.told_lines import BOARD, DRILL, PUT_BACK, VERIFY, Line
from esxlab.lesson.observed import Observed, observations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime


UNENDED = "unended"


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
    """One drill; `outage_s` None: no outage was measured. `status` UNENDED: its end was never written.

    Of one that was killed and put back later the outage is what its client heard, then and while it was put
    back; nobody asked in between.
    """

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
    """One command. `elapsed_s` None: its journal has no end, it was killed or runs still.

    A board has no failed groups: what it asks over and over are observations (observed.py).
    """

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
    observed: tuple[Observed, ...] = ()
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
    own = []
    for lines in journals:
        begin = lines[0].at if lines else None
        ours = begin and lines[0].kind == "run-started" and lines[0].class_name == class_name
        if begin and ours:
            own.append((begin, lines))
    own.sort(key=lambda each: each[0])
    chosen = [(begin, lines) for begin, lines in own if begin.date() == day]
    every = [lines for _, lines in chosen]
    return Day(
        class_name,
        day,
        tuple(verdict for lines in every for verdict in _verdicts(lines)),
        tuple(drilled for at, lines in enumerate(every) for drilled in _drills(lines, every[at + 1 :])),
        tuple(failed for lines in every for failed in _failures(lines)),
        tuple(_ran(begin, lines) for begin, lines in chosen),
        observations([lines for _, lines in own if lines[0].command == BOARD], day),
        unread,
    )


def of_groups(day: Day, chosen: frozenset[int]) -> Day:
    """The same, of these groups only."""
    return replace(
        day,
        verdicts=tuple(each for each in day.verdicts if each.group in chosen),
        drills=tuple(each for each in day.drills if each.group in chosen),
        failures=tuple(each for each in day.failures if each.group in chosen),
        observed=tuple(each for each in day.observed if each.group in chosen),
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


def _drills(lines: Sequence[Line], later: Sequence[Sequence[Line]]) -> Iterator[Drilled]:
    """Those that have ended, then those that a killed run has left; `later`: what ran behind it."""
    if lines[0].command != DRILL:
        return
    begun = {(line.group, line.step): moment for moment, line in _events(lines, "step-started")}
    for moment, line in _events(lines, "step-finished"):
        begun.pop((line.group, line.step), None)
        yield Drilled(moment, line.group, line.step, line.status, line.outage_s)
    for (group, step), moment in begun.items():
        mended = (each for each in later if each[0].command == PUT_BACK and group in each[0].steps)
        moves = [*_moves(lines, group, step), *_moves(next(mended, ()), group)]
        yield Drilled(moment, group, step, UNENDED, measured_s(moves))


def _moves(lines: Sequence[Line], group: int, step: str = "") -> Iterator[MoveTold]:
    """A group's time line; `step`: of this drill alone."""
    for line in lines:
        ours = line.group == group and step in ("", line.step)
        if ours and line.kind in ("drill-answered", "drill-stepped"):
            yield move_of(line.entry)


def _failures(lines: Sequence[Line]) -> Iterator[Failed]:
    """Of each group its failed steps; when there is none, why the whole group failed."""
    if lines[0].command == BOARD:
        return
    told = set()
    for kind in ("step-finished", "group-finished"):
        for moment, line in _events(lines, kind):
            if line.error and not (kind == "group-finished" and line.group in told):
                told.add(line.group)
                yield Failed(moment, line.group, lines[0].command, line.step, line.error, line.detail)


def _ran(begin: datetime, lines: Sequence[Line]) -> Ran:
    if lines[0].command == BOARD:
        groups = sorted({number for line in lines for number in line.steps})
        end = lines[-1].at if lines[-1].kind == "run-finished" else None
        elapsed_s = (end - begin).total_seconds() if end else None
        return Ran(begin, BOARD, tuple(groups), (), interrupted=False, elapsed_s=elapsed_s)
    last = next((line for line in lines if line.kind == "run-finished"), Line(""))
    return Ran(
        begin, lines[0].command, tuple(sorted(lines[0].steps)), last.failed, last.interrupted, last.elapsed_s
    )
