"""How often vSphere is asked for each machine: calls cost time on a server that many use."""

from __future__ import annotations

import pytest

from tests.classroom import classroom

pytestmark = pytest.mark.scenario
SPEC = """
class: costs
groups: 1-4
vsphere: {host: vcenter.example, user: prof, datacenter: Lab, esxi: esxi1, datastore: datastore1}
router: {host: "router{{ group }}"}
"""
MACHINES = 20
CHANGES, FILES = 5.5, 1.5
"""For each machine. What only asks is not counted here: how often depends on how long things take."""


def test_a_machine_costs_few_changes_and_files(tmp_path):
    spec = tmp_path / "costs.yaml"
    spec.write_text(SPEC, encoding="utf-8")
    with classroom(spec, tmp_path / "room", engine="idle") as room:
        room.must("provision", "--only", "machines", "--yes")
        methods = [call.method for call in room.changes()]
    assert methods.count("CreateVM_Task") == methods.count("PowerOnVM_Task") == MACHINES
    files = methods.count("PUT")
    assert files <= FILES * MACHINES
    assert len(methods) - files <= CHANGES * MACHINES
