"""What a model may be like: what a copy of its disk would lose is refused before anything is made."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyVmomi import vim

from esxlab.backends.vsphere import kinds, secure_boot
from esxlab.backends.vsphere.api_machines import boot_as
from esxlab.backends.vsphere.devices import disk_with_controller, read_hardware, read_slots
from esxlab.backends.vsphere.reading import build_machine
from esxlab.backends.vsphere.secure_boot import knows_secure_boot
from esxlab.backends.vsphere.seen import SeenDatacenter
from esxlab.backends.vsphere.soap import Stub
from esxlab.errors import LabError
from esxlab.lab.machine import Hardware
from tests.unit.test_vsphere_found import SITE, inventory, look, seen_host, seen_model
from tests.vsphere_worlds import wanted_lab

DEVICE = vim.vm.device
UNKNOWN = "VirtualController"
"""What a caller of an older API than the device's (NVMe: 6.5) is told: its nearest ancestor."""
SECOND = "[datastore1] modeleD9/modeleD9_1.vmdk"


def problems(*models, site=SITE, **world):
    lab = wanted_lab(1, site)
    _, found = look(inventory(*models, **world), lab)
    return found[lab.group].problems


@pytest.mark.parametrize(
    ("changes", "code", "named"),
    [
        ({"suspended": True}, "vsphere.model_suspended", "modeleD9"),
        ({"disks": ("[datastore1] modeleD9/modeleD9.vmdk", SECOND)}, "vsphere.model_disks", SECOND),
        # NVMe, since API 6.5: an older version is told its nearest ancestor
        (
            {"hardware": Hardware(scsi_type="VirtualController")},
            "vsphere.model_controller",
            "VirtualController",
        ),
    ],
)
def test_a_model_that_a_copy_of_one_disk_would_not_be_like_is_refused(changes, code, named):
    (problem,) = problems(seen_model(**changes))
    assert problem.code == code
    assert named in str(problem)


def test_a_clone_takes_all_disks_along():
    two = seen_model(disks=("[datastore1] modeleD9/modeleD9.vmdk", SECOND))
    site = replace(SITE, method="clone")
    assert "vsphere.model_disks" not in {problem.code for problem in problems(two, site=site)}


def test_a_model_on_a_datastore_that_the_host_does_not_reach_is_refused_with_both_hosts():
    seen = inventory(seen_model(datastore="datastore2", host="host-esxi-b"))
    seen.hosts["host-esxi-a"] = replace(seen_host("esxi-a"), datastores=frozenset({"ds-1"}))
    lab = wanted_lab(1, SITE)
    _, found = look(seen, lab)
    (problem,) = found[lab.group].problems
    assert problem.code == "vsphere.model_elsewhere"
    assert "esxi-a" in str(problem)
    assert "esxi-b" in str(problem)


def test_of_two_models_the_one_that_the_host_reaches_is_taken():
    near, far = seen_model("vm-9"), seen_model("vm-2", datastore="local2", host="host-esxi-a")
    seen = inventory(far, near)
    assert seen.model(SITE, seen.place(SITE)).moref == "vm-9"


def test_of_three_hundred_names_the_nearest_five_are_told():
    others = [seen_model(f"vm-{n}", name=f"poste-{n:03}") for n in range(300)]
    near = [seen_model(f"vm-9{n}", name=f"modeleD{n}") for n in range(5)]
    (problem,) = problems(*others, *near)
    assert problem.code == "vsphere.model_missing"
    assert all(f"modeleD{n}" in str(problem) for n in range(5))
    assert "poste" not in str(problem)
    assert len(str(problem)) < 400


def test_a_model_in_another_datacenter_is_told_of():
    seen = inventory(seen_model(datacenter="dc-2"))
    folder = vim.Folder("group-v2")
    seen.datacenters["dc-2"] = SeenDatacenter(vim.Datacenter("dc-2"), "dc-2", "Sud", "School/Sud", folder)
    with pytest.raises(LabError) as absence:
        seen.model(SITE, seen.place(replace(SITE, datacenter="Lab")))
    assert absence.value.code == "vsphere.model_in_other_datacenter"
    assert "School/Sud" in str(absence.value)


def hardware(controller, *, slots=(160, 192)):
    """A config.hardware as ESXi tells it: devices with their PCI slots (VirtualDevice.slotInfo)."""
    info = [DEVICE.VirtualDevice.PciBusSlotInfo(pciSlotNumber=slot) for slot in slots]
    bus = controller(key=1000, busNumber=0, slotInfo=info[0])
    backing = DEVICE.VirtualDisk.FlatVer2BackingInfo(fileName="[ds%2f1] a/a.vmdk", diskMode="persistent")
    disk = DEVICE.VirtualDisk(key=2000, controllerKey=1000, unitNumber=0, capacityInKB=1, backing=backing)
    card = DEVICE.VirtualE1000(key=4000, slotInfo=info[1])
    return vim.vm.VirtualHardware(numCPU=1, memoryMB=1, device=[card, bus, disk])


@pytest.mark.parametrize(
    "controller",
    [
        DEVICE.ParaVirtualSCSIController,
        DEVICE.VirtualLsiLogicController,
        DEVICE.VirtualLsiLogicSASController,
        DEVICE.VirtualBusLogicController,
        DEVICE.VirtualAHCIController,
    ],
)
def test_a_copy_has_the_models_controller_in_the_models_slot(controller):
    told = hardware(controller)
    found, (path,), _ = read_hardware(told, "debian9Guest")
    slots = read_slots(told)
    assert slots == (160, 192)
    assert path == "[ds/1] a/a.vmdk"
    bus, _ = disk_with_controller(found.scsi_type, path="[x] a.vmdk", size_kib=1, slot=slots.controller)
    assert type(bus.device) is controller
    assert bus.device.slotInfo.pciSlotNumber == 160


def test_a_copy_boots_as_its_model_does():
    order = vim.vm.ConfigSpec(extraConfig=[])
    boot_as(order, seen_model(firmware="efi", version="vmx-19"), wanted_lab(1, SITE).machines[0])
    assert (order.version, order.firmware) == ("vmx-19", "efi")


def test_slots_that_were_never_given_are_none():
    assert read_slots(hardware(DEVICE.VirtualLsiLogicController, slots=(-1, -1))) == (0, 0)


@pytest.mark.parametrize("kind", ["vsan", "VVOL"])
def test_a_datastore_that_takes_no_folder_at_its_root_is_refused_in_the_plan(kind):
    seen = inventory()
    seen.datastores["ds-1"] = replace(seen.datastores["ds-1"], kind=kind)
    seen.__post_init__()
    lab = wanted_lab(1, SITE)
    _, found = look(seen, lab)
    assert [problem.code for problem in found[lab.group].problems] == ["vsphere.datastore_kind"]


def test_a_machine_that_asks_something_is_told_with_its_question_and_answers():
    """msg.uuid.altered is what a copied machine asks (VMware KB 1541, "moved or copied")."""
    lab = wanted_lab(1, SITE)
    first = lab.machines[0]
    choices = [
        vim.ElementDescription(key=str(n), label=text) for n, text in enumerate(("Cancel", "I moved it"))
    ]
    info = vim.vm.QuestionInfo(
        id="1", text="msg.uuid.altered: moved or copied?", choice=vim.option.ChoiceOption(choiceInfo=choices)
    )
    marks = [vim.option.OptionValue(key=key, value=value) for key, value in first.owner.marks().items()]
    properties = {
        "name": first.name,
        "runtime.question": info,
        "config.hardware": hardware(DEVICE.VirtualLsiLogicController),
        "config.instanceUuid": first.owner.instance_uuid,
        "config.files.vmPathName": first.vmx_path,
        "config.extraConfig": marks,
    }
    asking = build_machine(vim.VirtualMachine("vm-7"), properties, "dc-1", {})
    _, found = look(inventory(seen_model(), asking), lab)
    (problem,) = found[lab.group].problems
    assert problem.code == "vsphere.question"
    assert "moved or copied? [Cancel / I moved it]" in str(problem)


@pytest.mark.parametrize(
    ("version", "known"),
    [
        ("6.0", False),
        ("5.5", False),
        ("6.5", True),
        ("6.7.3", True),
        ("8.0.2.0", True),
        ("10.0", True),
        ("", False),
    ],
)
def test_secure_boot_is_asked_of_servers_that_know_it(version, known):
    """Since vSphere API 6.5 (VirtualMachineBootOptions.efiSecureBootEnabled); AboutInfo.apiVersion."""
    assert knows_secure_boot(version) is known


def test_secure_boot_is_said_in_a_version_that_has_it():
    """pyVmomi leaves out of a request what its version does not know: in vSphere 6.0's it would be lost."""
    folder, written = vim.Folder("group-v3"), {}
    for version in (kinds.API_VERSION, secure_boot.API_VERSION):
        stub = Stub(None, version)
        order = vim.vm.ConfigSpec(bootOptions=vim.vm.BootOptions(efiSecureBootEnabled=True))
        info = vim.Folder.CreateVM_Task.info
        request = stub.SerializeRequest(folder, info, [order, vim.ResourcePool("resgroup-8"), None])
        written[stub.versionId] = b"<efiSecureBootEnabled>true</efiSecureBootEnabled>" in request
    assert written == {'"urn:vim25/6.0"': False, '"urn:vim25/6.5"': True}
