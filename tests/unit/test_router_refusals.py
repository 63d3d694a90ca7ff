"""What forbids a push, and what it warns of; every refusal renders in both languages."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Interface

import pytest

from esxlab import texts
from esxlab.diff.router import diff_router, found_table, record_of
from esxlab.diff.router_refusals import build_warnings, refusals
from esxlab.lab.router import Router, RouterAddress
from esxlab.scenarios.router import build_router_table
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
        ([f"{STATIC} 10.1.1.1 192.16.193.20"], ["router.nat_port_taken"]),
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
    record = record_of(table, found_table(box.running.render(), table), ())
    type_in(box, diff_router(table, found_table(box.running.render(), table)).commands)
    moved = Router(RouterAddress(HOST), build_router_table(exercise_spec(), nat_to=VIP + 1))
    text = box.running.render()
    assert [e.code for e in refusals(moved, text, record)] == []
    assert {e.code for e in refusals(moved, text, None, (record,))} == {"router.nat_port_taken"}


def test_two_groups_may_not_want_two_lines_in_one_slot():
    box = box_of()
    first, second = router_of(spec_of(1)), router_of(spec_of(2, outside_address=IPv4Interface("10.4.4.4/24")))
    record = record_of(first.table, found_table(box.running.render(), first.table), ())
    codes = [e.code for e in refusals(second, box.running.render(), None, (record,))]
    assert codes == ["router.slot_conflict"]


def test_the_routers_own_web_server_is_worth_a_warning_on_port_80_only():
    box = box_of()
    type_in(box, ["ip http server"])
    text = box.running.render()
    assert build_warnings(exercise_table(), text) == ("router.warning.http_server",)
    assert build_warnings(build_router_table(spec_of(), nat_to=VIP), text) == ()
    assert build_warnings(exercise_table(), box_of().running.render()) == ()


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
