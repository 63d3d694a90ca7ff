"""Processes are known by id and start time."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from esxlab.sim.processes import ProcessIdentity, identify
from esxlab.sim.school import school_down, school_status

ODD_FILES = [
    b"",
    b"\0" * 40,
    b"{}",
    b"[]",
    b"null",
    b"7",
    b'"x"',
    b'{"pid": 1}',
    b'["1", "2"]',
    b'[true, "2"]',
    b'[-1, "2"]',
    b"[1, 2]",
    b'{"pids": 7}',
    b'{"pids": {"daemon": 7}}',
    b'{"pids": {"daemon": [1]}, "control": []}',
    b'{"servers": 7, "pids": {}}',
    b"[" * 100_000,
]
SLEEPER = (sys.executable, "-c", "import sys; sys.stdin.read()")


def test_a_number_that_another_process_has_now_is_not_ours():
    mine = identify(os.getpid())
    assert mine.alive()
    assert not ProcessIdentity(mine.pid, "another time").alive()
    assert not ProcessIdentity(0, "").alive()


def test_a_process_that_does_not_end_by_itself_is_ended():
    child = subprocess.Popen(SLEEPER, stdin=subprocess.PIPE)
    noted = identify(child.pid)
    noted.end(gently_s=5.0)
    assert not noted.alive()
    child.stdin.close()
    child.wait(timeout=60)


def test_somebody_elses_process_is_left_alone():
    child = subprocess.Popen(SLEEPER, stdin=subprocess.PIPE)
    ProcessIdentity(child.pid, "before the last reboot").end(gently_s=0.1)
    assert child.poll() is None
    child.stdin.close()
    assert child.wait(timeout=60) == 0


@pytest.mark.parametrize("kept", ODD_FILES, ids=lambda kept: kept[:20].decode("latin-1"))
@pytest.mark.parametrize("name", ["process.json", "school.json", "failure.txt", "starting"])
def test_a_file_of_the_school_that_is_not_what_was_written_stops_neither_status_nor_down(
    tmp_path, name, kept
):
    """A disk that was full, an editor, another program: nobody is signalled on the strength of it."""
    (tmp_path / name).write_bytes(kept)
    assert school_status(tmp_path) == {"running": False, "directory": str(tmp_path)}
    assert school_down(tmp_path)["was_running"] is False


def test_a_book_that_is_not_what_was_written_does_not_hide_the_process(tmp_path):
    child = subprocess.Popen(SLEEPER, stdin=subprocess.PIPE)
    (tmp_path / "process.json").write_text(json.dumps(identify(child.pid)))
    (tmp_path / "school.json").write_text('{"servers": [7], "pids": {"vc": 7}}')
    assert school_status(tmp_path)["running"] is False
    (tmp_path / "school.json").write_text('{"servers": {}, "pids": "x", "control": 7}')
    assert school_status(tmp_path)["running"] is True
    assert school_down(tmp_path)["was_running"] is True
    child.stdin.close()
    child.wait(timeout=60)
