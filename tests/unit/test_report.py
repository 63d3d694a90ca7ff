"""A day's report, from journals as the program itself writes them, and from what others have made of them."""

from __future__ import annotations

import html
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from esxlab import texts
from esxlab.engine.events import (
    DrillAnswered,
    DrillStepped,
    GroupFinished,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
)
from esxlab.engine.journal import Journal
from esxlab.engine.told_lines import BOARD, DRILL, PUT_BACK, read_day
from esxlab.errors import LabError
from esxlab.lesson.day import build_day, of_groups
from esxlab.lesson.report import report_html, report_pdf, report_tables
from esxlab.show.report import day_document, render_report

NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
DAY = NOON.astimezone().date()
ERROR = LabError("guest.unreachable", where="group 2", detail="no route")


class Clock:
    def __init__(self):
        self.now = NOON

    def __call__(self):
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def directory(tmp_path):
    """A morning: verifies, a drill, a provision that failed, one that was killed; others' runs, a wreck."""
    clock = Clock()

    def run(number, command, *events, class_name="sio2", ended=True):
        path = tmp_path / f"20261130T12{number:02d}00Z-{command}-{class_name}-1.jsonl"
        journal = Journal(path, clock=clock)
        journal(RunStarted(command, class_name, {1: 2, 2: 2}))
        for event in events:
            journal(event)
        if ended:
            journal(RunFinished((2,), 60.0))
        journal.close()
        return path

    def asked(second):
        yield StepFinished(1, "ping", "?", "done", 1.0)
        yield StepFinished(1, "page", "?", second, 1.0)
        yield GroupFinished(1, 1 + (second == "done"), 2, 3.0)
        yield GroupFinished(2, 0, 2, 3.0, ERROR)

    run(1, "provision", StepFinished(2, "configure srvweb1", "?", "failed", 9.0, ERROR))
    run(2, "verify", *asked("failed"))
    run(3, "verify", *asked("done"))
    run(4, "drill", StepFinished(1, "nic", "?", "done", 90.0, outage_s=12.34))
    run(5, "teardown", ended=False)
    run(6, "verify", *asked("done"), class_name="other")
    wreck = run(7, "pause", ended=False)
    wreck.write_bytes(wreck.read_bytes() + b'{"time": 1e999}\n[]\n{"event": "group-fin\xff')
    (tmp_path / "20261130T120800Z-verify-sio2-2.jsonl").mkdir()
    return tmp_path


def day_of(directory):
    journals, unread = read_day(directory, DAY)
    return build_day("sio2", DAY, journals, unread=unread)


def test_the_day_tells_who_was_green_when_and_what_was_broken(directory):
    day = day_of(directory)
    assert [run.command for run in day.runs] == [
        "provision",
        "verify",
        "verify",
        "drill",
        "teardown",
        "pause",
    ]
    assert [run.elapsed_s is None for run in day.runs] == [False] * 4 + [True] * 2
    first, second = day.of_group(1)
    assert (first.green, first.failed) == (False, ("page",))
    assert (second.green, second.failed) == (True, ())
    assert [(drill.drill, drill.outage_s) for drill in day.drills] == [("nic", 12.34)]
    codes = [(each.command, each.step, each.code) for each in day.failures]
    assert codes == [("provision", "configure srvweb1", ERROR.code), *[("verify", "", ERROR.code)] * 2]
    assert day.unread == 1
    green = report_tables(day)[0].rows
    assert green[0] == ("1", f"{second.moment:%H:%M}", f"{second.moment:%H:%M}", "2/2", "-")
    assert green[1][1:2] == ("-",)
    only = of_groups(day, frozenset({2}))
    assert (only.groups, only.drills) == ((2,), ())
    assert build_day("sio2", date(2026, 11, 29), read_day(directory, date(2026, 11, 29))[0]).runs == ()


def test_a_question_that_was_skipped_keeps_nobody_from_being_green(tmp_path):
    """As on the board: a class without a router has nothing to ask it."""
    journal = Journal(tmp_path / "20261130T120000Z-verify-sio2-1.jsonl", clock=Clock())
    journal(RunStarted("verify", "sio2", {1: 2, 2: 2}))
    for group, status in ((1, "skipped"), (2, "cancelled")):
        journal(StepFinished(group, "ping", "?", "done", 1.0))
        journal(StepFinished(group, "router", "?", status, 0.0))
        journal(GroupFinished(group, 1, 2, 3.0))
    journal.close()
    assert [verdict.green for verdict in day_of(tmp_path).verdicts] == [True, False]


def written(place, number, command, rounds, *, ended=True, clock=None):
    """A journal of these rounds, each a run of its own in it: so `board --check` writes them."""
    name = command.replace(" --", "-")
    journal = Journal(place / f"20261130T12{number:02d}00Z-{name}-sio2-1.jsonl", clock=clock or Clock())
    for events in rounds:
        journal(RunStarted(command, "sio2", {1: 2, 2: 2}))
        for event in events:
            journal(event)
        if ended:
            journal(RunFinished((1, 2), 2.0))
    journal.close()


def test_what_a_board_asks_over_and_over_is_observed_and_no_run_that_failed(tmp_path):
    def said(status):
        yield StepFinished(1, "page", "?", status, 1.0, ERROR if status == "failed" else None)
        yield GroupFinished(1, int(status == "done"), 1, 1.0, ERROR if status == "failed" else None)
        yield StepFinished(2, "page", "?", "failed", 1.0)
        yield GroupFinished(2, 0, 1, 1.0)

    whole = ["failed", "done", "done", "failed", "cancelled", "done"]
    written(tmp_path, 1, BOARD, [said(status) for status in whole])
    day = day_of(tmp_path)
    assert (day.failures, day.verdicts) == ((), ())
    (run,) = day.runs
    assert (run.command, run.groups, run.failed) == (BOARD, (1, 2), ())
    assert run.elapsed_s == (6 * 6 - 1) * 60  # from its first line to its last, not its first round
    first, second = day.observed
    assert [(s.status, s.answers) for s in first.spells] == [
        ("failed", 1),
        ("done", 2),
        ("failed", 1),
        ("done", 1),
    ]
    assert [(s.status, s.answers) for s in second.spells] == [("failed", 6)]
    times = [f"{spell.since:%H:%M}" for spell in first.spells]
    table = report_tables(day)[1]
    assert table.rows[0] == (
        "1",
        "page",
        times[1],
        f"{times[0]}-{times[1]}, {times[2]}-{times[3]}",
        times[3],
        "done",
    )
    assert table.rows[1][2:4] == ("-", f"since {second.spells[0].since:%H:%M}")
    assert "no failed run" in render_report(day, report_tables(day))
    document = json.loads(json.dumps(day_document(day, None)))
    assert [each["group"] for each in document["observed"]] == [1, 2]
    assert document["observed"][0]["spells"][0]["since"] == first.spells[0].since.isoformat()
    assert of_groups(day, frozenset({2})).observed == (second,)


def test_a_board_that_was_opened_the_evening_before_has_observed_today(tmp_path):
    late = Clock()
    late.now = NOON.astimezone().replace(hour=23, minute=57) - timedelta(days=1)
    done = [StepFinished(1, "page", "?", "done", 1.0)]
    written(tmp_path, 1, BOARD, [done, done], clock=late)
    day = day_of(tmp_path)
    assert day.runs == ()
    assert [spell.answers for each in day.observed for spell in each.spells] == [1]


DRILLING = (
    StepStarted(1, "nic", "?"),
    DrillAnswered(1, "nic", 100.0, ("SRV1",), lost=False),
    DrillStepped(1, "nic", 101.0, "unplug", {"subject": "srvweb1"}),
    DrillAnswered(1, "nic", 103.5, (), lost=True, why="silent"),
)


def test_a_drill_that_was_killed_has_its_row_and_the_put_back_ends_its_outage(tmp_path):
    written(tmp_path, 1, DRILL, [DRILLING], ended=False)
    (row,) = report_tables(day_of(tmp_path))[1].rows
    assert row[1:] == ("1", "nic", "no end was written", "-")
    back = (
        StepStarted(1, "nic", "?"),
        DrillAnswered(1, "nic", 190.0, (), lost=True, why="silent"),
        StepFinished(1, "nic", "?", "done", 3.0),
        DrillAnswered(1, "nic", 195.5, ("SRV1",), lost=False),
    )
    written(tmp_path, 2, PUT_BACK, [back])
    day = day_of(tmp_path)
    assert [(each.drill, each.outage_s) for each in day.drills] == [("nic", 92.0)]
    assert [run.command for run in day.runs] == [DRILL, PUT_BACK]


def test_names_are_there_on_request_only_and_nothing_is_markup(directory):
    day, name = day_of(directory), "O'<script>alert(1)</script>"
    without = report_html(day, report_tables(day)).decode()
    assert "alert" not in without
    assert "`" not in without
    page = report_html(day, report_tables(day, {1: (name,)})).decode()
    assert name not in page
    assert name in html.unescape(page)
    assert report_pdf(day, report_tables(day, {1: (name,)})).startswith(b"%PDF")
    document = json.loads(json.dumps(day_document(day, {1: (name,)})))
    assert [group["students"] for group in document["groups"]] == [[name], []]
    assert "students" not in day_document(day, None)["groups"][0]


def test_the_report_is_french_too_and_a_day_without_runs_is_said(directory):
    texts.set_language("fr", typeset=False)
    try:
        said = render_report(day_of(directory), report_tables(day_of(directory)))
        assert "conforme dès" in said
        assert "12,3 s" in said
        empty = build_day("sio2", DAY, [])
        assert "Aucun journal" in render_report(empty, report_tables(empty))
    finally:
        texts.set_language("en")
