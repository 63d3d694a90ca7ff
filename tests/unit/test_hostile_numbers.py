"""Numbers, times and addresses as guests, routers and strangers write them: none of them is a bug."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv4Address
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from esxlab.backends.credentials import from_command
from esxlab.backends.esxi.vmx import cards_by_mac
from esxlab.backends.protocols import CommandResult
from esxlab.backends.vsphere.found import ssh_port, usable
from esxlab.drills.drill_run import DrillRun
from esxlab.drills.probe import parse_batch
from esxlab.engine.examine import _router_clock
from esxlab.errors import LabError
from esxlab.exercises.lb.drills import connections
from esxlab.foreign import whole
from esxlab.lab.addresses import is_loopback
from esxlab.lab.identity import GroupId, Owner, owner_from_marks
from esxlab.lab.ios_lists import _covers
from esxlab.lab.ios_statics import parse_static
from esxlab.lab.lock import group_in
from esxlab.lab.password import MODEL_PASSWORD, PasswordState, read_password_state
from esxlab.sim.access import SchoolEndpoints

ODD = [
    "",
    "-1",
    "²",
    "٣",
    "0x10",
    "1e3",
    "1_0",
    " 7",
    "7\n",
    "9" * 20,
    "9" * 5000,
    "nan",
    "inf",
    "\ud800",
    "\x00",
    "99999",
]
TOLD = (
    st.sampled_from(ODD) | st.text(st.characters(exclude_categories=()), max_size=12) | st.integers().map(str)
)


@given(TOLD)
@example("9" * 5000)
@settings(max_examples=300)
def test_a_number_is_one_or_is_not(told):
    found = whole(told, most=65535, otherwise=-1)
    assert -1 <= found <= 65535
    assert found == -1 or int(told) == found


@given(TOLD, TOLD)
@settings(max_examples=300)
def test_marks_and_addresses_that_a_guest_made_up(number, address):
    marks = {"esxlab.class": "sio2", "esxlab.group": number, "esxlab.machine": "srvweb1"}
    owner = owner_from_marks(marks)
    assert owner is None or (isinstance(owner, Owner) and 1 <= owner.group.number <= 999)
    is_loopback(address)
    usable(address, loopback=False)
    for where in (address, "127.0.0.1"):
        assert 1 <= ssh_port(where, {"guestinfo.esxlab.ssh_port": number}) <= 65535
    assert isinstance(
        read_password_state(f"{number}@00000000", GroupId("sio2", 7)), PasswordState | type(MODEL_PASSWORD)
    )
    group_in(f"esxlab-sio2-g{number}.lock")


def test_an_address_that_is_none_is_not_dialled_in_the_school():
    for address in ODD:
        with pytest.raises(LabError) as caught:
            SchoolEndpoints().guest(address, 22)
        assert caught.value.code == "school.not_loopback"


@given(TOLD, TOLD)
@settings(max_examples=300)
def test_what_a_router_shows(port, clock):
    line = f"ip nat inside source static tcp 172.16.0.1 80 192.16.193.1 {port} extendable"
    found = parse_static(line)
    assert found is None or 0 <= found.port <= 99999
    assert found is not None or not (port.isascii() and port.isdigit() and len(port) <= 5)
    parse_static(line.replace(" 80 ", f" {port} "))
    assert _router_clock("r", f"{clock}:00:00.123 UTC Mon Mar 1 1993").topic == "clock"
    assert _router_clock("r", f"10:02:03.123 UTC Mon Mar {clock} 1993").topic == "clock"


@pytest.mark.parametrize(
    "clock",
    ["*99:61:00.1 UTC Mon Mar 1 1993", "10:02:03.1 UTC Mon Foo 99 0000", "0:00:00.1 UTC Mon Feb 30 2026"],
)
def test_a_time_that_no_clock_shows_is_unread(clock):
    assert _router_clock("r", clock).error.code == "doctor.router_clock_unread"


@given(TOLD, TOLD)
@settings(max_examples=200)
def test_what_a_client_measures(time, count):
    end = "\n=== exit status 0\n"
    told = f"=== request at {time}\npage{end}=== request at 1.5\nIt works! SRV1\n{end}"
    for sample in parse_batch(told, requests=2).samples:
        timedelta(seconds=sample.at)
    server = SimpleNamespace(hostname="SRV1", address="172.16.193.10")
    table = f"  -> 172.16.193.10:80 {count} 5 5 5 5\n"
    assert all(0 <= number <= 10**12 for _, number in connections(table, [server]))


@pytest.mark.parametrize("told", ["", "nan", "inf", "soon", "9" * 400 + ".0", "1.5; reboot", "²"])
def test_a_client_without_a_clock_is_an_error_of_its_machine(told):
    setup = SimpleNamespace(client="ClientA", run=lambda *_: CommandResult(0, f"{told}\n", ""))
    with pytest.raises(LabError) as caught:
        DrillRun(setup, None, None).now()
    assert (caught.value.code, caught.value.where) == ("guest.answer_cut", "ClientA")


@pytest.mark.parametrize("line", ["   ", "\t"])
def test_a_password_command_of_blanks_is_none(monkeypatch, line):
    monkeypatch.setenv("ODD_COMMAND", line)
    assert from_command("ODD_COMMAND") == ""


@pytest.mark.parametrize("password", ["a\x85b", "a\x0bb", "a\u2028b", "a\x1cb", "a b"])
def test_a_password_ends_at_its_line_end_only(monkeypatch, password):
    """str.splitlines knows ten line ends; printf and password managers write one of two."""
    monkeypatch.setenv("SAID", f"{password}\r\nsecond\n")
    monkeypatch.setenv("ODD_COMMAND", "printenv SAID")
    assert from_command("ODD_COMMAND") == password


@pytest.mark.parametrize(
    ("command", "status"),
    [("yes", "> 64 KiB"), ("sh -c 'exec >&-; sleep 60'", "timeout"), ("sleep 60", "timeout")],
)
def test_a_password_command_that_prints_or_runs_without_end_is_killed(monkeypatch, command, status):
    monkeypatch.setattr("esxlab.backends.credentials.COMMAND_TIMEOUT_S", 0.5)
    monkeypatch.setenv("ODD_COMMAND", command)
    with pytest.raises(LabError) as caught:
        from_command("ODD_COMMAND")
    assert caught.value.facts["status"] == status


def test_the_words_of_an_access_list_and_the_numbers_of_cards():
    """A router's own configuration; a machine's file on a datastore."""
    for number in ODD:
        assert _covers([f"{number}.1.1.1", "host", "192.16.193.1"], IPv4Address("192.16.193.1"))
        prefix = f"ethernet{number}"
        known = {f"{prefix}.present": "TRUE", f"{prefix}.address": "00:50:56:00:00:01"}
        assert set(cards_by_mac(known).values()) <= set(range(1000))
