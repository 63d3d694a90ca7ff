"""The requests of a drill: the flat script that a client runs, and the reading of what it says.

The client itself writes down when it asked. So the way to it costs no precision, and a simulated lab whose
clock runs faster gives figures in its own seconds.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from esxlab.checks.asking import REQUESTED, server_named_on
from esxlab.drills.timeline import Sample, Why
from esxlab.plain import last_words

if TYPE_CHECKING:
    from collections.abc import Sequence

PERIOD_S = 0.2
BATCH = 10
"""Requests of one command: 2 s of them, so that nobody waits longer for the news."""
CONNECT_S = 0.5
"""How long a request waits for a connection; curl takes fractions since 7.32 (Debian 9 has 7.52)."""
ANSWER_S = 2.0
HEAD = "=== request at "
CLOCK = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")
"""What `date +%s.%N` prints; a guest may answer anything."""
LINE = re.compile(rf"^{re.escape(HEAD)}([0-9]{{1,12}}\.[0-9]{{1,9}})$", re.MULTILINE)
TAIL = re.compile(r"\n=== exit status ([0-9]{1,3})\n")
FAULT = re.compile(r"^curl: \((\d+)\)(.*)", re.MULTILINE)
REFUSED, TIMED_OUT = "7", "28"
LEAST_PAUSE_S = 0.01


@dataclass(frozen=True, slots=True)
class Batch:
    """What was read of a batch; `unread` is what the client said in place of each other request."""

    samples: tuple[Sample, ...]
    unread: tuple[str, ...]


def build_clock() -> tuple[str, ...]:
    """The command that tells the client's time, to the nanosecond."""
    return ("date", "+%s.%N")


def build_batch(url: str, *, requests: int, pause_s: float) -> tuple[str, ...]:
    """So many requests, each with its time and curl's exit status, a pause after each: one flat script."""
    date = shlex.join(["date", f"+{HEAD}%s.%N"])
    limits = ["--connect-timeout", str(CONNECT_S), "--max-time", str(ANSWER_S)]
    curl = f"{shlex.join(['curl', '-s', '-S', '-0', *limits, url])} 2>&1"
    tail = "printf '\\n=== exit status %s\\n' $?"
    return ("sh", "-c", "\n".join([date, curl, tail, f"sleep {pause_s:.3f}"] * requests))


def parse_batch(text: str, *, requests: int) -> Batch:
    """So many requests of a batch; who answered is the name after "It works!".

    A request that curl did not make is no lost one: it says nothing about the lab.
    """
    before, *pieces = LINE.split(text)
    samples, unread = [], []
    for at, said in zip(pieces[::2], pieces[1::2], strict=True):
        page, *rest = TAIL.split(said, maxsplit=1)
        if rest and int(rest[0]) in REQUESTED:
            samples.append(_sample(float(at), page))
        else:
            unread.append(last_words(said))
    unread += [last_words(before)] * (requests - len(samples) - len(unread))
    return Batch(tuple(samples), tuple(unread))


def _sample(at: float, page: str) -> Sample:
    fault = FAULT.search(page)
    who = "" if fault else server_named_on(page)
    return Sample(at, who, "" if who else _why(fault))


def _why(fault: re.Match[str] | None) -> Why:
    if fault is None:
        return "other"
    if fault[1] == TIMED_OUT or "route" in fault[2]:
        return "silent"
    return "refused" if fault[1] == REFUSED else "other"


def next_size(samples: Sequence[Sample]) -> int:
    """How many requests the next 2 s take: fewer while nobody answers, for each waits for its connection."""
    gaps = sorted(b.at - a.at for a, b in pairwise(samples))
    usual = gaps[len(gaps) // 2] if gaps else PERIOD_S
    return max(2, min(BATCH, int(BATCH * PERIOD_S / max(usual, PERIOD_S))))


def next_pause(samples: Sequence[Sample], pause_s: float) -> float:
    """The pause that brings answered requests to one every PERIOD_S, from how long the last batch took."""
    good = [b.at - a.at for a, b in pairwise(samples) if a.who]
    if not good:
        return pause_s
    cost = sorted(good)[len(good) // 2] - pause_s
    return min(PERIOD_S, max(LEAST_PAUSE_S, PERIOD_S - cost))
