"""What a journal tells of a drill while it runs: who answers its client from when on, what was done."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from esxlab.drills.timeline import ended_outage_s
from esxlab.engine.told_lines import PUT_BACK, seconds_of
from esxlab.foreign import brief_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
    """The group's drill after this line of a journal of `drill`, or of its `--put-back`."""
    if line.command == PUT_BACK:
        if before and before.status == "cancelled":
            _put_back(before, line)
        return before
    if line.kind == "step-started":
        return DrillTold(line.step)
    if before and line.kind in ("drill-answered", "drill-stepped"):
        before.moves.append(move_of(line.entry))
    elif before and line.kind == "step-finished":
        before.status, before.outage_s = line.status, line.outage_s
    return before


def _put_back(drill: DrillTold, line: Line) -> None:
    """Its client is asked once more, after whoever ran the drill was gone."""
    if line.kind in ("drill-answered", "drill-stepped"):
        drill.moves.append(move_of(line.entry))
        if drill.outage_s is None:
            drill.outage_s = measured_s(drill.moves)


def measured_s(moves: Iterable[MoveTold]) -> float | None:
    """The outage by the time line alone, of a drill whose own figure was never written."""
    told = list(moves)
    broken = next((move.at for move in told if move.verb), None)
    return None if broken is None else ended_outage_s([m for m in told if not m.verb], broken)


def move_of(entry: Mapping[str, Any]) -> MoveTold:
    """A line of the time line, whatever somebody has written there."""
    names = entry.get("who")
    who = tuple(brief_line(str(name)) for name in names[:MOST_NAMES]) if isinstance(names, list) else ()
    why, verb = (brief_line(str(entry.get(key, ""))) for key in ("why", "verb"))
    told = entry.get("facts")
    facts = {str(k): brief_line(str(v)) for k, v in told.items()} if isinstance(told, dict) else {}
    return MoveTold(seconds_of(entry.get("at")) or 0.0, who, entry.get("lost") is True, why, verb, facts)
