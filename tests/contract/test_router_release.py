"""Taking a lab's lines away: from routers that are no working lab any more, and were none before."""

from __future__ import annotations

import pytest

from esxlab.errors import LabError
from esxlab.exercises.router import build_router_table
from esxlab.lab.ios import parse_running_config
from esxlab.planning.router_difference import diff_release, diff_router, merge_record
from esxlab.sim.router.faults import Faults
from tests.contract.test_router_push import ADDRESS, backend_of, school  # noqa: F401 - a fixture
from tests.router_shapes import HOST, VIP, exercise_table, spec_of, type_in

SUB = build_router_table(spec_of(), nat_to=VIP)
INSIDE = "interface FastEthernet0/1.101"


@pytest.fixture
def router(school):  # noqa: F811 - the fixture
    router = school.routers[HOST]
    router.box.startup, router.box.faults = "", Faults()
    school.call(router.box.reload)
    return router


def provisioned(backend, wanted):
    """The record of a group whose lines stand."""
    found = backend.observe(ADDRESS, wanted).table
    record = merge_record(None, wanted, found, ())
    backend.push(ADDRESS, diff_router(wanted, found, record), wanted)
    return record


def release(backend, record):
    change = diff_release(record, backend.observe(ADDRESS, record.uses).table, ())
    backend.push(ADDRESS, change, change.target)
    return change


@pytest.mark.parametrize(
    "out", [{"FastEthernet0/0"}, {"FastEthernet0/1"}, {"FastEthernet0/0", "FastEthernet0/1"}]
)
@pytest.mark.parametrize("wanted", [SUB, exercise_table()], ids=["subinterface", "interface"])
def test_cables_that_were_pulled_at_the_end_of_the_lesson(school, router, out, wanted):  # noqa: F811
    up = [line for n in (0, 1) for line in (f"interface FastEthernet0/{n}", "no shutdown")]
    school.call(lambda: type_in(router.box, up))  # as they were before the lab: up, and without an address
    before = router.box.running.render()
    backend = backend_of(school)
    record = provisioned(backend, wanted)
    router.faults.link_down = out
    release(backend, record)
    assert router.box.running.render() == before
    assert router.box.startup == before


def test_interfaces_that_had_other_lines_before(school, router):  # noqa: F811
    """Up, and with nothing that a working lab has: an address by DHCP, none at all."""
    school.call(lambda: type_in(router.box, ["interface FastEthernet0/0", "ip address dhcp", "no shutdown"]))
    school.call(lambda: type_in(router.box, ["interface FastEthernet0/1", "no shutdown", "ip nat inside"]))
    before = router.box.running.render()
    backend = backend_of(school)
    release(backend, provisioned(backend, exercise_table()))
    assert router.box.running.render() == before


def test_what_somebody_added_to_our_subinterface_is_told_and_stays(school, router):  # noqa: F811
    backend = backend_of(school)
    record = provisioned(backend, SUB)
    line = "description group 1"
    school.call(lambda: type_in(router.box, [INSIDE, line]))
    change = release(backend, record)
    assert change.stays == (f"{INSIDE}: {line}",)
    assert set(parse_running_config(router.box.running.render())[INSIDE]) == {line, "no ip address"}
    assert not diff_release(record, backend.observe(ADDRESS, record.uses).table, ())


def test_an_old_ios_has_remarks_and_lines_of_its_own(school, router):  # noqa: F811
    before = router.box.running.render()
    router.faults.is_old = True
    backend = backend_of(school)
    record = provisioned(backend, SUB)
    assert "no snmp trap link-status" in router.box.running.render()
    change = release(backend, record)
    assert (change.stays, router.box.running.render()) == ((), before)


@pytest.mark.parametrize("line", [f"no {INSIDE}", "no ip nat outside", "shutdown"])
def test_a_remark_that_nobody_has_listed_does_not_keep_a_lab(school, router, line):  # noqa: F811
    """IOS says many things that begin with a percent sign and are no errors; what counts is what stands."""
    before = router.box.running.render()
    backend = backend_of(school)
    record = provisioned(backend, SUB)
    router.faults.remarks = {line: "% Something to think of, said since 12.3(14)T\n"}
    release(backend, record)
    assert router.box.running.render() == before


def test_a_line_that_is_refused_and_stays_is_named_with_the_words(school, router):  # noqa: F811
    backend = backend_of(school)
    record = provisioned(backend, SUB)
    router.faults.refuse = {f"no {INSIDE}": "% Interface is in use by something"}
    with pytest.raises(LabError) as caught:
        release(backend, record)
    assert (caught.value.code, caught.value.detail) == (
        "router.refused_line",
        "% Interface is in use by something",
    )


def test_what_is_proved_is_that_the_lines_are_gone(school, router):  # noqa: F811
    backend = backend_of(school)
    record = provisioned(backend, SUB)
    router.faults.says = {f"no {INSIDE}": ""}  # taken, and not done
    with pytest.raises(LabError) as caught:
        release(backend, record)
    assert caught.value.code == "router.not_applied"


def test_a_provision_does_not_ask_what_it_gives_back_to_work(school, router):  # noqa: F811
    """The spec names another inside now; the cable of the old one is out."""
    backend = backend_of(school)
    record = provisioned(backend, SUB)
    other = build_router_table(spec_of(inside_interface="FastEthernet0/1", inside_vlan=0), nat_to=VIP)
    found = backend.observe(ADDRESS, type(SUB)((*other.lines, *SUB.lines))).table
    backend.push(ADDRESS, diff_router(other, found, record), other)
    assert INSIDE not in router.box.running.render()
