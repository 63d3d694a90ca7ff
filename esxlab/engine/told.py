"""What the journals of this computer tell of a class, read as they grow: runs, and answers of verify."""

from __future__ import annotations

import errno
import os
import sys
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from esxlab.engine.told_drill import DrillTold, follow, measured_s
from esxlab.engine.told_lines import BOARD, DRILL, MOST_FILES, PUT_BACK, VERIFY, Journals
from esxlab.local.files import reason

if TYPE_CHECKING:
    from pathlib import Path

    from esxlab.engine.told_lines import Line

EVENTS = 40
STRANGE = frozenset(
    {None, errno.ENOENT, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.ENXIO}
)
"""What was never ours to read, or is gone; all else is this computer's trouble."""


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step or a question; `since` is when it came to this status (ISO 8601, UTC); error is its code."""

    name: str
    status: str  # running, done, failed, skipped, cancelled
    since: str
    error: str = ""
    detail: str = ""
    said: str = ""  # of a question: what was seen
    remedy: str = ""  # and the command that its error names
    before: tuple[str, str] = ("", "")  # of one that is asked again: its last answer, and since when
    asked: float = 0.0  # of a question: when what it goes by was read; seconds since 1970


@dataclass(slots=True)
class RunTold:
    """The last run that changes or breaks something of a group; `last` is its newest line's moment."""

    command: str
    began: str
    total: int
    status: str = "running"
    done: int = 0
    step: str = ""
    last: str = ""
    error: str = ""
    detail: str = ""
    journal: str = ""


@dataclass(slots=True)
class GroupTold:
    """All that is told of one group; `asked_by` is the journal of the newest verify.

    `changed` is when a run has done something to it last (seconds since 1970).
    """

    run: RunTold | None = None
    drill: DrillTold | None = None
    asked_by: str = ""
    changed: float = 0.0
    checks: dict[str, StepTold] = field(default_factory=dict)
    events: deque[tuple[str, str, StepTold]] = field(default_factory=lambda: deque(maxlen=EVENTS))


class Told:
    """Follows the journals below a directory; `groups` is group -> what they tell.

    `trouble` is why some of them were not read the last time, and `since` since when (ISO 8601, UTC).
    """

    def __init__(self, directory: Path, class_name: str) -> None:
        self._journals, self._class = Journals(directory), class_name
        self._running: dict[str, set[int]] = {}  # journal -> groups that have not ended
        self._looked: dict[str, float] = {}  # journal -> when what its questions go by was read
        self.trouble, self.since = "", ""
        self.groups: dict[int, GroupTold] = {}
        self.version = 0

    def refresh(self) -> bool:
        """Read what has been written since, and say whether anything was; `trouble` when that was in vain."""
        news, trouble = False, ""
        try:
            names = self._journals.names()[-MOST_FILES:]
        except OSError as error:
            names, trouble = [], reason(error)
        for name in names:
            try:
                lines = self._journals.news(name)
            except OSError as error:
                trouble = trouble or ("" if error.errno in STRANGE else reason(error))
                continue
            for line in lines:
                if line.class_name == self._class:
                    self._take(name, line)
                    news = True
        news |= self._bury() | self._tell(trouble)
        self.version += news
        return news

    def _tell(self, trouble: str) -> bool:
        """Whether it is another one than before; it leaves no trace, since what was not read is read then."""
        if trouble == self.trouble:
            return False
        if not (trouble and self.trouble):
            self.since = datetime.now(UTC).isoformat(timespec="seconds") if trouble else ""
        self.trouble = trouble
        return True

    def _take(self, name: str, line: Line) -> None:
        if line.kind == "run-started":
            self._begin(name, line)
        elif line.kind == "run-finished":
            for number in self._running.pop(name, set()):
                self._end(name, number, "cancelled" if line.interrupted else "done", line)
        elif line.group:
            group = self._group(line.group)
            if line.kind == "group-finished":
                self._running.get(name, set()).discard(line.group)
                self._end(name, line.group, "failed" if line.error else "done", line)
            elif line.kind in ("step-started", "step-finished"):
                _step(group, line, self._looked.get(name, 0.0))
            if line.command in (DRILL, PUT_BACK):
                group.drill = follow(group.drill, line)

    def _begin(self, name: str, line: Line) -> None:
        self._running[name] = set(line.steps)
        self._looked[name] = line.seconds - (line.looked_s or 0.0)
        for number, total in line.steps.items():
            if line.command in (VERIFY, BOARD):
                self._group(number).asked_by = name
            else:
                began = RunTold(line.command, line.moment, total, last=line.moment, journal=name)
                self._group(number).run = began

    def _end(self, name: str, number: int, status: str, line: Line) -> None:
        run = self._group(number).run
        if run and run.journal == name and run.status == "running":
            run.status, run.last = status, line.moment
            run.error, run.detail = line.error, line.detail

    def _bury(self) -> bool:
        """Runs whose process has died without a word are over."""
        dead = [name for name in self._running if not _alive(name)]
        for name in dead:
            for number in self._running.pop(name):
                _bury(self._group(number), name)
        return bool(dead)

    def _group(self, number: int) -> GroupTold:
        return self.groups.setdefault(number, GroupTold())


def _step(group: GroupTold, line: Line, looked: float) -> None:
    step = StepTold(
        line.step, line.status, line.moment, line.error, line.detail, line.said, line.remedy, asked=looked
    )
    if line.command in (VERIFY, BOARD):
        _answer(group, step, again=line.command == BOARD)
        if line.command == BOARD:
            return
    else:
        group.changed = max(group.changed, line.seconds)
        if group.run:
            group.run.step, group.run.last = step.name, step.since
            group.run.done += step.status in ("done", "skipped")
    if step.status != "running":
        group.events.append((step.since, line.command, step))


def _answer(group: GroupTold, step: StepTold, *, again: bool) -> None:
    """A question is asked, or answered; an answer stays since it was first given, however often it is asked.

    `again`: by the board itself, which does not take down the last answer meanwhile. One that goes by an
    older look than the last one comes too late, and says nothing.
    """
    last = group.checks.get(step.name)
    if last and 0 < step.asked < last.asked:
        return
    known = (last.before if last.status == "running" else (last.status, last.since)) if last else ("", "")
    if step.status == "running":
        if not again or last is None:
            group.checks[step.name] = replace(step, before=known)
    elif step.status == known[0]:
        group.checks[step.name] = replace(step, since=known[1])
    else:
        group.checks[step.name] = step


def _bury(group: GroupTold, name: str) -> None:
    """What this journal has left running; what another has begun since goes on."""
    if group.run and group.run.journal == name and group.run.status == "running":
        group.run.status, group.run.step = "cancelled", ""
        if group.drill and group.run.command == DRILL and group.drill.status == "running":
            group.drill.status, group.drill.outage_s = "cancelled", measured_s(group.drill.moves)
    for check, told in group.checks.items() if group.asked_by == name else ():
        if told.status == "running":
            group.checks[check] = replace(told, status="cancelled")


def _alive(name: str) -> bool:
    """Whether the process that a journal's name ends in still is; where that cannot be asked, it is."""
    number = name.removesuffix(".jsonl").rpartition("-")[2]
    if not number.isdecimal() or len(number) > 9:  # noqa: PLR2004 - a pid
        return True
    if sys.platform != "win32":
        try:
            os.kill(int(number), 0)  # nothing is sent (kill(2))
        except ProcessLookupError:
            return False
        except OSError:
            return True
    return True
