"""The laws of the difference, played on the stand-in, which refuses what IOS refuses."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from esxlab.errors import LabError
from esxlab.exercises.router import build_router_table
from esxlab.lab.ios import found_table, parse_running_config
from esxlab.lab.ios_names import interface_name
from esxlab.lab.router import RouterTable
from esxlab.planning.router_difference import diff_release, diff_router, lines_to_read, merge_record
from tests.router_shapes import VIP, box_of, exercise_table, spec_of, type_in

FIRST_STATES = st.lists(
    st.sampled_from(
        [
            ("interface FastEthernet0/0", "ip address 10.9.0.1 255.255.255.0"),
            ("interface FastEthernet0/0", "ip address 192.16.193.20 255.255.255.0", "ip nat outside"),
            ("interface FastEthernet0/0", "ip nat inside"),
            ("interface FastEthernet0/0", "no shutdown"),
            ("interface FastEthernet0/0", "description salle B12"),
            ("interface FastEthernet0/1", "no shutdown", "ip address 172.17.1.1 255.255.0.0"),
            ("interface FastEthernet0/1", "ip address 192.16.193.99 255.255.255.0"),
            ("interface FastEthernet0/1.101", "encapsulation dot1Q 55", "ip address 10.55.0.1 255.255.0.0"),
            ("interface FastEthernet0/1.102", "encapsulation dot1Q 102", "shutdown"),
            ("interface FastEthernet0/1.900", "encapsulation dot1Q 900", "ip address 10.90.0.1 255.255.0.0"),
            ("no ip routing",),
            ("ip nat inside source static tcp 10.9.0.5 22 interface FastEthernet0/0 2222",),
            ("access-list 1 permit any",),
        ]
    ),
    max_size=6,
)


def found_in(box, line_keys):
    return found_table(box.running.render(), line_keys)


def box_in(state):
    box = box_of()
    for commands in state:
        type_in(box, commands)
    return box


def holds_our_networks(box):
    """Some first states are refused before any push: a foreign interface is in a network of ours."""
    return any(text in box.running.render() for text in ("192.16.193.99", "172.17.1.1"))


@settings(max_examples=150, deadline=None)
@given(FIRST_STATES, st.integers(1, 3))
def test_a_push_reaches_what_is_wanted_and_its_undo_gives_back_the_first_state(state, group):
    box = box_in(state)
    assume(not holds_our_networks(box))
    first = box.running.render()
    wanted = build_router_table(spec_of(group), nat_to=VIP)
    change = diff_router(wanted, found_in(box, wanted))
    assert type_in(box, change.commands) == []
    assert not diff_router(wanted, found_in(box, wanted))
    assert all(found_in(box, wanted)[line_key] == line for line_key, line in wanted.lines)
    assert type_in(box, change.undo) == []
    assert box.running.render() == first


@settings(max_examples=150, deadline=None)
@given(FIRST_STATES, st.lists(st.integers(1, 4), min_size=1, max_size=12))
def test_groups_that_share_a_router_give_it_back_in_any_order(state, turns):
    """Each turn a group pushes, or lets go when it has pushed; at the end all let go."""
    box = box_in(state)
    assume(not holds_our_networks(box))
    first = box.running.render()
    records, wanted = {}, {n: build_router_table(spec_of(n), nat_to=VIP) for n in range(1, 5)}

    def turn(group):
        others = [record for number, record in records.items() if number != group]
        if group in records:
            record = records.pop(group)
            change = diff_release(record, found_in(box, record.uses), others)
        else:
            found = found_in(box, wanted[group])
            records[group] = merge_record(None, wanted[group], found, others)
            change = diff_router(wanted[group], found, records[group], others)
        assert type_in(box, change.commands) == []
        for number in records:
            assert not diff_router(wanted[number], found_in(box, wanted[number]))

    for group in turns:
        turn(group)
    for group in list(records):
        turn(group)
    assert box.running.render() == first


def test_switching_to_part_two_removes_exactly_our_entry():
    box = box_of()
    ha, lb = exercise_table(), exercise_table(nat_to=None)
    record = merge_record(None, ha, found_in(box, ha), ())
    type_in(box, diff_router(ha, found_in(box, ha), record).commands)
    merged = merge_record(record, lb, found_in(box, lb), ())
    change = diff_router(lb, found_in(box, lb), merged)
    assert change.commands == (
        "no ip nat inside source static tcp 172.16.193.30 80 interface FastEthernet0/0 80",
    )
    type_in(box, change.commands)
    assert not diff_router(lb, found_in(box, lb), merged)
    back = merge_record(merged, ha, found_in(box, ha), ())
    assert back == record


def test_a_foreign_entry_at_a_line_key_that_is_wanted_empty_stays():
    box = box_of()
    type_in(box, ["ip nat inside source static tcp 10.1.1.1 80 interface FastEthernet0/0 80"])
    lb = exercise_table(nat_to=None)
    change = diff_router(lb, found_in(box, lb), merge_record(None, lb, found_in(box, lb), ()))
    assert not any("ip nat inside source" in line for line in change.commands)


def test_a_port_that_was_given_up_is_released_by_the_next_push():
    box = box_of()
    old = build_router_table(spec_of(outside_port=8001), nat_to=VIP)
    new = build_router_table(spec_of(outside_port=9001), nat_to=VIP)
    record = merge_record(None, old, found_in(box, old), ())
    type_in(box, diff_router(old, found_in(box, old), record).commands)
    merged = merge_record(record, new, found_in(box, lines_to_read(new, record)), ())
    change = diff_router(new, found_in(box, lines_to_read(new, merged)), merged)
    assert change.commands == (
        "no ip nat inside source static tcp 172.16.193.30 80 interface FastEthernet0/0 8001",
        "ip nat inside source static tcp 172.16.193.30 80 interface FastEthernet0/0 9001",
    )


def test_what_somebody_changed_since_is_left_alone():
    box = box_of()
    wanted = build_router_table(spec_of(), nat_to=VIP)
    record = merge_record(None, wanted, found_in(box, wanted), ())
    type_in(box, diff_router(wanted, found_in(box, wanted), record).commands)
    type_in(box, ["interface FastEthernet0/1.101", "ip address 10.77.0.1 255.255.0.0"])
    release = diff_release(record, found_in(box, record.uses), ())
    assert type_in(box, release.commands) == []
    section = parse_running_config(box.running.render())["interface FastEthernet0/1.101"]
    assert section == ("encapsulation dot1Q 101", "ip address 10.77.0.1 255.255.0.0")


def test_a_subinterface_with_a_foreign_line_is_not_deleted():
    box = box_of()
    wanted = build_router_table(spec_of(), nat_to=VIP)
    record = merge_record(None, wanted, found_in(box, wanted), ())
    type_in(box, diff_router(wanted, found_in(box, wanted), record).commands)
    type_in(box, ["interface FastEthernet0/1.101", "description vu par M. Martin"])
    release = diff_release(record, found_in(box, record.uses), ())
    assert type_in(box, release.commands) == []
    section = parse_running_config(box.running.render())["interface FastEthernet0/1.101"]
    assert section == ("description vu par M. Martin", "no ip address")


@given(st.sampled_from([1, 2]), st.booleans())
def test_a_record_does_not_change_when_nothing_does(group, pushed):
    box = box_of()
    wanted = build_router_table(spec_of(group), nat_to=VIP)
    record = merge_record(None, wanted, found_in(box, wanted), ())
    if pushed:
        type_in(box, diff_router(wanted, found_in(box, wanted), record).commands)
    assert merge_record(record, wanted, found_in(box, wanted), ()) == record


def test_an_address_moves_between_interfaces():
    box = box_of()
    type_in(
        box,
        [
            *("interface FastEthernet0/1", "ip address 192.16.193.20 255.255.255.0"),
            *("interface FastEthernet0/0", "ip address 172.16.193.254 255.255.0.0"),
        ],
    )
    wanted = exercise_table()
    assert type_in(box, diff_router(wanted, found_in(box, wanted)).commands) == []
    assert not diff_router(wanted, found_in(box, wanted))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *(
            (typed, "FastEthernet0/0")
            for typed in ("fa0/0", "Fa 0/0", "FastEthernet 0/0", "fastethernet0/0", "f0/0")
        ),
        ("e0/0", "Ethernet0/0"),
        ("t0/0", "TenGigabitEthernet0/0"),
        ("Te0/0/0", "TenGigabitEthernet0/0/0"),
        ("g0/0/1.107", "GigabitEthernet0/0/1.107"),
        ("Tw0/0/1", "TwoGigabitEthernet0/0/1"),
        ("Twe0/0/1", "TwentyFiveGigE0/0/1"),
        ("vl10", "Vlan10"),
        ("bvi1", "BVI1"),
        ("po1.20", "Port-channel1.20"),
    ],
)
def test_interface_names_have_one_form(typed, name):
    """Abbreviations as IOS itself prints them in its shows (Gi, Te, Tw, Twe, Vl, Po), and shorter ones."""
    assert interface_name(typed) == name


@pytest.mark.parametrize("typed", ["", "0/0", "A0", "Nothing0/0", "FastEthernet"])
def test_what_is_no_interface_name_is_refused(typed):
    with pytest.raises(LabError) as caught:
        interface_name(typed)
    assert caught.value.code == "router.bad_interface"
    assert str(caught.value)


def test_half_a_configuration_is_refused():
    text = box_of().running.render()
    with pytest.raises(LabError) as caught:
        parse_running_config(text[: len(text) // 2])
    assert caught.value.code == "router.config_incomplete"


def test_banners_and_console_messages_are_not_configuration():
    config = parse_running_config(
        "Building configuration...\n\nCurrent configuration : 99 bytes\n!\nbanner motd ^C\n"
        "interface FastEthernet9/9\nno ip routing\n^C\ninterface FastEthernet0/0\n"
        "*Mar  1 00:00:01.003: %LINK-3-UPDOWN: Interface FastEthernet0/0, changed state to up\n"
        " ip address 10.0.0.1 255.0.0.0\nend\n"
    )
    assert dict(config.interfaces) == {"FastEthernet0/0": ("ip address 10.0.0.1 255.0.0.0",)}
    assert "no ip routing" not in config[""]


def test_the_static_entry_is_read_with_and_without_the_blank():
    wanted = exercise_table()
    line = "ip nat inside source static tcp 172.16.193.30 80 interface FastEthernet 0/0 80"
    found = found_table(f"{line}\nend\n", wanted)
    assert wanted.lines[-1] in found.lines


def test_a_new_encapsulation_takes_the_address_along():
    box = box_of()
    before = build_router_table(spec_of(inside_vlan=55), nat_to=VIP)
    type_in(box, diff_router(before, found_in(box, before)).commands)
    after = build_router_table(spec_of(inside_vlan=66), nat_to=VIP)
    change = diff_router(after, found_in(box, after))
    assert change.commands == (
        "interface FastEthernet0/1.101",
        " no ip address 172.17.193.254 255.255.0.0",
        "interface FastEthernet0/1.101",
        " encapsulation dot1Q 66",
        " ip address 172.17.193.254 255.255.0.0",
    )
    assert type_in(box, change.commands) == []


def test_an_empty_table_wants_nothing():
    assert not diff_router(RouterTable(), RouterTable())


def test_addresses_are_typed_values():
    table = build_router_table(
        spec_of(inside_address=IPv4Interface("10.0.0.1/30")), nat_to=IPv4Address("10.0.0.2"), nat_port=8080
    )
    assert table.lines[-1][1].startswith("ip nat inside source static tcp 10.0.0.2 8080 interface")
