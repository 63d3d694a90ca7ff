"""Copies of models of every kind on vcsim: what comes along, and what is told before anything is made."""

from __future__ import annotations

import pytest
from pyVmomi import vim

from esxlab.sim.school import running_school
from tests.schools import VCENTER, administrator, school, vcenter
from tests.vsphere_worlds import VcsimWorld, build, remove_class, wanted_lab

pytestmark = pytest.mark.scenario


@pytest.fixture
def world(tmp_path):
    with (
        running_school(school(vcenter()), tmp_path / "school", engine="idle") as (running, book),
        administrator(book, VCENTER) as session,
    ):
        found = VcsimWorld(running, book, vcenter(), session, esxi="esxi-a")
        yield found
        found.close()


def files_of(world):
    return world.datastore / "modeleD9"


def test_firmware_nvram_and_hardware_version_come_along(world):
    """A disk that EFI starts does not start from a BIOS; its boot entries are in the nvram file."""
    spec = vim.vm.ConfigSpec(
        firmware="efi",
        extraConfig=[vim.option.OptionValue(key="nvram", value="modeleD9.nvram")],
    )
    model = world.machine("modeleD9")
    world.wait(model.ReconfigVM_Task(spec))
    world.wait(model.UpgradeVM_Task("vmx-19"))
    (files_of(world) / "modeleD9.nvram").write_bytes(b"boot entries")
    lab = wanted_lab(1, world.site)
    build(world.vsphere, lab, until="machines")
    wanted = lab.machines[0]
    copy = world.machine(wanted.name)
    assert copy.config.firmware == "efi"
    assert copy.config.version == "vmx-19"
    assert (world.datastore / wanted.folder / f"{wanted.name}.nvram").read_bytes() == b"boot entries"
    assert {option.key: option.value for option in copy.config.extraConfig}["nvram"] == f"{wanted.name}.nvram"
    remove_class(world.vsphere, world.server, "sio2")
    assert not (world.datastore / wanted.folder).exists()


def test_a_disk_that_was_moved_away_is_told_before_anything_is_made(world):
    lab = wanted_lab(1, world.site)
    (files_of(world) / "modeleD9.vmdk").rename(files_of(world) / "else.vmdk")
    (problem,) = world.vsphere.observe([lab])[lab.group].problems
    assert problem.code == "vsphere.model_file"
    assert "[datastore1] modeleD9/modeleD9.vmdk" in str(problem)
    told = [finding for finding in world.vsphere.examine([lab]) if finding.topic == "model"]
    assert [finding.error.code for finding in told] == ["vsphere.model_file"]


def test_a_disk_at_the_datastores_root_is_looked_at_and_copied(world):
    for file in files_of(world).glob("*.vmdk"):
        file.rename(world.datastore / file.name)
    model = world.machine("modeleD9")
    disk = next(d for d in model.config.hardware.device if isinstance(d, vim.vm.device.VirtualDisk))
    backing = vim.vm.device.VirtualDisk.FlatVer2BackingInfo(
        fileName="[datastore1] modeleD9.vmdk", diskMode="persistent", thinProvisioned=True
    )
    again = vim.vm.device.VirtualDisk(
        key=-1,
        controllerKey=disk.controllerKey,
        unitNumber=1,
        capacityInKB=disk.capacityInKB,
        backing=backing,
    )
    changes = [
        vim.vm.device.VirtualDeviceSpec(operation="remove", device=disk),
        vim.vm.device.VirtualDeviceSpec(operation="add", device=again),
    ]
    world.wait(model.ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=changes)))
    lab = wanted_lab(1, world.site)
    assert world.vsphere.observe([lab])[lab.group].problems == ()
    (told,) = (finding for finding in world.vsphere.examine([lab]) if finding.topic == "model")
    assert told.error is None
    assert "[datastore1] modeleD9.vmdk" in told.facts["place"]
    build(world.vsphere, lab, until="machines")
    assert (world.datastore / lab.machines[0].folder / f"{lab.machines[0].name}.vmdk").exists()


def test_a_suspended_model_is_refused(world):
    model = world.machine("modeleD9")
    world.wait(model.PowerOnVM_Task())
    world.wait(model.SuspendVM_Task())
    lab = wanted_lab(1, world.site)
    assert [p.code for p in world.vsphere.observe([lab])[lab.group].problems] == ["vsphere.model_suspended"]
