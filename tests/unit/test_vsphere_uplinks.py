"""vSwitches and the wire: HostVirtualSwitch.pnic names cards, PhysicalNic.linkSpeed tells their links."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from pyVmomi import vim

from esxlab.backends.vsphere.uplinks import look_at_uplinks, trouble_of
from tests.unit.test_planning_provision import wanted_lab
from tests.unit.test_vsphere_found import SITE, inventory


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


def test_only_labs_with_a_router_need_the_wire():
    switch = vim.host.VirtualSwitch(name="vSwitch0", pnic=[])
    told = {None: {"networkInfo.vswitch": [switch], "networkInfo.pnic": [card("vmnic0", link=True)]}}
    server = SimpleNamespace(session=SimpleNamespace(retrieve=lambda *_, **__: told))
    place = inventory().place(SITE)
    lab = wanted_lab()
    (found,) = look_at_uplinks(server, [(lab, place), (lab, place)])
    assert (found.topic, found.verdict, found.error.code) == ("uplink", "warning", "doctor.no_uplink")
    assert found.where == "esxi-a, vSwitch0"
    assert not list(look_at_uplinks(server, [(replace(lab, router=None), place)]))
