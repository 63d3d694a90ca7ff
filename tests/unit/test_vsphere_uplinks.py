"""vSwitches and the wire: HostVirtualSwitch.pnic names cards, PhysicalNic.linkSpeed tells their links."""

from __future__ import annotations

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from pyVmomi import vim

from esxlab.backends.vsphere.api_connection import ApiConnection
from esxlab.backends.vsphere.uplinks import look_at_uplinks, ranges, trouble_of, vlans_seen
from esxlab.errors import LabError
from tests.unit.test_planning_provision import wanted_lab
from tests.unit.test_vsphere_found import SITE, inventory

NAMED = vim.host.PhysicalNic.NetworkHint.NamedNetwork


def card(key, *, link):
    speed = vim.host.PhysicalNic.LinkSpeedDuplex(speedMb=1000, duplex=True) if link else None
    return vim.host.PhysicalNic(key=key, device=key, linkSpeed=speed)


@pytest.mark.parametrize(
    ("pnic", "cards", "trouble"),
    [
        ([], [card("vmnic0", link=True)], "doctor.no_uplink"),
        (["vmnic0"], [card("vmnic0", link=False)], "doctor.uplink_down"),
        (["vmnic0", "vmnic1"], [card("vmnic0", link=False), card("vmnic1", link=True)], ""),
        (["vmnic0"], [card("vmnic0", link=False), card("vmnic9", link=True)], "doctor.uplink_down"),
        ([], [], ""),
    ],
)
def test_a_vswitch_that_reaches_no_wire_is_told(pnic, cards, trouble):
    assert trouble_of(vim.host.VirtualSwitch(name="vSwitch0", pnic=pnic), cards) == trouble


def connect(**asked):
    session = SimpleNamespace(server=None, **asked)
    return ApiConnection(session, deadline_s=1.0, cancelled=threading.Event())


def test_only_labs_with_a_router_need_the_wire():
    switch = vim.host.VirtualSwitch(name="vSwitch0", pnic=[])
    told = {None: {"networkInfo.vswitch": [switch], "networkInfo.pnic": [card("vmnic0", link=True)]}}
    server = connect(retrieve=lambda *_, **__: told)
    place = inventory().place(SITE)
    lab = wanted_lab()
    (found,) = look_at_uplinks(server, [(lab, place), (lab, place)])
    assert (found.topic, found.verdict, found.error.code) == ("uplink", "warning", "doctor.no_uplink")
    assert found.where == "esxi-a, vSwitch0"
    assert not list(look_at_uplinks(server, [(replace(lab, router=None), place)]))


def subnet(vlan, kind=vim.host.PhysicalNic.NetworkHint.IpNetwork):
    named = {"network": "students"} if kind is vim.host.PhysicalNic.NetworkHint.NamedNetwork else {}
    if not named:
        named = {"ipSubnet": "10.27.49.1-10.27.49.254"}
    return kind(vlanId=vlan, **named)


def hint(*subnets, networks=()):
    return vim.host.PhysicalNic.NetworkHint(device="vmnic0", subnet=list(subnets), network=list(networks))


def doctor(lab, place, hints):
    """What is said of a host whose one uplink has these hints (PhysicalNicHint.vlanId is optional)."""
    switch = vim.host.VirtualSwitch(name="vSwitch0", pnic=["key-vmnic0"])
    linked = vim.host.PhysicalNic(key="key-vmnic0", device="vmnic0")
    linked.linkSpeed = vim.host.PhysicalNic.LinkSpeedDuplex(speedMb=1000, duplex=True)
    told = {"networkInfo.vswitch": [switch], "networkInfo.pnic": [linked]}
    asked = []

    def query(device):
        asked.append(device)
        if isinstance(hints, LabError):
            raise hints
        return hints

    system = SimpleNamespace(QueryNetworkHint=query)
    place = place._replace(host=replace(place.host, network_system=Hashed(system)))
    server = connect(
        retrieve=lambda objects, *_, **__: dict.fromkeys(objects, told), read=lambda call, **_: call()
    )
    found = list(look_at_uplinks(server, [(lab, place)]))
    assert asked in ([], [["vmnic0"]])
    return [(f.error.code, f.error.facts.get("missing"), f.error.facts.get("seen")) for f in found]


class Hashed:
    """A managed object: known by itself."""

    def __init__(self, of):
        self.of = of

    def QueryNetworkHint(self, device):  # noqa: N802 - vSphere's name
        return self.of.QueryNetworkHint(device)


@pytest.mark.parametrize(
    ("hints", "said"),
    [
        ([hint(subnet(107), subnet(207), subnet(10))], []),
        ([hint(subnet(107)), hint(networks=[subnet(207, NAMED)])], []),
        ([hint(subnet(107), subnet(None))], [("doctor.vlan_unseen", "207", "107")]),
        ([hint(subnet(1), subnet(10))], [("doctor.vlan_unseen", "107, 207", "1, 10")]),
        ([hint(subnet(0))], [("doctor.vlans_unknown", "107, 207", None)]),
        ([hint()], [("doctor.vlans_unknown", "107, 207", None)]),
        (None, [("doctor.vlans_unknown", "107, 207", None)]),
        (LabError("vsphere.refused"), [("doctor.vlans_unknown", "107, 207", None)]),
    ],
)
def test_what_the_uplinks_have_seen_of_the_groups_vlans_is_told(hints, said):
    lab = wanted_lab()
    assert {port_group.vlan for port_group in lab.port_groups} == {107, 207}
    assert doctor(lab, inventory().place(SITE), hints) == said


def test_an_untagged_network_and_a_trunk_into_a_machine_need_no_vlan():
    lab = wanted_lab()
    plain = tuple(replace(p, vlan=vlan) for p, vlan in zip(lab.port_groups, (0, 4095), strict=True))
    assert doctor(replace(lab, port_groups=plain), inventory().place(SITE), [hint(subnet(10))]) == []


def test_runs_of_vlans_are_said_as_runs():
    assert ranges({101, 102, 103, 205}) == "101-103, 205"
    assert vlans_seen([]) == frozenset()
