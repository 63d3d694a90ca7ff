"""What is on the board: of each group its run and its checks as sign, word, moment and last message.

Nothing is shown as it is now that is older than what is known: see `_check`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from esxlab.board.asked import NothingAsked
from esxlab.board.mending import mending
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

    from esxlab.board.asked import Asked
    from esxlab.board.there import There
    from esxlab.engine.told import GroupTold, RunTold, StepTold
    from esxlab.lab.lab import Lab
    from esxlab.spec.resolved import GroupSpec

NOTHING = "waiting"
ANSWERS = frozenset({"done", "failed", "skipped"})
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
    """One group: its run, its checks in the board's order, the command that mends what is red (mending.py).

    `said` is the last message: of the first check that is red, else of the one that was answered last.
    """

    group: int
    label: str
    run: Cell
    machines: Cell
    checks: tuple[Cell, ...]
    said: str
    mend: str
    events: tuple[tuple[str, str, Cell], ...] = ()

    @property
    def is_red(self) -> bool:
        """Something is wrong, rather than only not known."""
        return "failed" in {c.status for c in (self.run, self.machines, *self.checks)} or (
            self.run.status == "cancelled"
        )


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


def row_of(
    number: int, told: GroupTold, there: There, columns: Sequence[str], asked: Asked | None = None
) -> Row:
    """A group as it is told of, and as its server shows it; `asked` is what the board asks itself."""
    changed = max(told.changed, there.changed)
    checks = tuple(_check(name, told.checks.get(name), changed, asked or NothingAsked()) for name in columns)
    run, machines = _run(told.run), _machines(there)
    events = tuple((_clock(moment), command, _event(step)) for moment, command, step in reversed(told.events))
    said, mend = _message(checks, told.checks), mending(told, there, checks)
    return Row(number, group_label(number), run, machines, checks, said, mend, events)


def _message(checks: Sequence[Cell], told: Mapping[str, StepTold]) -> str:
    """What the check says that one looks at first."""
    worst = next((c for status in ("failed", "unknown") for c in checks if c.status == status), None)
    answered = [cell for cell in checks if cell.said]
    newest = max(answered, key=lambda cell: told[cell.name].asked, default=None)
    cell = worst or newest
    return f"{cell.name}{colon()}{cell.said}" if cell and cell.said else ""


def summary(rows: Sequence[Row]) -> str:
    """One sentence for who does not see the grid: it changes only when a group turns."""
    red = sum(row.is_red for row in rows)
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
    """How many of them are on; what one waits for, above all; of a server that is lost, since when."""
    if there.now is None:
        return Cell("machines", "unknown" if there.lost else NOTHING, _clock(there.lost))
    asked = next((f"{line.name}{colon()}{line.question}" for line in there.machines if line.question), "")
    return Cell("machines", there.status, said=f"{there.on}/{len(there.machines)} {asked}".rstrip())


def _check(name: str, told: StepTold | None, changed: float, asked: Asked) -> Cell:
    """A check's last answer; unknown when the group has changed since what it goes by was read.

    So is one that the board asks itself, once it should have been answered anew.
    """
    if told is None:
        return Cell(name, NOTHING)
    cell = _event(told)
    facts = {"word": cell.word, "asked": _clock_of(told.asked), "changed": _clock_of(changed)}
    if told.status not in ANSWERS:
        return cell
    if told.asked < changed:
        return Cell(name, "unknown", _clock_of(changed), say("board.before_change", **facts))
    if name in asked.checks and asked.is_late(told.asked):
        return Cell(name, "unknown", _clock_of(told.asked), say("board.not_asked_since", **facts))
    return cell


def _event(told: StepTold) -> Cell:
    """What a step or a question has come to."""
    said = told.said or told.detail
    if told.error:
        said = f"[{told.error}] {said}".rstrip()
    return Cell(told.name, "ok" if told.status == "done" else told.status, _clock(told.since), said)


def _clock(moment: str) -> str:
    """HH:MM of this computer; what is no moment has none."""
    found = moment_of(moment)
    return f"{found:%H:%M}" if found else ""


def _clock_of(seconds: float) -> str:
    """The same of seconds since 1970."""
    return f"{datetime.fromtimestamp(seconds).astimezone():%H:%M}"
