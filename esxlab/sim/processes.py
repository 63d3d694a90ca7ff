"""Processes by id and start time, so that a number that was given to somebody else is never signalled."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from esxlab.foreign import Unreadable

if sys.platform == "win32":
    KILL = signal.SIGTERM
else:
    KILL = signal.SIGKILL
"""Ends a process at once: on Windows os.kill does so with any number but two (docs.python.org, os.kill)."""
STARTTIME_FIELD = 22  # of /proc/PID/stat, counted from 1 (proc(5))


class ProcessIdentity(NamedTuple):
    """One process of this machine, and no other that gets its number later."""

    pid: int
    started: str

    def alive(self) -> bool:
        """Whether this very process still runs; one that is dead and unreaped does not."""
        return bool(self.started) and started_at(self.pid) == self.started

    def send(self, number: signal.Signals) -> None:
        """Signal it, if it still runs."""
        if self.alive():
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return

    def await_end(self, limit_s: float) -> bool:
        """Wait until it has ended; whether it has."""
        deadline = time.monotonic() + limit_s
        while self.alive():
            _reap(self.pid)
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        _reap(self.pid)
        return True

    def end(self, *, gently_s: float) -> None:
        """SIGTERM, and after a while SIGKILL."""
        self.send(signal.SIGTERM)
        if not self.await_end(gently_s):
            self.send(KILL)
            self.await_end(5.0)


NOBODY = ProcessIdentity(0, "")
"""No process at all: it is never alive."""


def read_identity(found: object) -> ProcessIdentity:
    """What was noted in a file, as `identify` gave it. Unreadable: it is none, and nobody is signalled."""
    match found:
        case [int(pid), str(started)] if type(pid) is int and pid > 0:
            return ProcessIdentity(pid, started)
    raise Unreadable("type")


def _reap(pid: int) -> None:
    """Take note of the end of a child of ours, so that no zombie is left."""
    if sys.platform != "win32":  # where there are no zombies
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def identify(pid: int) -> ProcessIdentity:
    """The process that has this number now."""
    return ProcessIdentity(pid, started_at(pid))


def started_at(pid: int) -> str:
    """When the process with this number started, in the system's own words; empty when there is none."""
    stat = Path(f"/proc/{pid}/stat")
    if stat.parent.parent.joinpath("self").exists():
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return ""
        return "" if fields[0] in {"Z", "X"} else fields[STARTTIME_FIELD - 3]
    answer = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False, timeout=10
    )
    return answer.stdout.strip()
