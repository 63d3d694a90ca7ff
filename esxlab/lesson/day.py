"""A day of a class as its journals tell it: who was green when, drills, failures, runs; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from esxlab.foreign import brief_line, moment_of, whole
from esxlab.lab.identity import LAST_GROUP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    Entry = Mapping[str, Any]
    """One line of a journal; whatever it holds, nothing is believed of it but its own place in a table."""

MOST_SIGNS = 200


class Verdict(NamedTuple):
    """What one `verify` said of a group: `good` of `total` questions, and the names of the others."""

    moment: datetime
    group: int
    good: int
    total: int
    failed: tuple[str, ...]

    @property
    def green(self) -> bool:
        """All of them."""
        return self.good == self.total > 0


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


def build_day(class_name: str, day: date, journals: Iterable[Sequence[Entry]], *, unread: int = 0) -> Day:
    """From the journals of all classes and days; each is the lines of one run."""
    chosen = []
    for entries in journals:
        begin = moment_of(entries[0].get("time")) if entries else None
        first = entries[0] if entries else {}
        ours = first.get("event") == "run-started" and first.get("class") == class_name
        if begin and ours and begin.date() == day:
            chosen.append((begin, entries))
    chosen.sort(key=lambda each: each[0])
    every = [entries for _, entries in chosen]
    return Day(
        class_name,
        day,
        tuple(verdict for entries in every for verdict in _verdicts(entries)),
        tuple(drilled for entries in every for drilled in _drills(entries)),
        tuple(failed for entries in every for failed in _failures(entries)),
        tuple(_ran(begin, entries) for begin, entries in chosen),
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


def _events(entries: Sequence[Entry], name: str) -> Iterator[tuple[datetime, int, Entry]]:
    for entry in entries:
        moment, group = moment_of(entry.get("time")), entry.get("group")
        if entry.get("event") == name and moment and isinstance(group, int):
            yield moment, group, entry


def _verdicts(entries: Sequence[Entry]) -> Iterator[Verdict]:
    if entries[0].get("command") != "verify":
        return
    failed: dict[int, list[str]] = {}
    for _, group, entry in _events(entries, "step-finished"):
        if entry.get("status") == "failed":
            failed.setdefault(group, []).append(_text(entry, "step"))
    for moment, group, entry in _events(entries, "group-finished"):
        yield Verdict(
            moment, group, _count(entry, "done"), _count(entry, "total"), tuple(failed.get(group, ()))
        )


def _drills(entries: Sequence[Entry]) -> Iterator[Drilled]:
    if entries[0].get("command") == "drill":
        for moment, group, entry in _events(entries, "step-finished"):
            outage = _seconds(entry, "outage_s")
            yield Drilled(moment, group, _text(entry, "step"), _text(entry, "status"), outage)


def _failures(entries: Sequence[Entry]) -> Iterator[Failed]:
    """Of each group its failed steps; when there is none, why the whole group failed."""
    command, told = _text(entries[0], "command"), set()
    for name in ("step-finished", "group-finished"):
        for moment, group, entry in _events(entries, name):
            if code := _text(entry, "error"):
                if name == "group-finished" and group in told:
                    continue
                told.add(group)
                yield Failed(moment, group, command, _text(entry, "step"), code, _text(entry, "detail"))


def _ran(begin: datetime, entries: Sequence[Entry]) -> Ran:
    end = next((entry for entry in entries if entry.get("event") == "run-finished"), None)
    steps = entries[0].get("steps")
    told = (whole(key, most=LAST_GROUP) for key in steps) if isinstance(steps, dict) else ()
    groups = tuple(sorted(filter(None, told)))
    failed = end.get("failed") if end else ()
    return Ran(
        begin,
        _text(entries[0], "command"),
        groups,
        tuple(each for each in failed if isinstance(each, int)) if isinstance(failed, list) else (),
        bool(end and end.get("interrupted")),
        _seconds(end, "elapsed_s") if end else None,
    )


def _text(entry: Entry, key: str) -> str:
    found = entry.get(key)
    return brief_line(found, MOST_SIGNS) if isinstance(found, str) else ""


def _count(entry: Entry, key: str) -> int:
    found = entry.get(key)
    return found if isinstance(found, int) else 0


def _seconds(entry: Entry, key: str) -> float | None:
    found = entry.get(key)
    return float(found) if isinstance(found, int | float) else None
