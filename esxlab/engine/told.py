"""What the journals of this computer tell of a class, read as they grow: runs, and answers of verify."""

from __future__ import annotations

import os
import sys
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from esxlab.engine.told_drill import DRILL, DrillTold, follow
from esxlab.foreign import brief_line, table_or_empty, whole
from esxlab.lab.identity import LAST_GROUP

if TYPE_CHECKING:
    from pathlib import Path

CHECKS = "verify"
"""The command whose steps are questions."""
MOST_FILES = 200
"""The newest ones; a lesson has some tens."""
MOST_BYTES = 8 << 20
"""Of one journal at a time; the rest comes with the next look."""
EVENTS = 40


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step or a question; `since` is when it came to this status (ISO 8601, UTC); error is its code."""

    name: str
    status: str  # running, done, failed, skipped, cancelled
    since: str
    error: str = ""
    detail: str = ""


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
    """All that is told of one group; `asked_by` is the journal of the newest verify."""

    run: RunTold | None = None
    drill: DrillTold | None = None
    asked_by: str = ""
    checks: dict[str, StepTold] = field(default_factory=dict)
    events: deque[tuple[str, str, StepTold]] = field(default_factory=lambda: deque(maxlen=EVENTS))


class Told:
    """Follows the journals below a directory; `groups` is group -> what they tell."""

    def __init__(self, directory: Path, class_name: str) -> None:
        self._directory, self._class = directory, class_name
        self._read: dict[str, int] = {}
        self._running: dict[str, set[int]] = {}  # journal -> groups that have not ended
        self.groups: dict[int, GroupTold] = {}
        self.version = 0

    def refresh(self) -> bool:
        """Read what has been written since, and say whether anything was; who cannot be read is silent."""
        try:
            names = sorted(path.name for path in self._directory.glob("*.jsonl"))[-MOST_FILES:]
        except OSError:
            return False
        news = False
        for name in names:
            try:
                news |= self._follow(name)
            except OSError:
                continue
        news |= self._bury()
        self.version += news
        return news

    def _follow(self, name: str) -> bool:
        path, begin = self._directory / name, self._read.get(name, 0)
        if path.is_symlink() or path.stat().st_size <= begin:
            return False
        with path.open("rb") as file:
            file.seek(begin)
            news = file.read(MOST_BYTES)
        end = news.rfind(b"\n") + 1
        self._read[name] = begin + (end or len(news) * (len(news) == MOST_BYTES))
        every = map(table_or_empty, news[:end].splitlines())
        lines = [line for line in every if line.get("class") == self._class]
        for line in lines:
            self._take(name, line)
        return bool(lines)

    def _take(self, name: str, line: dict[str, Any]) -> None:
        kind, command, moment = (str(line.get(key, "")) for key in ("event", "command", "time"))
        if kind == "run-started" and isinstance(line.get("steps"), dict):
            totals = {
                number: steps
                for told, steps in line["steps"].items()
                if (number := whole(told, most=LAST_GROUP)) and isinstance(steps, int)
            }
            self._running[name] = set(totals)
            for number, total in totals.items():
                if command == CHECKS:
                    self._group(number).asked_by = name
                else:
                    self._group(number).run = RunTold(command, moment, total, last=moment, journal=name)
        elif kind == "run-finished":
            for number in self._running.pop(name, set()):
                self._end(name, number, "cancelled" if line.get("interrupted") else "done", line)
        elif isinstance(group := line.get("group"), int):
            number = group
            if kind == "group-finished":
                self._running.get(name, set()).discard(number)
                self._end(name, number, "failed" if line.get("error") else "done", line)
            elif kind in ("step-started", "step-finished"):
                self._step(self._group(number), command, line)
            if command == DRILL:
                self._group(number).drill = follow(self._group(number).drill, line)

    def _step(self, group: GroupTold, command: str, line: dict[str, Any]) -> None:
        status = str(line.get("status", "running"))
        facts = [brief_line(str(line.get(key, ""))) for key in ("step", "time", "error", "detail")]
        step = StepTold(facts[0], status, *facts[1:])
        if command == CHECKS:
            before = group.checks.get(step.name)
            same = before is not None and before.status == status and status != "running"
            group.checks[step.name] = StepTold(
                step.name, status, before.since if before and same else step.since, step.error, step.detail
            )
        elif group.run:
            group.run.step, group.run.last = step.name, step.since
            group.run.done += status in ("done", "skipped")
        if status != "running":
            group.events.append((step.since, brief_line(command), step))

    def _end(self, name: str, number: int, status: str, line: dict[str, Any]) -> None:
        run = self._group(number).run
        if run and run.journal == name and run.status == "running":
            run.status, run.last = status, brief_line(str(line.get("time", "")))
            run.error, run.detail = (brief_line(str(line.get(key, ""))) for key in ("error", "detail"))

    def _bury(self) -> bool:
        """Runs whose process has died without a word are over."""
        dead = [name for name in self._running if not _alive(name)]
        for name in dead:
            for number in self._running.pop(name):
                _bury(self._group(number), name)
        return bool(dead)

    def _group(self, number: int) -> GroupTold:
        return self.groups.setdefault(number, GroupTold())


def _bury(group: GroupTold, name: str) -> None:
    """What this journal has left running; what another has begun since goes on."""
    if group.run and group.run.journal == name and group.run.status == "running":
        group.run.status, group.run.step = "cancelled", ""
        if group.drill and group.run.command == DRILL and group.drill.status == "running":
            group.drill.status = "cancelled"
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
