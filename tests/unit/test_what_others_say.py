"""What a datastore, a machine or a guest may say, and what it must not steer: SECURITY.md's table."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esxlab.backends.endpoints import Endpoint, Endpoints
from esxlab.backends.locking import lock_file, read_lock_file
from esxlab.backends.vsphere.found import HOST_KEY_KEY, SSH_PORT_KEY, ssh_port, usable
from esxlab.backends.vsphere.records import read_owner_file, read_record_file, record_file
from esxlab.backends.vsphere.store import checked, is_plain
from esxlab.bugs import attempt
from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.perform import exit_code_of_plan
from esxlab.errors import LabError
from esxlab.lab.commands import teardown_command
from esxlab.lab.identity import GroupId, Owner, owner_from_marks
from esxlab.lab.ios_statics import STATIC
from esxlab.lab.lab import RouterRecord
from esxlab.lab.lock import LockHolder
from esxlab.lab.machine import Server, Site
from esxlab.lab.ownership import GroupFolderOwner
from esxlab.lab.record import GroupRecord
from esxlab.lab.router import RouterAddress, RouterTable
from esxlab.lab.router_lines import may_stand
from esxlab.lab.router_logins import RouterLogins, read_router, write_router
from esxlab.planning.plan import GroupPlan, Plan
from esxlab.show.glyphs import ASCII
from esxlab.show.plan import render_plan
from esxlab.sim.access import SchoolEndpoints

HERE = Server("vcenter.lycee.example", "prof")
SITE = Site(HERE, "datastore1", "modeleD9", "VM Network")
GROUP = GroupId("sio2", 7)
FAST = "interface FastEthernet0/0"
SUB = "interface FastEthernet0/1.107"
PORT = f"{STATIC} tcp interface FastEthernet0/0 80"
NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)


def record_content():
    """A record with everything in it, as a dict to be forged."""
    table = RouterTable((((FAST, "address"), "ip address 192.16.193.20 255.255.255.0"),))
    record = GroupRecord(GROUP, SITE, (), RouterAddress("10.0.0.7"), RouterRecord(table, table))
    return json.loads(record_file(record, identity="ab" * 16))


def read(content):
    return read_record_file(json.dumps(content).encode(), server=HERE, file="[ds] folder/record.json")


# A record


def test_a_record_leads_to_no_other_server_account_or_certificate():
    content = record_content()
    content["site"]["server"] = {"host": "evil.example", "user": "boss", "port": 1, "thumbprint": "00" * 32}
    found = read(content)
    assert found.record.site.server == HERE
    assert found.said == GroupFolderOwner(GROUP, SITE.datastore, "", "evil.example", 1, "ab" * 16)
    assert "boss" not in repr(found)


FORGED = {
    "a class with a path in it": lambda c: c["group"].update(class_name="../x"),
    "a group number that is text": lambda c: c["group"].update(number="7"),
    "a group number that is a bool": lambda c: c["group"].update(number=True),
    "a group number without end": lambda c: c["group"].update(number=10**17),
    "a datastore with an escape sequence": lambda c: c["site"].update(datastore="ds\x1b[2J"),
    "a host name that turns the line": lambda c: c["site"].update(esxi="esxi\u202e1"),
    "a server's name with a command in it": lambda c: c["site"]["server"].update(host="x; reboot"),
    "a server's name that is an option": lambda c: c["site"]["server"].update(host="--yes"),
    "a method that there is not": lambda c: c["site"].update(method="move"),
    "a folder that leads out": lambda c: c.update(folders={"srvweb1": "../iso"}),
    "a folder below another": lambda c: c.update(folders={"srvweb1": "iso/srvweb1"}),
    "a folder that is the root": lambda c: c.update(folders={"srvweb1": ""}),
    "a VLAN of 5000": lambda c: c.update(port_groups=[{"name": "x", "vlan": 5000, "vswitch": "v"}]),
    "port groups that are a text": lambda c: c.update(port_groups="VM Network"),
    "a router's user with a blank": lambda c: c["router_address"].update(user="admin enable"),
    "a device type that is a driver": lambda c: c["router_address"].update(device_type="generic_termserver"),
    "a serial line that leads elsewhere": lambda c: c["router_address"].update(host="/etc/passwd"),
    "a line for the configuration": lambda c: c["router"]["before"].update(
        lines=[[["", "username boss"], "username boss privilege 15 secret x"]]
    ),
    "two lines in one": lambda c: c["router"]["before"].update(
        lines=[[[FAST, "address"], "ip address 10.0.0.1 255.0.0.0\nusername boss"]]
    ),
    "an interface that goes": lambda c: c["router"]["uses"].update(
        lines=[[["interface Tunnel0", "interface"], "interface Tunnel0"]]
    ),
    "lines that are a dict": lambda c: c["router"]["uses"].update(lines={}),
    "a format that is text": lambda c: c.update(esxlab="1"),
    "no site": lambda c: c.pop("site"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_record_that_nobody_wrote_is_refused_with_a_word(name):
    content = record_content()
    assert read(content) is not None
    FORGED[name](content)
    with pytest.raises(LabError) as caught:
        read(content)
    assert caught.value.code == "record.refused"
    assert "[ds] folder/record.json" in str(caught.value)
    assert str(caught.value).isascii()


def test_a_newer_record_is_named_as_one():
    with pytest.raises(LabError) as caught:
        read({"esxlab": 2})
    assert caught.value.code == "record.newer"
    assert "made by a newer esxlab" in str(caught.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["esxlab", "group", "site", "server", "router"]), inner)
        ),
    )
)
def test_whatever_json_a_record_is_it_is_none_or_refused(value):
    found = attempt(lambda: read(value))
    assert found is None or found.code in {"record.refused", "record.newer"}


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"esxlab":' + b"9" * 10_000 + b"}", b" " * 2_000_000])
def test_deep_long_and_large_files_are_none(content):
    found = attempt(lambda: read_record_file(content, server=HERE))
    assert found is None or found.code == "record.refused"
    assert read_owner_file(content) is None
    assert read_lock_file(content) is None


# The lines of a router

GOOD = [
    ((FAST, "address"), "ip address 192.16.193.20 255.255.255.0"),
    ((FAST, "address"), "ip address dhcp"),
    ((FAST, "nat"), "ip nat outside"),
    ((FAST, "shutdown"), "no shutdown"),
    ((FAST, "shutdown"), "shutdown"),
    ((SUB, "interface"), SUB),
    ((SUB, "encapsulation"), "encapsulation dot1Q 107"),
    (("", "ip routing"), "no ip routing"),
    (("", PORT), ""),
    (("", PORT), f"{STATIC} tcp 172.16.193.10 80 interface FastEthernet0/0 80 extendable"),
]
BAD = [
    ((FAST, "address"), "ip address 10.0.0.1 255.0.0.0\rend"),
    ((FAST, "address"), "ip address 10.0.0.1 255.0.0.0 ?"),
    ((FAST, "address"), "ip address 10.0.0.1 255.0.0.0\x16"),
    ((FAST, "address"), "ip address " + "1" * 300),
    ((FAST, "address"), "no ip address"),
    ((FAST, "nat"), "ip access-group 1 in"),
    ((FAST, "interface"), FAST),
    ((FAST, "foreign"), ""),
    ((FAST, "description"), "description x"),
    (("line vty 0 4", "nat"), "ip nat inside"),
    ((f"{FAST}\nline vty 0 4", "nat"), "ip nat inside"),
    (("", "ip routing"), "ip routing x"),
    (("", "enable secret"), "enable secret x"),
    (("", f"{STATIC} tcp"), ""),
    (("", PORT), f"{STATIC} tcp 172.16.193.10 80 interface FastEthernet0/1 80"),
]


@pytest.mark.parametrize(("line_key", "line"), GOOD)
def test_lines_that_a_push_makes_may_be_put_back(line_key, line):
    assert may_stand(line_key, line)


@pytest.mark.parametrize(("line_key", "line"), BAD)
def test_no_other_line_may(line_key, line):
    assert not may_stand(line_key, line)


# Routers that a record names


def test_only_a_confirmed_router_is_logged_in_to_and_as_it_was_confirmed():
    mine = RouterAddress("10.0.0.7", "cisco_ios", 22, "prof", "FTX1")
    logins = RouterLogins().with_more([mine])
    said = RouterAddress("10.0.0.7", "cisco_ios_telnet", 2323, "colleague", "FTX2")
    assert logins.of(said) == mine
    assert logins.of(RouterAddress("10.0.0.8")) is None
    assert logins.of(RouterAddress("10.0.0.7.evil.example")) is None
    school = RouterLogins(listed=frozenset({"router1.school.example"}))
    assert school.of(RouterAddress("router1.school.example")) == RouterAddress("router1.school.example")
    assert school.of(said) is None


@pytest.mark.parametrize(
    "address",
    [
        RouterAddress("10.0.0.7"),
        RouterAddress("router.lycee.example", port=2222, user="prof", serial_number="FTX1"),
        RouterAddress("10.0.0.7", "cisco_ios_telnet", 23),
        RouterAddress("fd00::30"),
        RouterAddress("fe80::1%eth0", port=2222, user="prof", serial_number="FTX1"),
        RouterAddress("/dev/ttyUSB0", "cisco_ios_serial", serial_number="FTX1"),
    ],
)
def test_a_routers_address_is_written_as_it_is_read(address):
    assert read_router(write_router(address)) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10.0.0.7",
        "http://10.0.0.7",
        "ssh://",
        "ssh:///dev/ttyUSB0",
        "ssh://h:99999",
        "ssh://-h",
        "ssh://fd00::30",
        "ssh://[fd00:::30]",
        "ssh://[10.0.0.7]",
        "ssh://h x",
    ],
)
def test_what_is_no_address_of_a_router_is_refused(text):
    with pytest.raises(LabError) as caught:
        read_router(text)
    assert caught.value.code == "usage.router"


def test_a_command_to_type_is_quoted():
    command = teardown_command(GROUP, Server("::1", "LYCEE\\prof x", 8443))
    assert command == ("esxlab teardown --class=sio2 --group=7 '--server=[::1]:8443' '--user=LYCEE\\prof x'")


# Locks


def holder(**changes):
    words = {"token": "ab" * 16, "who": "prof@salle12", "computer_id": "cd" * 16} | changes
    return LockHolder(**words, since=NOW, refreshed=NOW, expires=NOW + timedelta(minutes=2))


def test_a_lock_is_read_back():
    assert read_lock_file(lock_file(holder())) == holder()


@pytest.mark.parametrize(
    "changes",
    [
        {"token": "../../other"},
        {"token": "a/b"},
        {"token": ""},
        {"token": "x" * 65},
        {"who": "prof\x1b[2J"},
        {"who": "prof\nEverything is fine"},
        {"who": "x" * 201},
        {"computer_id": "\x07"},
    ],
)
def test_a_lock_whose_words_are_none_is_an_unsigned_one(changes):
    assert read_lock_file(lock_file(holder(**changes))) is None


# Marks, owner files, folders


@pytest.mark.parametrize(
    "mark",
    [
        ("sio2", "7" * 5000, "srvweb1"),
        ("sio2", "\u0667", "srvweb1"),
        ("sio2", "7", "../srvweb1"),
        ("sio2", "7", "srvweb1\x1b[2J"),
        ("si\u202eo2", "7", "srvweb1"),
    ],
)
def test_marks_that_no_spec_can_make_are_nobodys(mark):
    keys = ("esxlab.class", "esxlab.group", "esxlab.machine")
    assert owner_from_marks(dict(zip(keys, mark, strict=True))) is None
    content = {
        "esxlab": 1,
        "class": mark[0],
        "group": mark[1],
        "machine": mark[2],
        "folder": "f",
        "disk": "complete",
    }
    assert read_owner_file(json.dumps(content).encode()) is None


def test_a_guests_own_variables_are_no_marks():
    """A guest's root may write guestinfo.* and nothing else of its machine's extraConfig."""
    said = {f"guestinfo.{key}": "x" for key in (*Owner(GROUP, "srvweb1").marks(), HOST_KEY_KEY)}
    assert owner_from_marks(said) is None
    assert not HOST_KEY_KEY.startswith("guestinfo.")


@pytest.mark.parametrize("path", ["a/../b", "a\\b", "a\x00", "", "a//b", "."])
def test_a_folder_of_somebodys_that_is_no_plain_path_is_none_of_ours(path):
    assert not is_plain(path)
    with pytest.raises(LabError):
        checked(path)


def test_a_closed_datastore_is_one_line_and_nothing_found_beside_it_is_no_success():
    closed = LabError("vsphere.host_down", where="[colleagues]", what="[colleagues]")
    plan = Plan("teardown", "sio2", (), unread=(closed,))
    (line,) = [line for line in render_plan(plan, ASCII).splitlines() if "[colleagues]" in line]
    assert "not looked at" in line
    assert exit_code_of_plan(plan) == ExitCode.ENVIRONMENT
    there = Plan("teardown", "sio2", (GroupPlan(GROUP),), unread=(closed,))
    assert exit_code_of_plan(there) == ExitCode.DONE


# What guests report of themselves

NOWHERE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "224.0.0.1",
    "239.255.255.250",
    "255.255.255.255",
    "240.0.0.1",
]


@pytest.mark.parametrize("address", NOWHERE)
def test_no_guest_sends_us_to_this_computer_or_to_nobody(address):
    for endpoints in (Endpoints(), SchoolEndpoints(guests_on_loopback=False)):
        with pytest.raises(LabError) as caught:
            endpoints.guest(address, 22)
        assert caught.value.code == "guest.no_place"
    assert Endpoints().guest("172.16.5.4", 22) == Endpoint("172.16.5.4", 22)


def test_addresses_of_nobody_are_passed_over():
    assert not any(usable(address, loopback=False) for address in NOWHERE)
    assert usable("172.16.5.4", loopback=False)


@pytest.mark.parametrize("port", ["2222", "22\n", "\u00b2", "9" * 5000, "-1", "0", "222222", ""])
def test_a_published_port_counts_only_on_the_loopback(port):
    said = {SSH_PORT_KEY: port}
    assert ssh_port("172.16.5.4", said) == 22
    assert ssh_port("127.0.0.1", said) == (2222 if port == "2222" else 22)
