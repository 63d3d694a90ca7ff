"""A lab whose guests answer nothing: each is waited for once, in the time that the lab is given."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest

from esxlab.backends.power_watch import poll_power_watch
from esxlab.backends.protocols import Backends, CommandResult
from esxlab.checks.patience import MOST_S, ONE_TRY_S
from esxlab.engine.ask import Asking
from esxlab.engine.events import StepProgressed
from esxlab.engine.run import Announcer
from esxlab.errors import LabError
from esxlab.exercises.registry import build_checks, build_lab
from tests.group_specs import group_spec


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self):
        return self.now


@dataclass
class Guests:
    """Some say nothing for as long as they are dialled; the others answer at once, and tell it."""

    clock: Clock
    silent: frozenset[str]
    dialled: list[tuple[str, float]] = field(default_factory=list)

    def run(self, route, command, *, timeout_s, connect_s):
        for hop in route.hops:
            self.dialled.append((hop.machine, connect_s))
            if hop.machine in self.silent:
                self.clock.now += connect_s
                poll_power_watch()
                raise LabError("guest.unreachable", machine=hop.machine, address="x", port=22, layer="x")
        return CommandResult(0, "It works! SRV1", "")

    def leave(self, group):
        pass


def verify(silent, wait_s):
    """(results, the guests, seconds that it took, what was told while waiting)."""
    spec = replace(group_spec(), router=None)
    lab = build_lab(spec, phrase="sesame")
    clock, events = Clock(), []
    guests = Guests(clock, frozenset(silent))
    vsphere = SimpleNamespace(
        await_address=lambda *_, **__: ("127.0.0.1", 22), check_on=lambda *_, **__: None
    )
    checks = build_checks(spec, wanted=lab, found=lab)[1:]
    backends = Backends(vsphere, guests, None)
    asking = Asking(backends, Announcer([events.append]), threading.Event(), wait_s=wait_s, clock=clock)
    results = asking.ask_all({spec.group: checks}, workers=1)
    told = [event.text for event in events if isinstance(event, StepProgressed)]
    return results, guests, clock.now - Clock.now, told


def codes(results):
    return [result.answer.error.code for result in results if result.answer.error]


@pytest.mark.parametrize("wait_s", [0.0, 45.0, 90.0, 240.0])
def test_a_lab_of_silent_guests_costs_its_patience_once(wait_s):
    machines = {"ClientA", "ClientB", "srvweb1", "srvweb2"}
    results, guests, took_s, _ = verify(machines, wait_s)
    met = {name for name, _ in guests.dialled}
    assert {result.answer.verdict for result in results} == {"error"}
    assert sorted(met) == sorted(name for name, _ in guests.dialled), "somebody was dialled twice"
    assert codes(results).count("guest.unreachable") == len(met)
    assert set(codes(results)) == {"guest.unreachable", "guest.still_silent"}
    assert took_s <= wait_s + ONE_TRY_S * len(met)


def test_whoever_is_dialled_last_still_gets_a_whole_try():
    _, guests, _, _ = verify({"ClientA", "ClientB", "srvweb1", "srvweb2"}, 0.0)
    assert {connect_s for _, connect_s in guests.dialled} == {ONE_TRY_S}


def test_a_machine_that_boots_gets_no_more_than_is_left():
    _, guests, _, told = verify({"ClientB"}, 30.0)
    assert guests.dialled[0] == ("ClientB", 30.0)
    assert told == ["waits for ClientB to answer, 30 s at most"]
    _, guests, _, _ = verify({"ClientB"}, 240.0)
    assert guests.dialled[0] == ("ClientB", MOST_S)


def test_the_silence_of_one_takes_no_question_from_the_others():
    silent, _, _, _ = verify({"srvweb2"}, 90.0)
    alone = [result for result in silent if not result.answer.error]
    assert [result.answer.verdict for result in alone if result.check.startswith("page")] == ["ok"]
