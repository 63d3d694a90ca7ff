"""A drill's time line: what is told of it while it runs, and how the board shows it."""

from __future__ import annotations

import re

import pytest
from test_board import ALIVE, CLASS, NASTY, Events, Writer, served

from esxlab import texts
from esxlab.board.content import row_of
from esxlab.board.drill import time_line
from esxlab.board.pages import build_board
from esxlab.board.there import There
from esxlab.drills.timeline import Change, Sample, changes
from esxlab.engine.events import DrillAnswered, DrillStepped, GroupFinished, StepFinished, StepStarted
from esxlab.engine.told import Told
from esxlab.engine.told_lines import PUT_BACK
from esxlab.spec.load import load_class_spec
from tests.borrowed import borrows
from tests.browser import browsing

BEGAN = 1_795_000_000.0


@pytest.fixture(scope="module")
def loaded():
    return load_class_spec(CLASS)


@pytest.fixture
def writer(tmp_path, loaded):
    made = Writer(tmp_path, loaded.class_name)
    yield made
    made.close()


def asked(*whos, since=0.0):
    """A request each 0.2 s; an empty name is one that nobody answered."""
    return [Sample(since + at * 0.2, who, "" if who else "silent") for at, who in enumerate(whos)]


def test_each_change_of_who_answers_is_told_once_at_its_moment():
    first = changes(asked(*["SRV1"] * 6, *[""] * 4), None)
    assert [(round(c.at, 1), c.who, c.lost, c.why) for c in first] == [
        (0.0, ("SRV1",), False, ""),
        (1.2, (), True, "silent"),
    ]
    assert changes(asked("", "", ""), first[-1]) == []
    (back,) = changes(asked("", "SRV2", "SRV2"), first[-1])
    assert (back.who, back.lost) == (("SRV2",), False)


def test_answers_that_take_turns_are_told_as_one():
    turns = asked(*["SRV1", "SRV2"] * 5)
    (told,) = changes(turns, None)
    assert told == Change(0.0, ("SRV1", "SRV2"), lost=False)
    assert changes(turns, told) == []
    (half,) = changes(asked(*["SRV1", ""] * 5, since=2.0), told)
    assert (half.who, half.lost, half.why) == (("SRV1",), True, "silent")


class Drilling:
    """The events of drill `nic` in one group, as the drill's runner tells them."""

    def __init__(self, writer, group=7, pid=ALIVE):
        self.writer, self.group, self.pid = writer, group, pid

    def __call__(self, event):
        self.writer("drill", event, self.pid)

    def begin(self):
        self.writer.run("drill", self.group, pid=self.pid)
        self(StepStarted(self.group, "nic", ""))

    def answers(self, at, *who, why=""):
        self(DrillAnswered(self.group, "nic", BEGAN + at, who, not who or bool(why), why))

    def step(self, at, verb, **facts):
        self(DrillStepped(self.group, "nic", BEGAN + at, verb, facts))

    def end(self, outage_s):
        self(StepFinished(self.group, "nic", "", "done", 60.0, None, outage_s))


def lines_of(told, group=7, *, steps=True):
    return [(line.at, line.said) for line in time_line(told.groups[group].drill, steps=steps).lines]


def test_the_time_line_counts_from_the_failure_in_the_readers_language(writer, loaded):
    told, drill = Told(writer.place, loaded.class_name), Drilling(writer)
    drill.begin()
    told.refresh()
    assert time_line(told.groups[7].drill).lines == ()
    drill.answers(0.0, "SRV1")
    drill.step(5.0, "unplug", subject="srvweb1")
    drill.answers(5.4, why="silent")
    told.refresh()
    assert time_line(told.groups[7].drill).now == "nobody (no answer)"
    drill.answers(23.5, "SRV2")
    drill.step(30.0, "of-tomorrow", subject="srvweb1")
    told.refresh()
    shown = time_line(told.groups[7].drill)
    assert [(line.at, line.said) for line in shown.lines] == [
        ("-5.0 s", "SRV1"),
        ("+0.0 s", "srvweb1: card disconnected"),
        ("+0.4 s", "nobody (no answer)"),
        ("+18.5 s", "SRV2"),
        ("+25.0 s", "srvweb1: of-tomorrow"),
    ]
    assert [said for _, said in lines_of(told, steps=False)] == ["SRV1", "nobody (no answer)", "SRV2"]
    assert [(part.dark, part.said) for part in shown.parts] == [(False, "SRV1"), (True, ""), (False, "SRV2")]
    ratio = shown.parts[1].width / shown.parts[0].width
    assert abs(ratio - 18.1 / 5.4) < 0.01
    drill.end(18.1)
    told.refresh()
    texts.set_language("fr")
    french = time_line(told.groups[7].drill)
    assert french.now == "personne n\N{RIGHT SINGLE QUOTATION MARK}a répondu pendant 18,1 s"
    assert french.lines[2].said == "personne (sans réponse)"
    assert time_line(None).head == ""


def test_a_drill_whose_process_died_answers_no_more_and_strange_lines_are_no_moves(writer, loaded):
    told = Told(writer.place, loaded.class_name)
    gone = Drilling(writer, pid=999_999_999)
    gone.begin()
    gone.answers(0.0, "SRV1")
    told.refresh()
    assert told.groups[7].drill.status == "cancelled"
    assert time_line(told.groups[7].drill).now == ""
    assert row_of(7, told.groups[7], There(), ()).mend == PUT_BACK
    head = f'"class": "{loaded.class_name}", "command": "drill", "group": 7, "step": "nic"'
    strange = writer.place / f"20261130T090000Z-drill-{loaded.class_name}-{ALIVE}.jsonl"
    strange.write_text(
        f'{{{head}, "event": "step-started", "time": 7}}\n'
        f'{{{head}, "event": "drill-answered", "at": 1e300, "who": {{}}, "lost": "x", "why": "nasty"}}\n'
        f'{{{head}, "event": "drill-answered", "at": "x", "who": [[], 7], "lost": true}}\n'
        f'{{{head}, "event": "drill-stepped", "at": 1.5, "verb": "unplug", "facts": []}}\n'
        f'{{{head}, "event": "step-finished", "status": "done", "outage_s": "long"}}\n'
    )
    told.refresh()
    assert time_line(told.groups[7].drill).now == ""
    assert len(time_line(told.groups[7].drill).lines) == 3


def test_a_killed_drill_that_is_put_back_is_mended_and_has_its_outage(writer, loaded):
    told, gone = Told(writer.place, loaded.class_name), Drilling(writer, pid=999_999_999)
    gone.begin()
    gone.answers(0.0, "SRV1")
    gone.step(5.0, "unplug", subject="srvweb1")
    gone.answers(5.5, why="silent")
    told.refresh()
    assert time_line(told.groups[7].drill).now == ""
    writer.run(PUT_BACK, 7)
    writer(PUT_BACK, StepStarted(7, "nic", ""))
    writer(PUT_BACK, DrillAnswered(7, "nic", BEGAN + 90.0, (), lost=True, why="silent"))
    writer(PUT_BACK, StepFinished(7, "nic", "", "done", 1.0))
    writer(PUT_BACK, DrillAnswered(7, "nic", BEGAN + 96.5, ("SRV1",), lost=False))
    writer(PUT_BACK, GroupFinished(7, 1, 1, 7.0))
    told.refresh()
    assert time_line(told.groups[7].drill).now == "nobody answered for 91.0 s"
    assert row_of(7, told.groups[7], There(), ()).mend == ""


@borrows("chromium", "bash")
def test_in_a_browser_the_time_line_grows_while_a_drill_runs_and_names_are_text(tmp_path, writer, loaded):
    board = build_board(loaded.class_name, loaded.groups(), Told(writer.place, loaded.class_name))
    drill = Drilling(writer)
    with served(board) as port, browsing(tmp_path) as page:
        page.open(f"http://127.0.0.1:{port}/g07/")
        assert page.evaluate("document.getElementById('g07-drill').children.length") == 0
        now = "document.getElementById('g07-drill-now')"
        assert page.evaluate(f"{now}.getAttribute('role')") == "status"
        page.evaluate(f"{now}.dataset.same = 'yes'")  # a live region that is replaced is not read
        drill.begin()
        drill.answers(0.0, NASTY)
        page.until(f"{now}.textContent.includes('<script>')")
        drill.step(5.0, "unplug", subject="srvweb1")
        drill.answers(5.4, why="silent")
        page.until(f"{now}.textContent === 'nobody (no answer)'")
        drill.answers(23.5, "SRV2")
        drill.end(18.1)
        page.until(f"{now}.textContent === 'nobody answered for 18.1 s'")
        assert page.evaluate(f"{now}.dataset.same") == "yes"
        said = page.evaluate("document.querySelector('#g07-drill ol').innerText")
        assert re.findall(r"[-+]\d+\.\d s", said) == ["-5.0 s", "+0.0 s", "+0.4 s", "+18.5 s"]
        assert page.evaluate("document.querySelectorAll('#g07-drill rect.nobody').length") == 1
        assert page.evaluate("document.querySelector('#g07-drill svg').getAttribute('aria-hidden')") == "true"
        assert page.evaluate("document.title").endswith("group 7")


def test_the_teachers_page_has_the_steps_and_students_have_the_answers(writer, loaded):
    told, drill = Told(writer.place, loaded.class_name), Drilling(writer)
    drill.begin()
    drill.step(5.0, "unplug", subject="srvweb1")
    drill.answers(5.4, "SRV1")
    told.refresh()
    board = build_board(loaded.class_name, loaded.groups(), told)
    assert "card disconnected" in board.one_group(7, live=True, teacher=True)
    students = board.one_group(7, live=True, teacher=False)
    assert "card disconnected" not in students
    assert "+0.4 s" in students


@borrows("chromium", "bash")
def test_events_of_one_board_reach_its_readers(writer, loaded):
    board = build_board(loaded.class_name, loaded.groups(), Told(writer.place, loaded.class_name))
    drill = Drilling(writer)
    with served(board) as port:
        reader = Events(port, "/g07/events")
        assert "SRV1" not in reader.next().partition("drawing")[0]
        drill.begin()
        drill.answers(0.0, "SRV1")
        reader.until(">SRV1<")
        reader.close()
