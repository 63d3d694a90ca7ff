"""Copies of models of every kind on vcsim: what comes along, and what is told before anything is made."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyVmomi import vim

from esxlab.errors import LabError
from esxlab.lab.machine import Hardware
from tests.memory.school import running_school
from tests.schools import VCENTER, administrator, school, vcenter
from tests.vsphere_worlds import VcsimWorld, build, remove_class, wanted_lab

pytestmark = pytest.mark.scenario


@pytest.fixture
def world(tmp_path):
    with (
        running_school(school(vcenter()), tmp_path / "school", engine="idle") as (running, access),
        administrator(access, VCENTER) as session,
    ):
        found = VcsimWorld(running, access, vcenter(), session, esxi="esxi-a")
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


@pytest.mark.parametrize("secure", [True, False])
def test_secure_boot_comes_along(world, secure):
    """VirtualMachineBootOptions.efiSecureBootEnabled, since vSphere API 6.5: an older call cannot say it."""
    options = vim.vm.BootOptions(efiSecureBootEnabled=secure)
    model = world.machine("modeleD9")
    world.wait(model.ReconfigVM_Task(vim.vm.ConfigSpec(firmware="efi", bootOptions=options)))
    (files_of(world) / "modeleD9.nvram").write_bytes(b"boot entries")
    lab = wanted_lab(1, world.site)
    build(world.vsphere, lab, until="machines")
    for machine in lab.machines:
        copy = world.machine(machine.name).config
        assert copy.firmware == "efi"
        assert bool(copy.bootOptions and copy.bootOptions.efiSecureBootEnabled) is secure


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


def with_hardware(lab, **said):
    hardware = Hardware(**said, given=frozenset(said))
    return replace(lab, machines=tuple(replace(machine, hardware=hardware) for machine in lab.machines))


def test_what_the_spec_says_of_hardware_is_made_and_changed(world):
    lab = with_hardware(wanted_lab(1, world.site), cpus=2, memory_mib=512, nic_type="e1000")
    build(world.vsphere, lab, until="machines")
    made = world.machine(lab.machines[0].name).config.hardware
    assert (made.numCPU, made.memoryMB) == (2, 512)
    cards = [device for device in made.device if isinstance(device, vim.vm.device.VirtualEthernetCard)]
    assert {type(card) for card in cards} == {vim.vm.device.VirtualE1000}
    larger = with_hardware(lab, memory_mib=768).machines[0]
    world.vsphere.set_hardware(lab.site, larger)
    world.vsphere.set_hardware(lab.site, larger)
    changed = world.machine(larger.name).config.hardware
    assert (changed.numCPU, changed.memoryMB) == (2, 768)


@pytest.mark.parametrize(("said", "each"), [({}, 2048), ({"memory_mib": 512}, 512)])
def test_the_memory_that_machines_will_have_is_counted_once(world, said, each):
    world.wait(world.machine("modeleD9").ReconfigVM_Task(vim.vm.ConfigSpec(memoryMB=2048)))
    lab = with_hardware(wanted_lab(1, world.site), **said)

    def told():
        (memory,) = (finding for finding in world.vsphere.examine([lab]) if finding.topic == "memory")
        return memory.facts["needed_mib"]

    assert told() == 3 * each
    build(world.vsphere, lab, until="machines")
    assert told() == 3 * each


def test_a_machine_that_a_student_suspended_is_called_so_and_goes_on(world):
    lab = wanted_lab(1, world.site)
    build(world.vsphere, lab)
    first = lab.machines[0]
    world.wait(world.machine(first.name).SuspendVM_Task())
    found = world.vsphere.observe([lab])[lab.group].machine(first.owner.machine)
    assert found.is_suspended
    assert not found.powered_on
    with pytest.raises(LabError) as told:
        world.vsphere.check_on(lab.site, first.owner)
    assert told.value.code == "vsphere.suspended"
    world.vsphere.power_on(lab.site, first)
    assert world.machine(first.name).runtime.powerState == "poweredOn"


@pytest.mark.parametrize("name", ["NAS [1]", "[SSD] rapide", "ds]1", "ds[1"])
def test_a_datastore_with_brackets_in_its_name_is_told_before_anything_is_made(world, name):
    """Such names are met (OpenNebula/one#2437), and where they end in `[name] path` is anybody's guess."""
    world.rename_datastore("datastore1", name)
    site = replace(world.site, datastore=name)
    lab = wanted_lab(1, site)
    codes = {problem.code for problem in world.vsphere.observe([lab])[lab.group].problems}
    assert codes == {"vsphere.datastore_name"}
    world.rename_datastore(name, "datastore1")


def test_a_model_on_a_datastore_with_brackets_is_told_too(world, tmp_path):
    """The lab's own datastore is another one."""
    (tmp_path / "other").mkdir()
    system = world.host.configManager.datastoreSystem
    system.CreateLocalDatastore(name="other", path=str(tmp_path / "other"))
    lab = wanted_lab(1, replace(world.site, datastore="other"))
    assert world.vsphere.observe([lab])[lab.group].problems == ()
    world.rename_datastore("datastore1", "NAS [1]")
    codes = {problem.code for problem in world.vsphere.observe([lab])[lab.group].problems}
    assert codes == {"vsphere.datastore_name"}
    world.rename_datastore("NAS [1]", "datastore1")
