"""The journal of a run: one JSON line per event, in a file that only its owner can read."""

from __future__ import annotations

import contextlib
import os
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from esxlab.engine.events import (
    BugMet,
    DrillAnswered,
    DrillStepped,
    GroupFinished,
    RouterRemarked,
    RunFinished,
    RunStarted,
    StepFinished,
    StepProgressed,
    StepStarted,
)
from esxlab.errors import LabError
from esxlab.foreign import json_text
from esxlab.local.files import append_private, reason
from esxlab.local.unwritten import Unwritten

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from esxlab.engine.events import Event


def utc_now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


class Journal:
    """A listener that appends to `path`; the file and its folder are made (0600, 0700) by the first event.

    A step's progress is not written down: it would be most of the file and tells nothing afterwards.
    A journal only informs: when it cannot be written, `unwritten` hears why, `lost` keeps it, and no more is.
    """

    def __init__(
        self, path: Path, *, clock: Callable[[], datetime] = utc_now, unwritten: Unwritten | None = None
    ) -> None:
        self.path = path
        self.lost: LabError | None = None
        self._clock = clock
        self._unwritten = unwritten or Unwritten()
        self._lock = threading.Lock()
        self._file: int | None = None
        self._run: dict[str, str] = {}

    def __call__(self, event: Event) -> None:
        """Write the event's line; one system call, so that lines of a killed run are whole."""
        if isinstance(event, StepProgressed) or self.lost:
            return
        with self._lock:
            if isinstance(event, RunStarted):
                self._run = {"command": event.command, "class": event.class_name}
            moment = self._clock().isoformat(timespec="milliseconds")
            line = {"time": moment, **self._run, **_entry(event)}
            try:
                self._write((json_text(line) + "\n").encode())
            except LabError as error:
                self.lost = error
        if self.lost:
            self._unwritten.informs(self.lost)

    def close(self) -> None:
        """Close the file; harmless when nothing was written."""
        with self._lock:
            if self._file is not None:
                with contextlib.suppress(OSError):  # NFS says only now what a write has met (close(2))
                    os.close(self._file)
                self._file = None

    def _write(self, line: bytes) -> None:
        """The whole line or nothing of it; LabError local.unwritten."""
        if self._file is None:
            self._file = append_private(self.path)
        try:
            if (written := os.write(self._file, line)) < len(line):
                os.ftruncate(self._file, os.fstat(self._file).st_size - written)
                os.write(self._file, line)  # a disk that has room for half a line says so now
        except OSError as error:
            raise LabError("local.unwritten", where=str(self.path), detail=reason(error)) from error


def _entry(event: Event) -> dict[str, Any]:
    match event:
        case RunStarted():
            return {
                "event": "run-started",
                "steps": {str(group): steps for group, steps in event.steps.items()},
                **({"looked_s": round(event.looked_s, 3)} if event.looked_s else {}),
            }
        case StepStarted() | StepProgressed():
            name = "step-started" if isinstance(event, StepStarted) else "step-progressed"
            return {"event": name, "group": event.group, "step": event.step}
        case StepFinished():
            ended = {"event": "step-finished", "group": event.group, "step": event.step}
            return {
                **ended,
                "status": event.status,
                "elapsed_s": round(event.elapsed_s, 3),
                **({} if event.outage_s is None else {"outage_s": round(event.outage_s, 3)}),
                **_error(event.error),
                **{name: text for name in ("said", "remedy") if (text := getattr(event, name))},
            }
        case GroupFinished():
            ended = {
                "event": "group-finished",
                "group": event.group,
                "done": event.done,
                "total": event.total,
            }
            return {**ended, "elapsed_s": round(event.elapsed_s, 3), **_error(event.error)}
        case DrillAnswered() | DrillStepped() | RouterRemarked() | BugMet():
            return _remark(event)
        case RunFinished():
            ended = {"event": "run-finished", "failed": list(event.failed), "interrupted": event.interrupted}
            return {**ended, "elapsed_s": round(event.elapsed_s, 3)}


def _drilled(event: DrillAnswered | DrillStepped) -> dict[str, Any]:
    facts: dict[str, Any] = {"group": event.group, "step": event.drill, "at": round(event.at, 3)}
    if isinstance(event, DrillStepped):
        return {"event": "drill-stepped", **facts, "verb": event.verb, "facts": event.facts}
    return {"event": "drill-answered", **facts, "who": event.who, "lost": event.lost, "why": event.why}


def _remark(event: DrillAnswered | DrillStepped | RouterRemarked | BugMet) -> dict[str, Any]:
    if isinstance(event, DrillAnswered | DrillStepped):
        return _drilled(event)
    if isinstance(event, BugMet):
        return {"event": "bug", **_error(event.error), "traceback": event.traceback.splitlines()}
    return {"event": "router-remarked", "router": event.router, "remark": event.remark}


def _error(error: LabError | None) -> dict[str, str]:
    if error is None:
        return {}
    return {"error": error.code, "where": error.where, "detail": error.detail}
