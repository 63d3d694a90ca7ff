"""One suite for every implementation of Routers: netmiko against the stand-in, and the one in memory."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from esxlab.backends.credentials import Credentials
from esxlab.backends.endpoints import Endpoint
from esxlab.backends.router.routers import NetmikoRouters
from esxlab.errors import LabError
from esxlab.exercises.router import build_router_table
from esxlab.lab.router import RouterAddress, RouterChange
from esxlab.planning.router_difference import diff_release, diff_router, merge_record
from esxlab.sim.access import SchoolEndpoints
from tests.memory.router_thread import RouterThread
from tests.memory.routers import MemoryRouters
from tests.router_shapes import HOST, VIP, exercise_table, shape_of, spec_of

ADDRESS = RouterAddress(HOST)


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    state = tmp_path_factory.mktemp("routers")
    with RouterThread([shape_of()], password="p", secret="s", state_dir=state) as thread:
        yield thread


@pytest.fixture(params=["memory", "netmiko"])
def routers(request):
    if request.param == "memory":
        yield MemoryRouters()
        return
    school = request.getfixturevalue("school")
    router = school.routers[HOST]
    router.box.startup = ""
    school.call(router.box.reload)
    endpoints = SchoolEndpoints(routers={HOST: Endpoint(router.host, router.port)})
    backend = NetmikoRouters(endpoints, Credentials(known={"router": "p", "router_secret": "s"}))
    yield backend
    backend.close()


def test_a_fresh_router_has_nothing_of_ours(routers):
    wanted = exercise_table()
    found = routers.observe(ADDRESS, wanted)
    assert found.address == ADDRESS
    assert found.running_config.rstrip().endswith("end")
    assert found.table["interface FastEthernet0/0", "shutdown"] == "shutdown"
    assert found.table["interface FastEthernet0/0", "address"] == ""
    assert found.table["", "ip routing"] == "ip routing"


def test_a_push_leaves_nothing_to_do(routers):
    wanted = exercise_table()
    routers.push(ADDRESS, diff_router(wanted, routers.observe(ADDRESS, wanted).table), wanted)
    found = routers.observe(ADDRESS, wanted)
    assert set(wanted.lines) <= set(found.table.lines)
    assert not diff_router(wanted, found.table)


def test_an_empty_change_is_nothing(routers):
    wanted = exercise_table()
    before = routers.observe(ADDRESS, wanted).running_config
    routers.push(ADDRESS, diff_router(wanted, wanted), wanted)
    assert routers.observe(ADDRESS, wanted).running_config == before


def test_two_groups_share_a_router_and_give_it_back(routers):
    first = build_router_table(spec_of(1), nat_to=VIP)
    second = build_router_table(spec_of(2), nat_to=IPv4Address("172.18.193.30"))
    at_first = parse(routers.observe(ADDRESS, first))
    records = []
    for wanted in (first, second):
        found = routers.observe(ADDRESS, wanted).table
        records.append(merge_record(None, wanted, found, tuple(records)))
        routers.push(ADDRESS, diff_router(wanted, found), wanted)
    for record, others in ((records[0], (records[1],)), (records[1], ())):
        change = diff_release(record, routers.observe(ADDRESS, record.uses).table, others)
        routers.push(ADDRESS, change, record.before)
    assert parse(routers.observe(ADDRESS, first)) == at_first


def parse(router):
    return sorted(line for line in router.running_config.splitlines() if not line.startswith(("!", "Curr")))


def test_several_tables_are_read_with_one_login(routers, request):
    tables = [build_router_table(spec_of(group), nat_to=VIP) for group in (1, 2)]
    routers.push(ADDRESS, diff_router(tables[0], routers.observe(ADDRESS, tables[0]).table), tables[0])
    apart = tuple(routers.observe(ADDRESS, table) for table in tables)
    log = None
    if "netmiko" in request.node.callspec.id:
        log = request.getfixturevalue("school").routers[HOST].box.log
    before = log.logins if log else 0
    assert routers.observe_each(ADDRESS, tables) == apart
    assert log is None or log.logins == before + 1


def test_a_switch_to_part_two_and_back(routers):
    ha, lb = exercise_table(), exercise_table(nat_to=None)
    found = routers.observe(ADDRESS, ha).table
    record = merge_record(None, ha, found, ())
    for wanted in (ha, lb, ha):
        routers.push(ADDRESS, diff_router(wanted, routers.observe(ADDRESS, wanted).table, record), wanted)
        assert not diff_router(wanted, routers.observe(ADDRESS, wanted).table, record)


def test_a_line_that_the_plan_did_not_show_is_never_sent(routers):
    wanted = exercise_table()
    before = routers.observe(ADDRESS, wanted)
    whole = diff_router(wanted, before.table)
    shown = RouterChange(whole.commands[:2], whole.undo, whole.target)
    with pytest.raises(LabError) as caught:
        routers.push(ADDRESS, shown, wanted)
    assert caught.value.code == "router.stale"
    assert routers.observe(ADDRESS, wanted).running_config == before.running_config


def test_what_another_group_has_done_already_is_not_sent_again(routers):
    first = build_router_table(spec_of(1), nat_to=VIP)
    second = build_router_table(spec_of(2), nat_to=VIP)
    planned = diff_router(second, routers.observe(ADDRESS, second).table)
    routers.push(ADDRESS, diff_router(first, routers.observe(ADDRESS, first).table), first)
    routers.push(ADDRESS, planned, second)
    assert not diff_router(second, routers.observe(ADDRESS, second).table)


def test_show_answers_and_refuses(routers):
    assert "FastEthernet0/1" in routers.show(ADDRESS, "show running-config")
    with pytest.raises(LabError) as caught:
        routers.show(ADDRESS, "show nothing at all")
    assert caught.value.code == "router.refused_show"
