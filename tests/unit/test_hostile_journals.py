"""Journals that somebody has written or edited: `report` and `board` read them, whatever they hold."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from esxlab.engine.told import Told
from esxlab.engine.told_lines import read_day
from esxlab.lesson.day import build_day
from esxlab.lesson.report import report_tables

NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
DAY = NOON.astimezone().date()
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(
        ["²", "9" * 5000, "1", NOON.isoformat(), "0001-01-01T00:00:00+00:00", "done", "failed"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
EVENTS = ["run-started", "run-finished", "step-started", "step-finished", "group-finished"]
LINES = st.fixed_dictionaries(
    {"event": st.sampled_from(EVENTS)},
    optional={
        "time": st.just(NOON.isoformat()) | VALUES,
        "command": st.sampled_from(["verify", "drill", "provision"]) | VALUES,
        "group": st.integers(-1, 3) | VALUES,
        **dict.fromkeys(
            (
                "steps",
                "status",
                "step",
                "done",
                "total",
                "failed",
                "elapsed_s",
                "outage_s",
                "error",
                "detail",
            ),
            VALUES,
        ),
    },
)


def begun(**facts):
    return {"event": "run-started", "command": "verify", "time": NOON.isoformat(), **facts}


@given(st.builds(lambda steps: begun(steps=steps), VALUES), st.lists(LINES, max_size=6))
@example(begun(steps={"²": 1, "9" * 5000: 2}), [])
@example(begun(steps=7), [])
@settings(max_examples=60, deadline=None)
def test_no_line_of_a_journal_is_a_bug(first, lines):
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        text = "\n".join(json.dumps({"class": "sio2", **line}) for line in (first, *lines))
        (place / "20261130T120000Z-verify-sio2-1.jsonl").write_text(f"{text}\n", encoding="utf-8")
        journals, unread = read_day(place, DAY)
        report_tables(build_day("sio2", DAY, journals, unread=unread))
        Told(place, "sio2").refresh()
