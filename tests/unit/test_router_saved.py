"""A router whose lines stand but were never saved: that is a difference too."""

from __future__ import annotations

import pytest

from esxlab.errors import LabError
from esxlab.lab.ios import FOREIGN, SERIAL_NUMBER, SHUTDOWN, found_table, is_saved, parse_running_config
from esxlab.lab.router import Router, RouterAddress, RouterChange, RouterTable
from esxlab.planning.router_difference import or_save

ADDRESS = RouterAddress("10.0.0.1")
LINE_KEY = ("interface FastEthernet0/0", "address")
LINE = "ip address 192.16.193.20 255.255.255.0"
FOUND = RouterTable(((LINE_KEY, LINE), (("interface FastEthernet0/0", FOREIGN), "description x")))
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


BANNERS = """Building configuration...

Current configuration : 1000 bytes
!
hostname R1
banner exec ^C
% Authorised only %
! ^ not a comment
Using this system is logged: %SYS-5-CONFIG_I: as the console says
interface FastEthernet0/0
 ip address 10.9.9.9 255.0.0.0
end
Lab-1#
!^C
banner motd ^Cone line^C
interface FastEthernet0/0
 ip address 192.16.193.20 255.255.255.0
!
end
"""
"""A banner may hold anything, and end on a line that looks like a comment (IOS fundamentals: banners)."""


def test_text_inside_a_banner_is_text():
    config = parse_running_config(BANNERS)
    assert config["interface FastEthernet0/0"] == (LINE,)
    assert found_table(BANNERS, FOUND)[LINE_KEY] == LINE


NASTY = """% Authorised only %
!
!!!! ^ !!!!
Using this system is logged
%SYS-5-CONFIG_I: as the console says
-----------#
Lab-1#
interface FastEthernet0/0
 ip address 10.9.9.9 255.0.0.0
no ip routing
end"""


@pytest.mark.parametrize(
    "opening",
    [
        *(
            f"banner {kind} ^C"
            for kind in ("motd", "exec", "login", "incoming", "prompt-timeout", "slip-ppp")
        ),
        "banner motd ^CC",
        "banner login #",
        "aaa authentication banner ^C",
        "aaa authentication fail-message ^C",
        "menu eleves title ^C",
        "line vty 0 4\n vacant-message ^C",
        "line con 0\n refuse-message ^C",
    ],
)
@pytest.mark.parametrize("behind", ["", "!", "!!! last line "])
def test_what_stands_between_delimiters_is_text(opening, behind):
    """Cisco: Configuration Fundamentals (banner, menu, vacant-message, refuse-message), Security (aaa)."""
    closing = "#" if opening.endswith("#") else "^C"
    body = NASTY.replace("#", "") if closing == "#" else NASTY
    text = f"hostname R1\n{opening}\n{body}\n{behind}{closing}\ninterface FastEthernet0/0\n {LINE}\nend\n"
    assert found_table(text, FOUND)[LINE_KEY] == LINE
    assert parse_running_config(text)["interface FastEthernet0/0"] == (LINE,)
    assert "no ip routing" not in parse_running_config(text)[""]
    with pytest.raises(LabError):
        parse_running_config(text.removesuffix("end\n"))


def test_a_macro_is_text_up_to_its_sign():
    """Cisco, Catalyst command reference, `macro name`."""
    text = f"macro name salle\ninterface FastEthernet0/0\nend\n@\ninterface FastEthernet0/0\n {LINE}\nend\n"
    assert found_table(text, FOUND)[LINE_KEY] == LINE


@pytest.mark.parametrize(
    "nested",
    [
        " vrrp 1 address-family ipv4\n  shutdown\n  address 192.16.193.1 primary\n  exit-vrrp",
        " service instance 1 ethernet\n  encapsulation dot1q 10\n  shutdown",
        " cdp enable\n !\n nested word\n    shutdown",
    ],
)
def test_a_line_of_a_section_in_a_section_is_not_the_interfaces_own(nested):
    """Cisco, First Hop Redundancy Protocols and Carrier Ethernet command references."""
    shut = ("interface FastEthernet0/0", SHUTDOWN)
    text = f"interface FastEthernet0/0\n {LINE}\n{nested}\n!\ninterface FastEthernet0/1\n shutdown\nend\n"
    line_keys = RouterTable(((shut, ""), (LINE_KEY, ""), (("interface FastEthernet0/1", SHUTDOWN), "")))
    assert [line for _, line in found_table(text, line_keys).lines] == ["no shutdown", LINE, "shutdown"]


def test_half_a_configuration_is_told_though_its_banner_says_end():
    with pytest.raises(LabError):
        parse_running_config(BANNERS.removesuffix("end\n"))


@pytest.mark.parametrize(
    ("line", "serial"),
    [
        ("Processor board ID FHK099AAAAA, with hardware revision 0000", "FHK099AAAAA"),  # 1841, 12.4
        ("Processor board ID FTX0945W0MY", "FTX0945W0MY"),  # 2811
        ("Processor board ID 9K7Q8Y4XSV1", "9K7Q8Y4XSV1"),  # CSR1000v
    ],
)
def test_the_serial_number_of_show_version(line, serial):
    assert SERIAL_NUMBER.search(f"Cisco IOS Software\n\n{line}\n2 FastEthernet interfaces\n")[1] == serial
