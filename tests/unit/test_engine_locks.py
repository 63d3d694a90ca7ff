"""Locks of groups and routers: one wins, the dead do not block, the lost are noticed, all are given back."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from esxlab.actions.base import Action
from esxlab.backends.protocols import Backends
from esxlab.engine.locks import Locking, Locks
from esxlab.engine.options import Options
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId
from esxlab.lab.lock import group_lock, router_lock
from esxlab.lab.machine import Server, Site
from esxlab.local.lock import LocalLock, computer_id_of
from esxlab.performing import perform
from esxlab.planning.plan import GroupPlan, Plan, Seen
from esxlab.planning.roster import Wanted
from esxlab.workflow import run_plan
from tests.memory.guests import MemoryGuests
from tests.memory.locks import MemoryLocks
from tests.memory.vsphere import MemoryVSphere
from tests.vsphere_worlds import wanted_lab

SITE = Site(Server("memory.example", "prof"), "datastore1", "modeleD9", "VM Network")
SEVEN, EIGHT = GroupId("sio2", 7), GroupId("sio2", 8)


class Clock:
    """The servers' clock and the laptops', moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vsphere(clock: Clock) -> MemoryVSphere:
    return MemoryVSphere(locks=MemoryLocks(now=clock.moment))


def run_of(vsphere: MemoryVSphere, clock: Clock, how: Locking | None = None) -> Locks:
    return Locks(vsphere, how or Locking(), stop=threading.Event(), clock=clock)


def test_one_wins_and_the_other_is_told_who_since_when_and_until_when(vsphere, clock) -> None:
    first, second = run_of(vsphere, clock), run_of(vsphere, clock)
    assert first.take({SEVEN: SITE}) == {}
    refused = second.take({SEVEN: SITE, EIGHT: SITE})
    assert [group.number for group in refused] == [7]
    error = refused[SEVEN]
    assert error.code == "lock.held"
    assert error.where == "group 7"
    assert "@" in str(error.facts["who"])
    assert (
        error.facts["expires"]
        == f"{(clock.moment() + timedelta(seconds=120)).astimezone():%Y-%m-%d %H:%M:%S}"
    )
    first.close()
    assert second.take({SEVEN: SITE}) == {}
    second.close()
    assert vsphere.locks.held == {}


def test_a_dead_ones_lock_passes_on_when_it_has_expired(vsphere, clock) -> None:
    run_of(vsphere, clock).take({SEVEN: SITE})
    clock.seconds += 119
    assert run_of(vsphere, clock).take({SEVEN: SITE})[SEVEN].code == "lock.held"
    clock.seconds += 2
    assert run_of(vsphere, clock).take({SEVEN: SITE}) == {}


def test_a_killed_run_of_the_same_laptop_is_repeated_at_once(vsphere, clock, tmp_path) -> None:
    how = Locking(directory=tmp_path)
    killed = run_of(vsphere, clock, how)
    killed.take({SEVEN: SITE})
    killed._groups[SEVEN].local.close()  # what the operating system does when a process dies
    assert run_of(vsphere, clock, how).take({SEVEN: SITE}) == {}


@pytest.mark.parametrize("idle", [False, True])
def test_one_who_died_while_he_took_over_blocks_nobody_for_good(vsphere, clock, monkeypatch, idle) -> None:
    """What a dead taker left counts for a minute (contract/test_vsphere_locks.py): it is waited for.

    Also where nothing is to be done: it would stay there, and a third run would have it to give back.
    """

    class Waiting(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            clock.seconds += timeout or 0.0
            return False

    free, real = clock.seconds + 60, MemoryVSphere.lock

    def passing(self, site, name, claim) -> None:
        if clock.seconds < free:
            raise LabError("lock.passing", lock=name)
        real(self, site, name, claim)

    monkeypatch.setattr(MemoryVSphere, "lock", passing)
    locks = Locks(vsphere, Locking(), stop=Waiting(), clock=clock)
    assert locks.take({} if idle else {SEVEN: SITE}, idle={SEVEN: SITE} if idle else {}) == {}
    assert clock.seconds >= free
    assert len(vsphere.locks.held) == 1
    locks.close()
    assert vsphere.locks.held == {}


def test_another_home_directory_is_another_laptop(vsphere, clock, tmp_path) -> None:
    killed = run_of(vsphere, clock, Locking(directory=tmp_path / "a"))
    killed.take({SEVEN: SITE})
    killed._groups[SEVEN].local.close()
    assert (
        run_of(vsphere, clock, Locking(directory=tmp_path / "b")).take({SEVEN: SITE})[SEVEN].code
        == "lock.held"
    )


def test_two_runs_of_one_user_are_kept_apart_without_asking_vsphere(vsphere, clock, tmp_path) -> None:
    how = Locking(directory=tmp_path)
    first = run_of(vsphere, clock, how)
    first.take({SEVEN: SITE})
    error = run_of(vsphere, clock, how).take({SEVEN: SITE})[SEVEN]
    assert error.code == "lock.held_here"
    assert "process" in str(error.facts["who"])
    first.close()
    assert run_of(vsphere, clock, how).take({SEVEN: SITE}) == {}


def test_a_laptop_that_slept_too_long_does_nothing_more(vsphere, clock) -> None:
    sleeper = run_of(vsphere, clock)
    sleeper.take({SEVEN: SITE})
    clock.seconds += 200
    other = run_of(vsphere, clock)
    assert other.take({SEVEN: SITE}) == {}
    with pytest.raises(LabError, match=r"^group 7") as caught:
        raise_at(sleeper, SEVEN)
    assert caught.value.code == "lock.lost"
    sleeper.close()
    assert [holder.token for holder in vsphere.locks.held.values()] == [other._claim.token]


def raise_at(locks: Locks, group: GroupId) -> None:
    try:
        locks.check(group)
    except LabError as error:
        raise error.at(str(group)) from error


def test_a_laptop_that_slept_and_was_not_overtaken_goes_on(vsphere, clock) -> None:
    sleeper = run_of(vsphere, clock)
    sleeper.take({SEVEN: SITE})
    clock.seconds += 200
    sleeper.check(SEVEN)
    assert run_of(vsphere, clock).take({SEVEN: SITE})[SEVEN].code == "lock.held"


def test_a_server_that_is_gone_for_a_moment_loses_no_lock(vsphere, clock) -> None:
    locks = run_of(vsphere, clock)
    locks.take({SEVEN: SITE})
    vsphere.world.unreachable.add("memory.example")
    clock.seconds += 90
    locks.check(SEVEN)
    clock.seconds += 60
    with pytest.raises(LabError) as caught:
        locks.check(SEVEN)
    assert caught.value.code == "lock.lost"


def test_waiting_gets_the_lock_when_it_is_given_back(vsphere) -> None:
    first = Locks(vsphere, Locking(), stop=threading.Event())
    first.take({SEVEN: SITE})
    later = threading.Timer(0.2, first.close)
    later.start()
    vsphere.locks.now = lambda: datetime.now(UTC)
    second = Locks(vsphere, Locking(wait_s=10), stop=threading.Event())
    assert second.take({SEVEN: SITE}) == {}
    second.close()
    later.join()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Action):
    verb: ClassVar[str] = "power-on"
    does: Any = None

    @property
    def limit_group(self) -> tuple[str, str]:
        return ("router", "10.0.0.1")


@perform.register(Note)
def do_it(note: Note, backends: Any) -> None:
    note.does(backends)


def plan_of(does: Any, *, problem: LabError | None = None) -> tuple[Plan, MemoryVSphere]:
    vsphere = MemoryVSphere()
    lab = wanted_lab(7, SITE)
    seen = Seen(vsphere.observe([lab]), wanted=Wanted((lab,)))
    group = GroupPlan(lab.group, (Note(group=lab.group, does=does),), (problem,) if problem else ())
    return Plan("provision", "sio2", (group,), seen=seen), vsphere


def run(plan: Plan, vsphere: MemoryVSphere):
    none: Any = None
    return run_plan(plan, Backends(vsphere, MemoryGuests(), none), [], Options(parallel=2))


def test_a_run_holds_its_groups_and_their_routers_while_it_works() -> None:
    during: list[set[str]] = []
    plan, vsphere = plan_of(lambda b: during.append({name for _, _, name in b.vsphere.locks.held}))
    assert run(plan, vsphere).failed == ()
    assert during == [{group_lock(SEVEN), router_lock("10.0.0.1")}]
    assert vsphere.locks.held == {}


@pytest.mark.parametrize("error", [LabError("school.down"), ZeroDivisionError(), KeyboardInterrupt()])
def test_locks_are_given_back_whatever_happens(error, met_bugs) -> None:
    def fail(backends: Any) -> None:
        raise error

    plan, vsphere = plan_of(fail)
    if isinstance(error, Exception):
        assert run(plan, vsphere).failed == (7,)
        assert len(met_bugs) == isinstance(error, ZeroDivisionError)
    else:
        with pytest.raises(type(error)):
            run(plan, vsphere)
    assert vsphere.locks.held == {}


def test_a_group_that_is_not_changed_is_not_locked() -> None:
    plan, vsphere = plan_of(print, problem=LabError("school.down"))
    vsphere.locks = None  # any attempt would crash
    assert run(plan, vsphere).failed == (7,)


def test_a_plan_that_was_overtaken_does_nothing() -> None:
    done: list[Any] = []
    plan, vsphere = plan_of(done.append)
    lab = wanted_lab(7, SITE)
    vsphere.make_folder(SITE, lab.folders[0])  # somebody was quicker
    report = run(plan, vsphere)
    assert report.groups[0].error.code == "plan.overtaken"
    assert done == []
    assert vsphere.locks.held == {}


def test_the_laptops_name_is_made_once(tmp_path) -> None:
    assert computer_id_of(tmp_path) == computer_id_of(tmp_path)
    assert computer_id_of(tmp_path) != computer_id_of(tmp_path / "other")


def test_a_local_lock_says_who_has_it(tmp_path) -> None:
    mine = LocalLock(tmp_path / "g07.lock", who="prof@laptop")
    with pytest.raises(LabError) as caught:
        LocalLock(tmp_path / "g07.lock", who="prof@laptop")
    assert caught.value.code == "lock.held_here"
    assert "prof@laptop" in str(caught.value.facts["who"])
    mine.close()
    LocalLock(tmp_path / "g07.lock", who="prof@laptop").close()
