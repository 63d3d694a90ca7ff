"""The ends of a lesson on the school: `pause`, `resume`, `--at`; what other commands say meanwhile."""

from __future__ import annotations

import signal
import time

import pytest

from tests.classroom import SPECS, classroom

pytestmark = pytest.mark.scenario
POWER = ("ShutdownGuest", "PowerOffVM_Task", "PowerOnVM_Task", "SuspendVM_Task")
MACHINES = ("srvweb1", "srvweb2", "repartiteur1", "ClientA", "ClientB")


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with classroom(SPECS / "demo.yaml", tmp_path_factory.mktemp("pause"), speed=100.0) as found:
        found.nothing = found.picture()
        found.must("provision", "-g", "1-2", "--yes", "--quiet")
        yield found


def power_calls(room):
    return [call.method for call in room.changes() if call.method in POWER]


def subjects(document):
    (group,) = document["groups"]
    return [(action["verb"], action["subject"]) for action in group["actions"]]


def states(room):
    document = room.must("status", "-g", "1-2", "-o", "json").document
    return {group["group"]: group["state"] for group in document["groups"]}


def test_a_group_is_paused_in_order_said_so_and_goes_on(room):
    room.checkpoint()
    plan = room.must("pause", "-g", 1, "-n", "-o", "json").document
    assert subjects(plan) == [("shut-down", name) for name in reversed(MACHINES)]
    needs = {action["subject"]: action["needs"] for action in plan["groups"][0]["actions"]}
    assert needs["srvweb2"] == ["shut-down repartiteur1"]
    assert needs["srvweb1"] == ["shut-down srvweb2"]
    assert power_calls(room) == []
    room.must("pause", "-g", 1, "--yes", "--quiet")
    assert power_calls(room) == ["ShutdownGuest"] * 5
    assert room.router_commands() == {}
    assert states(room) == {1: "paused", 2: "ready"}
    assert "esxlab resume -g 1" in room.must("status", "-g", 1).out
    assert "esxlab resume -g 1" in room.must("plan", "-g", 1).out
    room.checkpoint()
    assert "Nothing to do" in room.must("pause", "-g", 1, "--yes").out
    assert power_calls(room) == []
    plan = room.must("resume", "-g", 1, "-n", "-o", "json").document
    verbs = [("power-on", name) for name in MACHINES] + [("await-guest", name) for name in MACHINES]
    assert subjects(plan) == verbs
    done = room.must("resume", "-g", "1-2", "--yes", "-o", "json").document
    assert [group["result"] for group in done["groups"]] == ["done", "nothing"]
    assert states(room) == {1: "ready", 2: "ready"}
    room.must("verify", "-g", 1, "--quiet")
    assert "Nothing to do" in room.must("resume", "-g", 1, "--yes").out


def test_the_days_report_tells_what_was_done(room):
    """pytest-xdist may take this file apart: no test here goes by what another one has done."""
    for command in ("pause", "resume", "verify"):
        words = () if command == "verify" else ("--yes",)
        room.must(command, "-g", 1, *words, "--quiet")
    document = room.must("report", "-g", 1, "-o", "json").document
    assert {"provision", "pause", "resume", "verify"} <= {run["command"] for run in document["runs"]}
    asked = document["groups"][0]["asked"]
    assert asked
    assert all(one["good"] == one["total"] for one in asked)
    place = room.datastores.parent / "day.html"
    room.must("report", "-o", "html", "--to", place)
    assert "<table>" in place.read_text(encoding="utf-8")
    assert "usage.day" in room.must("report", "--day", "yesterday", status=2).err


def test_what_is_suspended_goes_on_with_provision_too_and_is_torn_down_asleep(room):
    room.must("pause", "--suspend", "-g", 2, "--yes", "--quiet")
    assert "suspended" in room.must("status", "-g", 2).out
    assert states(room)[2] == "paused"
    room.must("provision", "-g", 2, "--yes", "--quiet")
    room.must("verify", "-g", 2, "--quiet")
    room.must("pause", "--suspend", "-g", 2, "--yes", "--quiet")
    room.must("teardown", "-g", 2, "--yes", "--quiet")
    assert states(room)[2] == "absent"
    assert "Nothing to do" in room.must("resume", "-g", 2, "--yes").out


def test_the_same_command_ends_what_a_killed_one_began(room):
    room.checkpoint()
    process = room.start("pause", "-g", 1, "--yes")
    deadline = time.monotonic() + 60
    while not power_calls(room):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send(signal.SIGKILL)
    process.wait()
    room.must("pause", "-g", 1, "--yes", "--quiet")
    assert states(room)[1] == "paused"
    room.must("teardown", "--all", "--yes", "--quiet")
    assert room.picture() == room.nothing


def test_ctrl_c_while_it_waits_for_its_time_leaves_everything(room):
    room.checkpoint()
    process = room.start("resume", "-g", 1, "--yes", "--at", "00:00")
    process.await_said("Waiting until 00:00")
    process.send(signal.SIGINT)
    done = process.wait()
    assert (done.status, room.changes()) == (130, [])
    assert "nothing was done" in done.err
    assert "17:30" in room.run("pause", "--at", "25:00").err
