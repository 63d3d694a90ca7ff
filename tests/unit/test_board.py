"""The board: what journals tell, on a page that obeys nobody and shows to each what is theirs."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from click.testing import CliRunner

from esxlab.board.pages import build_board
from esxlab.board.server import ALL, Hub, configured, is_this_computer, listen
from esxlab.cli.group import esxlab
from esxlab.engine.events import GroupFinished, RunFinished, RunStarted, StepFinished, StepStarted
from esxlab.engine.journal import Journal, utc_now
from esxlab.engine.told import Told
from esxlab.errors import LabError
from esxlab.spec.load import load_class_spec
from tests.borrowed import borrows
from tests.browser import browsing

CLASS = Path(__file__).parents[2] / "specs" / "class-30.yaml"
NASTY = "<script>document.title='obeyed'</script><img src=x onerror=\"document.title='obeyed'\">"
LIMIT_S = 60
ALIVE, DEAD = os.getpid(), 999_999_999
"""Linux gives no process a number beyond 4194304 (proc(5), pid_max)."""


@pytest.fixture(scope="module")
def loaded():
    return load_class_spec(CLASS)


class Writer:
    """Writes journals as commands do."""

    def __init__(self, state, class_name, clock=utc_now):
        self.place, self.name, self.journals, self.clock = state / "esxlab" / "journal", class_name, {}, clock

    def __call__(self, command, event, pid=DEAD):
        path = self.place / f"20261130T080000Z-{command}-{self.name}-{pid}.jsonl"
        self.journals.setdefault(path, Journal(path, clock=self.clock))(event)

    def run(self, command, *groups, pid=DEAD):
        self(command, RunStarted(command, self.name, dict.fromkeys(groups, 3)), pid)

    def step(self, command, group, step, status="", error=None, *, pid=DEAD):
        self(
            command,
            StepFinished(group, step, "", status, 1.0, error) if status else StepStarted(group, step, ""),
            pid,
        )

    def close(self):
        for journal in self.journals.values():
            journal.close()


@pytest.fixture
def writer(tmp_path, loaded):
    made = Writer(tmp_path, loaded.class_name)
    yield made
    made.close()


@contextmanager
def served(board, tokens=(), hosts=(), port=0):
    """The server in a thread: its port."""
    running = uvicorn.Server(configured(Hub(board, dict(tokens), frozenset(hosts))))
    with listen("127.0.0.1", port) as listening:
        thread = threading.Thread(target=running.run, args=([listening],))
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            running.should_exit = True
            thread.join(LIMIT_S)
            assert not thread.is_alive()


def ask(port, path, *, method="GET", host=""):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_S)
    try:
        connection.request(method, path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers
    finally:
        connection.close()


class Events:
    """One reader of server-sent events."""

    def __init__(self, port, path):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_S)
        self.connection.request("GET", path)
        self.answer = self.connection.getresponse()

    def next(self):
        for _ in range(12):  # blank lines, and those that only say that it is alive
            if (line := self.answer.readline()).startswith(b"data: "):
                return json.loads(line[6:])
        raise AssertionError(line)

    def until(self, words):
        """The next few states of the board, one of which has these words."""
        assert any(words in self.next() for _ in range(5))

    def close(self):
        self.connection.close()


def test_journals_tell_of_runs_and_answers_as_they_grow(tmp_path, writer, loaded):
    told = Told(writer.place, loaded.class_name)
    assert told.refresh() is False  # there is no directory yet
    writer.run("provision", 1, 2)
    writer.step("provision", 1, "copy-disk srvweb1")
    assert told.refresh()
    assert (told.groups[1].run.status, told.groups[1].run.step) == ("cancelled", "")
    writer.run("provision", 1, 2, pid=ALIVE)
    writer.step("provision", 1, "copy-disk srvweb1", pid=ALIVE)
    writer.step("provision", 2, NASTY, "failed", LabError("guest.unreachable", detail=NASTY), pid=ALIVE)
    told.refresh()
    assert (told.groups[1].run.status, told.groups[1].run.step) == ("running", "copy-disk srvweb1")
    writer.step("provision", 1, "copy-disk srvweb1", "done", pid=ALIVE)
    writer("provision", GroupFinished(2, 0, 3, 1.0, LabError("guest.unreachable", detail=NASTY)), ALIVE)
    writer("provision", RunFinished((2,), 1.0), ALIVE)
    told.refresh()
    assert [(told.groups[n].run.status, told.groups[n].run.done) for n in (1, 2)] == [
        ("done", 1),
        ("failed", 0),
    ]
    writer.run("verify", 1)
    writer.step("verify", 1, "router", "done")
    told.refresh()
    since = told.groups[1].checks["router"].since
    writer.step("verify", 1, "router", "done")
    writer.step("verify", 1, "ping", "failed")
    told.refresh()
    assert told.groups[1].checks["router"].since == since
    assert told.groups[1].run.command == "provision"
    assert told.refresh() is False
    strange = writer.place / f"20261130T090000Z-verify-{loaded.class_name}-{ALIVE}.jsonl"
    half = (
        b'{"class": "%s", "command": "verify", "event": "step-finished", "group": 1, "step": "ping"'
        % loaded.class_name.encode()
    )
    strange.write_bytes(
        b'\xff\xfe\n[[[\n{"class": 7}\nnull\n{"event": "run-started", "steps": {"x": "y"}}\n' + half
    )
    told.refresh()
    assert told.groups[1].checks["ping"].status == "failed"
    with strange.open("ab") as file:
        file.write(b', "status": "done"}\n')
    told.refresh()
    assert told.groups[1].checks["ping"].status == "done"


def test_an_answer_stays_since_it_was_first_given_however_often_it_is_asked(writer, loaded, tmp_path):
    """verify tells that it asks, then the answer; the board's own rounds leave the old one meanwhile."""
    minutes = iter(range(60))
    writer.clock = lambda: datetime(2026, 11, 30, 8, next(minutes), tzinfo=UTC)
    told = Told(writer.place, loaded.class_name)

    def ask(command, status):
        writer.run(command, 1, pid=ALIVE)
        writer.step(command, 1, "ping", pid=ALIVE)
        told.refresh()
        meanwhile = told.groups[1].checks["ping"].status
        writer.step(command, 1, "ping", status, pid=ALIVE)
        told.refresh()
        return meanwhile, told.groups[1].checks["ping"].since[14:16]

    assert ask("verify", "done") == ("running", "02")
    assert ask("verify", "done") == ("running", "02")
    assert ask("board", "done") == ("done", "02")
    assert ask("board", "failed") == ("done", "11")
    assert ask("verify", "failed") == ("running", "11")
    assert ask("verify", "done") == ("running", "17")
    assert told.groups[1].run is None
    assert {command for _, command, _ in told.groups[1].events} == {"verify"}  # rounds are no events


def test_a_run_that_died_ends_no_other_of_the_same_group(writer, loaded):
    """A verify was killed, then a drill began; a provision was killed, then a verify began."""
    told = Told(writer.place, loaded.class_name)
    writer.run("verify", 1)
    writer.run("provision", 2)
    writer.run("drill", 1, pid=ALIVE)
    writer.step("drill", 1, "nic", pid=ALIVE)
    writer.run("verify", 2, pid=ALIVE)
    writer.step("verify", 2, "ping", pid=ALIVE)
    told.refresh()
    assert (told.groups[1].run.status, told.groups[1].run.step) == ("running", "nic")
    assert told.groups[1].drill.status == "running"
    assert told.groups[2].run.status == "cancelled"
    assert told.groups[2].checks["ping"].status == "running"


def boarded(writer, loaded):
    """A board of thirty groups: one red with words of a guest, one that runs, one green."""
    told = Told(writer.place, loaded.class_name)
    board = build_board(loaded.class_name, loaded.groups(), told)
    writer.run("verify", 1, 7)
    for name in board.columns:
        writer.step("verify", 1, name, "done")
    writer.step("verify", 7, "machines", "failed", LabError("guest.unreachable", detail=NASTY))
    writer.run("provision", 3, pid=ALIVE)
    writer.step("provision", 3, NASTY, pid=ALIVE)
    told.refresh()
    return board


def test_the_files_for_a_web_server_hold_together_and_what_a_guest_says_is_text(writer, loaded):
    files = boarded(writer, loaded).files()
    assert len(files) == 2 + 1 + 30
    for name, page in files.items():
        if name.endswith(".html"):
            assert "<script>" not in page
            assert "<img" not in page
            assert not re.search(r'(?:href|src)="(?:\w+:|/)', page)
            for link in re.findall(r'(?:href|src)="([^"]+)"', page):
                parts = f"g/{link}".replace("g/../", "") if "/" in name else link
                assert parts in files
    grid = files["index.html"]
    assert grid.count('role="row"') == 31
    assert "esxlab provision --deep -g 7</code>" in grid
    assert "1 group green, 1 group needs you" in grid
    assert "&lt;script&gt;" in files["g07/index.html"]


def test_the_command_writes_files_and_serves_until_it_is_interrupted(tmp_path, writer, loaded):
    writer.run("verify", 1)
    env = {"XDG_STATE_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "ESXLAB_LANG": "fr"}
    words = ["board", "-f", str(CLASS), "--static", str(tmp_path / "out"), "--lang", "fr"]
    answer = CliRunner().invoke(esxlab, words, env=env)
    assert answer.exit_code == 0, answer.output
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert '<html lang="fr">' in page
    assert "dernière exécution" in page
    written = [tmp_path / "out", *(tmp_path / "out").rglob("*")]
    assert {path.stat().st_mode & 0o777 for path in written if path.is_dir()} == {
        0o755
    }  # a web server's user
    assert {path.stat().st_mode & 0o777 for path in written if path.is_file()} == {0o644}
    command = [sys.executable, "-m", "esxlab", "board", "-f", str(CLASS), "-g", "1-2", "--port", "0"]
    here = {**env, "PATH": "/bin"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=here) as running:
        place = running.stdout.readline().decode().strip()
        port = int(re.fullmatch(r"http://127\.0\.0\.1:(\d+)/", place)[1])
        reader = Events(port, "/events")
        assert "g02-run" in reader.next()
        running.send_signal(signal.SIGINT)
        assert running.wait(LIMIT_S) == 0
        assert running.stderr.read().decode().strip() == "Ctrl-C y met fin"
        reader.close()


TRICKS = (
    "/..%2f..%2fetc/passwd",
    "/%2e%2e/x",
    "//etc/passwd",
    "/board.css/../x",
    "/\\..\\x",
    "/g07/../../x",
    "/%00",
    "/pages.py",
    "/frame.html",
    "/events/",
    "/g99/",
    "/g07/board.css",
    "/%0d%0aSet-Cookie:x=y/",
)


def test_each_token_opens_what_is_its_own_and_nothing_opens_the_rest(writer, loaded):
    board = boarded(writer, loaded)
    with served(board, {"t" * 32: ALL, "s" * 32: 7, "u" * 32: 8}) as port:
        for token in ("", "x" * 32, "t" * 31, "t" * 33, "%74" * 31, "%C3%A9", "%FF"):
            for name in ("", "events", "board.css", "board.js", "g07/", "g07/events"):
                path = f"/{token}/{name}" if token else f"/{name}"
                assert ask(port, path)[:2] == (404, "")
        status, _, headers = ask(port, f"/{'t' * 32}/")
        assert status == 200
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "server" not in headers
        status, own, _ = ask(port, f"/{'s' * 32}/")
        assert status == 200
        assert "g07-run" in own
        assert set(re.findall(r"\bg(\d\d)\b", own)) == {"07"}
        assert "esxlab provision" not in own
        assert "owns 172" not in own
        assert ask(port, f"/{'s' * 32}/g08/")[0] == 404
        assert ask(port, f"/{'s' * 32}/g08/events")[0] == 404
        assert ask(port, f"/{'t' * 32}")[2]["Location"] == f"/{'t' * 32}/"
        assert ask(port, f"/{'t' * 32}/", method="POST")[0] == 405
        for trick in TRICKS:
            assert ask(port, f"/{'t' * 32}{trick}")[:2] == (404, ""), trick
    with served(board, hosts={"127.0.0.1", "localhost"}) as port:
        assert ask(port, "/")[0] == 200
        assert ask(port, "/", host=f"localhost:{port}")[0] == 200
        assert ask(port, "/", host=f"evil.example:{port}")[:2] == (404, "")
        assert ask(port, "/events", host="evil.example")[:2] == (404, "")
    assert is_this_computer("127.0.0.1")
    assert is_this_computer("::1")
    assert not is_this_computer("0.0.0.0")


def test_two_hundred_readers_hear_the_news_while_others_are_slow_or_silent(writer, loaded):
    board = boarded(writer, loaded)
    with served(board, {"t" * 32: ALL, "s" * 32: 7}) as port:
        silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
        for each in silent[:10]:
            each.sendall(b"GET /x HTTP/1.1\r\nHost: x\r\nA: ")  # never ends
        for each in silent[10:]:
            each.sendall(f"GET /{'t' * 32}/events HTTP/1.1\r\nHost: x\r\n\r\n".encode())  # never reads
        readers = [Events(port, f"/{('t' if at % 2 else 's') * 32}/events") for at in range(200)]
        for reader in readers:
            assert "fresh-step" not in reader.next()
        writer.run("provision", 7, pid=ALIVE)
        writer.step("provision", 7, "fresh-step", pid=ALIVE)
        for reader in readers:
            reader.until("fresh-step")
        writer.run("verify", 8)
        writer.step("verify", 8, "machines", "failed")
        readers[1].until("esxlab provision --deep -g 8")
        for each in (*readers, *silent):
            each.close()
        assert ask(port, f"/{'t' * 32}/")[0] == 200


@borrows("chromium", "bash")
def test_in_a_browser_the_grid_lives_goes_by_keyboard_and_obeys_nobody(tmp_path, writer, loaded):
    board = boarded(writer, loaded)
    with served(board) as port, browsing(tmp_path) as page:
        page.open(f"http://127.0.0.1:{port}/")
        assert page.evaluate("document.title") == loaded.class_name
        assert page.evaluate("document.documentElement.scrollWidth <= 1024")
        assert page.evaluate("document.documentElement.scrollHeight <= 768")  # thirty groups on one page
        assert NASTY in page.evaluate("document.getElementById('g03-run').textContent")
        assert page.evaluate("document.querySelectorAll('img, #grid script').length") == 0
        page.press("Tab")
        where = "document.activeElement.closest('th, td').id"
        assert page.evaluate(where) == "g01"
        for key in ("ArrowDown", "ArrowRight"):
            page.press(key)
        assert page.evaluate(where) == "g02-run"
        page.press("End")
        assert page.evaluate(where) == "g02-mend"
        assert page.evaluate("document.querySelectorAll('#grid [tabindex=\"0\"]').length") == 1
        writer.run("verify", 2)
        writer.step("verify", 2, "machines", "failed")
        page.until("document.getElementById('g02-mend').textContent === 'esxlab provision --deep -g 2'")
        assert page.evaluate(where) == "g02-mend"
        assert "2 groups need you" in page.evaluate("document.getElementById('summary').textContent")
        page.open(f"http://127.0.0.1:{port}/", width=360, height=640)
        assert page.evaluate("document.documentElement.scrollWidth <= 360")
        page.open(f"http://127.0.0.1:{port}/g07/")
        assert page.evaluate("document.querySelector('.drawing svg').getAttribute('aria-label')")
        assert page.evaluate("document.title").endswith("group 7")
