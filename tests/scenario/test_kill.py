"""A provision that is killed, interrupted or cut off: the same command again finishes the job."""

from __future__ import annotations

import json
import signal
import time

import pytest

from esxlab.sim.conditions import CopySpeed
from esxlab.sim.proxy.rules import Rule
from tests.classroom import SPECS, classroom
from tests.kill_harness import COMMANDS, KILLED, Trial, bench, sample, stories
from tests.paces import PACES, SPEED
from tests.strikes import MODES, VCENTER, Place, Point

pytestmark = pytest.mark.scenario
COPY_S = 6.0
PARTS = 3


@pytest.mark.parametrize("part", range(PARTS))
def test_one_break_of_every_kind(tmp_path, part):
    """Every command, world and way of breaking; `make torture` breaks every single change.

    In parts, each in a school of its own: the whole is the longest test of all.
    """
    trials: list[tuple[Point, Trial]] = []
    with bench(tmp_path, speed=2 * SPEED) as school:
        chosen = sample(school.points())
        part_of_them = stories(chosen)[part::PARTS]
        for number, story in enumerate(part_of_them):
            school.live(story, lambda *trial: trials.append(trial), verify=number == 0)
    kinds = {(point.command, point.place.world, point.mode) for point in chosen}
    late = len(COMMANDS)  # of vSphere's tasks alone
    assert len(kinds) == len(MODES) * 8 + late  # three commands, three worlds; a teardown asks no guest
    assert {point.pace for point in chosen} == PACES.keys()
    assert [point for point, _ in trials] == [p for story in part_of_them for p in story.values() if p]
    assert [point for point, trial in trials if not trial.struck] == []


def test_a_provision_that_is_given_up_leaves_nothing(tmp_path):
    """Killed right after its folder was made, after a machine's folder was, and after a copy was begun."""
    with bench(tmp_path) as school:
        for call, number in (("MakeDirectory", 2), ("MakeDirectory", 5), ("CopyVirtualDisk_Task", 3)):
            school.give_up(Point("provision", Place("vsphere", call), number, "kill-after"))


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
    """Until the first copies are under way: half a disk is there."""
    deadline = time.monotonic() + 60
    while not list(room.datastores.rglob("g01-*-flat.vmdk")):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_ctrl_c_or_a_closed_window_lets_what_runs_end_and_says_how_to_go_on(tmp_path, number):
    with classroom(SPECS / "demo.yaml", tmp_path) as room:
        running = []
        interrupt = Rule(
            method="mutating", nth=20, before=lambda _: [command.send(number) for command in running]
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
        assert 0 < len(started) < 40
        room.must("provision", "-g", "1", "--yes")
        room.must("verify", "-g", "1")


def test_a_copy_that_ended_after_ctrl_c_is_not_made_again(tmp_path):
    with classroom(SPECS / "demo.yaml", tmp_path, engine="idle", copies=CopySpeed(COPY_S)) as room:
        command = ("provision", "-g", "1", "--only", "machines", "--yes")
        interrupted = room.start(*command)
        await_copies(room)
        interrupted.send(signal.SIGINT)
        assert interrupted.wait().status == 130
        room.must(*command)
        copied = [call for call in room.changes() if call.method == "CopyVirtualDisk_Task"]
        assert len(copied) == len({call.arguments for call in copied}) == 5
