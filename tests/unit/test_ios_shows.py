"""The stand-in's show commands, read back by ntc-templates, which was written from real routers' output."""

from __future__ import annotations

import pytest
from ntc_templates.parse import parse_output

from esxlab.sim.router import show
from tests.router_shapes import box_of, type_in

LINES = [
    "int fa0/0",
    "ip address 192.16.193.20 255.255.255.0",
    "ip nat outside",
    "no shutdown",
    "int fa0/1",
    "no shutdown",
    "int fa0/1.107",
    "encapsulation dot1Q 107",
    "ip address 172.16.193.254 255.255.0.0",
    "ip nat inside",
    "ip nat inside source static tcp 172.16.193.30 80 interface FastEthernet0/0 80",
    "archive",
    "path flash:esxlab",
]


@pytest.fixture
def box():
    router = box_of()
    assert type_in(router, LINES) == []
    return router


def parsed(command, text):
    return parse_output(platform="cisco_ios", command=command, data=text)


def test_interface_brief(box):
    rows = {row["interface"]: row for row in parsed("show ip interface brief", show.ip_interface_brief(box))}
    assert rows["FastEthernet0/0"]["ip_address"] == "192.16.193.20"
    assert (rows["FastEthernet0/1.107"]["status"], rows["FastEthernet0/1.107"]["proto"]) == ("up", "up")
    box.running.interfaces["FastEthernet0/1"].shutdown = True
    rows = {row["interface"]: row for row in parsed("show ip interface brief", show.ip_interface_brief(box))}
    assert rows["FastEthernet0/1.107"]["status"] == "administratively down"


def test_routes(box):
    rows = parsed("show ip route", show.ip_route(box))
    connected = {(r["network"], r["prefix_length"], r["nexthop_if"]) for r in rows if r["protocol"] == "C"}
    assert connected == {
        ("192.16.193.0", "24", "FastEthernet0/0"),
        ("172.16.0.0", "16", "FastEthernet0/1.107"),
    }


def test_translations(box):
    (row,) = parsed("show ip nat translations", show.ip_nat_translations(box))
    assert (row["protocol"], row["inside_global_ip"], row["inside_global_port"]) == (
        "tcp",
        "192.16.193.20",
        "80",
    )
    assert (row["inside_local_ip"], row["inside_local_port"]) == ("172.16.193.30", "80")


def test_version(box):
    (row,) = parsed("show version", show.version(box))
    assert row["serial"] == [box.serial_number]
    assert row["hostname"] == "R7"


def test_archive(box):
    assert parsed("show archive", show.archive(box_of())) == [
        {"state": "not enabled", "next_filename": "", "filenames": [], "current_index": ""}
    ]
    box.arm_revert(5)
    (row,) = parsed("show archive", show.archive(box))
    assert (row["next_filename"], row["current_index"]) == ("flash:esxlab-2", "1")


def test_interfaces(box):
    rows = {row["interface"]: row for row in parsed("show interfaces", show.interfaces(box))}
    assert rows["FastEthernet0/0"]["ip_address"] == "192.16.193.20"
    assert rows["FastEthernet0/1.107"]["vlan_id"] == "107"


def test_the_running_config_says_how_long_it_is(box):
    head, _, body = show.running_config(box).partition(" bytes\n")
    assert int(head.rsplit(" ", 1)[1]) == len(body)
    assert body.rstrip().endswith("\nend")


@pytest.mark.parametrize(
    ("mode", "pattern", "expected"),
    [
        ("include", "^hostname", "hostname R7\n"),
        ("section", "archive", "archive\n path flash:esxlab\n"),
        ("begin", "^end", "end\n"),
    ],
)
def test_filters(box, mode, pattern, expected):
    assert show.section_of(show.running_config(box), mode, pattern) == expected
