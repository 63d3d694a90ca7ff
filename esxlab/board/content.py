"""What is on the board: of each group its run and its checks as sign, word and moment, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.engine.told_drill import DRILL
from esxlab.exercises.registry import build_checks, build_lab, secret_of
from esxlab.foreign import moment_of
from esxlab.lab.identity import group_label
from esxlab.lesson.drawing import draw_group
from esxlab.lesson.graph import build_graph
from esxlab.lesson.html import drawing_svg
from esxlab.show.glyphs import UNICODE
from esxlab.show.words import VERDICT_GLYPHS, count
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from esxlab.engine.told import GroupTold, RunTold, StepTold
    from esxlab.spec.resolved import GroupSpec

NOTHING = "waiting"
UNTOLD = "board"
"""In place of a phrase: checks are only named here."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`status` is a word of `word.*`; `since` a clock time, empty when nothing was told."""

    name: str
    status: str
    since: str = ""
    said: str = ""

    @property
    def glyph(self) -> str:
        """The sign beside the word."""
        return str(getattr(UNICODE, VERDICT_GLYPHS.get(self.status, "warning")))

    @property
    def word(self) -> str:
        """What the sign means."""
        return say(f"word.{self.status if self.status in VERDICT_GLYPHS else 'unknown'}")


@dataclass(frozen=True, slots=True)
class Row:
    """One group: its run, its checks in the board's order, the command that mends what is red."""

    group: int
    label: str
    run: Cell
    checks: tuple[Cell, ...]
    mend: str
    events: tuple[tuple[str, str, Cell], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What the spec says of a group, made once: its checks' questions, its drawings."""

    questions: Mapping[str, str]
    students: str
    teacher: str


def know(spec: GroupSpec) -> Known:
    """Students get the drawing without what the exercise asks them for."""
    lab = build_lab(spec, phrase=UNTOLD if secret_of(spec) else "")
    questions = {check.name: check.describe() for check in build_checks(spec, wanted=lab, found=lab)}
    return Known(questions, drawing_svg(draw_group(spec)), drawing_svg(build_graph(spec).drawing))


def columns_of(known: Iterable[Known]) -> tuple[str, ...]:
    """The names of all checks, in the order of the first group that has them."""
    return tuple(dict.fromkeys(name for each in known for name in each.questions))


def row_of(number: int, told: GroupTold, columns: Sequence[str]) -> Row:
    """A group as it is told of."""
    run = _run(told.run)
    checks = tuple(_check(name, told.checks.get(name)) for name in columns)
    command = told.run.command if told.run else "provision"
    if command == DRILL:
        command = "drill --put-back"  # again would break it again
    mend = ""
    if run.status in ("failed", "cancelled"):
        mend = f"esxlab {command} -g {number}"
    elif any(cell.status == "failed" for cell in checks):
        mend = f"esxlab verify -g {number}"
    events = tuple(
        (_clock(moment), command, _check(step.name, step)) for moment, command, step in reversed(told.events)
    )
    return Row(number, group_label(number), run, checks, mend, events)


def summary(rows: Sequence[Row]) -> str:
    """One sentence for who does not see the grid: it changes only when a group turns."""
    red = sum(bool(row.mend) for row in rows)
    green = sum(not row.mend and all(cell.status in ("ok", "skipped") for cell in row.checks) for row in rows)
    return say("board.summary", green=count("board.green", green), red=count("board.red", red))


def _run(run: RunTold | None) -> Cell:
    if run is None:
        return Cell("run", NOTHING)
    said = f"{run.command} {run.done}/{run.total}"
    if run.status == "running" and run.step:
        said += f" {run.step}"
    if run.error:
        said += f" [{run.error}] {run.detail}".rstrip()
    return Cell("run", run.status, _clock(run.began if run.status == "running" else run.last), said)


def _check(name: str, told: StepTold | None) -> Cell:
    if told is None:
        return Cell(name, NOTHING)
    said = f"[{told.error}] {told.detail}".strip() if told.error else ""
    return Cell(name, "ok" if told.status == "done" else told.status, _clock(told.since), said)


def _clock(moment: str) -> str:
    """HH:MM of this computer; what is no moment has none."""
    found = moment_of(moment)
    return f"{found:%H:%M}" if found else ""
