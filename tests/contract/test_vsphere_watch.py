"""A server that is watched: one call outstanding, news when there are some, what becomes of a lost one."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import closing

import pytest

from esxlab.backends.credentials import Credentials
from esxlab.backends.endpoints import Endpoint
from esxlab.backends.vsphere import watch
from esxlab.sim.access import SchoolEndpoints
from esxlab.sim.proxy.rules import Rule
from tests.schools import ESXI, VCENTER, administrator, lone_esxi, vcenter
from tests.vsphere_worlds import VcsimWorld, build, remove_class, wanted_lab

pytestmark = pytest.mark.scenario
LIMIT_S = 60.0
CLASS = "sio2"


@pytest.fixture(params=[VCENTER, ESXI])
def world(up, request, monkeypatch):
    monkeypatch.setattr(watch, "WAIT_S", 1)
    monkeypatch.setattr(watch, "FIRST_PAUSE_S", 0.1)
    monkeypatch.setattr(watch, "LONGEST_PAUSE_S", 0.2)
    running, book = up
    server, esxi = (vcenter(), "esxi-a") if request.param == VCENTER else (lone_esxi(), "")
    with administrator(book, server.host, user=server.user) as session:
        found = VcsimWorld(running, book, server, session, esxi=esxi)
        yield found
        found.proxy.rules.clear()
        remove_class(found.vsphere, found.server, CLASS)
        found.close()


def watched(world, **passwords):
    book = world.access
    endpoints = SchoolEndpoints(
        servers={host: Endpoint(*where) for host, where in book["servers"].items()},
        thumbprints=book["thumbprints"],
    )
    return closing(
        watch.begin_watch(world.server, CLASS, endpoints, Credentials(book["passwords"] | passwords))
    )


def until(true):
    ends = time.monotonic() + LIMIT_S
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.02)


def since(world, number):
    return [call.method for call in world.proxy.calls.since(number)]


def cards_of(seen, machine):
    return {card[:2] for card in seen.machines[machine.owner.group.number, machine.owner.machine].cards}


def stands(seen, standing):
    until(lambda: seen.standing.standing == standing)


class Outstanding:
    """How many calls are on their way at once, at most."""

    def __init__(self, world):
        self.now, self.most, self.heard, lock = 0, 0, Counter(), threading.Lock()

        def before(call):
            with lock:
                self.now += 1
                self.heard[call.method] += 1
                self.most = max(self.most, self.now)

        def after(_):
            with lock:
                self.now -= 1

        world.proxy.rules.add(Rule(nth=0, before=before, after=after))


def test_an_idle_server_has_one_call_outstanding_and_nothing_else(world):
    with watched(world) as seen:
        stands(seen, "watching")
        version, counted = seen.version, Outstanding(world)
        until(lambda: counted.heard["WaitForUpdatesEx"] >= 3)
        assert (set(counted.heard), counted.most) == ({"WaitForUpdatesEx"}, 1)
        assert seen.version == version
        world.proxy.rules.clear()
        before = world.proxy.calls.count
    told = Counter(since(world, before))
    assert told["Logout"] == 1
    assert set(told) <= {"WaitForUpdatesEx", "CancelWaitForUpdates", "Logout"}


def test_machines_that_come_change_and_go_are_told_and_nobody_elses(world):
    lab = wanted_lab(1, world.site)
    first = lab.machines[0]
    key = (1, first.owner.machine)
    with watched(world) as seen:
        stands(seen, "watching")
        assert seen.machines == {}
        build(world.vsphere, lab)
        other = wanted_lab(1, world.site, class_name="other").machines[0]
        world.foreign_machine("copy", "copy", marks=first.owner, uuid="")
        world.foreign_machine("another", "another", marks=other.owner, uuid=other.owner.instance_uuid)
        until(lambda: {m.power for m in seen.machines.values()} == {"on"})
        assert set(seen.machines) == {(1, machine.owner.machine) for machine in lab.machines}
        assert seen.machines[key].owner == first.owner
        second = lab.machines[1]
        card = second.nics[0]
        for connected in (False, True):
            world.vsphere.set_nic_connected(lab.site, second, card.role, connected=connected)
            until(lambda: (card.mac.lower(), connected) in cards_of(seen, second))  # noqa: B023 - at once
        world.vsphere.suspend(lab.site, second)
        until(lambda: seen.machines[1, second.owner.machine].power == "suspended")
        world.vsphere.power_off(lab.site, first, gently_s=0.1)
        until(lambda: seen.machines[key].power == "off")
        world.vsphere.destroy_machine(lab.site, first)
        until(lambda: key not in seen.machines)
        world.remove_foreign("copy")
        world.remove_foreign("another")
    with watched(world) as again:  # all of it is there from the first answer on
        stands(again, "watching")
        assert set(again.machines) == {(1, machine.owner.machine) for machine in lab.machines[1:]}
        assert again.changed == {}  # since it is watched


def test_two_who_watch_at_once_are_both_told(world):
    """Each session has a property collector, and views, of its own: who comes later takes nobody's news."""
    lab = wanted_lab(1, world.site)
    first = lab.machines[0]
    key = (1, first.owner.machine)
    with watched(world) as one, watched(world) as other:
        for seen in (one, other):
            stands(seen, "watching")
        build(world.vsphere, lab)
        for seen in (one, other):
            until(lambda: {m.power for m in seen.machines.values()} == {"on"})  # noqa: B023 - at once
        before = one.changed[1]
        world.vsphere.power_off(lab.site, first, gently_s=0.1)
        for seen in (other, one):
            until(lambda: seen.machines[key].power == "off")  # noqa: B023 - at once
        assert one.changed[1] > before


def test_a_lost_server_is_told_and_watched_again_once_it_answers(world):
    lab = wanted_lab(1, world.site)
    with watched(world) as seen:
        stands(seen, "watching")
        world.proxy.rules.add(Rule("reset", nth=0))
        stands(seen, "lost")
        assert seen.standing.trouble.code in {"vsphere.unreachable", "vsphere.silent"}
        world.proxy.rules.clear()
        build(world.vsphere, lab)
        stands(seen, "watching")
        until(lambda: len(seen.machines) == len(lab.machines))


def test_a_server_that_has_forgotten_the_session_is_logged_in_to_again(world):
    with watched(world) as seen:
        stands(seen, "watching")
        before = world.proxy.calls.count
        world.proxy.forgetting.restart()
        until(lambda: "CreateFilter" in since(world, before))
        stands(seen, "watching")
        assert Counter(since(world, before))["Login"] == 1


def test_a_refused_login_is_not_tried_again(world):
    before = world.proxy.calls.count
    with watched(world, vsphere="wrong") as seen:
        stands(seen, "ended")
        assert seen.standing.trouble.code == "vsphere.login"
        seen._thread.join(LIMIT_S)
    assert Counter(since(world, before))["Login"] == 1


def test_patience_ends(world, monkeypatch):
    monkeypatch.setattr(watch, "PATIENCE_S", 0.5)
    world.proxy.rules.add(Rule("reset", nth=0))
    with watched(world) as seen:
        stands(seen, "ended")
        assert seen.standing.trouble.code in {"vsphere.unreachable", "vsphere.silent"}
        assert seen.machines == {}
