"""Laws of two teachers: what another has made from another spec changes only when somebody takes it over."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given

from esxlab.engine.drill import drill
from esxlab.engine.options import Options
from esxlab.lab.provenance import Author
from esxlab.workflow import plan_provision, plan_teardown, run_plan, status
from tests.law_worlds import CLASS, LawWorld, assert_stands, classes, faulty, law

MINE, COLLEAGUE = Author("prof@salle12", "a" * 32), Author("dupont@salle14", "b" * 32)


def provision(world, labs, author, **how):
    options = Options(author=author, parallel=1, **how)
    world.vsphere.author = author
    plan = plan_provision(labs, world.backends, options)
    report = run_plan(plan, world.backends, (), options)
    return plan, report


def changed(drawn):
    """The same spec but for one value that every group has."""
    lines = tuple(
        line.replace("true", "FALSE").replace("false", "true").replace("FALSE", "false")
        if line.startswith("  auto_failback:")
        else line
        for line in drawn.lines
    )
    return replace(drawn, lines=lines)


@given(classes(most=2))
@law(8)
def test_a_colleagues_groups_change_only_by_taking_over(drawn):
    world = LawWorld(drawn)
    labs, theirs = drawn.labs(), changed(drawn).labs()
    assume([lab.spec_digest for lab in labs] != [lab.spec_digest for lab in theirs])
    provision(world, theirs, COLLEAGUE)
    assert_stands(world, theirs)
    faulty(world, None)

    plan, report = provision(world, labs, MINE)
    assert world.changes == []
    assert set(plan.colleagues) == {lab.group for lab in labs}
    assert {made.who for made in plan.colleagues.values()} == {COLLEAGUE.who}
    touched = [group for group in plan.groups if group.problems]
    assert {p.code for group in touched for p in group.problems} <= {"safety.colleagues_group"}
    assert report.failed == tuple(group.group.number for group in touched)

    assert set(status(labs, world.backends, author=MINE).colleagues) == set(plan.colleagues)
    provision(world, labs, MINE, take_over=True)
    assert_stands(world, labs)
    again, _ = provision(world, labs, MINE)
    assert again.changes == 0


@given(classes(most=2))
@law(8)
def test_the_same_spec_on_another_computer_is_no_colleagues(drawn):
    world, labs = LawWorld(drawn), drawn.labs()
    provision(world, labs, COLLEAGUE)
    faulty(world, None)
    plan, report = provision(world, labs, MINE)
    assert (plan.colleagues, plan.changes, report.failed) == ({}, 0, ())


@given(classes(most=2))
@law(8)
def test_one_may_change_ones_own_spec(drawn):
    world = LawWorld(drawn)
    provision(world, drawn.labs(), MINE)
    plan, report = provision(world, changed(drawn).labs(), MINE)
    assert (plan.colleagues, report.failed) == ({}, ())
    assert provision(world, changed(drawn).labs(), MINE)[0].changes == 0


@given(classes(least=2))
@law(8)
def test_a_colleagues_group_is_no_orphan_and_teardown_says_whose_it_is(drawn):
    world, labs = LawWorld(drawn), drawn.labs()
    provision(world, labs, COLLEAGUE)
    mine = drawn.labs(numbers=drawn.numbers[:1])
    roster = drawn.roster(numbers=drawn.numbers[:1])
    plan = plan_provision(mine, world.backends, Options(author=MINE), roster)
    servers = {lab.site.server for lab in mine}
    assert plan.orphans == ()
    assert set(plan.colleagues) >= {lab.group for lab in labs[1:] if lab.site.server in servers}
    gone = plan_teardown(
        sorted({lab.site.server for lab in labs}), CLASS, None, world.backends, Options(author=MINE)
    )
    assert set(gone.colleagues) == {lab.group for lab in labs}


@given(classes(most=1))
@law(4)
def test_a_drill_breaks_nothing_of_a_colleague(drawn):
    world = LawWorld(drawn)
    labs = drawn.labs()
    provision(world, changed(drawn).labs(), COLLEAGUE)
    assume(drawn.labs()[0].spec_digest != changed(drawn).labs()[0].spec_digest)
    faulty(world, None)
    specs = drawn.load()
    groups = drill(specs, labs, world.backends, (), Options(author=MINE))
    assert [group.error.code for group in groups if group.error] == ["safety.colleagues_group"] * len(labs)
    assert world.changes == []
