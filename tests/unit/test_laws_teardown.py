"""Laws of teardown: the first state comes back byte for byte; what is others' is never touched."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from esxlab.actions.vsphere import RemovePortGroup
from esxlab.engine.options import Options
from esxlab.engine.schedule import Schedule
from esxlab.performing import perform
from esxlab.workflow import plan_teardown, run_plan
from tests.law_worlds import (
    CLASS,
    ONE_ROUTER,
    OWN_ROUTERS,
    LawWorld,
    assert_stands,
    classes,
    faulty,
    known_routers,
    law,
    provision,
    teardown,
)


@given(classes())
@law(12)
def test_teardown_gives_back_the_first_state(drawn):
    world, labs = LawWorld(drawn), drawn.labs()
    before = world.snapshot()
    provision(world, labs, parallel=8)
    assert world.snapshot() != before
    teardown(world, parallel=8)
    assert world.snapshot() == before
    faulty(world, None)
    assert teardown(world).changes == 0
    assert world.changes == []


@given(classes(least=2), st.data())
@law(12)
def test_one_group_at_a_time_in_any_order_leaves_the_others_alone(drawn, data):
    world, labs = LawWorld(drawn), drawn.labs()
    before = world.snapshot()
    for number in data.draw(st.permutations(drawn.numbers)):
        provision(world, [lab for lab in labs if lab.group.number == number], roster=drawn.roster())
    staying = {lab.group.number: lab for lab in labs}
    for number in data.draw(st.permutations(drawn.numbers)):
        del staying[number]
        parts = {other: world.part_of(lab.group) for other, lab in staying.items()}
        teardown(world, [number])
        assert {other: world.part_of(lab.group) for other, lab in staying.items()} == parts
        assert_stands(world, tuple(staying.values()))
    assert world.snapshot() == before


@given(classes(least=2), st.data())
@law(8)
def test_some_groups_at_once_leave_the_others_alone(drawn, data):
    world, labs = LawWorld(drawn), drawn.labs()
    before = world.snapshot()
    provision(world, labs)
    going = data.draw(st.sets(st.sampled_from(drawn.numbers), min_size=1))
    plan = teardown(world, sorted(going), parallel=4)
    removals = [
        (action.site.server, action.site.esxi, action.subject, action.after)
        for group in plan.groups
        for action in group.actions
        if isinstance(action, RemovePortGroup)
    ]
    assert len({removal[:3] for removal in removals}) == len(removals)  # by one of them, when all have left
    destroyed = {m.owner.machine for lab in labs[:1] for m in lab.machines}
    sharing = [r for r in removals if r[2] == "everybody-outside"]
    here = Counter((lab.site.server, lab.site.esxi) for lab in labs if lab.group.number in going)
    assert all(len(r[3]) == (here[r[:2]] - 1) * len(destroyed) for r in sharing)
    assert_stands(world, tuple(lab for lab in labs if lab.group.number not in going))
    teardown(world)
    assert world.snapshot() == before


@given(classes(least=2, routers=(ONE_ROUTER,)), st.booleans())
@law(8)
def test_what_groups_share_goes_last_in_whatever_order_the_groups_are_served(drawn, last_first):
    """One step at a time, always of the group that is furthest ahead: the worst that a run may do."""
    world, labs = LawWorld(drawn), drawn.labs()
    before = world.snapshot()
    provision(world, labs)
    servers = sorted({lab.site.server for lab in labs})
    how = Options(parallel=1)
    plan = plan_teardown(servers, CLASS, None, world.backends, how, logins=known_routers(world.drawn))
    schedule = Schedule([action for group in plan.groups for action in group.actions])
    ready = list(schedule.startable())
    while ready:
        action = sorted(ready, key=lambda a: a.group.number, reverse=last_first)[0]
        ready.remove(action)
        perform(action, world.backends)
        schedule.finish(action)
        ready += schedule.startable()
    assert world.snapshot() == before


@given(classes(routers=(OWN_ROUTERS, ONE_ROUTER)))
@law(8)
def test_a_router_that_cannot_be_reached_is_left_for_the_next_run(drawn):
    """The rest of the group goes; its folder stays, for only there is written what the router had before."""
    world, labs = LawWorld(drawn), drawn.labs()
    before = world.snapshot()
    provision(world, labs)
    world.deaf = {lab.router.address.host for lab in labs}
    teardown(world, sure=False)
    left = [world.part_of(lab.group) for lab in labs]
    assert [(machines, folders) for machines, folders, _, _ in left] == [({}, {})] * len(labs)
    assert all(group_folders for _, _, group_folders, _ in left)
    world.deaf = set()
    teardown(world)
    assert world.snapshot() == before


@given(classes(routers=(OWN_ROUTERS, ONE_ROUTER)))
@law(8)
def test_a_router_that_only_a_record_names_is_left_and_never_asked(drawn):
    """All else goes; the run that is told how to log in finishes, one that is not dials nothing again."""
    world, labs = LawWorld(drawn), drawn.labs()
    before = world.snapshot()
    provision(world, labs)
    servers, asked = sorted({lab.site.server for lab in labs}), []
    answers = world.routers.fail
    world.routers.fail = lambda verb, address: asked.append((verb, address))
    how = Options(parallel=1)
    plan = plan_teardown(servers, CLASS, None, world.backends, how)
    report = run_plan(plan, world.backends, (), how)
    assert {group.error.code for group in report.groups} == {"router.only_in_record"}
    left = [world.part_of(lab.group) for lab in labs]
    assert [(machines, folders) for machines, folders, _, _ in left] == [({}, {})] * len(labs)
    assert all(group_folders for _, _, group_folders, _ in left)
    again = plan_teardown(servers, CLASS, None, world.backends, how)
    assert again.changes == 0
    assert {p.code for group in again.groups for p in group.problems} == {"router.only_in_record"}
    assert asked == []
    faulty(world, None)
    world.routers.fail = answers
    teardown(world)
    assert world.snapshot() == before


@given(classes(most=2), st.sampled_from(["ha", "lb"]))
@law(8)
def test_what_earlier_scenarios_have_left_goes_too(drawn, scenario):
    world = LawWorld(drawn)
    before = world.snapshot()
    provision(world, drawn.labs())
    provision(world, drawn.labs(scenario=scenario))
    teardown(world)
    assert world.snapshot() == before


@given(classes(least=2))
@law(8)
def test_a_class_that_shrinks_reports_its_orphans_and_leaves_them(drawn):
    world, gone = LawWorld(drawn), drawn.numbers[-1]
    fewer = {"numbers": drawn.numbers[:-1]}
    assume(
        _names(drawn.load(**fewer)) <= _names(drawn.load())
    )  # a group that is left alone has shorter names
    before = world.snapshot()
    provision(world, drawn.labs())
    orphan = next(lab for lab in drawn.labs() if lab.group.number == gone)
    part = world.part_of(orphan.group)
    plan = provision(world, drawn.labs(**fewer, scenario="lb"), roster=drawn.roster(**fewer))
    servers = {lab.site.server for lab in drawn.labs(**fewer)}
    assert plan.orphans == ((gone,) if orphan.site.server in servers else ())
    assert world.part_of(orphan.group) == part
    teardown(world)
    assert world.snapshot() == before


@given(classes(most=3))
@law(6)
def test_port_groups_that_the_spec_has_renamed_since_go_too(drawn):
    world = LawWorld(drawn)
    before = world.snapshot()
    provision(world, drawn.labs())
    inside = next(line for line in drawn.lines if line.startswith("inside"))
    renamed = inside.replace('}}.0.0/16"}', '}}.0.0/16", X}').replace("/16}", "/16, X}")
    renamed = renamed.replace("X", 'port_group: "lan{{ group }}"')
    lines = tuple(renamed if line == inside else line for line in drawn.lines)
    labs = replace(drawn, lines=lines).labs()
    assert labs[0].port_groups[0].name.startswith("lan")
    provision(world, labs)
    assert_stands(world, labs)
    teardown(world)
    assert world.snapshot() == before


def _names(specs):
    return {(spec.group, machine.folder) for spec in specs for machine in spec.machines}
