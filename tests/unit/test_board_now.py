"""What a board shows is as it is now, or is said to be old: answers, journals, the wire to a browser."""

from __future__ import annotations

import errno
import re
import socket
import time
from datetime import UTC, datetime, timedelta

import pytest
from test_board import ALIVE, Events, Writer, ask, served
from test_board_watched import Group7

from esxlab import texts
from esxlab.board import server
from esxlab.cli.board_asking import Rounds
from esxlab.engine.events import RunStarted, StepFinished
from esxlab.engine.options import Options
from esxlab.engine.told import Told
from esxlab.engine.told_lines import Journals
from esxlab.errors import LabError
from tests.borrowed import borrows
from tests.browser import browsing

EIGHT = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


class Lesson(Group7):
    """Group 7 on a board, and a clock that goes on only when it is told to."""

    def __init__(self, tmp_path, **server):
        super().__init__(tmp_path, **server)
        self.now = EIGHT
        name = self.board.class_name
        self.writer = Writer(tmp_path, name, clock=lambda: self.now)
        self.board.told = Told(self.writer.place, name)

    def at(self, minute):
        self.now = EIGHT + timedelta(minutes=minute)
        return self.now.timestamp()

    def begin(self, minute, command, *, pid=ALIVE, looked_s=0.0):
        self.at(minute)
        name = self.board.class_name
        self.writer(command, RunStarted(command, name, {7: 1}, looked_s), pid)

    def answer(self, minute, status, *, step="ping", command="verify", pid=ALIVE, error=None, **told):
        self.at(minute)
        self.writer(command, StepFinished(7, step, "", status, 1.0, error, **told), pid)

    def verify(self, minute, status, **told):
        self.begin(minute, "verify")
        self.answer(minute, status, **told)

    def changes(self, minute):
        """Its server tells of other machines than before."""
        (server,) = self.board.watched.values()
        server.changed[7] = self.at(minute)

    def cell(self, name="ping"):
        self.board.look()
        at = self.board.columns.index(name) + 1
        return re.search(rf'id="g07-{at}" class="(\w+)".*?>(.*?)</td>', self.grid())

    def mend(self):
        self.board.look()
        return re.search(r'id="g07-mend" class="mend">(?:<code>(.*?)</code>)?<', self.grid())[1] or ""


@pytest.fixture
def lesson(tmp_path):
    made = Lesson(tmp_path)
    yield made
    made.writer.close()


def test_an_answer_is_not_shown_as_it_is_now_once_the_group_has_changed(lesson):
    lesson.verify(1, "done")
    assert lesson.cell()[1] == "ok"
    lesson.changes(2)  # a machine has powered itself off
    assert lesson.cell()[1] == "unknown"
    assert "before the group changed" in lesson.cell()[2]
    assert "1 group green" not in lesson.grid()
    assert lesson.mend() == "esxlab verify -g 7"
    assert "before the group changed" in lesson.page()
    lesson.verify(3, "failed")
    assert lesson.cell()[1] == "failed"
    lesson.begin(4, "teardown")
    assert lesson.cell()[1] == "failed"  # nothing has been done yet
    lesson.answer(5, "done", command="teardown", step="delete-machine srvweb1")
    assert lesson.cell()[1] == "unknown"


def test_an_answer_is_as_old_as_the_look_that_it_goes_by(lesson):
    """verify had looked at the server, then a machine went off, then it said that all are on."""
    lesson.begin(2, "verify", looked_s=90.0)
    lesson.changes(1)
    lesson.answer(3, "done", step="machines")
    assert lesson.cell("machines")[1] == "unknown"


def test_a_question_that_was_asked_earlier_and_ends_later_says_nothing(lesson):
    lesson.begin(1, "board")
    lesson.begin(2, "verify")
    lesson.answer(3, "failed")
    lesson.answer(4, "done", command="board")
    assert lesson.cell()[1] == "failed"
    lesson.begin(5, "board")
    lesson.answer(6, "done", command="board")
    assert lesson.cell()[1] == "ok"


def test_an_answer_that_the_board_should_have_got_again_is_old_and_news_by_itself(lesson):
    lesson.begin(0, "board")
    lesson.answer(0, "done", command="board")
    lesson.board.look()
    options = Options(checks=frozenset({"ping"}))
    lesson.board.asked = rounds = Rounds(None, lesson.board, options, 60)
    rounds.is_late = lambda _: False
    assert lesson.cell()[1] == "ok"
    version = lesson.board.version
    del rounds.__dict__["is_late"]
    assert lesson.board.version != version  # 2026: it is late, and nothing else has happened
    assert lesson.cell()[1] == "unknown"
    assert "not answered since" in lesson.cell()[2]
    version = lesson.board.version
    rounds._trouble = LabError("vsphere.unreachable", host="x")
    assert lesson.board.version != version
    assert not rounds.is_late(time.time() - 60)


def full(*_):
    raise OSError(errno.EMFILE, "Too many open files", "x")


@pytest.mark.parametrize("where", ["names", "news"])
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_journals_that_cannot_be_read_now_are_said_on_every_page(lesson, monkeypatch, where, language):
    texts.set_language(language)
    lesson.verify(1, "done")
    lesson.board.look()
    version = lesson.board.version
    assert 'role="alert"></p>' in lesson.grid()
    with monkeypatch.context() as patch:
        patch.setattr(Journals, where, full)
        lesson.board.look()
        assert lesson.board.version != version
        for page in (lesson.grid(), lesson.page(teacher=False)):
            assert "Too many open files" in re.search(r'id="old" role="alert">(.*?)</p>', page)[1]
    lesson.answer(2, "failed")
    assert lesson.cell()[1] == "failed"
    assert 'role="alert"></p>' in lesson.grid()


def test_what_nobody_foresaw_is_said_and_the_board_looks_on(lesson, monkeypatch, met_bugs):
    monkeypatch.setattr(server, "AGAIN_S", 0.1)
    lesson.verify(1, "done")
    told = lesson.board.told
    with served(lesson.board) as port:
        reader = Events(port, "/events")
        assert 'role="alert"></p>' in reader.next()
        with monkeypatch.context() as patch:
            patch.setattr(told, "refresh", lambda: ().index(1))
            reader.until("This may be old")
        lesson.answer(2, "failed")
        reader.until('class="failed" data-name="ping')
        reader.close()
        assert 'role="alert"></p>' in ask(port, "/")[1]
    assert {bug.error.facts["kind"] for bug in met_bugs} == {"ValueError"}


def test_files_for_a_web_server_say_of_when_they_are_and_that_nothing_is_live(lesson):
    for page in (lesson.board.files()["index.html"], lesson.board.files()["g07/index.html"]):
        assert "this page does not follow" in page
        assert "live since" not in page
    assert "does not follow" not in lesson.grid()
    assert "live since" in lesson.grid()


@borrows("chromium", "bash")
def test_a_page_says_when_it_hears_nothing_and_follows_again_also_after_a_refusal(tmp_path, lesson):
    """A browser gives an EventSource up for good when it is refused once (HTML, 9.2.3)."""
    lost = "document.getElementById('lost').hidden"
    with browsing(tmp_path) as page:
        with served(lesson.board) as port:
            page.open(f"http://127.0.0.1:{port}/")
            page.until(lost)
        page.until(f"!{lost}")
        with socket.create_server(("127.0.0.1", port)) as refusing, refusing.accept()[0] as asking:
            assert b"/events" in asking.recv(4096)
            asking.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        lesson.verify(1, "failed")
        with served(lesson.board, port=port):
            page.until(f"{lost} && document.querySelector('#grid td.failed')")
