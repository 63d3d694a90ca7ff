"""The small pieces of the vSphere backend: faults, paths, the two JSON files, pins, doubt."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyVmomi import vim, vmodl

from esxlab.backends.vsphere.address import told_address
from esxlab.backends.vsphere.faults import (
    UnknownOutcomeError,
    code_of,
    error_from_fault,
    error_from_transport,
    settle,
)
from esxlab.backends.vsphere.found import ssh_port, usable
from esxlab.backends.vsphere.https import Unfit
from esxlab.backends.vsphere.records import owner_file, read_owner_file, read_record_file, record_file
from esxlab.backends.vsphere.soap import checked_properties
from esxlab.backends.vsphere.store import Store, checked, datastore_path, split_path
from esxlab.backends.vsphere.trust import normal_pin
from esxlab.bugs import attempt
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId, Owner
from esxlab.lab.lab import RouterRecord
from esxlab.lab.machine import PortGroup, Server, Site
from esxlab.lab.provenance import Provenance
from esxlab.lab.record import GroupRecord
from esxlab.lab.router import RouterAddress, RouterTable
from esxlab.texts import catalogue

ROOT = Path(__file__).parents[2]
OWNER = Owner(GroupId("sio2", 7), "srvweb1")
FOLDER = "[datastore1] srvweb1"
SITE = Site(Server("vcenter.example", "prof"), "datastore1", "modeleD9", "VM Network", esxi="esxi-a")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (vim.fault.InvalidLogin(), "vsphere.login"),
        (vim.fault.RestrictedVersion(), "vsphere.licence"),
        (vim.fault.LicenseExpired(), "vsphere.licence_expired"),
        (vmodl.fault.NotEnoughLicenses(), "vsphere.licence_expired"),
        (vim.fault.PasswordExpired(), "vsphere.password_expired"),
        (vim.fault.QuestionPending(), "vsphere.question"),
        (vim.fault.MethodDisabled(), "vsphere.method_disabled"),
        (vim.fault.InsufficientFailoverResourcesFault(), "vsphere.no_failover"),
        (vim.fault.VirtualHardwareVersionNotSupported(), "vsphere.hardware_version"),
        (vim.fault.HostConnectFault(), "vsphere.host_down"),
        (vmodl.fault.InvalidArgument(), "vsphere.invalid_argument"),
        (vim.fault.HostConfigFault(), "vsphere.host_config"),
        (vim.fault.PlatformConfigFault(), "vsphere.host_config"),
        (vim.fault.CannotCreateFile(), "vsphere.cannot_create"),
        (vim.fault.FileAlreadyExists(), "vsphere.exists"),
        (vim.fault.DuplicateName(), "vsphere.exists"),
        (vim.fault.InsufficientMemoryResourcesFault(), "vsphere.no_resources"),
        (vim.fault.InsufficientHostCpuCapacityFault(), "vsphere.no_resources"),
        (vmodl.fault.ManagedObjectNotFound(), "vsphere.gone"),
        (vim.fault.InvalidVmConfig(), "vsphere.machine_refused"),
        (vim.fault.MemorySizeNotSupported(), "vsphere.machine_refused"),
        (vim.fault.UnsupportedGuest(), "vsphere.machine_refused"),
        (vim.fault.CannotAccessNetwork(), "vsphere.component_away"),
        (vim.fault.InvalidDiskFormat(), "vsphere.disk_format"),
        (vim.fault.DatastoreNotWritableOnHost(), "vsphere.datastore_refused"),
        (vim.fault.NoCompatibleHost(), "vsphere.no_compatible_host"),
        (vim.fault.VmPowerOnDisabled(), "vsphere.state"),
        (vim.fault.InvalidPowerState(), "vsphere.power_state"),
        (vim.fault.DvsNotAuthorized(), "vsphere.dvs_not_authorized"),
        (vim.fault.FileLocked(), "vsphere.locked"),
        (vmodl.RuntimeFault(), "vsphere.refused"),
    ],
)
def test_a_fault_finds_its_code_by_its_ancestors(fault, code):
    assert code_of(fault) == code


def test_a_question_of_a_machine_is_told_with_its_text():
    error = error_from_fault(vim.fault.QuestionPending(text="Did you move it, or copy it?"), what="srvweb1")
    assert "Did you move it, or copy it?" in str(error)


def test_an_argument_that_a_server_does_not_take_is_named():
    fault = vmodl.fault.InvalidArgument(invalidProperty="configSpec.guestId", msg="was not correct")
    error = error_from_fault(fault, what="srvweb1")
    assert error.facts["key"] == "configSpec.guestId"
    assert "configSpec.guestId" in str(error)


def test_a_server_of_an_older_api_is_called_old():
    fault = vmodl.fault.InvalidRequest(msg='Unsupported version URI "urn:vim25/8.0.2.0"')
    assert error_from_fault(fault, what="vcenter").code == "vsphere.old_api"


def test_a_hosts_own_words_are_kept():
    fault = vim.fault.PlatformConfigFault(msg="An error occurred", text="Out of resources")
    assert "Out of resources" in str(error_from_fault(fault, what="g07-inside"))


def test_a_missing_privilege_is_named_with_its_object():
    fault = vim.fault.NoPermission(
        privilegeId="Datastore.FileManagement", object=vim.Datastore("datastore-12"), msg="Permission denied."
    )
    error = error_from_fault(fault, what="[datastore1] srvweb1")
    assert error.facts["privilege"] == "Datastore.FileManagement"
    assert error.facts["object"] == "datastore-12"
    assert "Permission denied." in str(error)


def test_silence_and_refusal_of_a_connection_differ():
    assert error_from_transport(TimeoutError(), host="h", what="w").code == "vsphere.silent"
    assert error_from_transport(ConnectionRefusedError(), host="h", what="w").code == "vsphere.unreachable"


def test_every_code_of_the_room_has_its_texts():
    codes = set()
    for source in (ROOT / "esxlab" / "backends").glob("*/*.py"):
        if source.parent.name == "vsphere" or source.name.startswith("vsphere"):
            codes |= set(re.findall(r'"(vsphere\.[a-z_]+)"', source.read_text(encoding="utf-8")))
    assert codes
    assert {key for code in codes for key in (f"error.{code}", f"error.{code}.fix")} <= catalogue().keys()


@pytest.mark.parametrize("path", ["", "/x", "a//b", "..", "a/../b", "a/.", "a\\b", "a\nb"])
def test_a_path_that_leaves_its_datastore_is_refused(path):
    with pytest.raises(LabError) as refusal:
        checked(path)
    assert refusal.value.code == "vsphere.bad_path"


def test_a_datastore_path_is_taken_apart_as_it_was_made():
    assert split_path(datastore_path("datastore1 (2)", "a b/c.vmdk")) == ("datastore1 (2)", "a b/c.vmdk")
    assert split_path("[datastore1] modèle [v2]/modèle [v2].vmdk") == (
        "datastore1",
        "modèle [v2]/modèle [v2].vmdk",
    )
    assert split_path("no path") == ("", "")


def test_a_datastore_is_spelled_for_the_server_as_the_server_does():
    store = Store("NAS/50%", None, "Sites%2fNord", None, "NAS%2f50%25")
    assert store.at("a/b.vmdk") == "[NAS%2f50%25] a/b.vmdk"
    assert split_path(store.at("a/b.vmdk")) == ("NAS/50%", "a/b.vmdk")


def test_a_datastore_whose_name_nobody_can_delimit_is_refused():
    with pytest.raises(LabError) as refusal:
        Store("ds [1]", None, "", None).at("a")
    assert refusal.value.code == "vsphere.datastore_name"


@pytest.mark.parametrize("complete", [True, False])
def test_an_owner_file_is_read_back(complete):
    content = owner_file(
        OWNER, folder=FOLDER, complete=complete, now=lambda: datetime(2026, 9, 1, tzinfo=UTC)
    )
    assert read_owner_file(content) == (OWNER, split_path(FOLDER), complete, None)
    assert b"2026-09-01" in content


@given(st.binary(max_size=200))
def test_anything_else_is_no_owner_file(content):
    assert read_owner_file(content) is None
    read = attempt(lambda: read_record_file(content, server=SITE.server))
    edited = isinstance(read, LabError) and read.code == "record.refused"
    assert read is None or (edited and content.startswith(b"{"))  # or somebody has edited one of ours


@given(st.integers(min_value=0, max_value=400))
def test_an_owner_file_that_was_cut_short_is_none(length):
    content = owner_file(OWNER, folder=FOLDER, complete=True)
    if length < len(content.rstrip()):
        assert read_owner_file(content[:length]) is None


def test_a_record_is_read_back_whole():
    line = (("interface FastEthernet0/0", "address"), "ip address 192.16.193.20 255.255.255.0")
    table = RouterTable((line, (("", "ip routing"), "ip routing")))
    record = GroupRecord(
        OWNER.group,
        SITE,
        (PortGroup("g07-inside", 107, "vSwitch0"),),
        RouterAddress("10.0.0.7"),
        RouterRecord(table, RouterTable()),
        (("srvweb1", "g07-srvweb1"), ("ClientA", "g07-ClientA")),
        Provenance("0123456789abcdef", "prof@salle12", "f" * 32, "2026-11-29T08:12:00+00:00"),
    )
    assert read_record_file(record_file(record), server=SITE.server).record == record
    bare = GroupRecord(OWNER.group, SITE)
    assert read_record_file(record_file(bare), server=SITE.server).record == bare


def test_a_record_of_before_folders_and_authors_were_recorded_is_read():
    old = json.loads(record_file(GroupRecord(OWNER.group, SITE)))
    del old["folders"], old["provenance"]
    found = read_record_file(json.dumps(old).encode(), server=SITE.server)
    assert found.record == GroupRecord(OWNER.group, SITE)


def test_a_pin_is_the_same_in_every_notation():
    plain = "0a" * 32
    assert normal_pin(":".join(["0A"] * 32)) == normal_pin(plain) == plain


@pytest.mark.parametrize("address", ["172.16.1.5", "10.0.0.7", "192.16.193.100", "100.64.0.1"])
def test_a_machine_may_have_any_address_of_the_schools(address):
    assert usable(address, loopback=False)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "unset",
        "fe80::1",
        "169.254.3.4",
        "0.0.0.0",
        "224.0.0.251",
        "239.1.2.3",
        "240.0.0.1",
        "255.255.255.255",
        "::ffff:127.0.0.1",
        "127.0.0.1 ",
        "127.1",
        "172.16.1.5/16",
    ],
)
def test_what_is_no_address_of_a_machine_is_never_dialled(address):
    assert not usable(address, loopback=False)
    assert not usable(address, loopback=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.99.0.1"])
def test_the_loopback_is_the_embedded_schools_alone(address):
    assert usable(address, loopback=True)
    assert not usable(address, loopback=False)


MAC, LAB = "00:50:56:00:00:01", "00:50:56:00:00:02"


def tools(*cards, running="guestToolsRunning", state="running", first=""):
    net = [vim.vm.GuestInfo.NicInfo(macAddress=mac, ipAddress=list(addresses)) for mac, *addresses in cards]
    return {"guest.toolsRunningStatus": running, "guest.guestState": state, "guest.net": net,
            "guest.ipAddress": first, "runtime.powerState": "poweredOn"}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "address"),
    [
        (tools((LAB, "192.16.193.100"), (MAC,), first="192.16.193.100"), ""),  # the lab's card came up first
        (tools((LAB, "192.16.193.100"), (MAC.upper(), "172.16.200.1")), "172.16.200.1"),
        (tools((MAC, "fe80::1", "169.254.7.7")), ""),
        (tools((MAC, "fe80::1", "169.254.7.7", "172.16.200.1")), "172.16.200.1"),
        (tools(first="172.16.200.1"), ""),  # of which card?
        (tools((MAC, "172.16.200.1"), running="guestToolsNotRunning"), ""),  # of the boot before
        (tools((MAC, "172.16.200.1"), running="guestToolsExecutingScripts"), ""),
        (tools((MAC, "172.16.200.1"), state="shuttingDown"), ""),
        (tools((MAC, "172.16.200.1"), state="notRunning"), "172.16.200.1"),  # some never tell their state
        (tools((MAC, "127.0.0.1")), ""),  # a student may have Tools say anything
        ({}, ""),
    ],
)
def test_the_address_is_of_this_boot_and_of_the_card_that_is_meant(told, address):
    assert told_address(told, MAC, loopback=False) == address


def test_a_published_ssh_port_counts_on_the_loopback_only():
    published = {"guestinfo.esxlab.ssh_port": "20022"}
    assert ssh_port("127.0.0.1", published) == 20022
    assert ssh_port("172.16.1.5", published) == 22
    assert ssh_port("127.0.0.1", {}) == 22
    assert ssh_port("", published) == 22


class Change:
    """A change that fails with doubt some times before it is done."""

    def __init__(self, *, doubts, untouched, done_anyway):
        self.doubts, self.untouched, self.done = doubts, untouched, done_anyway
        self.asked = 0

    def act(self):
        self.asked += 1
        if self.asked <= self.doubts:
            raise UnknownOutcomeError(detail="reset", untouched=self.untouched, what="x")
        return "done"

    def look(self):
        return "seen" if self.done else None


def test_a_change_in_doubt_that_was_made_is_not_asked_for_again():
    change = Change(doubts=1, untouched=False, done_anyway=True)
    assert settle(change.act, change.look) == "seen"
    assert change.asked == 1


def test_a_change_in_doubt_that_was_not_made_is_told():
    change = Change(doubts=1, untouched=False, done_anyway=False)
    with pytest.raises(UnknownOutcomeError):
        settle(change.act, change.look)
    assert change.asked == 1


def test_a_change_that_the_server_did_not_look_at_is_asked_for_once_more():
    change = Change(doubts=1, untouched=True, done_anyway=False)
    assert settle(change.act, change.look) == "done"
    assert change.asked == 2


def told(ref, **values):
    """What a property collector tells of one object."""
    changes = [
        vmodl.DynamicProperty(name=name.replace("_", "."), val=value) for name, value in values.items()
    ]
    return vmodl.query.PropertyCollector.ObjectContent(obj=ref, propSet=changes)


def test_a_property_is_believed_when_it_is_of_its_own_type():
    task, datastore = vim.Task("task-1"), vim.Datastore("ds-1")
    entity = vim.VirtualDiskManager("virtualDiskManager")  # as vcsim tells it of a copy
    seen = checked_properties(told(task, info_state="running", info_progress=7, info_entity=entity))
    assert seen == {"info.state": "running", "info.progress": 7, "info.entity": entity}
    assert checked_properties(told(datastore, summary_freeSpace=1 << 40))


@pytest.mark.parametrize(
    ("ref", "values"),
    [
        (vim.Task("task-1"), {"info_state": 7}),
        (vim.Task("task-1"), {"info_nothing": 7}),
        (vim.VirtualMachine("vm-1"), {"name": 7}),
        (vim.VirtualMachine("vm-1"), {"config_hardware": "x"}),
        (vim.VirtualMachine("vm-1"), {"guest_net": 7}),
        (vim.VirtualMachine("vm-1"), {"runtime_host": vim.Folder("host-1")}),
        (vim.Datastore("ds-1"), {"browser": vim.Folder("group-1")}),
    ],
)
def test_a_property_of_another_type_is_no_answer(ref, values):
    with pytest.raises(Unfit) as refusal:
        checked_properties(told(ref, **values))
    assert refusal.value.code == "vsphere.not_vsphere"
