"""Laws of plans: performing one gives the wanted lab, the next one is empty, looking changes nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from esxlab.engine.options import Options
from esxlab.workflow import plan_provision, plan_teardown, status
from tests.law_worlds import (
    CLASS,
    LawWorld,
    assert_stands,
    classes,
    faulty,
    known_routers,
    law,
    provision,
)


@given(classes())
@law(12)
def test_performing_the_plan_gives_the_wanted_lab_and_the_second_plan_is_empty(drawn):
    world, labs = LawWorld(drawn), drawn.labs()
    provision(world, labs, parallel=8)
    assert_stands(world, labs)
    faulty(world, None)
    again = provision(world, labs)
    assert [group.actions for group in again.groups] == [()] * len(labs)
    assert world.changes == []


@given(classes(most=2))
@law(6)
def test_a_deep_look_finds_nothing_to_do_either(drawn):
    world, labs = LawWorld(drawn), drawn.labs()
    provision(world, labs)
    faulty(world, None)
    assert provision(world, labs, deep=True).changes == 0
    assert world.changes == []


@given(classes(), st.data())
@law(10)
def test_one_group_at_a_time_gives_the_same_as_all_at_once(drawn, data):
    at_once, singly, labs = LawWorld(drawn), LawWorld(drawn), drawn.labs()
    provision(at_once, labs)
    by_number = {lab.group.number: lab for lab in labs}
    for number in data.draw(st.permutations(drawn.numbers)):
        provision(singly, [by_number[number]], roster=drawn.roster())
    assert singly.settled() == at_once.settled()
    faulty(singly, None)
    assert provision(singly, labs).changes == 0


@given(classes(most=2), st.integers(0, 400))
@law(10)
def test_looking_changes_nothing(drawn, moment):
    """From any state that an interrupted run may leave."""
    world, labs = LawWorld(drawn, fault_at=moment), drawn.labs()
    provision(world, labs, sure=False)
    faulty(world, None)
    before = world.snapshot()
    for deep in (False, True):
        plan_provision(labs, world.backends, Options(parallel=1, deep=deep), drawn.roster())
    status(labs, world.backends, drawn.roster())
    servers = sorted({lab.site.server for lab in labs})
    plan_teardown(
        servers, CLASS, None, world.backends, Options(parallel=1), logins=known_routers(world.drawn)
    )
    assert world.changes == []
    assert world.snapshot() == before
