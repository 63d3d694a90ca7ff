"""Locks on a datastore, by the one in memory and by pyVmomi on vcsim: atomic, told, expiring, given back."""

from __future__ import annotations

import itertools
import json
import threading
import time
from dataclasses import replace

import pytest

from esxlab.errors import LabError
from esxlab.lab.lock import TTL_S, LockClaim
from tests.roads import API, EVERY, NO_API, SHELLS, world_on

NUMBERS = itertools.count(1)


@pytest.fixture(params=EVERY)
def world(request):
    with world_on(request.param, request) as found:
        yield found


@pytest.fixture
def name():
    return f"esxlab-class{next(NUMBERS)}-g07.lock"


def claim(who="prof@laptop", **options):
    return LockClaim(token=f"{next(NUMBERS):032d}", who=who, computer_id=who, **options)


def test_the_second_is_told_who_holds_it(world, name) -> None:
    mine = claim()
    assert world.vsphere.lock(world.site, name, mine) is False
    assert world.vsphere.lock(world.site, name, mine) is False  # as when the answer to the first was lost
    with pytest.raises(LabError) as caught:
        world.vsphere.lock(world.site, name, claim("colleague@other"))
    assert caught.value.code == "lock.held"
    assert caught.value.facts["who"] == "prof@laptop"
    world.vsphere.unlock(world.site, name, mine, sure=True)
    assert world.vsphere.lock_holder(world.site, name) is None
    assert not world.folder_exists(name)
    other = claim("colleague@other")
    world.vsphere.lock(world.site, name, other)
    world.vsphere.unlock(world.site, name, other)


def test_of_many_at_once_exactly_one_wins(world, name) -> None:
    barrier = threading.Barrier(8)
    won: list[LockClaim] = []

    def contend() -> None:
        mine = claim()
        barrier.wait()
        try:
            world.vsphere.lock(world.site, name, mine)
        except LabError as error:
            assert error.code in {"lock.held", "lock.passing"}  # noqa: PT017 - in a thread
        else:
            won.append(mine)

    _all(contend, 8)
    assert len(won) == 1
    assert world.vsphere.lock_holder(world.site, name).token == won[0].token
    world.vsphere.unlock(world.site, name, won[0])


def test_an_expired_lock_passes_to_exactly_one(world, name) -> None:
    world.vsphere.lock(world.site, name, claim("dead@laptop", ttl_s=0.2))
    time.sleep(0.3)
    barrier = threading.Barrier(6)
    won: list[LockClaim] = []

    def contend() -> None:
        mine = claim()
        barrier.wait()
        try:
            world.vsphere.lock(world.site, name, mine)
        except LabError as error:
            assert error.code in {"lock.held", "lock.passing"}  # noqa: PT017 - in a thread
        else:
            won.append(mine)

    _all(contend, 6)
    assert len(won) == 1
    assert world.vsphere.lock_holder(world.site, name).token == won[0].token
    world.vsphere.unlock(world.site, name, won[0])
    assert world.vsphere.lock_holder(world.site, name) is None


def test_a_renewed_lock_does_not_expire(world, name) -> None:
    mine = claim(ttl_s=0.4)
    world.vsphere.lock(world.site, name, mine)
    since = world.vsphere.lock_holder(world.site, name).since
    world.vsphere.renew_lock(world.site, name, replace(mine, ttl_s=TTL_S))
    time.sleep(0.5)
    with pytest.raises(LabError, match="prof@laptop"):
        world.vsphere.lock(world.site, name, claim("colleague@other"))
    assert world.vsphere.lock_holder(world.site, name).since == since
    world.vsphere.unlock(world.site, name, mine)


def test_an_expired_lock_that_nobody_took_is_renewed(world, name) -> None:
    mine = claim(ttl_s=0.3)
    world.vsphere.lock(world.site, name, mine)
    time.sleep(0.5)  # as after an outage, or a nap
    world.vsphere.renew_lock(world.site, name, replace(mine, ttl_s=TTL_S))
    with pytest.raises(LabError, match="prof@laptop"):
        world.vsphere.lock(world.site, name, claim("colleague@other"))
    world.vsphere.unlock(world.site, name, mine)


def test_a_lock_that_went_to_somebody_else_is_lost_and_not_given_back(world, name) -> None:
    asleep = claim(ttl_s=0.1)
    world.vsphere.lock(world.site, name, asleep)
    time.sleep(0.2)
    other = claim("colleague@other")
    world.vsphere.lock(world.site, name, other)
    with pytest.raises(LabError) as caught:
        world.vsphere.renew_lock(world.site, name, asleep)
    assert caught.value.code == "lock.lost"
    assert caught.value.facts["who"] == "colleague@other"
    world.vsphere.unlock(world.site, name, asleep)
    assert world.vsphere.lock_holder(world.site, name).token == other.token
    world.vsphere.unlock(world.site, name, other)


def test_the_same_laptop_alone_takes_over_its_own_dead_run(world, name) -> None:
    world.vsphere.lock(world.site, name, claim())
    with pytest.raises(LabError):
        world.vsphere.lock(world.site, name, claim())
    mine = claim(alone=True)
    assert world.vsphere.lock(world.site, name, mine) is True
    world.vsphere.unlock(world.site, name, mine)


def test_breaking_asks_nobody_and_nothing_to_break_is_no_error(world, name) -> None:
    world.vsphere.lock(world.site, name, claim())
    world.vsphere.unlock(world.site, name, None)
    world.vsphere.unlock(world.site, name, None)
    assert world.vsphere.lock_holder(world.site, name) is None


@pytest.fixture(params=[*API, *SHELLS, *NO_API])
def vcsim(request):
    with world_on(request.param, request) as found:
        yield found


def test_a_lock_whose_taker_died_before_it_signed_passes_on(vcsim, name) -> None:
    vcsim.empty_folder(name)
    mine = claim()
    assert vcsim.vsphere.lock(vcsim.site, name, mine) is True
    assert vcsim.vsphere.lock_holder(vcsim.site, name).token == mine.token
    vcsim.vsphere.unlock(vcsim.site, name, mine)


def test_who_takes_over_and_dies_blocks_nobody_for_long(vcsim, name) -> None:
    dead = claim(ttl_s=0.1)
    vcsim.vsphere.lock(vcsim.site, name, dead)
    time.sleep(0.2)
    now = int(time.time() // 60)
    for minute in (now, now + 1):
        (vcsim.datastore / name / f"from-{dead.token[:16]}-{minute}").mkdir()
    with pytest.raises(LabError) as caught:
        vcsim.vsphere.lock(vcsim.site, name, claim())
    assert caught.value.code == "lock.passing"
    for number, marker in enumerate(list((vcsim.datastore / name).glob("from-*"))):
        marker.rename(marker.with_name(f"from-{dead.token[:16]}-{now - 1 - number}"))  # a minute later
    mine = claim()
    vcsim.vsphere.lock(vcsim.site, name, mine)
    vcsim.vsphere.unlock(vcsim.site, name, mine)


@pytest.mark.needs("changes by the API")
def test_a_lock_costs_three_calls_and_its_times_are_the_servers(vcsim, name) -> None:
    vcsim.vsphere.lock(vcsim.site, f"warm-{name}", warm := claim())
    vcsim.vsphere.unlock(vcsim.site, f"warm-{name}", warm, sure=True)
    before = vcsim.proxy.calls.count
    mine = claim()
    vcsim.vsphere.lock(vcsim.site, name, mine)
    held = json.loads((vcsim.datastore / name / "lock.json").read_text())
    assert held["who"] == "prof@laptop"
    vcsim.vsphere.unlock(vcsim.site, name, mine, sure=True)
    assert [call.method for call in vcsim.proxy.calls.since(before, mutating=True)] == [
        "MakeDirectory",
        "PUT",
        "DeleteDatastoreFile_Task",
    ]


def test_a_lock_that_a_dead_teardown_left_is_all_that_remains_of_its_group(vcsim) -> None:
    mine = claim()
    lock = "esxlab-sio2-g07.lock"
    vcsim.vsphere.lock(vcsim.site, lock, mine)
    found = vcsim.vsphere.find_class(vcsim.server, "sio2")
    assert [group.number for group in found] == [7]
    assert all(not (lab.machines or lab.folders or lab.port_groups) for lab, _ in found.values())
    vcsim.vsphere.unlock(vcsim.site, lock, mine)
    assert vcsim.vsphere.find_class(vcsim.server, "sio2") == {}


def _all(work, count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
