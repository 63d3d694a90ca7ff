"""The journal of a run: one JSON line per event, in a file that only its owner can read."""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from esxlab.engine.events import (
    GroupFinished,
    RouterRemarked,
    RunFinished,
    RunStarted,
    StepFinished,
    StepProgressed,
    StepStarted,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from esxlab.engine.events import Event
    from esxlab.errors import LabError


def utc_now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


class Journal:
    """A listener that appends to `path`; the file and its folder are made (0600, 0700) by the first event.

    A step's progress is not written down: it would be most of the file and tells nothing afterwards.
    """

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._file: int | None = None
        self._run: dict[str, str] = {}

    def __call__(self, event: Event) -> None:
        """Write the event's line; one system call, so that lines of a killed run are whole."""
        if isinstance(event, StepProgressed):
            return
        with self._lock:
            if isinstance(event, RunStarted):
                self._run = {"command": event.command, "class": event.class_name}
            moment = self._clock().isoformat(timespec="milliseconds")
            line = {"time": moment, **self._run, **_entry(event)}
            os.write(self._open(), (json.dumps(line, ensure_ascii=False) + "\n").encode())

    def close(self) -> None:
        """Close the file; harmless when nothing was written."""
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def _open(self) -> int:
        if self._file is None:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return self._file


def _entry(event: Event) -> dict[str, Any]:
    match event:
        case RunStarted():
            return {
                "event": "run-started",
                "steps": {str(group): steps for group, steps in event.steps.items()},
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
                **_error(event.error),
            }
        case GroupFinished():
            ended = {
                "event": "group-finished",
                "group": event.group,
                "done": event.done,
                "total": event.total,
            }
            return {**ended, "elapsed_s": round(event.elapsed_s, 3), **_error(event.error)}
        case RouterRemarked():
            return {"event": "router-remarked", "router": event.router, "remark": event.remark}
        case RunFinished():
            ended = {"event": "run-finished", "failed": list(event.failed), "interrupted": event.interrupted}
            return {**ended, "elapsed_s": round(event.elapsed_s, 3)}


def _error(error: LabError | None) -> dict[str, str]:
    if error is None:
        return {}
    return {"error": error.code, "where": error.where, "detail": error.detail}
