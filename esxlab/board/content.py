"""What is on the board: of each group its run and its checks as sign, word and moment, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.engine.told_lines import DRILL
from esxlab.exercises.registry import build_checks, build_lab, secret_of
from esxlab.foreign import moment_of
from esxlab.lab.identity import group_label
from esxlab.lesson.drawing import draw_group
from esxlab.lesson.graph import build_graph
from esxlab.lesson.html import drawing_svg
from esxlab.show.glyphs import UNICODE
from esxlab.show.words import VERDICT_GLYPHS, count
from esxlab.texts import colon, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from esxlab.board.there import There
    from esxlab.engine.told import GroupTold, RunTold, StepTold
    from esxlab.lab.lab import Lab
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
    machines: Cell
    checks: tuple[Cell, ...]
    mend: str
    events: tuple[tuple[str, str, Cell], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What the spec says of a group, made once: its lab, its checks' questions."""

    spec: GroupSpec
    wanted: Lab
    questions: Mapping[str, str]

    def drawing(self, there: There, *, teacher: bool) -> str:
        """What is wanted, and what is there as it is told now."""
        now = there.now
        return drawing_svg(build_graph(self.spec, now).drawing if teacher else draw_group(self.spec, now))


def know(spec: GroupSpec) -> Known:
    """Its checks are only named."""
    lab = build_lab(spec, phrase=UNTOLD if secret_of(spec) else "")
    questions = {check.name: check.describe() for check in build_checks(spec, wanted=lab, found=lab)}
    return Known(spec, lab, questions)


def columns_of(known: Iterable[Known]) -> tuple[str, ...]:
    """The names of all checks, in the order of the first group that has them."""
    return tuple(dict.fromkeys(name for each in known for name in each.questions))


def row_of(number: int, told: GroupTold, there: There, columns: Sequence[str]) -> Row:
    """A group as it is told of, and as its server shows it."""
    run = _run(told.run)
    checks = tuple(_check(name, told.checks.get(name)) for name in columns)
    command = told.run.command if told.run else "provision"
    if command == DRILL:
        command = "drill --put-back"  # again would break it again
    mend = ""
    if asking := next((line.name for line in there.machines if line.question), ""):
        mend = f"esxlab console -g {number} {asking}"  # it stands still until somebody answers there
    elif run.status in ("failed", "cancelled"):
        mend = f"esxlab {command} -g {number}"
    elif any(cell.status == "failed" for cell in checks):
        mend = f"esxlab verify -g {number}"
    events = tuple(
        (_clock(moment), command, _check(step.name, step)) for moment, command, step in reversed(told.events)
    )
    return Row(number, group_label(number), run, _machines(there), checks, mend, events)


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


def _machines(there: There) -> Cell:
    """How many of them are on; what one waits for, above all."""
    if there.now is None:
        return Cell("machines", NOTHING)
    asked = next((f"{line.name}{colon()}{line.question}" for line in there.machines if line.question), "")
    return Cell("machines", there.status, said=f"{there.on}/{len(there.machines)} {asked}".rstrip())


def _check(name: str, told: StepTold | None) -> Cell:
    if told is None:
        return Cell(name, NOTHING)
    said = f"[{told.error}] {told.detail}".strip() if told.error else ""
    return Cell(name, "ok" if told.status == "done" else told.status, _clock(told.since), said)


def _clock(moment: str) -> str:
    """HH:MM of this computer; what is no moment has none."""
    found = moment_of(moment)
    return f"{found:%H:%M}" if found else ""
