"""Whole classes from nothing to green and back again, one for each shape that a spec can have."""

from __future__ import annotations

import re

import pytest

from tests.classroom import SPECS, classroom
from tests.foreign import STATIC, plant_neighbours

pytestmark = pytest.mark.scenario
READING = (("plan",), ("status",), ("provision", "--dry-run"), ("teardown", "--all", "--dry-run"))
UNASKED = 2  # there is no terminal to ask on


def changes_nothing(room, *words, status=0):
    """A command that leaves every world as it was: by its calls, and by what is there afterwards."""
    before = room.picture(stable=True)
    room.checkpoint()
    finished = room.must(*words, status=status)
    assert room.changes() == []
    assert room.router_commands() == {}
    assert room.picture(stable=True) == before
    return finished


@pytest.mark.parametrize("spec", ["tp", "tp-esxi"])
def test_a_class_comes_up_green_and_goes_without_a_trace(spec, tmp_path):
    with classroom(SPECS / f"{spec}.yaml", tmp_path) as room:
        nothing = room.picture()
        room.must("provision", "--yes")
        verdict = room.must("verify", "--output", "json").document
        asked = [check["verdict"] for group in verdict["groups"] for check in group["checks"]]
        assert asked == ["ok"] * 8 * 12
        again = changes_nothing(room, "provision", "--yes", "--output", "json").document
        assert {group["result"] for group in again["groups"]} == {"nothing"}
        room.must("teardown", "--all", "--yes")
        assert room.picture() == nothing


def test_who_only_looks_or_declines_changes_nothing(tmp_path):
    with classroom(SPECS / "shared-router.yaml", tmp_path) as room:
        nothing = room.picture()
        for words in READING:
            changes_nothing(room, *words)
        room.must("provision", "--yes")
        room.must("verify")  # green, and from here on nothing is starting any more
        for words in (*READING, ("plan", "--deep"), ("verify", "-g", "1"), ("provision", "--yes")):
            changes_nothing(room, *words)
        changes_nothing(room, "teardown", "--all", status=UNASKED)
        changes_nothing(room, "provision", "--scenario", "lb", "-g", "1", status=UNASKED)
        room.must("teardown", "--all", "--yes")
        assert room.picture() == nothing


def test_one_group_goes_and_nothing_else_is_touched(tmp_path):
    with classroom(SPECS / "demo.yaml", tmp_path) as room:
        plant_neighbours(room, "demo", 2)
        room.must("provision", "--yes")
        room.must("verify")
        before = room.picture(stable=True)
        numbers = own_numbers(before.inventory["vcenter.school.example"])
        room.checkpoint()
        room.must("teardown", "--group", "2", "--yes")
        calls = room.changes()
        assert calls
        assert [call for call in calls if not speaks_of_group_2(call, numbers)] == []
        assert set(room.router_commands()) == {"router2.school.example"}
        after = room.picture(stable=True)
        assert after.files == {path: kept for path, kept in before.files.items() if not in_group_2(path)}
        assert after.inventory["vcenter.school.example"] == others(before.inventory["vcenter.school.example"])
        for router in ("router1.school.example", "router3.school.example"):
            assert after.routers[router] == before.routers[router]
        assert STATIC in after.routers["router2.school.example"][0]
        room.must("verify", "-g", "1,3")


MACHINES = ("srvweb1", "srvweb2", "repartiteur1", "ClientA", "ClientB")
FOLDERS = ("esxlab-demo-g02", *(f"g02-{machine}" for machine in MACHINES))
PORT_GROUPS = ("g02-inside", "g02-outside")


def in_group_2(path):
    """A path below the datastores that is in one of the group's own folders."""
    return path.split("/")[2:3] in [[folder] for folder in FOLDERS]


def others(inventory):
    """The inventory without what is the group's: by its marks, and the two port groups and the folder."""
    kept = {key: [v for v in values if not is_group_2s(key, v)] for key, values in inventory.items()}
    return {key: values for key, values in kept.items() if values}


def is_group_2s(key, value):
    kind, _, name = key.rpartition(" ")
    if kind == "machine":
        return "('esxlab.group', '2')" in value
    return name in PORT_GROUPS or (kind == "folder" and name == FOLDERS[0])


def own_numbers(inventory):
    """The references (vm-68) of the group's machines and of their folder."""
    own = [v for key, values in inventory.items() for v in values if is_group_2s(key, v)]
    return {found[0] for value in own if (found := re.findall(r"(?:vm|group)-\w+|[0-9a-f-]{36}", value))}


def speaks_of_group_2(call, numbers):
    """Its object is the group's, or every name and path in it is; so are its lock and its router's."""
    named = [value for _, value in call.arguments if value != "vSwitch0"]
    paths = (f"[datastore1] {folder}" for folder in FOLDERS)
    locks = ("esxlab-demo-g02.lock", "esxlab-router-router2.school.example.lock")
    own = (*paths, *(f"[datastore1] {lock}" for lock in locks), *PORT_GROUPS)
    if call.target in {f"/folder/{lock}/lock.json" for lock in locks}:
        return True
    return call.target.partition(":")[2] in numbers or (bool(named) and all(n in own for n in named))
