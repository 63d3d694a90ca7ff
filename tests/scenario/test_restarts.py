"""A vCenter that restarts under a running provision: nobody listens, sessions and tasks are forgotten."""

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
DOWN_S = float(os.environ.get("ESXLAB_OUTAGE_S", "4"))
"""`make outage` has a minute."""

# a client that is cut off in mid-handshake leaves its transport to the garbage collector
pytestmark = [
    pytest.mark.scenario,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    slow = CopySpeed(seconds=2.0)
    with troubled(tmp_path_factory.mktemp("school"), groups="1-8", copies=slow) as trouble:
        yield trouble


def start(trouble, *words):
    """esxlab as a process of its own, on the school that runs in this one."""
    extra = {
        "XDG_DATA_HOME": str(trouble.directory / "home"),
        "XDG_STATE_HOME": str(trouble.directory / "home"),
        "ESXLAB_SCHOOL": str(trouble.directory),
        "PYTHONPATH": str(ROOT),
        "ESXLAB_LANG": "en",
    }
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ESXLAB")} | extra
    return subprocess.Popen(
        [sys.executable, "-m", "esxlab", *words, "-f", str(trouble.directory / "esxlab.yaml")],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def restart(trouble):
    trouble.school._proxy_loop.call(trouble.proxy.restart(DOWN_S))


def await_call(trouble, process, method, count=1):
    deadline = time.monotonic() + 60
    while len(trouble.calls(method)) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, f"no {method}"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("groups", "method", "count"),
    [
        ("1", "MakeDirectory", 3),
        ("2-3", "CopyVirtualDisk_Task", 4),
        ("4", "CreateVM_Task", 2),
        ("5-6", "PowerOnVM_Task", 3),
        ("7", "ShutdownGuest", 2),
    ],
)
def test_a_vcenter_that_restarts_in_the_middle_does_not_end_the_run(up, groups, method, count):
    up.checkpoint()
    with start(up, "provision", "--group", groups, "--yes") as process:
        try:
            await_call(up, process, method, count)
            restart(up)
            out, err = process.communicate(timeout=200 + DOWN_S)
        finally:
            process.kill()
    assert process.returncode == 0, out + err
    assert up.calls("Login").count("Login") >= 2  # one before, one after
    with up.nothing_changes():
        up.provision(groups)  # nothing is missing, nothing is there twice


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_once_what_runs_may_end_and_the_same_command_goes_on(up, number):
    words = ("provision", "--group", "8", "--yes")
    up.checkpoint()
    with start(up, *words) as process:
        try:
            await_call(up, process, "CopyVirtualDisk_Task")
            process.send_signal(number)
            out, err = process.communicate(timeout=100)
        finally:
            process.kill()
    assert process.returncode == 130, out + err
    assert "esxlab provision --group 8 --yes" in err
    assert up.calls("CreateVM_Task") == []  # no new step
    assert not list(up.store.glob("esxlab-demo-g08.lock"))
    if number == signal.SIGTERM:
        up.provision("8")
        with up.nothing_changes():
            up.provision("8")
    else:
        up.must("teardown", "-g", "8", "--yes", "--quiet")


def test_twice_leaves_now(up):
    up.must("teardown", "-g", "8", "--yes", "--quiet")
    with start(up, "provision", "--group", "8", "--yes") as process:
        try:
            up.checkpoint()
            await_call(up, process, "CopyVirtualDisk_Task")
            process.send_signal(signal.SIGINT)
            while "esxlab provision" not in process.stderr.readline():  # the first one has been heard
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=100)
        finally:
            process.kill()
    assert process.returncode == 130
