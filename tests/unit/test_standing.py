"""Where a group stands: what was not looked at is never said to be absent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esxlab.errors import LabError
from esxlab.exercises.registry import build_lab
from esxlab.lab.lab import RouterRecord
from esxlab.lab.router import RouterTable
from esxlab.planning.standing import ClassStatus, standing_of
from esxlab.show.glyphs import UNICODE
from esxlab.show.status import render_status
from tests.group_specs import group_spec

DOWN = LabError("vsphere.unreachable", host="vcenter.example", what="")


def test_nothing_there_is_absent_and_everything_is_to_be_done():
    lab = build_lab(group_spec(), phrase="secret")
    nothing = replace(lab, port_groups=(), folders=(), machines=(), has_record=False)
    found = standing_of(lab, nothing)
    assert found.state == "absent"
    assert {machine.power for machine in found.machines} == {"absent"}
    assert found.pending > 0


def test_a_place_that_was_not_seen_is_unknown_and_nothing_is_counted():
    lab = build_lab(group_spec(), phrase="secret")
    unseen = replace(
        lab, port_groups=(), folders=(), machines=(), has_record=False, seen=False, problems=(DOWN,)
    )
    found = standing_of(lab, unseen)
    assert (found.state, found.pending, found.problems) == ("unknown", 0, (DOWN,))
    assert {(machine.power, machine.configured) for machine in found.machines} == {("unknown", "unknown")}


@pytest.mark.parametrize("scenario", ["ha", "lb"])
def test_a_group_whose_router_was_never_configured_is_not_ready(scenario):
    """Left out by --only, or by --until: `verify` would find no page from outside."""
    lab = build_lab(group_spec(scenario=scenario), phrase="secret")
    there = replace(lab, machines=tuple(replace(m, config_digest=m.config_digest) for m in lab.machines))
    configured = replace(there, record=RouterRecord(lab.router.table, RouterTable()))
    before, after = standing_of(lab, replace(there, record=None)), standing_of(lab, configured)
    assert (before.router_pending, after.router_pending) == (True, False)
    assert before.state != "ready"
    without = standing_of(replace(lab, router=None), replace(there, record=None))
    assert not without.router_pending
    said = render_status(ClassStatus((before,)), UNICODE)
    assert "was never configured" in said
