"""One job in a site: the very command that somebody there would type, in a process of its own.

So a job has the same locks, exit codes, journal and filter of secrets as the command, and resumes as it does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Performance:
    """How the command ended.

    Its exit code, what it printed as JSON, whether it was stopped before its end.
    """

    code: int
    document: dict[str, Any] | None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Performer:
    """Runs jobs in this directory; `sim`: with --sim; `journals`: where commands write theirs."""

    directory: Path
    journals: Path
    sim: bool = False
    program: tuple[str, ...] = (sys.executable, "-m", "esxlab")

    def command(self, job: Job, spec: Path, *, begun: bool = False) -> list[str]:
        """The command line of a job.

        `begun`: it was killed before; what is left is no longer the plan of the checksum.
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
            words += ["--plan", job.checksum] if job.checksum and not begun else ["--yes"]
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
        code = process.returncode if 0 <= process.returncode <= 255 else INTERRUPTED  # noqa: PLR2004 - a status
        return Performance(code, _document(content), stopped and code == INTERRUPTED)


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

    def tell(self, tell: Callable[[Mapping[str, str]], None]) -> None:
        self._told.refresh()
        now = {
            str(number): group.run.status
            for number, group in sorted(self._told.groups.items())
            if group.run and group.run.began != self._before.get(number)
        }
        if now != self._last:
            self._last = now
            tell(now)
