"""Where a group stands: what was not looked at is never said to be absent."""

from __future__ import annotations

from dataclasses import replace

from esxlab.errors import LabError
from esxlab.exercises.registry import build_lab
from esxlab.planning.standing import standing_of
from tests.group_specs import group_spec

DOWN = LabError("vsphere.unreachable", host="vcenter.example", what="")


def test_nothing_there_is_absent_and_everything_is_to_be_done():
    lab = build_lab(group_spec(), phrase="secret")
    nothing = replace(lab, port_groups=(), folders=(), machines=(), claimed=False)
    found = standing_of(lab, nothing)
    assert found.state == "absent"
    assert {machine.power for machine in found.machines} == {"absent"}
    assert found.pending > 0


def test_a_place_that_was_not_seen_is_unknown_and_nothing_is_counted():
    lab = build_lab(group_spec(), phrase="secret")
    unseen = replace(
        lab, port_groups=(), folders=(), machines=(), claimed=False, seen=False, problems=(DOWN,)
    )
    found = standing_of(lab, unseen)
    assert (found.state, found.pending, found.problems) == ("unknown", 0, (DOWN,))
    assert {(machine.power, machine.configured) for machine in found.machines} == {("unknown", "unknown")}
