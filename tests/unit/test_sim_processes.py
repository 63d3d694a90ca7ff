"""Processes are known by id and start time."""

from __future__ import annotations

import os
import subprocess
import sys

from esxlab.sim.processes import ProcessIdentity, identify

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
