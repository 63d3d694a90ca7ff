"""What the vSphere in memory offers to the laws: a state to compare, calls, failures on demand."""

from __future__ import annotations

import pytest

from esxlab.errors import LabError
from esxlab.lab.machine import Server, Site
from tests.memory.vsphere import MemoryVSphere
from tests.vsphere_worlds import build, connect, record_of, remove_class, wanted_lab

SITE = Site(Server("vcenter.example", "prof"), "datastore1", "modeleD9", "VM Network", esxi="esxi-a")
LAB = wanted_lab(7, SITE)


def test_a_removal_gives_back_the_first_state():
    vsphere = MemoryVSphere()
    before = vsphere.snapshot()
    build(vsphere, LAB)
    connect(vsphere, LAB)
    assert vsphere.snapshot() != before
    remove_class(vsphere, SITE.server, LAB.group.class_name)
    assert vsphere.snapshot() == before


def test_a_snapshot_does_not_follow():
    vsphere = MemoryVSphere()
    build(vsphere, LAB)
    kept = vsphere.snapshot()
    connect(vsphere, LAB)
    assert vsphere.snapshot() != kept


def test_looking_is_no_call():
    vsphere = MemoryVSphere()
    vsphere.observe([LAB])
    vsphere.find_class(SITE.server, LAB.group.class_name)
    assert vsphere.calls == []
    vsphere.write_group_record(record_of(LAB))
    assert [(call.verb, call.subject) for call in vsphere.calls] == [("write_group_record", LAB.group)]


def test_a_port_group_is_called_by_its_group():
    vsphere = MemoryVSphere()
    vsphere.write_group_record(record_of(LAB))
    vsphere.add_port_group(SITE, LAB.port_groups[0])
    assert vsphere.calls[-1].subject == LAB.group


@pytest.mark.parametrize(("moment", "disk"), [(1, "absent"), (2, "partial"), (3, "partial")])
def test_a_failure_leaves_what_was_done_until_then(moment, disk):
    vsphere = MemoryVSphere()
    vsphere.write_group_record(record_of(LAB))
    vsphere.make_folder(SITE, LAB.folders[0])
    seen = []

    def fail(verb, subject):
        seen.append((verb, subject))
        if len(seen) == moment:
            raise LabError("vsphere.lost", what=verb)

    vsphere.fail = fail
    with pytest.raises(LabError):
        vsphere.copy_disk(SITE, LAB.machines[0])
    assert seen[0] == ("copy_disk", LAB.machines[0].owner)
    assert [folder.disk for folder in vsphere.observe([LAB])[LAB.group].folders] == [disk]


def test_a_machine_on_half_a_disk_and_a_mark_on_one_are_bugs():
    vsphere = MemoryVSphere()
    build(vsphere, LAB, until="folders")
    machine = LAB.machines[0]

    def fail(verb, subject):
        if (verb, machine.owner) == ("copy_disk", subject) and vsphere.calls[-1].verb == "copy_disk":
            raise LabError("vsphere.lost", what=verb)

    vsphere.fail = fail
    with pytest.raises(LabError):
        vsphere.copy_disk(SITE, machine)
    with pytest.raises(ValueError, match=machine.name):
        vsphere.create_machine(SITE, machine)
    with pytest.raises(ValueError, match=machine.name):
        vsphere.confirm_disk(SITE, machine)
