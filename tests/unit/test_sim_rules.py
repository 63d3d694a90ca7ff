"""Faults to inject: which call triggers them; refusals of real servers; the lock after wrong passwords."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from esxlab.sim.proxy.calls import Call
from esxlab.sim.proxy.refusals import LOCK_AFTER, LOCK_S, LoginLock, refusal
from esxlab.sim.proxy.rules import Rule, Rules, rule_from_json
from esxlab.sim.proxy.soap import Fault

COPY = Call(
    1, 0.0, 1, "CopyVirtualDisk_Task", "VirtualDiskManager:v", (("destName", "[ds] g07-srvweb1/a.vmdk"),)
)
READ = Call(2, 0.0, 1, "RetrievePropertiesEx", "PropertyCollector:p")


def test_the_nth_matching_call_is_struck_and_no_other():
    rules = Rules([Rule("reset", method="CopyVirtualDisk_Task", nth=2)])
    assert [rules.strike(c) is not None for c in (COPY, READ, COPY, COPY)] == [False, False, True, False]


def test_every_matching_call_is_struck_when_nth_is_0():
    rules = Rules([Rule("delay", method="mutating", nth=0)])
    assert [rules.strike(c) is not None for c in (COPY, READ, COPY)] == [True, False, True]


@pytest.mark.parametrize(("part", "struck"), [("g07-", True), ("g08-", False), ("VirtualDiskManager", True)])
def test_a_rule_can_ask_for_a_part_of_target_or_arguments(part, struck):
    assert (Rules([Rule("reset", containing=part)]).strike(COPY) is not None) is struck


def test_all_rules_count_but_the_first_strikes():
    first, second = Rule("reset", nth=1), Rule("hang", nth=2)
    rules = Rules([first, second])
    assert [rules.strike(COPY), rules.strike(COPY)] == [first, second]


def test_a_rule_comes_through_json_with_its_fault():
    rule = rule_from_json(
        {"action": "fault", "method": "PowerOnVM_Task", "fault": "NoDiskSpace", "text": "full"}
    )
    assert rule == Rule("fault", method="PowerOnVM_Task", fault=Fault("NoDiskSpace", "full"))


def test_a_fault_is_well_formed_whatever_its_text_says():
    fault = Fault("NoPermission", "a < b & c", (("object", "VirtualMachine:vm-1"), ("privilegeId", "X.Y")))
    found = ET.fromstring(fault.envelope()).find(".//{urn:vim25}NoPermissionFault")  # noqa: S314 - our own text
    assert found.find("{urn:vim25}object").get("type") == "VirtualMachine"
    assert found.find("{urn:vim25}object").text == "vm-1"


@pytest.mark.parametrize(
    ("kind", "method", "body", "fault"),
    [
        ("esxi", "CloneVM_Task", b"", "NotSupported"),
        ("vcenter", "CloneVM_Task", b"", None),
        (
            "vcenter",
            "CopyVirtualDisk_Task",
            b'<destSpec xsi:type="FileBackedVirtualDiskSpec">',
            "NotImplemented",
        ),
        ("esxi", "CopyVirtualDisk_Task", b'<destSpec xsi:type="FileBackedVirtualDiskSpec">', None),
        ("vcenter", "CopyVirtualDisk_Task", b"<destName>destSpec</destName>", None),
        ("esxi", "PowerOnVM_Task", b"", None),
    ],
)
def test_what_a_real_server_refuses_is_refused(kind, method, body, fault):
    refused = refusal(kind, method, body)
    assert (refused.kind if refused else None) == fault


def test_five_wrong_passwords_lock_an_account_until_the_time_is_over():
    now = [1000.0]
    lock = LoginLock(lambda: now[0])
    for _ in range(LOCK_AFTER):
        assert not lock.locked()
        lock.note(accepted=False)
    assert lock.locked()
    now[0] += LOCK_S - 1
    assert lock.locked()
    now[0] += 1
    assert not lock.locked()


def test_a_right_password_forgives_the_wrong_ones_before_it():
    lock = LoginLock(lambda: 1000.0)
    for accepted in (False, False, False, False, True, False):
        lock.note(accepted=accepted)
    assert not lock.locked()
