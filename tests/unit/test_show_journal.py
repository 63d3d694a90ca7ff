"""The journal: a line per event, readable by its owner only, without anything that was not meant for it."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from esxlab.engine.events import (
    GroupFinished,
    RouterRemarked,
    RunFinished,
    RunStarted,
    StepFinished,
    StepProgressed,
    StepStarted,
)
from esxlab.engine.journal import Journal
from esxlab.errors import LabError

if TYPE_CHECKING:
    from pathlib import Path

DOWN = LabError("school.down", where="group 2", detail="no route")
EVENTS = (
    RunStarted("provision", "sio2", {2: 1}),
    StepStarted(2, "power-on srvweb1", "power on"),
    StepProgressed(2, "power-on srvweb1", 0.5),
    StepFinished(2, "power-on srvweb1", "power on", "failed", 1.23456, DOWN),
    RouterRemarked("10.0.0.2", "router.armed"),
    GroupFinished(2, 0, 1, 1.5, DOWN),
    RunFinished((2,), 2.0, interrupted=True),
)


def written(path: Path) -> list[dict[str, object]]:
    journal = Journal(path, clock=lambda: datetime(2026, 3, 1, 8, 5, 9, 123456, tzinfo=UTC))
    for event in EVENTS:
        journal(event)
    journal.close()
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_lines(tmp_path: Path) -> None:
    run = {"time": "2026-03-01T08:05:09.123+00:00", "command": "provision", "class": "sio2"}
    error = {"error": "school.down", "where": "group 2", "detail": "no route"}
    step = {"group": 2, "step": "power-on srvweb1"}
    assert written(tmp_path / "deep" / "journal.jsonl") == [
        {**run, "event": "run-started", "steps": {"2": 1}},
        {**run, "event": "step-started", **step},
        {**run, "event": "step-finished", **step, "status": "failed", "elapsed_s": 1.235, **error},
        {**run, "event": "router-remarked", "router": "10.0.0.2", "remark": "router.armed"},
        {**run, "event": "group-finished", "group": 2, "done": 0, "total": 1, "elapsed_s": 1.5, **error},
        {**run, "event": "run-finished", "failed": [2], "interrupted": True, "elapsed_s": 2.0},
    ]


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "journal.jsonl"
    written(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_nothing_is_made_for_a_run_that_never_began(tmp_path: Path) -> None:
    Journal(tmp_path / "deep" / "journal.jsonl").close()
    assert list(tmp_path.iterdir()) == []


def test_every_line_is_there_before_the_next_event(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal(EVENTS[0])
    assert len(journal.path.read_text(encoding="utf-8").splitlines()) == 1
    journal.close()
