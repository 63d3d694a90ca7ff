"""What one group, or one server, raises costs itself: the others are planned, checked, taken away."""

from __future__ import annotations

import pytest

from esxlab.engine.options import Options
from esxlab.errors import LabError
from esxlab.workflow import plan_provision, plan_teardown, status, verify
from tests import law_worlds
from tests.memory.guests import MemoryGuests
from tests.memory.routers import MemoryRouters
from tests.memory.vsphere import MemoryVSphere

LINES = (f"vsphere: {law_worlds.SERVERS['an ESXi host each']}", *law_worlds.OWN_ROUTERS)
DRAWN = law_worlds.Drawn((1, 2, 3), LINES, shared=False, foreign=False)
BUGS = (EOFError(), IndexError("list index out of range"), ZeroDivisionError())


@pytest.fixture
def world():
    return law_worlds.Backends(MemoryVSphere(), MemoryGuests(), MemoryRouters())


@pytest.mark.parametrize("error", BUGS, ids=repr)
def test_a_group_that_cannot_be_planned_is_refused_and_the_others_are_planned(
    world, error, monkeypatch, met_bugs
) -> None:
    from esxlab.planning import group_plan

    real = group_plan.plan_group

    def plan_group(difference):
        if difference.wanted.group.number == 2:
            raise error
        return real(difference)

    monkeypatch.setattr(group_plan, "plan_group", plan_group)
    plan = plan_provision(DRAWN.labs(), world, Options())
    assert [bool(group.actions) for group in plan.groups] == [True, False, True]
    (problem,) = plan.groups[1].problems
    assert (problem.code, problem.where) == ("bug.unexpected", "group 2")
    assert len(met_bugs) == 1


def test_a_group_of_which_nobody_can_tell_what_to_ask_is_refused_and_the_others_are_planned(
    world, monkeypatch, met_bugs
) -> None:
    from esxlab.planning import questions

    law_worlds.run_plan(plan_provision(DRAWN.labs(), world, Options()), world, (), Options())
    real = questions.plan_route

    def plan_route(machine, *, wanted, found):
        if wanted.group.number == 2:
            raise KeyError("srvweb1")
        return real(machine, wanted=wanted, found=found)

    monkeypatch.setattr(questions, "plan_route", plan_route)
    assert plan_provision(DRAWN.labs(), world, Options()).changes == 0  # nobody is asked
    plan = plan_provision(DRAWN.labs(), world, Options(deep=True))
    assert [[p.code for p in group.problems] for group in plan.groups] == [[], ["bug.unexpected"], []]
    assert plan.changes == 0
    assert len(met_bugs) == 1


@pytest.mark.parametrize("error", BUGS, ids=repr)
def test_a_router_that_makes_its_library_fail_is_its_groups_problem(
    world, error, monkeypatch, met_bugs
) -> None:
    real = MemoryRouters.observe

    def observe(self, address, line_keys):
        if address.host == "router2.example":
            raise error
        return real(self, address, line_keys)

    monkeypatch.setattr(MemoryRouters, "observe", observe)
    plan = plan_provision(DRAWN.labs(), world, Options())
    warned = [[w.code for w in group.warnings if w.code.startswith("bug")] for group in plan.groups]
    assert [len(codes) for codes in warned] == [0, 1, 0]
    assert len(met_bugs) == 1


def test_status_and_verify_go_on_without_a_group(world, monkeypatch, met_bugs) -> None:
    from esxlab import workflow
    from esxlab.planning import standing

    def failing(real):
        def asked(first, *args, **options):
            if first.group.number == 2:
                raise KeyError("srvweb1")
            return real(first, *args, **options)

        return asked

    for room, name in ((standing, "standing_of"), (workflow, "build_checks")):
        monkeypatch.setattr(room, name, failing(getattr(room, name)))
    labs = DRAWN.labs()
    groups = status(labs, world).groups
    assert [group.state for group in groups] == ["absent", "unknown", "absent"]
    results = verify(DRAWN.load(), labs, world, (), Options(wait_s=0.01))
    broken = {r.group for r in results if r.answer.error and r.answer.error.code == "bug.unexpected"}
    assert (broken, {r.group for r in results}) == ({2}, {1, 2, 3})
    assert len(met_bugs) == 2


@pytest.mark.parametrize("chosen", [(), ("ping",)])
def test_a_group_that_a_plan_would_not_touch_is_asked_nothing_and_told_once(
    world, monkeypatch, chosen
) -> None:
    """A record of a newer esxlab: what it means, and whom to dial, this program cannot know."""
    labs, dialled, answered = DRAWN.labs(), [], MemoryGuests.run
    law_worlds.run_plan(plan_provision(labs, world, Options()), world, (), Options())
    newer, real = LabError("record.newer", file="group.json", format=2), MemoryVSphere.observe

    def observe(self, wanted):
        found = real(self, wanted)
        return {g: lab.with_problem(newer if g.number == 2 else None) for g, lab in found.items()}

    def run(self, route, command, **_):
        dialled.append(route.group)
        return answered(self, route, command)

    monkeypatch.setattr(MemoryVSphere, "observe", observe)
    monkeypatch.setattr(MemoryGuests, "run", run)
    results = verify(DRAWN.load(), labs, world, (), Options(wait_s=0.01, checks=frozenset(chosen)))
    [told] = [result for result in results if result.group == 2]
    assert (told.check, told.answer.verdict, told.answer.error.code) == ("machines", "error", "record.newer")
    assert set(dialled) == {1, 3}


def test_a_silent_server_costs_its_own_groups_and_what_may_be_shared_waits(world, monkeypatch) -> None:
    labs = DRAWN.labs()
    law_worlds.run_plan(plan_provision(labs, world, Options()), world, (), Options())
    servers = [lab.site.server for lab in labs]
    whole = plan_teardown(servers, law_worlds.CLASS, None, world, Options())
    real, silent = MemoryVSphere.find_class, {"esxi2.example"}

    def find_class(self, server, class_name):
        if server.host in silent:
            raise LabError("vsphere.unreachable", where=server.host, host=server.host)
        return real(self, server, class_name)

    monkeypatch.setattr(MemoryVSphere, "find_class", find_class)
    plan = plan_teardown(servers, law_worlds.CLASS, None, world, Options())
    assert [error.where for error in plan.silent] == ["esxi2.example"]
    assert {a.verb for group in whole.groups for a in group.actions} >= {"destroy-machine", "release"}
    left = [group for group in plan.groups if group.actions]
    assert {a.verb for group in left for a in group.actions} >= {"destroy-machine"}
    assert not any(a.backend == "router" or a.verb == "release" for group in left for a in group.actions)
    silent.update(server.host for server in servers)
    with pytest.raises(LabError) as caught:
        plan_teardown(servers, law_worlds.CLASS, None, world, Options())
    assert caught.value.code == "vsphere.unreachable"
