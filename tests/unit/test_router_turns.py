"""A router that several groups use: of runs that begin at once one pushes, and the other waits."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import replace

import pytest

from esxlab.actions.router import PushRouter, ReleaseRouter
from esxlab.actions.vsphere import WriteGroupRecord
from esxlab.engine.locks import Locking, Locks
from esxlab.engine.options import Options
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId
from esxlab.lab.lab import RouterRecord
from esxlab.lab.lock import router_lock
from esxlab.lab.machine import Server, Site
from esxlab.lab.record import GroupRecord
from esxlab.lab.router import RouterAddress, RouterTable
from esxlab.performing import perform
from esxlab.workflow import plan_provision, run_plan
from tests.law_worlds import ONE_ROUTER, SERVERS, Drawn, LawWorld
from tests.memory.vsphere import MemoryVSphere

SITE = Site(Server("memory.example", "prof"), "datastore1", "modeleD9", "VM Network")
ELSEWHERE = replace(SITE, datastore="datastore2")
ROUTER = RouterAddress("10.0.0.1")
SEVEN, EIGHT, OTHER = GroupId("sio2", 7), GroupId("sio2", 8), GroupId("bts", 3)
BALANCER = ("balancer:", '  address: "192.16.193.{{ 60 + group }}"')
CLASS_OF_TWO = Drawn((1, 2), (f"vsphere: {SERVERS['a datastore each']}", *ONE_ROUTER, *BALANCER), True, False)


class Announcing:
    """One run: it writes a group's record, and pushes. `reading` is done once its first read has answered."""

    def __init__(self, vsphere: MemoryVSphere, group: GroupId, site: Site, *more: GroupId) -> None:
        self.vsphere, self.group, self.site = vsphere, group, site
        self.reading = None
        self.locks = Locks(self, Locking(), stop=threading.Event())
        assert self.locks.take(dict.fromkeys((group, *more), site)) == {}

    def __getattr__(self, name: str):
        return getattr(self.vsphere, name)

    def find_all_records(self, server: Server) -> tuple[GroupRecord, ...]:
        answer = self.vsphere.find_all_records(server)
        if then := self.reading:
            self.reading = None
            then()
        return answer

    def announce(self, group: GroupId | None = None, router: RouterAddress = ROUTER) -> None:
        record = GroupRecord(group or self.group, self.site, router_address=router)
        with self.locks.around(WriteGroupRecord(group=record.group, record=record)):
            self.vsphere.write_group_record(record)

    def pushing(self, group: GroupId | None = None, router: RouterAddress = ROUTER):
        nothing, group = RouterRecord(RouterTable(), RouterTable()), group or self.group
        return self.locks.around(
            ReleaseRouter(group=group, address=router, record=nothing, others=(), change=None)
        )


@pytest.fixture
def vsphere(monkeypatch) -> MemoryVSphere:
    monkeypatch.setattr("esxlab.engine.locks.ROUTER_S", 0.0)
    return MemoryVSphere()


def refused(pushing) -> str:
    with pytest.raises(LabError) as caught, pushing:
        pass
    assert caught.value.facts["lock"] == router_lock(ROUTER.host)
    return caught.value.code


def test_a_router_is_locked_wherever_another_class_or_datastore_has_a_record_of_it(vsphere) -> None:
    first, second = Announcing(vsphere, SEVEN, SITE), Announcing(vsphere, OTHER, ELSEWHERE)
    for one in (first, second):
        one.announce()
    with first.pushing():
        held = {store for _, store, name in vsphere.locks.held if name == router_lock(ROUTER.host)}
        assert held == {"datastore1", "datastore2"}
        assert refused(second.pushing()) == "lock.held"
    with second.pushing():
        pass
    for one in (first, second):
        one.locks.close()
    assert vsphere.locks.held == {}


def test_who_asked_before_the_other_had_written_its_record_holds_its_own_datastores_lock(vsphere) -> None:
    first, second = Announcing(vsphere, SEVEN, SITE), Announcing(vsphere, OTHER, ELSEWHERE)
    first.announce()
    with first.pushing():
        second.announce()
        assert refused(second.pushing()) == "lock.held"


def test_who_is_overtaken_between_asking_and_locking_waits(vsphere) -> None:
    first, second = Announcing(vsphere, SEVEN, SITE), Announcing(vsphere, OTHER, ELSEWHERE)
    first.announce()
    with ExitStack() as pushes:

        def overtake() -> None:
            second.announce()
            pushes.enter_context(second.pushing())

        first.reading = overtake
        assert refused(first.pushing()) == "lock.held"


def test_what_was_read_before_a_group_wrote_its_record_is_read_again_for_it(vsphere) -> None:
    first, second = Announcing(vsphere, SEVEN, SITE, EIGHT), Announcing(vsphere, OTHER, ELSEWHERE)
    first.announce(router=RouterAddress("10.0.0.2"))
    with first.pushing(router=RouterAddress("10.0.0.2")):
        pass  # the other class is not there yet
    second.announce()
    with second.pushing():
        first.announce(EIGHT)
        assert refused(first.pushing(EIGHT)) == "lock.held"


def test_the_records_are_read_once_for_all_groups_that_had_written_theirs(vsphere) -> None:
    run = Announcing(vsphere, SEVEN, SITE, EIGHT)
    asked = []
    run.announce(SEVEN)
    run.announce(EIGHT)
    run.reading = lambda: asked.append("once")
    with run.pushing(SEVEN):
        pass
    run.reading = lambda: asked.append("twice")
    with run.pushing(EIGHT):
        pass
    assert asked == ["once"]


@pytest.mark.parametrize("readable", [True, False])
def test_of_two_runs_of_one_class_the_second_is_told_who_pushes(readable, monkeypatch) -> None:
    """The router answers when the plans are made, or does not: then no plan shows whom it is shared with."""
    monkeypatch.setattr("esxlab.engine.locks.ROUTER_S", 0.0)
    world = LawWorld(CLASS_OF_TWO)
    if not readable:
        world.deaf.add("router.example")
    one, other = CLASS_OF_TWO.labs()
    options = Options(parallel=1, only=frozenset({"router"}))

    def plan_of(lab):
        return plan_provision([lab], world.backends, options, CLASS_OF_TWO.roster())

    plans = [plan_of(lab) for lab in (one, other)]
    world.deaf.clear()
    verb, reports = "push" if readable else "observe", []

    def meanwhile(what: str, address: RouterAddress) -> None:
        if what == verb and not reports:
            reports.append(None)
            reports[0] = run_plan(plans[1], world.backends, (), options)

    world.routers.fail = meanwhile
    assert run_plan(plans[0], world.backends, (), options).failed == ()
    [error] = [group.error for group in reports[0].groups]
    assert (error.code, error.facts["lock"]) == ("lock.held", router_lock("router.example"))
    assert len(world.routers.pushes) == 1
    assert run_plan(plan_of(other), world.backends, (), options).failed == ()
    assert len(world.routers.pushes) == 2
    assert world.vsphere.locks.held == {}


def test_only_the_records_of_those_behind_the_same_router_are_read_at_a_push() -> None:
    """`only`: one group's run; the other has pushed since the plan, and its lines stay."""
    world, asked = LawWorld(CLASS_OF_TWO), []
    world.deaf.add("router.example")
    labs = CLASS_OF_TWO.labs()
    options = Options(parallel=1, only=frozenset({"router"}))
    plan = plan_provision(labs, world.backends, options, CLASS_OF_TWO.roster())
    world.deaf.clear()
    pushes = [action for group in plan.groups for action in group.actions if isinstance(action, PushRouter)]
    assert [action.change for action in pushes] == [None, None]
    real = world.vsphere.find_records

    class Asked:
        def __getattr__(self, name):
            return getattr(world.vsphere, name)

        def find_records(self, server, class_name, *, groups=None, again=True):
            asked.append(groups)
            return real(server, class_name, groups=groups, again=again)

    backends = world.backends._replace(vsphere=Asked())
    for push in pushes:
        perform(push, backends)
    assert asked == [{lab.group} for lab in reversed(labs) for _ in pushes[0].servers]
    asked.clear()
    perform(replace(pushes[0], sharing=(labs[0].group,)), backends)
    assert asked == []
