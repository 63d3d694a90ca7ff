"""One job in a site: the very command that somebody there would type, in a process of its own.

So a job has the same locks, exit codes, journal and filter of secrets as the command, and resumes as it does.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from esxlab.engine.told import Told
from esxlab.foreign import Unreadable, read_json, table
from esxlab.sites.messages import LARGEST_ANSWER

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from esxlab.sites.messages import Job

EXTENT = LARGEST_ANSWER // 2 - (64 << 10)
"""Bytes of a document: sealed, each of its quotes and backslashes is two signs."""
LOCK_WAIT_S = 900
"""After a kill the command that outlived its runner may still hold the groups' locks."""
TICK_S = 1.0
GENTLE_S = 3600.0
"""How long a command may take to end after it was asked to.

It finishes the steps that run (a copy, a boot).
"""
INTERRUPTED = 130
BY_SIGNAL = 128
"""The status of a command that a signal has ended is this and its number: as in shells (POSIX, 2.8.2)."""


@dataclass(frozen=True, slots=True)
class Performance:
    """How the command ended.

    Its exit code, what it printed as JSON, whether it was stopped before its end; `killed`: the signal that
    ended it when nobody here had asked for it, and then `groups`, as its journal tells how far they came.
    """

    code: int
    document: dict[str, Any] | None
    stopped: bool = False
    killed: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Performer:
    """Runs jobs in this directory; `sim`: with --sim; `journals`: where commands write theirs."""

    directory: Path
    journals: Path
    sim: bool = False
    program: tuple[str, ...] = (sys.executable, "-m", "esxlab")

    def command(self, job: Job, spec: Path, *, begun: bool = False) -> list[str]:
        """The command line of a job.

        `begun`: it was killed before, in the middle of its changes; what is left of its groups is no longer
        the plan of the checksum. Whose groups are not known, a teardown's, is only done as it was agreed to.
        """
        words = [
            *self.program,
            job.verb,
            "--file",
            str(spec),
            "--output",
            "json",
            "--quiet",
            "--lang",
            job.language,
        ]
        words += ["--group", job.groups] if job.groups else []
        words += ["--all"] if job.verb == "teardown" and not job.groups else []
        words += ["--sim"] if self.sim else []
        if job.changes:
            words += ["--lock-wait", str(LOCK_WAIT_S)]
            agreed = job.checksum and not (begun and (job.groups or job.verb == "provision"))
            words += ["--plan", job.checksum] if agreed else ["--yes"]
        elif job.dry_run:
            words += ["--dry-run"]
        return words

    def perform(
        self,
        job: Job,
        class_name: str,
        spec: Path,
        stop: threading.Event,
        tell: Callable[[Mapping[str, str]], None],
        *,
        begun: bool = False,
    ) -> Performance:
        """Run it to its end.

        `stop` ends it gently. `tell` hears, at most once a second, how its groups are.
        """
        progress = _Progress(self.journals, class_name)
        with tempfile.TemporaryFile() as printed:
            process = subprocess.Popen(
                self.command(job, spec, begun=begun),
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.DEVNULL,
                cwd=self.directory,
                start_new_session=os.name != "nt",  # Ctrl-C at the runner is for the runner
            )
            stopped = _await_end(process, stop, lambda: progress.tell(tell))
            printed.seek(0)
            content = printed.read(EXTENT + 1)
        code, killed = _status(process.returncode)
        if stopped and (killed or code == INTERRUPTED):
            return Performance(code, None, stopped=True)
        return Performance(code, _document(content), killed=killed, groups=progress.now() if killed else {})

    def newest_run(self, class_name: str) -> str:
        """When the newest command that this computer's journals tell of began to change this class."""
        told = Told(self.journals, class_name)
        told.refresh()
        return max((group.run.began for group in told.groups.values() if group.run), default="")


def _status(code: int) -> tuple[int, str]:
    """The exit status, and by which signal the command was ended; empty when it ended by itself."""
    if code < 0:
        known = {number.value: number.name for number in signal.Signals}
        return BY_SIGNAL - code, known.get(-code, str(-code))
    return (code, "") if code <= 255 else (INTERRUPTED, hex(code))  # noqa: PLR2004 - Windows: an NTSTATUS


def _await_end(process: subprocess.Popen[bytes], stop: threading.Event, tick: Callable[[], None]) -> bool:
    """Until it has ended; whether it was asked to."""
    asked = False
    left = GENTLE_S
    while True:
        try:
            process.wait(TICK_S)
        except subprocess.TimeoutExpired:
            tick()
        else:
            return asked
        if asked:
            left -= TICK_S
            if left <= 0:
                process.kill()
        elif stop.is_set():
            asked = True
            process.terminate()


def _document(content: bytes) -> dict[str, Any] | None:
    """What was printed, when it is one JSON object of a fair size."""
    try:
        return table(read_json(content, limit=EXTENT))
    except Unreadable:
        return None


class _Progress:
    """Tells how the groups of the command that runs are, when that has changed."""

    def __init__(self, journals: Path, class_name: str) -> None:
        self._told = Told(journals, class_name)
        self._told.refresh()
        self._before = {number: group.run.began for number, group in self._told.groups.items() if group.run}
        self._last: dict[str, str] = {}

    def now(self) -> dict[str, str]:
        """Group -> how it is, of those that the command has begun."""
        self._told.refresh()
        return {
            str(number): group.run.status
            for number, group in sorted(self._told.groups.items())
            if group.run and group.run.began != self._before.get(number)
        }

    def tell(self, tell: Callable[[Mapping[str, str]], None]) -> None:
        if (now := self.now()) != self._last:
            self._last = now
            tell(now)
