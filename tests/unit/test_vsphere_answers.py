"""Answers are taken apart as pyVmomi's own deserializer does it, and within limits."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyVmomi import vim, vmodl
from pyVmomi.SoapAdapter import SerializeToStr, SoapResponseDeserializer
from pyVmomi.VmomiSupport import (
    F_OPTIONAL,
    DataObject,
    Enum,
    GetCompatibleType,
    ManagedMethod,
    ManagedObject,
    PropertyPath,
    binary,
)

from esxlab.backends.vsphere.answers import Answers
from esxlab.backends.vsphere.https import Unfit
from esxlab.backends.vsphere.kinds import API_VERSION
from esxlab.backends.vsphere.limits import LIMITS
from tests.hostile.vcenters import ENVELOPE, fault

DEVICE = vim.vm.device
TOLD = [
    vim.vm.ConfigInfo,
    vim.vm.GuestInfo,
    vim.vm.SnapshotInfo,
    vim.TaskInfo,
    vim.host.NetworkInfo,
    vim.Datastore.Summary,
    vim.LicenseManager.LicenseInfo,
    vim.host.DatastoreBrowser.SearchResults,
    vmodl.query.PropertyCollector.RetrieveResult,
    vmodl.query.PropertyCollector.UpdateSet,
]
NARROWER = {
    DEVICE.VirtualDevice: [DEVICE.VirtualDisk, DEVICE.VirtualVmxnet3, DEVICE.ParaVirtualSCSIController],
    DEVICE.VirtualDevice.BackingInfo: [
        DEVICE.VirtualDisk.FlatVer2BackingInfo,
        DEVICE.VirtualEthernetCard.DistributedVirtualPortBackingInfo,
    ],
    vmodl.MethodFault: [vim.fault.InvalidPowerState, vim.fault.NoPermission, vmodl.fault.InvalidArgument],
    object: [str, bool, int, datetime, vim.vm.device.VirtualDisk.Array, vim.Task, vim.vm.GuestInfo],
}
TEXT = "aé<&>'\"]]> \u2028\U0001f600"


class Stub:
    """As much of a stub as the deserializers ask for."""

    version = API_VERSION

    def SupportServerGUIDs(self):  # noqa: N802 - pyVmomi's name
        return False


def made(kind, dice, depth=0):  # noqa: PLR0911 - a table
    """A value of this type, as a server might tell it."""
    kind = dice.choice(NARROWER.get(kind, [kind]))
    if issubclass(kind, list):
        return kind([made(kind.Item, dice, depth + 1) for _ in range(dice.randint(1, 2))])
    if issubclass(kind, ManagedObject):
        return (vim.VirtualMachine if kind is ManagedObject else kind)(f"{dice.randint(1, 99)}")
    if issubclass(kind, Enum):
        return dice.choice(kind.values)
    if kind is datetime:
        return datetime(2026, dice.randint(1, 12), 28, 23, 59, 1, dice.randint(0, 999999), tzinfo=UTC)
    if issubclass(kind, DataObject):
        return made_object(kind, dice, depth)
    if kind is bool:
        return dice.random() < 0.5
    if kind is binary:
        return binary(bytes(dice.choices(range(256), k=5)))
    if issubclass(kind, (int, float)):
        return kind(dice.randint(-100, 100))
    return kind("".join(dice.choices(TEXT, k=4)))


def made_object(kind, dice, depth):
    found = kind()
    for info in kind._GetPropertyList():
        needed = not info.flags & F_OPTIONAL
        if info.type in {type, ManagedMethod, PropertyPath} or info.name.startswith("dynamic"):
            continue
        if not needed and dice.random() < depth / 5:
            continue
        if GetCompatibleType(kind, API_VERSION) is kind:
            setattr(found, info.name, made(info.type, dice, depth + 1))
    return found


def answer(told):
    return ENVELOPE % (b'<AskResponse xmlns="urn:vim25">%s</AskResponse>' % told)


def answer_with(value):
    told = SerializeToStr(value, version=API_VERSION)
    return answer(told if isinstance(told, bytes) else told.encode())


def taken(told, kind, limits=LIMITS):
    return Answers(Stub(), limits).take(answer(told), kind)


def as_told(value):
    """All that there is in a value, with its types."""
    if isinstance(value, ManagedObject):
        return type(value), value._GetMoId(), value._GetStub(), value._GetServerGuid()
    if isinstance(value, list):
        return type(value), [as_told(item) for item in value]
    if isinstance(value, DataObject):
        return type(value), {name: as_told(one) for name, one in vars(value).items()}
    return type(value), value


def both(body, kind):
    stub = Stub()
    theirs = SoapResponseDeserializer(stub).Deserialize(body, kind)
    return as_told(Answers(stub, LIMITS).take(body, kind)), as_told(theirs)


@given(kind=st.sampled_from(TOLD), seed=st.integers(0, 1 << 32))
def test_what_is_read_is_what_pyvmomi_reads(kind, seed):
    ours, theirs = both(answer_with(made(kind, random.Random(seed))), kind)
    assert ours == theirs


@pytest.mark.parametrize(
    "value",
    [
        vim.TaskInfo(
            key="task-1",
            task=vim.Task("task-1"),
            descriptionId="x",
            state="error",
            cancelled=False,
            cancelable=False,
            queueTime=datetime(2026, 1, 1, tzinfo=UTC),
            eventChainId=1,
            reason=vim.TaskReasonSystem(),
            error=vim.fault.FileAlreadyExists(
                file="[d] x", msg="There.", faultCause=vmodl.RuntimeFault(msg="y")
            ),
        ),
        vmodl.fault.InvalidArgument(invalidProperty="config.x", msg="No."),
        vim.VirtualMachine.Array([vim.VirtualMachine("vm-1"), vim.VirtualMachine("vm-2")]),
        vim.VirtualMachine.Array(),
        "text",
        True,
    ],
)
def test_results_of_each_kind(value):
    ours, theirs = both(answer_with(value), type(value))
    assert ours == theirs


def test_names_of_types_and_methods_and_of_servers_are_kept():
    told = b"<returnval><name>CopyVirtualDisk_Task</name></returnval>"
    found = Answers(Stub(), LIMITS).take(
        ENVELOPE % (b'<AskResponse xmlns="urn:vim25">%s</AskResponse>' % told), vim.TaskInfo
    )
    assert found.name.info.wsdlName == "CopyVirtualDisk_Task"
    linked = answer(b'<returnval type="Task" serverGuid="39a4-cd">task-1</returnval>')
    ours, theirs = both(linked, vim.Task)
    assert ours == theirs
    spec = vmodl.query.PropertyCollector.PropertySpec(type=vim.VirtualMachine, pathSet=["name"])
    ours, theirs = both(answer_with(spec), type(spec))
    assert ours == theirs


@pytest.mark.parametrize(
    "body",
    [
        fault("InvalidLogin", "No &amp; no."),
        fault("NotAuthenticated"),
        ENVELOPE % b"<soapenv:Fault><faultstring>Only words.</faultstring></soapenv:Fault>",
        ENVELOPE
        % b'<soapenv:Fault><faultstring>x</faultstring><detail><InvalidPowerStateFault xmlns="urn:vim25">'
        b"<existingState>poweredOn</existingState></InvalidPowerStateFault></detail></soapenv:Fault>",
    ],
)
def test_a_fault_is_the_one_that_pyvmomi_reads(body):
    ours, theirs = both(body, type(None))
    assert ours == theirs


HOSTILE = {
    "no property of a task": "<returnval><nothing>1</nothing></returnval>",
    "a number that is none": "<returnval><eventChainId>x</eventChainId></returnval>",
    "a state that is none": "<returnval><state>upper</state></returnval>",
    "a method of str as a state": "<returnval><state>lower</state></returnval>",
    "an object for a text": '<returnval><key xsi:type="TaskInfo"/></returnval>',
    "a text for a reference": '<returnval><task xsi:type="xsd:string">task-1</task></returnval>',
    "a reference to no object": '<returnval><task type="TaskInfo">task-1</task></returnval>',
    "an array of other things": '<returnval><locked xsi:type="ArrayOfString"/></returnval>',
    "elements in a text": "<returnval><key>a<b/>c</key></returnval>",
    "a type of nobody": '<returnval><result xsi:type="Golem"/></returnval>',
    "a value of any type": "<returnval><result>7</result></returnval>",
    "two results": "<returnval/><returnval/>",
}


@pytest.mark.parametrize("told", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_not_as_the_api_has_it_is_not_read(told):
    with pytest.raises((TypeError, ValueError, KeyError, AttributeError)):
        taken(told.encode(), vim.TaskInfo)


def test_objects_are_counted_by_all_their_attributes():
    few = replace(LIMITS, attributes=10 * len(vars(vim.vm.ConfigInfo())))
    value = b'<returnval><result xsi:type="ArrayOfVirtualMachineConfigInfo">%s</result></returnval>'
    with pytest.raises(Unfit) as refusal:
        taken(value % (b"<VirtualMachineConfigInfo/>" * 11), vim.TaskInfo, few)
    assert refusal.value.code == "vsphere.too_deep"
