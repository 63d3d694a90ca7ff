"""A laptop that falls asleep in the middle of a run (SIGSTOP), and wakes when its lock has gone (SIGCONT)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from esxlab.sim.conditions import CopySpeed
from tests.troubled import troubled

ROOT = Path(__file__).parents[2]
TTL_S = 6.0
AWAKE_S = 120.0
MAIN = """
import esxlab.lab.lock
esxlab.lab.lock.TTL_S = {ttl_s}  # before anybody has imported it: a lock that dies while a test can wait
from esxlab.cli.main import main
main()
"""

pytestmark = pytest.mark.scenario


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    slow = CopySpeed(seconds=1.5)
    with troubled(tmp_path_factory.mktemp("school"), groups="1-3", copies=slow) as trouble:
        yield trouble


def laptop(trouble, home, *words):
    extra = {
        "XDG_DATA_HOME": str(trouble.directory / home),
        "XDG_STATE_HOME": str(trouble.directory / home),
        "ESXLAB_SCHOOL": str(trouble.directory),
        "PYTHONPATH": str(ROOT),
        "ESXLAB_LANG": "en",
    }
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ESXLAB")} | extra
    main = MAIN.format(ttl_s=TTL_S if home == "asleep" else AWAKE_S)
    return subprocess.Popen(
        [sys.executable, "-c", main, *words, "-f", str(trouble.directory / "esxlab.yaml")],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def await_call(trouble, process, method):
    deadline = time.monotonic() + 60
    while not trouble.calls(method):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, f"no {method}"
        time.sleep(0.005)


def lock_of(trouble, group):
    return trouble.store / f"esxlab-demo-g0{group}.lock"


def changes(trouble):
    """What was changed since the checkpoint; a sign of life under way when it fell asleep is none."""
    (since,) = (trouble.marks[host] for host in trouble.school.proxies)
    return [call for call in trouble.proxy.calls.since(since, mutating=True) if not call.mentions(".lock/")]


def again(trouble, home, *words):
    """Whose run it was, its work stands: the same command finds nothing to do."""
    with trouble.nothing_changes(), laptop(trouble, home, "provision", *words) as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, out + err


@pytest.mark.parametrize(("group", "method"), [(1, "CopyVirtualDisk_Task"), (2, "PowerOnVM_Task")])
def test_who_wakes_when_a_colleague_has_taken_over_writes_no_further(up, group, method):
    words = ("--group", str(group), "--yes")
    up.checkpoint()
    with laptop(up, "asleep", "provision", *words, "--boot-timeout", "30") as mine:
        try:
            await_call(up, mine, method)
            time.sleep(0.3)  # no server can tell a call that was about to be sent from one that was sent
            mine.send_signal(signal.SIGSTOP)
            time.sleep(TTL_S + 1)
            with laptop(up, "colleague", "provision", *words) as theirs:
                out, err = theirs.communicate(timeout=120)
            assert theirs.returncode == 0, out + err
            assert not lock_of(up, group).exists()
            up.checkpoint()
            mine.send_signal(signal.SIGCONT)
            out, err = mine.communicate(timeout=120)
        finally:
            mine.kill()
    assert (changes(up), up.router_lines()) == ([], {})
    assert mine.returncode != 0, out + err
    assert "lock.lost" in out + err
    again(up, "colleague", *words)


def test_who_wakes_first_goes_on(up):
    up.checkpoint()
    with laptop(up, "asleep", "provision", "--group", "3", "--yes") as mine:
        try:
            await_call(up, mine, "CopyVirtualDisk_Task")
            mine.send_signal(signal.SIGSTOP)
            time.sleep(TTL_S + 1)
            mine.send_signal(signal.SIGCONT)
            out, err = mine.communicate(timeout=120)
        finally:
            mine.kill()
    assert mine.returncode == 0, out + err
    assert not lock_of(up, 3).exists()
    again(up, "asleep", "--group", "3", "--yes")
