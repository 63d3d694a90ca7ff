"""Whatever guests, routers, servers and files say: nothing of it steers a terminal or a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rich.console import Console

from esxlab import texts
from esxlab.backends.locking import held
from esxlab.checks.base import Answer, CheckResult
from esxlab.engine.events import GroupFinished, RouterRemarked, RunStarted, StepFinished
from esxlab.engine.journal import Journal
from esxlab.errors import LabError
from esxlab.foreign import brief_line, visible, visible_line
from esxlab.lab.lock import LockHolder
from esxlab.planning.standing import ClassStatus, GroupStatus, MachineStatus
from esxlab.show.checks import render_checks
from esxlab.show.console import Screen
from esxlab.show.glyphs import UNICODE
from esxlab.show.json_output import error_document, status_document, to_json
from esxlab.show.live import LiveProgress
from esxlab.show.plain import PlainProgress
from esxlab.show.run import render_failures
from esxlab.show.status import render_status
from esxlab.show.tables import draw, to_csv
from esxlab.show.words import error_lines

NASTY = [
    "\x1b[2J\x1b]0;title\x07", "\x9b31m", "a\0b", "\x08\x08\x08", "\r✔ done", "a\nb", "\x0b\x0c", "\x7f",
    "a\u2028b\u2029c\x85d", "\u202egnp.exe", "\u2066x\u2069", "a\u200bb\u200dc\ufeff", "\ud800", "\udcff",
    "\U000e0041", "\u061c", "=cmd|'/C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "a;=1+1",
    "\uff1dcmd", "[bold]x[/bold]", "x" * 5000,
]  # fmt: skip
SIGNS = st.characters(exclude_categories=())  # half surrogate pairs too
SAID = (
    st.text(SIGNS, max_size=30)
    | st.sampled_from(NASTY)
    | st.tuples(st.sampled_from(NASTY), st.text()).map("".join)
)
STEERS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\u034f\u115f\u1160\u3164\ufe00-\ufe0d\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Controls (C0 but line feed, C1), zero-width and bidirectional marks, line separators, tags, half pairs.

Source: Unicode, Bidi_Control and Default_Ignorable_Code_Point of DerivedCoreProperties and PropList.
"""
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def _english():
    texts.set_language("en")


def screen():
    return Screen(*(io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2)))


def written(stream):
    """What reached the stream, as its bytes say it."""
    stream.flush()
    return stream.buffer.getvalue().decode("utf-8")


def assert_quiet(text):
    assert STEERS.search(text) is None, ascii(text)


@given(SAID)
@example("a\tb")
@QUIET
def test_everything_written_passes_one_place(said):
    shown = screen()
    for write in (shown.result, shown.note, shown.complain):
        write(f"one {said}")
    shown.ask(f"sure of {said}? ")
    assert_quiet(written(shown.out))
    assert_quiet(written(shown.err))


@given(SAID, SAID, SAID)
@QUIET
def test_an_error_says_its_own_lines_and_no_others(where, who, detail):
    now = datetime(2026, 11, 29, 10, tzinfo=UTC)
    holder = LockHolder("t", who, "l", now, now, now + timedelta(seconds=120))
    plain = held("esxlab-sio2-g07.lock", holder)
    error = LabError(plain.code, where=where, detail=detail, **plain.facts)
    for text in (str(error), error_lines(error), *render_failures([(7, error)], UNICODE)):
        assert_quiet(text)
        lines = text.split("\n")
        ours = 3 if text.startswith(UNICODE.failed) else 2
        assert len(lines) - ours == min(len(detail.splitlines()), texts.DETAIL_LINES + 1)
        assert all(len(line) < 6000 for line in lines)


@given(SAID, SAID, SAID)
@QUIET
def test_tables_keep_their_rows(name, address, network):
    machine = MachineStatus("srvweb1", name, "on", "yes", address, (network,))
    standing = ClassStatus((GroupStatus(7, "ready", (machine,), (), 0),))
    usual = ClassStatus(
        (GroupStatus(7, "ready", (MachineStatus("srvweb1", "n", "on", "yes", "a", ("n",)),), (), 0),)
    )
    text, plain = (render_status(each, UNICODE, machines=True) for each in (standing, usual))
    assert_quiet(text)
    assert text.count("\n") == plain.count("\n")
    for answer in (Answer("failed", address, network), Answer("error", address, network)):
        text, plain = (
            render_checks([CheckResult(7, "http", *each, 1.0)], UNICODE, width=0)
            for each in ((name, answer), ("q", Answer(answer.verdict, "s", "l")))
        )
        assert_quiet(text)
        assert text.count("\n") == plain.count("\n") or not (address and network)
    assert draw(["a"], [[name]]).count("\n") == 2


@given(SAID, SAID)
@QUIET
def test_json_is_valid_utf8_and_says_the_same(name, detail):
    machine = MachineStatus("srvweb1", name, "on", "yes", "", ())
    error = LabError("lock.passing", detail=detail, lock="l", group="7")
    standing = ClassStatus((GroupStatus(7, "ready", (machine,), (error,), 0),))
    text = to_json("status", status_document("sio2", standing))
    assert_quiet(text)
    found = json.loads(text.encode())
    assert found["groups"][0]["machines"][0]["name"] == re.sub("[\ud800-\udfff]", "\ufffd", name)
    assert found["groups"][0]["problems"][0]["detail"] == re.sub("[\ud800-\udfff]", "\ufffd", detail)


@given(st.floats())
@QUIET
def test_json_has_no_number_that_json_has_not(number):
    text = to_json("x", {"elapsed_s": number, "deep": [{"a": (number,)}]})
    json.loads(text, parse_constant=pytest.fail)


@given(SAID, SAID)
@QUIET
def test_a_spreadsheet_computes_nothing(one, two):
    text = to_csv(("a", "b", "c"), [(7, one, two)])
    assert_quiet(text)
    (_, cells) = csv.reader(io.StringIO(text))
    assert cells[0] == "7"
    for cell, said in zip(cells[1:], (one, two), strict=True):
        for part in cell.split(";"):
            assert not re.match(r"[=+@\uff1d\uff0b\uff0d\uff20-].", part), cell
        assert cell.replace("'", "") == visible_line(said).replace("'", "")


def test_a_spreadsheet_keeps_signs_and_numbers():
    text = to_csv(("group", "mark", "weight"), [(7, "+", -1), (8, "-", 2.5)])
    assert text == "group,mark,weight\n7,+,-1\n8,-,2.5\n"


@given(SAID, SAID, SAID)
@QUIET
def test_progress_is_one_line_for_each_event(text, router, detail):
    error = LabError("lock.passing", where=text, detail=detail, lock=text, group="7")
    events = (
        RunStarted("provision", "sio2", {7: 1}),
        StepFinished(7, "s", text, "failed", 1.0, error),
        RouterRemarked(router, "router.armed"),
        GroupFinished(7, 0, 1, 1.0, error),
    )
    stream = io.StringIO()
    plain = PlainProgress(stream, UNICODE, verbose=True)
    live_stream = io.StringIO()
    live = LiveProgress(
        Console(file=live_stream, width=100, height=20, color_system=None), UNICODE, verbose=True
    )
    with closing(live):
        for event in events:
            plain(event)
            live(event)
    assert_quiet(stream.getvalue())
    assert stream.getvalue().count("\n") == len(events)
    assert_quiet(live_stream.getvalue())


@given(SAID, SAID)
@QUIET
def test_the_journal_is_one_line_of_json_for_each_event(tmp_path, text, detail):
    path = tmp_path / "journal.jsonl"
    path.unlink(missing_ok=True)
    with closing(Journal(path)) as journal:
        journal(StepFinished(7, text, text, "failed", 1.0, LabError("x.y", where=text, detail=detail)))
        journal(RouterRemarked(text, "router.armed"))
    content = path.read_bytes().decode()
    assert_quiet(content)
    assert [json.loads(line)["event"] for line in content.rstrip("\n").split("\n")] == [
        "step-finished",
        "router-remarked",
    ]


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Mn")), max_size=40))
@example("Réseau élèves « ça » œ € — 日本語 🎓 ✔")
@QUIET
def test_what_can_be_read_stays(text):
    assert visible(text) == visible_line(text)
    assert visible(text) == text or not text.isprintable() or STEERS.search(text)


def test_blanks_stay_and_marks_are_written_out():
    assert visible_line("l'école\u00a0: «\u202foui\u202f»") == "l'école\u00a0: «\u202foui\u202f»"
    assert visible("a\tb\nc\x00\x1b[2J\u202e\x9b") == "a    b\nc\\x00\\x1b[2J\\u202e\\x9b"
    assert visible_line("a\tb\nc\ud800") == "a\\tb\\nc\\ud800"
    assert brief_line("x" * 50, 10) == "xxxxx…xxxxx"
    assert error_document(LabError("lock.passing", lock="a\x1b", group="\x1b"))["fix"].isprintable()
