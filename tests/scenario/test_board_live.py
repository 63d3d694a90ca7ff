"""The board on a school that runs: what it shows of machines, what it asks them; it changes nothing."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from tests.troubled import troubled

pytestmark = pytest.mark.scenario
LIMIT_S = 90.0
SHARED = "172.16.193.30"


class Board:
    """`esxlab board` as a teacher starts it, and its pages."""

    def __init__(self, trouble, *words):
        command = [sys.executable, "-m", "esxlab", "board", "--sim", "--port", "0", *words]
        home = str(trouble.directory / "home")
        env = {**os.environ, "ESXLAB_SCHOOL": str(trouble.directory), "XDG_STATE_HOME": home}
        env |= {"XDG_DATA_HOME": home, "ESXLAB_FILE": str(trouble.directory / "esxlab.yaml")}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
        self.address = self.process.stdout.readline().decode().strip()

    def page(self, path=""):
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=LIMIT_S)
        with closing(connection):
            connection.request("GET", f"/{path}")
            return connection.getresponse().read().decode()

    def until(self, *words, path=""):
        ends = time.monotonic() + LIMIT_S
        while not all(word in (page := self.page(path)) for word in words):
            assert time.monotonic() < ends, (words, page)
            time.sleep(0.2)

    def end(self):
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=LIMIT_S)
        assert self.process.returncode == 0, said


def test_the_board_follows_the_machines_and_asks_what_was_asked_for(tmp_path):
    with troubled(tmp_path, groups="1", speed=20.0) as trouble:
        board = Board(trouble, "--check", "ping", "--every", "10")
        try:
            board.until('title="0/5"', "every 10 s: ping")
            trouble.must("provision", "--yes", "--quiet")
            with trouble.nothing_changes():
                board.until('title="5/5"')
                board.until(f"{SHARED} is here", "ok</span>", path="g01/")
                assert "what differs" not in board.page("g01/")
                assert set(trouble.calls("WaitForUpdatesEx")) == {"WaitForUpdatesEx"}
            trouble.must("pause", "--yes", "--quiet")
            board.until('title="0/5"')
            assert f"{SHARED} is here" not in board.page("g01/")
        finally:
            board.end()
        asked = list((trouble.directory / "home").rglob("*-board-*.jsonl"))
        assert len(asked) == 1
