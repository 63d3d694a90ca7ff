"""A provision that is killed, interrupted or cut off: the same command again finishes the job."""

from __future__ import annotations

import json
import signal
import time

import pytest

from esxlab.sim.conditions import CopySpeed
from esxlab.sim.proxy.rules import Rule
from tests.classroom import SPECS, classroom
from tests.kill_harness import KILLED, VCENTER, Point, bench, spread

pytestmark = pytest.mark.scenario
COPY_S = 3.0


def test_killed_at_ten_points_of_a_provision(tmp_path):
    with bench(tmp_path) as trials:
        points = [p for p in trials.points() if p.command == "provision" and p.mode.startswith("kill")]
        for number, point in enumerate(spread(points, 10)):
            trials.attempt(point, verify=number == 5)


def test_a_sample_of_all_other_breaks(tmp_path):
    with bench(tmp_path) as trials:
        points = [p for p in trials.points() if p.command != "provision" or not p.mode.startswith("kill")]
        for point in spread(points, 5):
            trials.attempt(point)


def test_killed_before_the_router_has_saved_and_before_the_lock_was_given_back(tmp_path):
    with bench(tmp_path) as trials:
        trials.attempt(Point("teardown", "vsphere", trials.counts["teardown"]["vsphere"], "kill-before"))
        for command in ("provision", "teardown"):
            last = trials.counts[command]["router"]
            trials.attempt(Point(command, "router", last - 1, "kill-before"))


def test_killed_while_a_copy_runs_and_run_again_at_once(tmp_path):
    with classroom(SPECS / "demo.yaml", tmp_path, copies=CopySpeed(COPY_S)) as room:
        nothing = room.picture()
        victim = room.start("provision", "-g", "1", "--yes")
        await_copies(room)
        victim.send(signal.SIGKILL)
        assert victim.wait().status == KILLED
        sizes = {path.name: path.stat().st_size for path in room.datastores.rglob("*-flat.vmdk")}
        whole = sizes.pop("modeleD9-flat.vmdk")
        assert sizes
        assert max(sizes.values()) < whole
        room.must("provision", "-g", "1", "--yes")
        room.must("verify", "-g", "1")
        assert len(list(room.datastores.rglob("g01-*-flat.vmdk"))) == 5
        room.must("teardown", "-g", "1", "--yes")
        assert room.picture() == nothing


def await_copies(room):
    """Until the first copies are under way: asked for, and not yet at their end."""
    deadline = time.monotonic() + 60
    while not any(call.method == "CopyVirtualDisk_Task" for call in room.changes()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(COPY_S / 4)


def test_ctrl_c_lets_what_runs_end_and_says_how_to_go_on(tmp_path):
    with classroom(SPECS / "demo.yaml", tmp_path) as room:
        running = []
        interrupt = Rule(
            method="mutating", nth=20, before=lambda _: [command.send(signal.SIGINT) for command in running]
        )
        room.school.proxies[VCENTER].rules.add(interrupt)
        running.append(room.start("provision", "-g", "1", "--yes"))
        ended = running[0].wait()
        assert ended.status == 130
        assert f"esxlab provision -g 1 --yes -f {room.spec} --sim" in ended.err
        (journal,) = (tmp_path / "home" / "esxlab" / "journal").glob("*-provision-*.jsonl")
        events = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
        started = {event["step"] for event in events if event["event"] == "step-started"}
        finished = {event["step"] for event in events if event["event"] == "step-finished"}
        assert started == finished
        assert 0 < len(started) < 42
        room.must("provision", "-g", "1", "--yes")
        room.must("verify", "-g", "1")
