"""What forbids a push, and what it warns of; every refusal renders in both languages."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Interface

import pytest

from esxlab import texts
from esxlab.exercises.router import build_router_table
from esxlab.lab.ios import found_table
from esxlab.lab.router import Router, RouterAddress
from esxlab.planning.router_difference import diff_router, merge_record
from esxlab.planning.router_refusals import refusals, web_server_in_the_way
from tests.router_shapes import HOST, VIP, box_of, exercise_spec, exercise_table, spec_of, type_in


def router_of(spec):
    return Router(spec.address, build_router_table(spec, nat_to=VIP))


def codes_after(commands, spec, **context):
    box = box_of()
    type_in(box, commands)
    return [error.code for error in refusals(router_of(spec), box.running.render(), **context)]


FA1 = "interface FastEthernet0/1"
STATIC = "ip nat inside source static"
LO = "interface Loopback0"


@pytest.mark.parametrize(
    ("commands", "codes"),
    [
        ([], []),
        ([FA1, "ip address 172.16.1.1 255.255.255.0"], []),  # its own old address goes away first
        ([LO, "ip address 192.16.193.77 255.255.255.255"], ["router.overlap"]),
        ([LO, "ip vrf forwarding x", "ip address 192.16.193.77 255.255.255.255"], []),
        ([f"{STATIC} tcp 10.1.1.1 80 interface FastEthernet0/0 80"], ["router.nat_port_taken"]),
        ([f"{STATIC} tcp 10.1.1.1 81 192.16.193.20 80 extendable"], ["router.nat_port_taken"]),
        ([f"{STATIC} 10.1.1.1 192.16.193.20"], ["router.nat_address_taken"]),
        ([f"{STATIC} tcp 10.1.1.1 81 192.16.193.20 81"], []),
        ([f"{STATIC} udp 10.1.1.1 80 interface FastEthernet0/0 80"], []),
        ([f"{STATIC} tcp {VIP} 80 interface FastEthernet0/0 80"], []),
        (
            [FA1, "ip address 10.1.1.1 255.0.0.0", "ip address 10.1.1.2 255.0.0.0 secondary"],
            ["router.secondary"],
        ),
    ],
)
def test_what_stands_on_the_router_may_forbid_a_push(commands, codes):
    assert codes_after(commands, exercise_spec()) == codes


def test_an_interface_that_the_router_lacks_is_named():
    spec = replace(exercise_spec(), outside_interface="GigabitEthernet0/3")
    assert codes_after([], spec) == ["router.no_interface"]


def test_two_of_our_own_interfaces_may_not_overlap():
    spec = replace(exercise_spec(), inside_address=IPv4Interface("192.16.193.254/24"))
    assert codes_after([], spec) == ["router.overlap", "router.overlap"]


def test_the_interface_of_our_own_session_is_not_touched():
    spec = replace(exercise_spec(), address=RouterAddress("192.16.193.20"))
    own = ["interface FastEthernet0/0", "ip address 192.16.193.20 255.255.255.0"]
    assert codes_after(own, spec) == ["router.own_session"]
    assert codes_after([*own, "no shutdown", "ip nat outside"], spec) == []


def test_half_a_configuration_forbids_everything():
    errors = refusals(router_of(exercise_spec()), "hostname R1\n")
    assert [(error.code, error.where) for error in errors] == [("router.config_incomplete", HOST)]


def test_our_own_entry_is_no_conflict_and_another_groups_is():
    box = box_of()
    table = exercise_table()
    record = merge_record(None, table, found_table(box.running.render(), table), ())
    type_in(box, diff_router(table, found_table(box.running.render(), table)).commands)
    moved = Router(RouterAddress(HOST), build_router_table(exercise_spec(), nat_to=VIP + 1))
    text = box.running.render()
    assert [e.code for e in refusals(moved, text, record)] == []
    assert {e.code for e in refusals(moved, text, None, (record,))} == {"router.nat_port_taken"}


def test_two_groups_may_not_want_two_lines_in_one_slot():
    box = box_of()
    first, second = router_of(spec_of(1)), router_of(spec_of(2, outside_address=IPv4Interface("10.4.4.4/24")))
    record = merge_record(None, first.table, found_table(box.running.render(), first.table), ())
    codes = [e.code for e in refusals(second, box.running.render(), None, (record,))]
    assert codes == ["router.slot_conflict"]


RUNNING = """version 15.1
hostname R7
interface FastEthernet0/0
{outside}
interface FastEthernet0/1
{inside}
interface Cellular0/1/0
 ip address negotiated
{others}
end
"""


def refused_in(others=(), outside=" no ip address", inside=" no ip address", spec=None):
    text = RUNNING.format(outside=outside, inside=inside, others="\n".join(others))
    return [
        (e.code, e.facts.get("held") or e.facts.get("line"))
        for e in refusals(router_of(spec or exercise_spec()), text)
    ]


@pytest.mark.parametrize(
    "line",
    [
        f"{STATIC} 10.1.1.5 interface FastEthernet0/0",
        f"{STATIC} 10.1.1.5 interface FastEthernet 0/0",
        f"{STATIC} 10.1.1.5 interface FastEthernet0/0 vrf v1",
        f"{STATIC} 10.1.1.5 192.16.193.20 extendable",
        f"{STATIC} 10.1.1.5 192.16.193.20 no-alias no-payload",
        f"{STATIC} 10.1.1.5 192.16.193.20 vrf v1 route-map internet redundancy rg",
        f"{STATIC} network 10.1.1.0 192.16.193.0 /24",
        f"{STATIC} network 10.1.1.0 192.16.193.0 255.255.255.0",
        f"{STATIC} network 10.1.1.16 192.16.193.16 /28 no-alias",
        f"{STATIC} tcp 10.1.1.5 8080 192.16.193.20 80 extendable",
        f"{STATIC} tcp 10.1.1.5 8080 192.16.193.20 80 route-map internet extendable",
        "ip nat source static 10.1.1.5 192.16.193.20",
        "ip nat source static tcp 10.1.1.5 80 interface FastEthernet0/0 80",
        "ip nat source static 10.1.1.5 interface FastEthernet0/0",
        "ip nat source static network 10.1.1.0 192.16.193.0 /24",
        f"{STATIC} tcp 10.1.1.5 80 interface FastEthernet0/0 80 some new words",
        f"{STATIC} anything new of 192.16.193.20",
    ],
)
def test_an_entry_that_takes_our_outside_port_is_named(line):
    """Forms: Cisco, IP Addressing Services command reference; Batfish's test configurations of IOS NAT."""
    code, held = refused_in([line])[0]
    assert held == line
    assert code == ("router.nat_port_taken" if "tcp 10.1.1.5" in line else "router.nat_address_taken")


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        (f"{STATIC} tcp 10.1.1.5 80 192.16.193.20 80", {"outside_port": 8080}),
        (f"{STATIC} 10.1.1.5 interface FastEthernet0/0", {"outside_interface": "Cellular0/1/0"}),
        (f"{STATIC} 10.1.1.5 192.16.193.20", {"outside_address": IPv4Interface("192.16.194.20/24")}),
        (
            f"{STATIC} network 10.1.1.0 192.16.193.0 /24",
            {"outside_address": IPv4Interface("192.16.194.20/24")},
        ),
    ],
)
def test_the_remedy_of_a_taken_port_helps(line, remedy):
    assert refused_in([line]) != []
    assert refused_in([line], spec=replace(exercise_spec(), **remedy)) == []


@pytest.mark.parametrize(
    "line",
    [
        f"{STATIC} 10.1.1.5 interface Cellular0/1/0",
        f"{STATIC} tcp 10.1.1.5 80 interface Cellular0/1/0 80",
        f"{STATIC} tcp 10.1.1.5 80 interface Virtual-PPP1 80",
        f"{STATIC} tcp 10.1.1.5 80 interface Multilink1 80",
        f"{STATIC} tcp 10.1.1.5 80 interface TwoGigabitEthernet0/0/1 80",
        f"{STATIC} tcp 10.1.1.5 80 interface BDI10 80",
        f"{STATIC} tcp 10.1.1.5 80 interface wlan-ap0 80",
        f"{STATIC} tcp 10.1.1.5 80 interface Dot11Radio0 80",
        f"{STATIC} tcp 10.1.1.5 80 interface ucse1/0 80",
        f"{STATIC} tcp 10.1.1.5 80 interface FastEthernet0/0.7 80",
        f"{STATIC} tcp 10.1.1.5 22 interface FastEthernet0/0 2222",
        f"{STATIC} udp 10.1.1.5 80 192.16.193.20 80",
        f"{STATIC} esp 10.1.1.5 interface FastEthernet0/0",
        f"{STATIC} network 10.1.1.0 192.16.194.0 /24",
        f"{STATIC} 172.16.193.30 192.16.193.77",
        "ip nat source static 10.1.1.5 192.16.193.21",
        "ip nat inside source list 1 interface FastEthernet0/0 overload",
        "ip nat inside source route-map internet interface FastEthernet0/0 overload",
        "ip nat inside source list 1 pool pool1 overload",
        "ip nat pool pool1 192.16.193.20 192.16.193.20 netmask 255.255.255.0",
        "ip nat pool real-hosts 192.168.15.2 192.168.15.15 prefix-length 28 type rotary",
        "ip nat inside destination list 2 pool real-hosts",
        "ip nat outside source static 10.9.9.9 192.16.193.77",
        "ip nat outside source list 1 pool pool1",
        "ip nat translation tcp-timeout 300",
        "ip nat service sip udp port 5060",
        "ip nat log translations syslog",
    ],
)
def test_an_entry_that_leaves_our_outside_port_alone_is_none_of_our_business(line):
    assert refused_in([line]) == []


ROTARY = "ip nat inside destination list {} pool real-hosts"


@pytest.mark.parametrize(
    ("entries", "name", "taken"),
    [
        (["access-list 2 permit 192.16.193.20"], "2", True),
        (["access-list 2 permit host 192.16.193.20"], "2", True),
        (["access-list 2 permit 192.16.193.0 0.0.0.255"], "2", True),
        (["access-list 2 permit any"], "2", True),
        (["access-list 102 permit tcp any host 192.16.193.20 eq www"], "102", True),
        (["access-list 102 permit tcp 10.0.0.0 0.255.255.255 192.16.193.0 0.0.0.255"], "102", True),
        (["ip access-list standard WEB", " permit 192.16.193.20"], "WEB", True),
        (["ip access-list standard WEB", " 10 permit 192.16.193.20"], "WEB", True),
        (["ip access-list extended WEB", " permit tcp any host 192.16.193.20 eq www"], "WEB", True),
        (["access-list 2 permit 192.168.15.1"], "2", False),
        (["access-list 2 deny 192.16.193.20", "access-list 2 permit any"], "2", False),
        (["access-list 2 remark 192.16.193.20", "access-list 2 permit 10.1.1.1"], "2", False),
        (["access-list 102 permit tcp host 192.16.193.20 host 10.1.1.1"], "102", False),
        (["access-list 20 permit 192.16.193.20"], "2", False),
        ([], "2", False),
    ],
)
def test_ioss_own_load_balancing_of_our_outside_address_is_named(entries, name, taken):
    """Cisco's example has `access-list 2 permit 192.168.15.1` for the virtual host of a rotary pool.

    Source: IP Addressing Services Command Reference, `ip nat inside destination`.
    """
    line = ROTARY.format(name)
    assert refused_in([*entries, line]) == ([("router.nat_address_taken", line)] if taken else [])


def test_a_router_without_a_prompt_in_configuration_mode_is_told_beforehand():
    line = "no service prompt config"
    assert refused_in([line]) == [("router.no_config_prompt", line)]
    assert refused_in(["banner motd ^C", line, "^C"]) == []
    assert refused_in(["service timestamps log datetime"]) == []


@pytest.mark.parametrize(
    "line",
    [
        "ip vrf forwarding eleves",
        "vrf forwarding eleves",
        "ip nat enable",
        "switchport mode access",
        "switchport",
        "channel-group 1 mode active",
        "bridge-group 1",
        "pppoe enable group global",
        "pppoe-client dial-pool-number 1",
        "xconnect 10.0.0.9 100 encapsulation mpls",
        "service instance 10 ethernet",
    ],
)
def test_an_interface_that_works_for_something_else_is_named(line):
    assert refused_in(inside=f" {line}") == [("router.interface_busy", line)]
    assert refused_in(outside=f" no ip address\n {line}\n duplex auto") == [("router.interface_busy", line)]


def test_what_only_looks_like_other_work_is_none():
    assert refused_in(inside=" no switchport\n description vrf forwarding x\n no bridge-group 1") == []
    assert refused_in(inside=" vrrp 1 address-family ipv4\n  ip nat enable\n  exit-vrrp") == []


def test_a_parent_may_not_be_part_of_a_switch_or_bundle_and_may_have_a_routing_table_of_its_own():
    spec = spec_of(7)
    assert refused_in(inside=" channel-group 1", spec=spec) == [("router.interface_busy", "channel-group 1")]
    assert refused_in(inside=" ip vrf forwarding prof", spec=spec) == []
    held = "encapsulation isl 107"
    sub = ["interface FastEthernet0/1.107", f" {held}"]
    assert refused_in(sub, spec=spec) == [("router.interface_busy", held)]


@pytest.mark.parametrize(
    ("lines", "port", "switch"),
    [
        (["ip http server"], 80, "ip http server"),
        (["ip http server"], 8007, ""),
        (["ip http server", "ip http port 8080"], 80, ""),
        (["ip http server", "ip http port 8080"], 8080, "ip http server"),
        (["no ip http server", "ip http port 8080"], 8080, ""),
        (["ip http secure-server"], 443, "ip http secure-server"),
        (["ip http secure-server", "ip http secure-port 4443"], 443, ""),
        (["ip http server", "ip http secure-server"], 443, "ip http secure-server"),
    ],
)
def test_the_routers_own_web_server_is_worth_a_warning_on_the_labs_port_only(lines, port, switch):
    """`ip http port` is 80 and `ip http secure-port` 443 unless set (Cisco, HTTP Services reference)."""
    table = build_router_table(replace(exercise_spec(), outside_port=port), nat_to=VIP)
    text = RUNNING.format(outside=" no ip address", inside=" no ip address", others="\n".join(lines))
    assert web_server_in_the_way(table, text) == switch


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_refusal_can_be_said(language):
    box = box_of()
    type_in(box, [LO, "ip address 192.16.193.77 255.255.255.255", f"{STATIC} 10.1.1.1 192.16.193.20"])
    texts.set_language(language)
    try:
        said = [str(error) for error in refusals(router_of(exercise_spec()), box.running.render())]
    finally:
        texts.set_language("en")
    assert len(said) == 2
    assert all(HOST in text and "->" in text for text in said)
