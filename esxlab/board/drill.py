"""A drill's time line on a group's page, also while it runs: who answered at which moment, the outage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.texts import colon, decimal, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from esxlab.engine.told_drill import DrillTold, MoveTold

WIDE = 600.0
"""Units of the strip's width."""
WHYS = ("refused", "silent", "other")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: seconds since the failure, what it says; `step`: something was done."""

    at: str
    said: str
    step: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the strip; `dark`: nobody answered, `half`: some did not."""

    left: float
    width: float
    said: str
    dark: bool = False
    half: bool = False


@dataclass(frozen=True, slots=True)
class TimeLine:
    """All of it. `now` is one sentence for who does not see it: it changes when others answer."""

    head: str = ""
    now: str = ""
    lines: tuple[Line, ...] = ()
    parts: tuple[Part, ...] = ()


def time_line(told: DrillTold | None, *, steps: bool = True) -> TimeLine:
    """Of a group's last drill; `steps`: what was broken is said too."""
    if told is None:
        return TimeLine()
    moves = sorted(told.moves, key=lambda move: move.at)
    zero = next((move.at for move in moves if move.verb), moves[0].at if moves else 0.0)
    lines = [
        Line(f"{decimal(move.at - zero, '+.1f')} s", _said(move), bool(move.verb))
        for move in moves
        if steps or not move.verb
    ]
    return TimeLine(say("board.drill", drill=told.name), _now(told, moves), tuple(lines), _parts(moves))


def _now(told: DrillTold, moves: Sequence[MoveTold]) -> str:
    if told.outage_s is not None:
        return say("board.outage", seconds=decimal(told.outage_s, ".1f"))
    last = next((move for move in reversed(moves) if not move.verb), None)
    return _said(last) if last and told.status == "running" else ""


def _said(move: MoveTold) -> str:
    if move.verb:
        return _step(move)
    if not move.who:
        return say("drill.nobody", why=_why(move))
    names = ", ".join(move.who)
    return say("board.some_lost", who=names, why=_why(move)) if move.lost else names


def _step(move: MoveTold) -> str:
    """The step's own sentence; a journal of another version may name one that is not known here."""
    try:
        return say(f"step.{move.verb}", **move.facts)
    except KeyError:
        return f"{move.facts.get('subject', '')}{colon()}{move.verb}"


def _why(move: MoveTold) -> str:
    return say(f"drill.why.{move.why if move.why in WHYS else ''}")


def _parts(moves: Sequence[MoveTold]) -> tuple[Part, ...]:
    answers = [move for move in moves if not move.verb]
    if not answers:
        return ()
    last = max(move.at for move in moves)
    end = last + max(1.0, (last - answers[0].at) / 8)  # what is so now goes on to the right
    return tuple(_strip(answers, end))


def _strip(answers: Sequence[MoveTold], end: float) -> Iterator[Part]:
    begin = answers[0].at
    unit = WIDE / (end - begin)
    for move, until in zip(answers, [*(each.at for each in answers[1:]), end], strict=True):
        left, width = (move.at - begin) * unit, (until - move.at) * unit
        yield Part(round(left, 1), round(width, 1), ", ".join(move.who), not move.who, move.lost)
