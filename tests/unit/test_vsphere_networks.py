"""VLANs of distributed port groups, as the vSphere API reference has them.

VmwareDistributedVirtualSwitchVlanIdSpec: "A value of 0 specifies that you do not want the port associated
with a VLAN. A value from 1 to 4094 specifies a VLAN ID for the port." TrunkVlanSpec has ranges, PvlanSpec
"the VLAN ID" of a private VLAN.
"""

from __future__ import annotations

import pytest

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.reading import vlan_of

DVS = vim.dvs.VmwareDistributedVirtualSwitch


def trunk(*ranges):
    return DVS.TrunkVlanSpec(vlanId=[vim.NumericRange(start=start, end=end) for start, end in ranges])


VLANS = [
    (DVS.VlanIdSpec(vlanId=107), "107"),
    (DVS.VlanIdSpec(vlanId=0), "0"),
    (trunk((0, 4094)), "0-4094"),
    (trunk((10, 10), (20, 29)), "10, 20-29"),
    (DVS.PvlanSpec(pvlanId=20), "20 (private)"),
    (None, ""),
]


@pytest.mark.parametrize(("vlan", "shown"), VLANS)
def test_a_vlan_is_shown_as_an_administrator_knows_it(vlan, shown):
    assert vlan_of(DVS.VmwarePortConfigPolicy(vlan=vlan)) == shown


def test_what_the_account_may_not_read_is_nothing():
    assert vlan_of(None) == ""
