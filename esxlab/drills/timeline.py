"""What a client got over time, as pure arithmetic: who answered, the gaps, how many requests were lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Why = Literal["", "refused", "silent", "other"]
"""Why nobody answered: the connection was refused, nothing came back in time, anything else."""

PAUSE_S = 2.5
"""A request and the pause after it take no longer, for curl gives up after 2 s: beyond it nobody asked."""

TURNS = 3
"""More changes in a batch of ten than a failure and its mending make: the answers take turns."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One request. `at` is the client's own clock, seconds; `who` a host name, empty when it was lost."""

    at: float
    who: str
    why: Why = ""


@dataclass(frozen=True, slots=True)
class DoneStep:
    """A step that was done between two moments of the client's clock."""

    begin: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Spell:
    """Consecutive requests with the same answer, `until` the next spell begins, or the last sample.

    `last` is the last of them: so long it was so for sure, and what came between it and `until` nobody saw.
    """

    since: float
    until: float
    who: str
    why: Why
    requests: int
    last: float

    @property
    def seconds(self) -> float:
        """How long."""
        return self.until - self.since


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a drill's time line; `at_s` counts from the moment when something was broken.

    `kind` is step (somebody did something) or answer (who answers changed); `who` is empty when nobody did.
    """

    at_s: float
    kind: Literal["step", "answer"]
    text: str
    seconds: float = 0.0
    who: str = ""
    why: Why = ""


def window(samples: Sequence[Sample], since: float, until: float = float("inf")) -> list[Sample]:
    """The requests sent in this time."""
    return [sample for sample in samples if since <= sample.at < until]


def spells(samples: Sequence[Sample]) -> list[Spell]:
    """The changes of who answers, one after the other."""
    runs = [list(run) for _, run in groupby(samples, key=lambda sample: sample.who)]
    ends = [run[0].at for run in runs[1:]] + ([runs[-1][-1].at] if runs else [])
    return [
        Spell(run[0].at, end, run[0].who, _commonest(run), len(run), run[-1].at)
        for run, end in zip(runs, ends, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Change:
    """From `at` on these answer; `lost`: requests without an answer are among them. `why` says why."""

    at: float
    who: tuple[str, ...]
    lost: bool
    why: Why = ""


def changes(batch: Sequence[Sample], before: Change | None) -> list[Change]:
    """What a batch of requests says that was not so `before`.

    Where one server answers, each change is told at its own moment. Where the answers take turns, who was
    heard in the whole batch is told once.
    """
    parts = spells(batch)
    if len(parts) > TURNS:
        names = tuple(sorted({sample.who for sample in batch if sample.who}))
        silent = [sample for sample in batch if not sample.who]
        told = [Change(batch[0].at, names, bool(silent), _commonest(silent) if silent else "")]
    else:
        told = [Change(each.since, (each.who,) if each.who else (), not each.who, each.why) for each in parts]
    found: list[Change] = []
    for each in told:
        if before is None or (each.who, each.lost) != (before.who, before.lost):
            found.append(each)
        before = each
    return found


class Answered(Protocol):
    """What a time line has of each change: a `Change`, or what a journal tells of one."""

    @property
    def at(self) -> float:
        """When."""
        ...

    @property
    def who(self) -> tuple[str, ...]:
        """Empty: nobody."""
        ...


def ended_outage_s(told: Iterable[Answered], since: float) -> float | None:
    """By the changes of who answers: the longest time after `since` in which nobody did, until somebody did.

    0: somebody always has. None: nothing was heard after `since`, or nobody has answered again.
    """
    ended, silent, after = 0.0, None, False
    for each in sorted(told, key=lambda one: one.at):
        after |= each.at >= since
        if not each.who:
            silent = max(each.at, since) if silent is None else silent
        elif silent is not None:
            ended, silent = max(ended, each.at - silent), None
    return ended if after and silent is None else None


def _commonest(run: Sequence[Sample]) -> Why:
    return Counter(sample.why for sample in run).most_common(1)[0][0]


def longest_gap(samples: Sequence[Sample]) -> float:
    """Seconds of the longest time in which nobody answered: first lost request to the next answered one."""
    return max((spell.seconds for spell in spells(samples) if not spell.who), default=0.0)


def longest_seen_gap(samples: Sequence[Sample]) -> float:
    """Seconds of the longest time in which nobody answered for sure: first lost request to the last one."""
    return max((spell.last - spell.since for spell in spells(samples) if not spell.who), default=0.0)


def longest_pause(samples: Sequence[Sample]) -> float:
    """Seconds of the longest time in which nobody was asked."""
    return max((after.at - before.at for before, after in pairwise(samples)), default=0.0)


def watched(samples: Sequence[Sample]) -> float:
    """How many seconds were watched: of a longer time without a request, PAUSE_S."""
    return sum(min(after.at - before.at, PAUSE_S) for before, after in pairwise(samples))


def lost(samples: Sequence[Sample]) -> int:
    """How many requests nobody answered."""
    return sum(not sample.who for sample in samples)


def holder(samples: Sequence[Sample], last: int) -> str:
    """Who answered all of the last so many requests; empty when they differ, or some were lost."""
    tail = samples[-last:]
    names = {sample.who for sample in tail}
    return tail[0].who if len(tail) == last and len(names) == 1 else ""


def entries(samples: Sequence[Sample], done_steps: Sequence[DoneStep], *, zero: float) -> tuple[Entry, ...]:
    """Steps and changes of who answers, in the order of time."""
    found = [*_steps(done_steps, zero), *_answers(samples, zero)]
    return tuple(sorted(found, key=lambda entry: entry.at_s))


def _steps(done_steps: Sequence[DoneStep], zero: float) -> Iterator[Entry]:
    for step in done_steps:
        yield Entry(step.begin - zero, "step", step.text)


def _answers(samples: Sequence[Sample], zero: float) -> Iterator[Entry]:
    for spell in spells(samples):
        yield Entry(spell.since - zero, "answer", "", spell.seconds, spell.who, spell.why)
