"""A router whose lines stand but were never saved: that is a difference too."""

from __future__ import annotations

import pytest

from esxlab.diff.router import or_save
from esxlab.lab.ios import FOREIGN, found_table, is_saved
from esxlab.lab.router import Router, RouterAddress, RouterChange, RouterTable

ADDRESS = RouterAddress("10.0.0.1")
SLOT = ("interface FastEthernet0/0", "address")
LINE = "ip address 192.16.193.20 255.255.255.0"
FOUND = RouterTable(((SLOT, LINE), (("interface FastEthernet0/0", FOREIGN), "description x")))
HEAD = "Using 99 out of 245752 bytes\n!\nversion 15.1\nhostname R1\n"
STARTUP = f"{HEAD}interface FastEthernet0/0\n {LINE}\n!\nend\n"


@pytest.mark.parametrize(
    ("startup", "saved"),
    [
        (STARTUP, True),
        (STARTUP.replace(".20 ", ".21 "), False),
        (STARTUP.replace(f" {LINE}\n", " no ip address\n"), False),
        ("startup-config is not present\n", False),
        ("", False),
    ],
)
def test_saved_is_what_the_startup_configuration_says_too(startup, saved):
    assert is_saved(startup, FOUND) == saved


def test_saving_is_a_change_of_its_own_only_where_nothing_else_is_to_be_done():
    kept = found_table(STARTUP, FOUND)
    unsaved = Router(ADDRESS, kept, unsaved=True)
    assert not or_save(RouterChange(), Router(ADDRESS, kept))
    saving = or_save(RouterChange(), unsaved)
    assert (bool(saving), saving.commands, saving.target) == (True, (), kept)
    sending = RouterChange(("ip routing",))
    assert or_save(sending, unsaved) is sending
