"""What a journal tells of a drill while it runs: who answers its client from when on, what was done."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from esxlab.engine.told_lines import seconds_of
from esxlab.foreign import brief_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.engine.told_lines import Line

MOST_MOVES = 60
MOST_NAMES = 20


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


def follow(before: DrillTold | None, line: Line) -> DrillTold | None:
    """The group's drill after this line of a journal of `drill`."""
    if line.kind == "step-started":
        return DrillTold(line.step)
    if before and line.kind in ("drill-answered", "drill-stepped"):
        before.moves.append(_move(line.entry))
    elif before and line.kind == "step-finished":
        before.status, before.outage_s = line.status, line.outage_s
    return before


def _move(entry: Mapping[str, Any]) -> MoveTold:
    names = entry.get("who")
    who = tuple(brief_line(str(name)) for name in names[:MOST_NAMES]) if isinstance(names, list) else ()
    why, verb = (brief_line(str(entry.get(key, ""))) for key in ("why", "verb"))
    told = entry.get("facts")
    facts = {str(k): brief_line(str(v)) for k, v in told.items()} if isinstance(told, dict) else {}
    return MoveTold(seconds_of(entry.get("at")) or 0.0, who, entry.get("lost") is True, why, verb, facts)
