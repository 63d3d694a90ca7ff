"""The way to a machine whose address Tools tell wrongly at first."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from esxlab.backends.power_watch import poll_power_watch
from esxlab.backends.route_finding import SUSPICION_S, RouteFinder
from esxlab.errors import LabError
from esxlab.lab.guest import Guest
from esxlab.lab.machine import Server, Site
from esxlab.lab.planned_route import PlannedHop, PlannedRoute
from tests.memory.guests import blank_state
from tests.vsphere_worlds import wanted_lab

SITE = Site(Server("memory.example", "prof"), "datastore1", "modeleD9", "VM Network")
MACHINE = wanted_lab(1, SITE).machines[0]
PLANNED = PlannedRoute((PlannedHop(MACHINE.owner),))
OURS = blank_state(tuple((nic.mac, "ens160") for nic in MACHINE.nics))
OTHERS = blank_state((("00:0c:29:00:00:01", "ens160"),))
OLD, NEW = "172.16.200.1", "172.16.200.9"


class World:
    """A vSphere that tells an address by the clock, and guests that answer at addresses; seconds pass."""

    def __init__(self, *, told, guests):
        self.now = 0.0
        self.told, self.guests = told, guests
        self.dialled = []

    def sleep(self, seconds):
        self.now += seconds

    def address(self):
        return next(address for until, address in self.told if self.now < until)

    def await_address(self, _site, _owner, *, timeout_s):
        assert timeout_s >= 1
        return self.address(), 22

    def check_on(self, _site, owner, *, dialled="", port=0):
        if dialled and dialled != self.address():
            raise LabError("vsphere.new_address", name=owner.machine, old=dialled, new=self.address())

    def observe(self, route, _guest, *, timeout_s):
        """As the real ones do it: dial until the deadline, and poll the power watch after each failure."""
        address, deadline = route.hops[0].address, self.now + timeout_s
        self.dialled.append(address)
        while self.guests.get(address) is None:
            if self.now + 1 >= deadline:
                raise LabError("guest.unreachable", layer="port", address=address, port=22)
            poll_power_watch()
            self.sleep(1)
        found = self.guests[address]
        if isinstance(found, LabError):
            raise found
        return found


@pytest.fixture(autouse=True)
def every_poll(monkeypatch):
    monkeypatch.setattr("esxlab.backends.route_finding.EVERY_S", 0.0)


def find(world, timeout_s=300.0, machine=MACHINE, planned=PLANNED):
    backends = SimpleNamespace(vsphere=world, guests=world)
    finder = RouteFinder(backends, SITE, clock=lambda: world.now, sleep=world.sleep)
    return finder.find(planned, machine, Guest("srvweb1"), timeout_s=timeout_s)


def test_a_true_address_is_dialled_once():
    world = World(told=[(1e9, NEW)], guests={NEW: OURS})
    assert find(world).state == OURS
    assert world.dialled == [NEW]


def test_an_old_address_that_nobody_answers_at_is_given_up_for_the_new_one():
    world = World(told=[(4, OLD), (1e9, NEW)], guests={NEW: OURS})
    met = find(world)
    assert (met.state, met.route.hops[0].address) == (OURS, NEW)
    assert world.dialled == [OLD, NEW]
    assert world.now < 10


def test_another_machine_at_the_old_address_is_told_by_its_cards():
    """All fresh copies show the same key, so that a key proves nothing."""
    world = World(told=[(4, OLD), (1e9, NEW)], guests={OLD: OTHERS, NEW: OURS})
    assert find(world).state == OURS
    assert world.dialled == [OLD, NEW]


@pytest.mark.parametrize("code", ["guest.key_changed", "guest.model_key"])
def test_another_machine_at_the_old_address_is_told_by_its_key(code):
    shown = LabError(code, file="-", pinned="-", shown="-")
    world = World(told=[(4, OLD), (1e9, NEW)], guests={OLD: shown, NEW: OURS})
    assert find(world).state == OURS


def test_a_machine_whose_address_is_true_and_whose_key_is_wrong_is_refused_soon():
    shown = LabError("guest.key_changed", file="-", pinned="-", shown="-")
    world = World(told=[(1e9, NEW)], guests={NEW: shown})
    with pytest.raises(LabError) as refusal:
        find(world)
    assert refusal.value.code == "guest.key_changed"
    assert world.now <= SUSPICION_S + 1
    assert world.dialled == [NEW]


def test_addresses_that_change_for_ever_end_with_the_time():
    told = [(n * 3.0, f"172.16.{n // 250}.{n % 250 + 1}") for n in range(1, 2000)]
    world = World(told=told, guests={})
    with pytest.raises(LabError) as end:
        find(world, timeout_s=60.0)
    assert end.value.code in {"guest.unreachable", "vsphere.new_address"}
    assert world.now <= 62


def test_an_address_conflict_behind_a_jump_host_is_an_error_with_its_name():
    """A fixed address is asked of nobody: there is no other one to try."""
    world = World(told=[(1e9, NEW)], guests={NEW: OTHERS, "172.16.193.10": OTHERS})
    planned = PlannedRoute((PlannedHop(MACHINE.owner, "172.16.193.10"),))
    with pytest.raises(LabError) as refusal:
        find(world, planned=planned)
    assert refusal.value.code == "guest.other_machine"
    assert "00:0c:29:00:00:01" in str(refusal.value)


def test_a_guest_that_shows_no_cards_is_not_doubted():
    world = World(told=[(1e9, NEW)], guests={NEW: blank_state()})
    assert find(world, machine=replace(MACHINE, nics=())).state == blank_state()


def test_a_check_is_asked_again_where_tools_send_it_by_now():
    """`verify` right after a boot: two worlds of `make worlds` dialled the old address for a minute."""
    world = World(told=[(4, OLD), (1e9, NEW)], guests={NEW: OURS})
    waited = []

    def question(route, left_s):
        world.observe(route, None, timeout_s=left_s)
        return route.hops[0].address

    finder = RouteFinder(SimpleNamespace(vsphere=world), SITE, clock=lambda: world.now, sleep=world.sleep)
    answer = finder.ask(PLANNED, question, timeout_s=60.0, waits=lambda: waited.append(world.now))
    assert answer == NEW
    assert world.dialled == [OLD, NEW]
    assert waited
