"""What a journal's line says, read in one place: for the board while it grows, and for a day's report.

journal.py writes these lines; whoever may edit the file may write anything into them. Nothing is believed but
what has its own type and bounds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from esxlab.foreign import brief_line, moment_of, table_or_empty, whole
from esxlab.lab.identity import LAST_GROUP

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime
    from pathlib import Path

VERIFY, BOARD, DRILL = "verify", "board", "drill"
"""Commands whose steps are questions (the board's again and again), and the one whose have a time line."""
PUT_BACK = f"{DRILL} --put-back"
"""Mends what a drill has broken; one that is done again would break it again."""
MOST_SIGNS = 200
MOST_FILES = 200
"""The newest ones; a lesson has some tens."""
MOST_BYTES = 8 << 20
"""Of one journal at a time; the rest comes with the next look."""
MOST_LOOKS = 2
"""A class of thirty groups writes less than one MiB in a run; what is longer is not read for a day."""
MOST_SECONDS = 1e11
"""A moment of a clock that counts from 1970 is far less."""


@dataclass(frozen=True, slots=True)
class Line:
    """One event as it is told; what the line does not say is empty, `group` 0: it is of no group.

    `status` of a step that has begun is `running`. `entry` is the whole line, for what only drills say.
    """

    kind: str
    command: str = ""
    class_name: str = ""
    moment: str = ""
    group: int = 0
    step: str = ""
    status: str = "running"
    error: str = ""
    detail: str = ""
    said: str = ""
    remedy: str = ""
    steps: Mapping[int, int] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    failed: tuple[int, ...] = ()
    interrupted: bool = False
    elapsed_s: float | None = None
    outage_s: float | None = None
    looked_s: float | None = None
    entry: Mapping[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> datetime | None:
        """Its moment in this computer's zone."""
        return moment_of(self.moment)

    @property
    def seconds(self) -> float:
        """The same, since 1970; 0: it tells none."""
        at = self.at
        return at.timestamp() if at else 0.0


def read_line(entry: Mapping[str, Any]) -> Line:
    """A line of any origin."""
    failed, status = entry.get("failed"), _text(entry, "status")
    return Line(
        kind=_text(entry, "event"),
        command=_text(entry, "command"),
        class_name=_text(entry, "class"),
        moment=_text(entry, "time"),
        group=_count(entry.get("group"), most=LAST_GROUP),
        step=_text(entry, "step"),
        status=status or "running",
        error=_text(entry, "error"),
        detail=_text(entry, "detail"),
        said=_text(entry, "said"),
        remedy=_text(entry, "remedy"),
        steps=_steps(entry.get("steps")),
        done=_count(entry.get("done")),
        total=_count(entry.get("total")),
        failed=tuple(filter(None, (_count(one, most=LAST_GROUP) for one in failed)))
        if isinstance(failed, list)
        else (),
        interrupted=bool(entry.get("interrupted")),
        elapsed_s=seconds_of(entry.get("elapsed_s")),
        outage_s=seconds_of(entry.get("outage_s")),
        looked_s=seconds_of(entry.get("looked_s")),
        entry=entry,
    )


class Journals:
    """The journals below a directory, read as they grow: each line once."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._read: dict[str, int] = {}

    def names(self) -> list[str]:
        """The oldest first; none where this user may not look. OSError when this computer cannot."""
        return sorted(path.name for path in self._directory.glob("*.jsonl"))

    def news(self, name: str) -> list[Line]:
        """The whole lines that have been written since the last look; OSError."""
        path, begin = self._directory / name, self._read.get(name, 0)
        if path.is_symlink():
            raise OSError(name)
        if path.stat().st_size <= begin:
            return []
        with path.open("rb") as file:
            file.seek(begin)
            news = file.read(MOST_BYTES)
        end = news.rfind(b"\n") + 1
        self._read[name] = begin + (end or len(news) * (len(news) == MOST_BYTES))
        return [read_line(entry) for entry in map(table_or_empty, news[:end].splitlines()) if entry]


def read_day(directory: Path, day: date) -> tuple[list[list[Line]], int]:
    """Those that began about this day (their names tell it in UTC), and how many could not be read.

    A run that was killed has left whole lines; what is none is left out.
    """
    journals, unread = Journals(directory), 0
    found: list[list[Line]] = []
    try:
        names = journals.names()
    except OSError:
        return [], 1
    for name in names:
        if not _is_near(name[:8], day):
            continue
        try:
            parts = [journals.news(name) for _ in range(MOST_LOOKS)]
            unread += bool(journals.news(name))
        except OSError:
            unread += 1
            continue
        found.append([line for part in parts for line in part])
    return found, unread


def seconds_of(said: object) -> float | None:
    """A number of seconds that some clock could tell."""
    if isinstance(said, bool) or not isinstance(said, int | float) or not abs(said) < MOST_SECONDS:
        return None
    return float(said)


def _is_near(stamp: str, day: date) -> bool:
    try:
        told = type(day).fromisoformat(stamp)
    except ValueError:
        return False
    return abs((told - day).days) <= 1


def _text(entry: Mapping[str, Any], key: str) -> str:
    found = entry.get(key)
    return brief_line(found, MOST_SIGNS) if isinstance(found, str) else ""


def _count(said: object, *, most: int = 10**9) -> int:
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 < said <= most else 0


def _steps(said: object) -> dict[int, int]:
    told = said.items() if isinstance(said, dict) else ()
    found: Iterator[tuple[int, int]] = ((whole(key, most=LAST_GROUP), _count(steps)) for key, steps in told)
    return {group: steps for group, steps in found if group}
