"""What a journal tells of a drill while it runs: who answers its client from when on, what was done."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from esxlab.foreign import brief_line

DRILL = "drill"
"""The command whose steps have a time line."""
MOST_MOVES = 60
MOST_NAMES = 20
MOST_SECONDS = 1e11
"""A moment of a clock that counts from 1970 is far less."""


@dataclass(frozen=True, slots=True)
class MoveTold:
    """A line of a drill's time line; `at` is the client's own clock. A step has a verb, an answer none."""

    at: float
    who: tuple[str, ...] = ()
    lost: bool = False
    why: str = ""
    verb: str = ""
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class DrillTold:
    """The last drill of a group; `outage_s` is what was measured, None: nothing, or not yet."""

    name: str
    status: str = "running"
    outage_s: float | None = None
    moves: deque[MoveTold] = field(default_factory=lambda: deque(maxlen=MOST_MOVES))


def follow(before: DrillTold | None, line: dict[str, Any]) -> DrillTold | None:
    """The group's drill after this line of a journal of `drill`."""
    kind = line.get("event")
    if kind == "step-started":
        return DrillTold(brief_line(str(line.get("step", ""))))
    if before and kind in ("drill-answered", "drill-stepped"):
        before.moves.append(_move(line))
    elif before and kind == "step-finished":
        before.status, before.outage_s = str(line.get("status", "")), _seconds(line.get("outage_s"))
    return before


def _move(line: dict[str, Any]) -> MoveTold:
    names = line.get("who")
    who = tuple(brief_line(str(name)) for name in names[:MOST_NAMES]) if isinstance(names, list) else ()
    why, verb = (brief_line(str(line.get(key, ""))) for key in ("why", "verb"))
    told = line.get("facts")
    facts = {str(k): brief_line(str(v)) for k, v in told.items()} if isinstance(told, dict) else {}
    return MoveTold(_seconds(line.get("at")) or 0.0, who, line.get("lost") is True, why, verb, facts)


def _seconds(said: object) -> float | None:
    return float(said) if isinstance(said, int | float) and abs(said) < MOST_SECONDS else None
