"""Hardware: the model's, but for what the spec itself says; other sizes of what stands are a change."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from esxlab.checks.common import MachinesStand
from esxlab.lab.machine import Hardware, Runtime
from esxlab.planning.difference import Difference
from esxlab.planning.provision import plan_group
from esxlab.planning.standing import standing_of
from tests.spec_text import load_text
from tests.unit.test_planning_provision import standing, wanted_lab
from tests.unit.test_vsphere_found import SITE, inventory, look, seen_model
from tests.vsphere_worlds import wanted_lab as plain_lab

SAID = Hardware(cpus=2, memory_mib=512, nic_type="e1000", given=frozenset({"cpus", "memory_mib", "nic_type"}))


def with_hardware(lab, hardware, *, runtime=None, powered_on=True):
    changes = {"hardware": hardware, "runtime": runtime, "powered_on": powered_on}
    return replace(lab, machines=(replace(lab.machines[0], **changes), *lab.machines[1:]))


def test_what_the_spec_says_is_told_from_the_exercises_defaults(tmp_path):
    text = json.dumps(
        {
            "class": "sio2",
            "groups": "1",
            "vsphere": {"host": "vc"},
            "router": {"host": "r"},
            "hardware": {"cpus": 2},
            "machines": {"srvweb1": {"hardware": {"memory_mib": 512}}},
        }
    )
    (group,) = load_text(text, tmp_path).groups(None)
    first, second, *_ = group.machines
    assert first.hardware.given == {"cpus", "memory_mib"}
    assert second.hardware.given == {"cpus"}


def test_a_machine_is_made_like_its_model_but_for_what_the_spec_says():
    model = Hardware(
        guest_id="debian10_64Guest", cpus=1, memory_mib=2048, nic_type="vmxnet3", scsi_type="ahci"
    )
    made = SAID.around(model)
    assert (made.cpus, made.memory_mib, made.nic_type) == (2, 512, "e1000")
    assert (made.guest_id, made.scsi_type) == ("debian10_64Guest", "ahci")
    assert Hardware().around(model) == model


def test_other_sizes_of_a_machine_that_stands_are_a_change_in_the_plan():
    wanted = with_hardware(wanted_lab(), replace(SAID, nic_type="vmxnet3"))
    found = with_hardware(standing(wanted), Hardware(cpus=1, memory_mib=1024))
    change, power = plan_group(Difference(wanted, found))
    name = wanted.machines[0].owner.machine
    assert change.key == f"set-hardware {name}"
    assert "cpus 1 -> 2, memory_mib 1024 -> 512" in change.describe()
    assert power.key == f"power-on {name}"
    assert change.key in power.needs


def test_sizes_that_the_spec_does_not_say_are_left_alone():
    wanted = wanted_lab()
    found = with_hardware(standing(wanted), Hardware(cpus=4, memory_mib=2048))
    assert plan_group(Difference(wanted, found)) == ()


@pytest.mark.parametrize(("key", "value"), [("nic_type", "e1000"), ("scsi_type", "lsilogic")])
def test_another_card_or_controller_than_a_machine_was_made_with_is_refused(key, value):
    lab = plain_lab(1, SITE)
    first = lab.machines[0]
    said = replace(Hardware(), given=frozenset({key}), **{key: value})
    lab = replace(lab, machines=(replace(first, hardware=said), *lab.machines[1:]))
    ours = seen_model(
        "vm-7",
        name=first.name,
        uuid=first.owner.instance_uuid,
        vmx_path=first.vmx_path,
        disks=(first.disk_path,),
        extra=first.owner.marks(),
    )
    _, found = look(inventory(seen_model(), ours), lab)
    problems = [p for p in found[lab.group].problems if p.code == "vsphere.fixed_hardware"]
    assert len(problems) == 1
    assert f"hardware.{key}" in str(problems[0])


def test_a_disk_of_another_size_than_the_models_cannot_be_made():
    lab = plain_lab(1, SITE)
    said = Hardware(disk_gib=40, given=frozenset({"disk_gib"}))
    lab = replace(lab, machines=tuple(replace(m, hardware=said) for m in lab.machines))
    _, found = look(inventory(), lab)
    assert [p.code for p in found[lab.group].problems] == ["vsphere.disk_size"]


def test_a_suspended_machine_is_called_so_and_resumed():
    wanted = wanted_lab()
    asleep = with_hardware(standing(wanted), Hardware(), runtime=Runtime(suspended=True), powered_on=False)
    (resume,) = plan_group(Difference(wanted, asleep))
    assert "suspended" in resume.describe()
    assert standing_of(wanted, asleep).machines[0].power == "suspended"
    answer = MachinesStand(group=wanted.group, wanted=wanted, found=asleep).ask(None)
    assert "suspended" in answer.seen
