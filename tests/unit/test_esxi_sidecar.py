"""The configuration file of a machine, and what is kept beside it: no host."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from esxlab.backends.esxi import vmx
from esxlab.backends.esxi.edits import edited, moved
from esxlab.backends.esxi.faults import failure, is_away
from esxlab.backends.esxi.framing import Answer
from esxlab.backends.esxi.sidecar import Card, Sidecar, read_sidecar
from esxlab.backends.esxi.writer import sidecars_in
from esxlab.backends.vsphere.found import APPLIED_KEY
from esxlab.backends.vsphere.seen import SeenMachine, SeenNetwork, SeenNic, Slots
from esxlab.backends.vsphere.writer import Change, NewCard, NewMachine
from esxlab.lab.identity import GroupId, Owner
from esxlab.lab.machine import Hardware, Machine, Nic, Site

OWNER = Owner(GroupId("sio2", 7), "srvweb1")
MAC, OTHER = "00:50:56:07:01:01", "00:50:56:07:01:02"
GOOD = [
    ("Powered on", 0),
    ("Retrieved runtime info\nPowered off", 0),
    ("Destroy: 100% done.", 0),
    ("", 0),
    ("12", 0),
]
BAD = [  # as facts/esxi-ssh.md and the projects named there have recorded them
    ('(vim.fault.NotFound) {\n   faultCause = (vmodl.MethodFault) null,\n   msg = "..."', 0, "vsphere.gone"),
    ("(vim.fault.AlreadyExists) {", 1, "vsphere.exists"),
    ("Powering off VM:\n(vim.fault.InvalidPowerState) {", 0, "vsphere.power_state"),
    ("(vim.fault.InsufficientMemoryResourcesFault) {", 0, "vsphere.no_resources"),
    ("mkdir: can't create directory '/vmfs/volumes/x/y': File exists", 1, "vsphere.exists"),
    ("Failed to clone disk: The file already exists (39).", 0, "vsphere.exists"),
    ("There is not enough space on the file system (13).", 255, "vsphere.disk_full"),
    ("Failed to open 'x.vmdk': Failed to lock the file (16392).", 0, "vsphere.locked"),
    ("Failed to open 'x.vmdk': The system cannot find the file specified (25).", 0, "vsphere.file_missing"),
    ("A portgroup with the name g07-inside already exists", 0, "vsphere.exists"),
    ("Powering on VM:\nPower on failed", 1, "vsphere.refused"),
    ("sh: can't create /vmfs/volumes/x/y: nonexistent directory", 1, "vsphere.file_missing"),
    ("what nobody has seen before", 3, "vsphere.refused"),
]


@pytest.mark.parametrize(("text", "status"), GOOD)
def test_an_answer_that_tells_of_no_failure_is_none(text, status):
    assert failure(Answer(status, text), what="x") is None
    assert not is_away(Answer(status, text))


@pytest.mark.parametrize(("text", "status", "code"), BAD)
def test_what_a_program_prints_is_its_failure_whatever_its_exit_status(text, status, code):
    assert failure(Answer(status, text), what="x").code == code


def test_a_hostd_that_restarts_is_asked_again():
    assert is_away(Answer(1, "Failed to login: Connection refused"))


@pytest.mark.parametrize(
    "value", ['say "hi"', "a|b", "élève", "back\\slash", "two\nlines", "$(x) `y`", "", "#"]
)
def test_a_value_comes_back_as_it_was(value):
    text = vmx.render({"displayName": value})
    assert text.count("\n") == 1
    assert vmx.read(text) == {"displayName": value}


def test_what_is_not_changed_in_a_configuration_stays_to_the_letter():
    text = '#!/usr/bin/vmware\n.encoding = "UTF-8"\n  Odd.Key="x|22y"\nmemSize = "1024"\nnot a line\n'
    changed = vmx.changed(text, {"MEMSIZE": "512", "new": "1", "gone": ""})
    kept = '#!/usr/bin/vmware\n.encoding = "UTF-8"\n  Odd.Key="x|22y"\nnot a line\n'
    assert changed == kept + 'MEMSIZE = "512"\nnew = "1"\n'
    assert vmx.changed(changed, {"new": ""}) == kept + 'MEMSIZE = "512"\n'


def card(mac, network, **more):
    return NewCard(Nic("inside", mac, network, **more), SeenNetwork("", network, ""), "vmxnet3")


def new_machine(**hardware):
    site = Site(None, "datastore1", "modeleD9", "VM Network")
    machine = Machine(OWNER, "g07-srvweb1", "datastore1", "g07-srvweb1", Hardware(), ())
    model = SimpleNamespace(version="vmx-13", firmware="efi")
    found = Hardware(**hardware)
    cards = (card(MAC, "VM Network"),)
    return NewMachine(machine, site, None, model, found, Slots(160, 192), cards, OWNER.marks())


def test_a_new_machine_has_the_models_hardware_and_our_marks():
    values = vmx.new_machine(new_machine())
    wanted = {
        "config.version": "8",
        "virtualHW.version": "13",
        "displayName": "g07-srvweb1",
        "guestOS": "debian9",
        "memSize": "1024",
        "scsi0.virtualDev": "pvscsi",
        "scsi0.pciSlotNumber": "160",
        "scsi0:0.fileName": "g07-srvweb1.vmdk",
        "ethernet0.addressType": "static",
        "ethernet0.address": MAC,
        "ethernet0.networkName": "VM Network",
        "ethernet0.pciSlotNumber": "192",
        "pciBridge0.present": "TRUE",
        "pciBridge7.virtualDev": "pcieRootPort",
        "firmware": "efi",
        "nvram": "g07-srvweb1.nvram",
        "esxlab.class": "sio2",
        "esxlab.group": "7",
        "esxlab.machine": "srvweb1",
    }
    assert wanted.items() <= values.items()
    assert values["vc.uuid"].replace(" ", "").replace("-", "") == OWNER.instance_uuid.replace("-", "")
    assert vmx.read(vmx.render(values)) == values
    assert vmx.new_machine(new_machine(scsi_type="ahci"))["sata0:0.fileName"] == "g07-srvweb1.vmdk"
    assert vmx.new_machine(new_machine(scsi_type="lsilogic-sas"))["scsi0.virtualDev"] == "lsisas1068"


def test_cards_are_known_by_their_addresses_whatever_their_numbers():
    text = vmx.render(vmx.new_machine(new_machine())).replace("ethernet0", "ethernet3")
    text = edited(text, change=Change(new=(card(OTHER, "g07-inside"),)))
    assert vmx.cards_by_mac(vmx.read(text)) == {MAC: 3, OTHER: 4}
    assert edited(text, change=Change(new=(card(OTHER, "g07-inside"),))) == text
    configured = edited(
        text, change=Change(cards=(card(MAC, "g07-outside", connected=False),), cables={OTHER: False})
    )
    values = vmx.read(configured)
    assert (values["ethernet3.networkName"], values["ethernet3.startConnected"]) == ("g07-outside", "FALSE")
    assert (values["ethernet4.networkName"], values["ethernet4.startConnected"]) == ("g07-inside", "FALSE")
    sidecar = Sidecar(cards={MAC: Card("back", True), "00:50:56:07:01:03": Card("third", True, "e1000")})
    values = vmx.read(moved(configured, sidecar=sidecar))
    assert (values["ethernet3.networkName"], values["ethernet5.virtualDev"]) == ("back", "e1000")


def seen(**more):
    nics = (SeenNic(MAC, "VM Network", True, kind="standard"),)
    return SeenMachine(
        None, "12", "n", "", "", "", "", "[d] f/n.vmx", {APPLIED_KEY: "old"}, Hardware(), (), nics, **more
    )


def test_cards_that_wait_are_shown_while_the_boot_lasts_and_no_longer():
    sidecar = Sidecar({APPLIED_KEY: "new"}, {MAC: Card("g07-inside", True)}, boot_time="monday")
    running = sidecar.shown_in(seen(powered_on=True, boot_time="monday"))
    assert [nic.network for nic in running.nics] == ["g07-inside"]
    assert running.extra == {APPLIED_KEY: "new"}
    for other in (seen(powered_on=True, boot_time="tuesday"), seen(powered_on=False)):
        assert [nic.network for nic in sidecar.shown_in(other).nics] == ["VM Network"]
    assert sidecar.with_extra_config({APPLIED_KEY: ""}).shown_in(seen()).extra == {}


def test_marks_come_back_and_what_somebody_wrote_into_them_does_not():
    sidecar = Sidecar({APPLIED_KEY: "d e"}, {MAC: Card("élève's $(x)", False, "e1000")}, boot_time="monday")
    assert read_sidecar(sidecar.render()) == sidecar
    for text in (
        "",
        "{",
        "[]",
        '{"esxlab": 1, "stamps": 3}',
        sidecar.render()[:-9],
        sidecar.render().replace("false", "0"),
    ):
        assert read_sidecar(text) == Sidecar()
    evil = sidecar.render().replace(APPLIED_KEY, "scsi0:1.fileName").replace("monday", "\\u001b[2J")
    assert read_sidecar(evil) == Sidecar()


def test_the_marks_of_a_whole_host_are_told_by_folder():
    sidecar, nonce = Sidecar({APPLIED_KEY: "d"}), f"esxlab-{'0' * 24}"
    text = "".join(
        f"\n{nonce} mark /vmfs/volumes/data store/{folder}/esxlab-sidecar.json\n{sidecar.render()}"
        for folder in "ab"
    )
    assert sidecars_in(Answer(0, text)) == {("data store", "a"): sidecar, ("data store", "b"): sidecar}
    assert sidecars_in(Answer(0, "")) == {}
