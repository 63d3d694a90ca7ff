"""One look asks everything once; a plan is made from what it saw, without any backend."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest

from esxlab.backends.protocols import Backends
from esxlab.engine.look import look
from esxlab.engine.options import Options
from esxlab.errors import LabError
from esxlab.planning.class_plan import plan
from esxlab.planning.options import PlanOptions
from esxlab.planning.roster import Wanted
from esxlab.workflow import plan_provision, plan_teardown, run_plan
from tests.law_worlds import (
    CLASS,
    ONE_ROUTER,
    OWN_ROUTERS,
    SERVERS,
    Drawn,
    LawWorld,
    known_routers,
    provision,
)
from tests.memory.routers import MemoryRouters

LINES = (f"vsphere: {SERVERS['an ESXi host each']}", *OWN_ROUTERS)
DRAWN = Drawn((1, 2, 3), LINES, shared=False, foreign=False)


class Counted:
    """A backend that notes which questions it was asked, and of whom."""

    def __init__(self, backend, asked):
        self._backend, self._asked = backend, asked

    def __getattr__(self, name):
        real = getattr(self._backend, name)
        if not callable(real):
            return real

        def ask(*args, **how):
            self._asked[name, type(self._backend).__name__] += 1
            return real(*args, **how)

        return ask


def counted(world):
    asked = Counter()
    return Backends(*(Counted(backend, asked) for backend in world.backends)), asked


@pytest.fixture
def world():
    return LawWorld(DRAWN)


def wanted() -> Wanted:
    return Wanted(tuple(DRAWN.labs()), DRAWN.roster())


def test_a_plan_is_made_from_a_recorded_look_without_any_backend(world, tmp_path) -> None:
    """In a process of its own, to which no room is open that reaches anything."""
    provision(world, DRAWN.labs()[:1], roster=DRAWN.roster())
    before = plan_provision(DRAWN.labs(), world.backends, Options(), DRAWN.roster())
    seen = look(wanted(), world.backends, Options(deep=True))
    recorded = tmp_path / "look.pickle"
    recorded.write_bytes(pickle.dumps((wanted(), seen, PlanOptions())))
    program = (
        "import pickle, pathlib, sys\n"
        "for room in ('backends', 'engine', 'performing', 'workflow'):\n"
        "    sys.modules[f'esxlab.{room}'] = None\n"
        "from esxlab.planning.class_plan import plan\n"
        f"made = plan(*pickle.loads(pathlib.Path({str(recorded)!r}).read_bytes()))\n"
        "print(made.checksum, made.changes, [len(group.actions) for group in made.groups])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    counts = [len(group.actions) for group in before.groups]
    assert done.stdout.split(" ", 2) == [before.checksum, str(before.changes), f"{counts}\n"], done.stderr
    assert counts[0] == 0 < counts[1]


def test_a_plan_is_a_value(world) -> None:
    made = plan_provision(DRAWN.labs(), world.backends, Options(), DRAWN.roster())
    again = pickle.loads(pickle.dumps(made))  # noqa: S301 - our own
    assert (again.checksum, again.groups) == (made.checksum, made.groups)
    assert run_plan(again, world.backends, (), Options()).failed == ()


@pytest.mark.parametrize("deep", [False, True])
def test_a_look_asks_each_of_them_once(world, deep) -> None:
    backends, asked = counted(world)
    look(wanted(), backends, Options(deep=deep))
    assert asked["observe", "MemoryVSphere"] == asked["await_rest", "MemoryVSphere"] == 1
    assert asked["find_records", "MemoryVSphere"] == len(wanted().servers)
    assert asked["observe_each", "MemoryRouters"] == len(DRAWN.numbers)
    assert asked["observe", "MemoryRouters"] == 0
    assert asked["find_lacking", "MemoryVSphere"] == 1  # nothing is there: everything will be made
    assert asked["find_all_records", "MemoryVSphere"] == asked["observe", "MemoryGuests"] == 0


def test_a_router_that_groups_share_is_logged_in_to_once() -> None:
    balancer = ("balancer:", '  address: "192.16.193.{{ 60 + group }}"')
    lines = (f"vsphere: {SERVERS['an ESXi host each']}", *ONE_ROUTER, *balancer)
    drawn = Drawn((1, 2, 3), lines, shared=True, foreign=False)
    world = LawWorld(drawn)
    backends, asked = counted(world)
    whole = Wanted(tuple(drawn.labs()), drawn.roster())
    seen = look(whole, backends, Options())
    assert asked["observe_each", "MemoryRouters"] == 1
    for lab in drawn.labs():
        assert seen.routers[lab.group].table.line_keys == lab.router.table.line_keys
    world.deaf.add("router.example")
    assert [error.code for error in look(whole, backends, Options()).routers.values()] == [
        "router.unreachable"
    ] * 3


def test_a_class_that_stands_is_not_asked_for_privileges(world) -> None:
    provision(world, DRAWN.labs(), roster=DRAWN.roster())
    backends, asked = counted(world)
    assert plan_provision(DRAWN.labs(), backends, Options(), DRAWN.roster()).changes == 0
    assert asked["find_lacking", "MemoryVSphere"] == 0
    seen = look(wanted(), backends, Options(), changing=True)
    assert asked["find_lacking", "MemoryVSphere"] == 1
    assert set(seen.found) == set(seen.records) == {lab.group for lab in DRAWN.labs()}


def test_what_could_not_be_asked_is_in_the_look_and_in_the_plan(world, monkeypatch) -> None:
    def observe(self, address, line_keys):
        raise LabError("router.unreachable", where=address.host, host=address.host, port=22)

    monkeypatch.setattr(MemoryRouters, "observe", observe)
    seen = look(wanted(), world.backends, Options())
    assert {answer.code for answer in seen.routers.values()} == {"router.unreachable"}
    made = plan(wanted(), seen, Options())
    assert [[warning.code for warning in group.warnings] for group in made.groups] == [
        ["router.unreachable"]
    ] * 3
    assert [group.actions[-1].change for group in made.groups] == [None] * 3


def test_a_group_whose_privileges_lack_is_refused_with_their_code(world) -> None:
    seen = look(wanted(), world.backends, Options())
    first = DRAWN.labs()[0].group
    missing = LabError("vsphere.privileges", where="esxi1.example, host", names="Folder.Create")
    made = plan(wanted(), replace(seen, lacking={first: (missing,)}), Options())
    refused, *others = made.groups
    assert ([problem.code for problem in refused.problems], refused.actions) == (["vsphere.privileges"], ())
    assert all(group.actions and not group.problems for group in others)


def taken_away(world):
    servers = sorted({lab.site.server for lab in DRAWN.labs()})
    return plan_teardown(
        servers, CLASS, [1], world.backends, Options(parallel=1), logins=known_routers(DRAWN)
    )


def test_a_release_sends_no_line_that_the_plan_did_not_show(world) -> None:
    """Since the plan somebody put the port back as the exercise has it: more than was shown would go."""
    provision(world, DRAWN.labs()[:1], roster=DRAWN.roster())
    host = "router1.example"
    stands = list(world.backends.routers.configs[host])
    static = next(line for line in stands if line.startswith("ip nat inside source static"))
    world.backends.routers.configs[host] = [line for line in stands if line != static]
    made = taken_away(world)
    world.backends.routers.configs[host] = stands
    report = run_plan(made, world.backends, (), Options(parallel=1))
    assert report.groups[0].error.code == "plan.router_changed"
    assert world.backends.routers.configs[host] == stands
    assert run_plan(taken_away(world), world.backends, (), Options(parallel=1)).failed == ()
