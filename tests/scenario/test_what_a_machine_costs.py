"""How often vSphere is asked for each machine: calls cost time on a server that many use."""

from __future__ import annotations

import pytest

from tests.borrowed import borrows
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


FREE = """
class: costs
groups: 1-2
vsphere: {host: esxi1.example, user: root}
router: {host: "router{{ group }}"}
"""
COMMANDS, PROGRAMS = 8.0, 10.0
"""For each of five machines, with what their group and the run cost."""


@borrows("busybox")
def test_a_machine_costs_few_commands_over_ssh_and_a_look_at_a_host_one(tmp_path):
    spec = tmp_path / "costs.yaml"
    spec.write_text(FREE, encoding="utf-8")
    with classroom(spec, tmp_path / "room", engine="idle", licence="free") as room:
        shell = room.school.shells["esxi1.example"]

        def asked(command, *words, status=0):
            before = shell.sshd.channels, len(shell.host.desk.calls)
            room.must(command, *words, status=status)
            return shell.sshd.channels - before[0], len(shell.host.desk.calls) - before[1]

        commands, programs = asked("provision", "-g", 1, "--only", "machines", "--yes")
        assert commands <= COMMANDS * 5
        assert programs <= PROGRAMS * 5
        for groups in (
            "1",
            "1-2",
        ):  # one slow program of the host: what is free, however many groups there are
            assert asked("plan", "-g", groups, "--only", "machines") == (1, 1)
        assert room.changes() == []
