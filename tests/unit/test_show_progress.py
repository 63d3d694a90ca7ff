"""Progress: what the events mean, the lines of a pipe, the rows of a terminal."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from esxlab import texts
from esxlab.engine.events import (
    Event,
    GroupFinished,
    RouterRemarked,
    RunFinished,
    RunStarted,
    StepFinished,
    StepProgressed,
    StepStarted,
)
from esxlab.errors import LabError
from esxlab.show.glyphs import ASCII, UNICODE
from esxlab.show.live import LiveProgress, rows_that_fit
from esxlab.show.plain import PlainProgress
from esxlab.show.tally import GroupTally, Tally

DOWN = LabError("school.down", where="group 2, srvweb1")
EVENTS: tuple[Event, ...] = (
    RunStarted("provision", "sio2", {1: 2, 2: 1, 3: 0}),
    StepStarted(1, "copy-disk srvweb1", "copy the disk"),
    StepProgressed(1, "copy-disk srvweb1", 0.5),
    StepStarted(2, "power-on srvweb1", "power on"),
    StepFinished(2, "power-on srvweb1", "power on", "failed", 1.0, DOWN),
    GroupFinished(2, 0, 1, 1.0, DOWN),
    GroupFinished(3, 0, 0, 0.0),
    StepFinished(1, "copy-disk srvweb1", "copy the disk", "done", 2.5),
    StepFinished(1, "power-on srvweb1", "power on\x1b[2J", "skipped", 0.0),
    RouterRemarked("10.0.0.1", "router.armed"),
    GroupFinished(1, 1, 2, 3.0),
    RunFinished((1, 2), 4.0, interrupted=True),
)


@pytest.fixture(autouse=True)
def _english():
    texts.set_language("en")


def tally_after(events: int) -> Tally:
    tally = Tally()
    for at, event in enumerate(EVENTS[:events]):
        tally.take(event, float(at))
    return tally


def test_a_running_group_counts_the_part_of_its_open_step() -> None:
    group = tally_after(3).groups[1]
    assert (group.phase, group.done, group.fraction, group.word) == ("running", 0, 0.25, "50% copy the disk")
    assert group.seconds(11.0) == 10.0


def test_a_failed_group_keeps_its_error_as_the_last_word() -> None:
    tally = tally_after(len(EVENTS))
    assert tally.groups[2].phase == "failed"
    assert tally.groups[2].word == "group 2, srvweb1: the embedded school is not running"
    assert [tally.groups[number].phase for number in (1, 3)] == ["cancelled", "done"]
    assert tally.finished


def test_a_verify_that_leaves_questions_out_is_not_cancelled() -> None:
    tally = Tally()
    for event in (
        RunStarted("verify", "sio2", {1: 2, 2: 2}),
        StepFinished(1, "ping", "ping?", "skipped", 0.0),
        GroupFinished(1, 1, 2, 1.0),
        StepFinished(2, "ping", "ping?", "failed", 0.0),
        GroupFinished(2, 1, 2, 1.0),
    ):
        tally.take(event, 0.0)
    assert [group.phase for group in tally.groups.values()] == ["done", "failed"]


def lines(*, verbose: bool) -> list[str]:
    stream = io.StringIO()
    progress = PlainProgress(
        stream, UNICODE, verbose=verbose, clock=lambda: datetime(2026, 3, 1, 8, 5, 9, tzinfo=UTC)
    )
    for event in EVENTS:
        progress(event)
    return stream.getvalue().splitlines()


def test_plain_lines() -> None:
    assert lines(verbose=False) == [
        "08:05:09 provision: groups 1-3, 3 actions",
        (
            "08:05:09 group 2: ✘ failed power on: "
            "group 2, srvweb1: the embedded school is not running [school.down]"
        ),
        "08:05:09 group 2: ✘ failed, 0/1 in 1.0 s",
        "08:05:09 group 3: ✔ done, 0/0 in 0.0 s",
        "08:05:09 group 1: ✔ done copy the disk (2.5 s)",
        "08:05:09 group 1: · skipped power on\\x1b[2J",
        ("08:05:09 10.0.0.1: revert timer armed: without confirmation the router goes back by itself"),
        "08:05:09 group 1: · stopped, 1/2 in 3.0 s",
        "08:05:09 end: groups failed: 2, 4.0 s",
    ]


def test_verbose_lines_tell_beginnings_too() -> None:
    assert "08:05:09 group 1: ● running copy the disk" in lines(verbose=True)


def drawn(events: int, *, height: int = 24, width: int = 100, ascii_only: bool = False) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width, color_system=None, force_terminal=False)
    progress = LiveProgress(console, ASCII if ascii_only else UNICODE, clock=lambda: 10.0)
    for event in EVENTS[:events]:
        progress._tally.take(event, 0.0)
    console.print(progress.draw(height=height, width=width))
    return stream.getvalue()


def test_live_rows_while_it_runs() -> None:
    rows = drawn(6).splitlines()
    assert " ".join(rows[0].split()) == "group 1 ███░░░░░░░░░ 25% 0/2 10 s ● running 50% copy the disk"
    assert "✘ failed" in rows[1]
    assert "0/0" in rows[2]
    assert rows[3].strip() == "failed: 1, running: 1, waiting: 1"


def test_live_rows_fit_the_width_and_the_encoding() -> None:
    rows = drawn(6, width=60, ascii_only=True).splitlines()
    assert max(map(len, rows)) <= 60
    assert all(row.isascii() for row in rows)


def test_a_low_terminal_keeps_the_rows_that_tell_most() -> None:
    groups = [
        GroupTally(n, 1, phase) for n, phase in enumerate(("done", "waiting", "running", "failed", "done"))
    ]
    assert [group.group for group in rows_that_fit(groups, 2)] == [2, 3]
    assert [group.group for group in rows_that_fit(groups, 9)] == [0, 1, 2, 3, 4]


def test_live_display_starts_and_gives_the_terminal_back() -> None:
    stream = io.StringIO()
    console = Console(file=stream, width=100, force_terminal=True, color_system=None)
    progress = LiveProgress(console, UNICODE, verbose=True, clock=lambda: 10.0)
    for event in EVENTS:
        progress(event)
    progress.close()
    written = stream.getvalue()
    assert written.endswith("\x1b[?25h") or "\x1b[?25h" in written  # the cursor is shown again
    assert "✔ done copy the disk" in written


def test_a_question_that_was_answered_well_is_ok_in_a_pipe_too() -> None:
    """It said `done are all machines on?`; the table and the live rows said ok."""
    stream = io.StringIO()
    progress = PlainProgress(stream, ASCII, clock=lambda: datetime(2026, 12, 1, tzinfo=UTC))
    for event in (
        RunStarted("verify", "sio2", {1: 1}),
        StepFinished(1, "machines", "are all machines on?", "done", 0.5),
        GroupFinished(1, 1, 1, 0.5),
    ):
        progress(event)
    assert [line.split(None, 1)[1].split(" ok", 1)[0] for line in stream.getvalue().splitlines()[1:]] == [
        "group 1: +",
        "group 1: +",
    ]
