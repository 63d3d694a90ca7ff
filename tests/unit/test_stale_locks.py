"""Locks that a killed run has left: the next run of the same command gives them back, a router's too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event
from types import SimpleNamespace

import pytest

from esxlab.backends.locking import holder_of
from esxlab.cli.unlock import _names
from esxlab.engine.drill import drill
from esxlab.engine.lock_groups import remove_stale_locks
from esxlab.engine.locks import Locking
from esxlab.engine.options import Options
from esxlab.errors import LabError
from esxlab.lab.lock import TTL_S, LockClaim, group_lock, router_lock, router_places
from esxlab.lab.machine import Server, Site
from esxlab.lab.record import GroupRecord
from esxlab.lab.router import RouterAddress
from esxlab.workflow import plan_provision, plan_teardown, run_plan
from tests.law_worlds import CLASS, ONE_ROUTER, SERVERS, Drawn, LawWorld, failures, known_routers
from tests.memory.vsphere import MemoryVSphere

BALANCER = ("balancer:", '  address: "192.16.193.{{ 60 + group }}"')
ROUTER = router_lock("router.example")
PLACES = ["a datastore each", "an ESXi host each"]


class Course:
    """A class of two behind one router, and the commands of one user, who may be killed."""

    def __init__(self, servers: str, tmp_path) -> None:
        self.drawn = Drawn((1, 2), (f"vsphere: {SERVERS[servers]}", *ONE_ROUTER, *BALANCER), True, False)
        self.world = LawWorld(self.drawn)
        self.options = Options(parallel=1, locking=Locking(directory=tmp_path))

    @property
    def locks(self):
        return self.world.vsphere.locks

    @property
    def left(self) -> set[str]:
        return {name for _, _, name in self.locks.held}

    def provision(self, number: int | None = None):
        """As the command does it: of nothing to do, only what a dead run left is taken away."""
        labs = [lab for lab in self.drawn.labs() if number in {None, lab.group.number}]
        plan = plan_provision(labs, self.world.backends, self.options, self.drawn.roster())
        return self.carry_out(plan)

    def teardown(self):
        servers = sorted({spec.site.server for spec in self.drawn.load()})
        logins = known_routers(self.drawn)
        return self.carry_out(
            plan_teardown(servers, CLASS, [1], self.world.backends, self.options, logins=logins)
        )

    def carry_out(self, plan):
        if not plan.changes:
            remove_stale_locks(plan, self.world.backends, self.options)
            return plan
        report = run_plan(plan, self.world.backends, (), self.options)
        assert report.failed == (), failures(plan, report)
        return plan


@pytest.fixture(params=PLACES)
def course(request, tmp_path) -> Course:
    return Course(request.param, tmp_path)


@pytest.fixture
def killed(monkeypatch):
    """From now on no lock is given back; of the local ones the operating system takes care."""

    def unlock(self, site, name, claim, *, sure=False):
        raise LabError("vsphere.unreachable", where=site.server.host, host=site.server.host, what=name)

    def kill() -> None:
        monkeypatch.setattr(MemoryVSphere, "unlock", unlock)

    return kill


@pytest.fixture
def alive(monkeypatch):
    return monkeypatch.undo


def test_killed_after_the_last_router_line_once_more_leaves_nothing(course, killed, alive) -> None:
    killed()
    course.provision()
    assert course.left == {ROUTER, *(group_lock(lab.group) for lab in course.drawn.labs())}
    assert len([name for _, _, name in course.locks.held if name == ROUTER]) == 2
    alive()
    assert course.provision().changes == 0
    assert course.left == set()
    assert course.provision().changes == 0


def test_of_one_group_its_routers_lock_on_the_others_datastore_goes_too(course, killed, alive) -> None:
    course.provision(2)
    killed()
    course.provision(1)
    assert len([name for _, _, name in course.locks.held if name == ROUTER]) == 2
    alive()
    assert course.provision(1).changes == 0
    assert course.left == set()


def test_what_is_still_to_do_needs_no_router_and_its_lock_goes_all_the_same(course, killed, alive) -> None:
    killed()
    course.provision()
    alive()
    machines = course.world.vsphere.world.machines
    machines |= {key: replace(vm, powered_on=False) for key, vm in machines.items()}
    plan = course.provision()
    assert {action.backend for group in plan.groups for action in group.actions} == {"vsphere"}
    assert course.left == set()


def test_a_teardown_that_was_killed_after_the_router_leaves_no_lock_of_it(course, killed, alive) -> None:
    course.provision()
    before = len(course.world.routers.pushes)
    killed()

    def stop(verb, subject):
        if len(course.world.routers.pushes) > before and verb != "observe":
            raise LabError("vsphere.unreachable", host="-", what=verb)

    course.world.vsphere.fail = stop
    with pytest.raises(AssertionError):
        course.teardown()
    assert ROUTER in course.left
    alive()
    course.world.vsphere.fail = None
    plan = course.teardown()
    assert not any(action.backend == "router" for group in plan.groups for action in group.actions)
    assert course.left == set()
    assert course.teardown().changes == 0


def test_a_drill_that_inherits_a_dead_runs_lock_looks_where_the_others_behind_the_router_are(
    course, killed, alive
) -> None:
    """Of one group, behind a router that is locked on another group's server too."""
    course.provision(2)
    killed()
    course.provision(1)
    assert len([name for _, _, name in course.locks.held if name == ROUTER]) == 2
    alive()
    chosen = [(s, lab) for s, lab in zip(course.drawn.load(), course.drawn.labs(), strict=True)][:1]
    specs, wanted = zip(*chosen, strict=True)
    options, roster = replace(course.options, stop=Event()), course.drawn.roster()
    drill(specs, wanted, course.world.backends, (), options, roster=roster, only_mend=True)
    assert course.left == set()


def test_a_routers_lock_whose_giving_back_failed_goes_at_the_end(course, monkeypatch) -> None:
    """A task that began, and failed; no later run would look for it: the groups' own locks are not there."""
    give_back, failed = MemoryVSphere.unlock, []

    def unlock(self, site, name, claim, *, sure=False):
        if name == ROUTER and site not in failed:
            failed.append(site)
            raise LabError("vsphere.refused", where=site.datastore, what=name)
        give_back(self, site, name, claim, sure=sure)

    course.provision(2)
    monkeypatch.setattr(MemoryVSphere, "unlock", unlock)
    course.provision(1)
    assert len(failed) == 2
    assert course.left == set()


def test_what_somebody_alive_holds_stays(course, killed, alive) -> None:
    killed()
    course.provision()
    alive()
    theirs = [(place, held) for place, held in course.locks.held.items() if place[2] == ROUTER][:1]
    colleague = LockClaim(token="c" * 32, who="colleague@other", computer_id="other")
    for place, _ in theirs:
        course.locks.held[place] = holder_of(colleague, now=datetime.now(UTC))
    course.provision()
    assert {place for place, _ in theirs} == set(course.locks.held)


def test_of_a_group_without_work_another_laptops_lock_is_left_alone(course, killed, alive) -> None:
    """It may be a laptop that sleeps, and goes on when nobody has taken its lock."""
    killed()
    course.provision()
    alive()
    long_ago = datetime.now(UTC) - timedelta(seconds=2 * TTL_S)
    sleeper = LockClaim(token="s" * 32, who="colleague@other", computer_id="other")
    for place in course.locks.held:
        course.locks.held[place] = holder_of(sleeper, now=long_ago)
    held = dict(course.locks.held)
    assert course.provision().changes == 0
    assert course.locks.held == held


def test_unlock_looks_wherever_a_routers_lock_may_lie(course) -> None:
    """Of group 1 only: the router is locked where group 2 is too, on another server or datastore."""
    course.provision()
    (lab, other), roster = course.drawn.labs(), course.drawn.roster()
    session = SimpleNamespace(wanted=(lab,), roster=roster, backends=course.world.backends)
    named = [(site.server.host, site.datastore, name) for _, site, name in _names(session)]
    places = sorted((x.site.server.host, x.site.datastore) for x in (lab, other))
    assert named == [
        (lab.site.server.host, lab.site.datastore, group_lock(lab.group)),
        *((*place, ROUTER) for place in places),
    ]


def test_a_routers_places_are_each_datastore_once_and_in_one_order() -> None:
    def site(host: str, datastore: str) -> Site:
        return Site(Server(host, "prof"), datastore, "modeleD9", "VM Network")

    labs = Drawn(
        (1, 2), ("vsphere: {host: vc.example, esxi: esxi1}", *ONE_ROUTER, *BALANCER), True, False
    ).labs()
    groups = [replace(lab.group, number=number) for number, lab in zip((1, 2), labs, strict=True)]
    address = RouterAddress("router.example")
    records = [
        GroupRecord(groups[0], site("b", "ds1"), router_address=address),
        GroupRecord(groups[1], site("a", "ds1"), router_address=address),
        GroupRecord(groups[1], site("a", "ds2"), router_address=RouterAddress("other.example")),
        GroupRecord(groups[1], site("a", "ds3")),
    ]
    own = site("b", "ds1")
    expected = (site("a", "ds1"), own)
    assert router_places("router.example", own, records) == expected
    assert router_places("router.example", own, records[::-1]) == expected
    assert router_places("nobody.example", own, records) == (own,)
