"""Laws of failure: whatever a run died of, and whenever, the next one brings the same end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esxlab.engine.options import Options
from esxlab.workflow import plan_provision, run_plan
from tests.law_worlds import (
    ONE_ROUTER,
    OWN_ROUTERS,
    LawWorld,
    assert_stands,
    classes,
    faulty,
    law,
    provision,
    teardown,
)

MOMENT = st.integers(1, 1000)
"""Of all moments of a run at which it can fail: taken modulo their number."""


def moments_of(drawn, act):
    """How many moments there are in an undisturbed run, and the world after it."""
    world = LawWorld(drawn)
    act(world)
    return world.moments, world


@given(classes(most=2), st.lists(MOMENT, min_size=1, max_size=3))
@law(30)
def test_a_provision_that_failed_is_finished_by_the_next(drawn, moments):
    labs = drawn.labs()
    count, undisturbed = moments_of(drawn, lambda world: provision(world, labs))
    world = LawWorld(drawn)
    for moment in moments:
        faulty(world, moment % count + 1)
        provision(world, labs, sure=False)
    faulty(world, None)
    provision(world, labs)
    assert_stands(world, labs)
    assert world.settled() == undisturbed.settled()
    assert provision(world, labs).changes == 0


@given(classes(most=3), st.lists(MOMENT, min_size=1, max_size=3))
@law(25)
def test_a_teardown_that_failed_is_finished_by_the_next(drawn, moments):
    world, labs = LawWorld(drawn), drawn.labs()
    before = world.snapshot()
    provision(world, labs)
    for moment in moments:
        faulty(world, moment % 60 + 1)
        teardown(world, sure=False)
    faulty(world, None)
    teardown(world)
    assert world.snapshot() == before


@given(classes(most=3), MOMENT)
@law(20)
def test_a_provision_that_failed_can_be_taken_away(drawn, moment):
    world, labs = LawWorld(drawn), drawn.labs()
    before = world.snapshot()
    faulty(world, moment % (120 * len(labs)) + 1)
    provision(world, labs, sure=False)
    faulty(world, None)
    teardown(world)
    assert world.snapshot() == before


@given(classes(most=2, scenario=False), st.lists(MOMENT, min_size=3, max_size=3), st.booleans())
@law(60)
def test_a_switch_converges_from_any_state(drawn, moments, undisturbed_first):
    world = LawWorld(drawn)
    for scenario, moment in zip(("ha", "lb", "ha"), moments, strict=True):
        whole = undisturbed_first and scenario == "ha"
        faulty(world, None if whole else moment % 150 + 1)
        provision(world, drawn.labs(scenario=scenario), sure=False)
    for scenario in ("ha", "lb", "ha"):
        faulty(world, None)
        labs = drawn.labs(scenario=scenario)
        provision(world, labs)
        assert_stands(world, labs)
        assert provision(world, labs).changes == 0


@given(
    classes(most=2),
    st.lists(st.sampled_from(["machines", "guests", "router"]), max_size=3),
    st.sampled_from(["networks", "machines", "guests", "cutover", "router"]),
)
@law(12)
def test_parts_of_a_run_add_up_to_the_whole(drawn, worlds, stage):
    world, labs = LawWorld(drawn), drawn.labs()
    for part in worlds:
        provision(world, labs, only=frozenset({part}), sure=False)
    provision(world, labs, until=stage)
    provision(world, labs)
    assert_stands(world, labs)
    whole = LawWorld(drawn)
    provision(whole, labs)
    assert world.settled() == whole.settled()


@given(classes(least=2), MOMENT)
@law(10)
def test_a_group_that_fails_leaves_the_others_green(drawn, moment):
    world, labs = LawWorld(drawn), drawn.labs()
    faulty(world, moment % 100 + 1)
    provision(world, labs, sure=False)
    standing = 0
    for lab in labs:
        try:
            assert_stands(world, (lab,))
        except (AssertionError, KeyError):
            continue
        standing += 1
    assert standing >= len(labs) - 1


@given(classes())
@law(3)
def test_guests_wait_for_their_machines(drawn):
    world, labs = LawWorld(drawn), drawn.labs()
    plan = provision(world, labs, only=frozenset({"guests"}), sure=False)
    assert world.changes == []
    assert {p.code for group in plan.groups for p in group.problems} == {"plan.machines_missing"}
    with pytest.raises(AssertionError):
        assert_stands(world, labs)


@given(classes(least=2, routers=(ONE_ROUTER, OWN_ROUTERS)))
@law(8)
def test_a_router_that_answers_too_late_for_the_plan_is_still_given_back(drawn):
    """What stood there before the first group's push is what the last one puts back."""
    world, labs = LawWorld(drawn), drawn.labs()
    before = world.snapshot()
    world.deaf = {lab.router.address.host for lab in labs}
    plan = plan_provision(labs, world.backends, Options(parallel=1))
    assert all(group.warnings and not group.problems for group in plan.groups)
    world.deaf = set()
    assert run_plan(plan, world.backends, (), Options(parallel=1)).failed == ()
    assert_stands(world, labs)
    assert provision(world, labs).changes == 0
    teardown(world)
    assert world.snapshot() == before


@given(classes(least=2))
@law(4)
def test_a_silent_guest_is_a_problem_of_its_own_group(drawn):
    world, labs = LawWorld(drawn), drawn.labs()
    provision(world, labs)
    world.silent = {(drawn.numbers[0], "ClientA")}
    plan = provision(world, labs, deep=True, sure=False)
    codes = {group.group.number: [p.code for p in group.problems] for group in plan.groups}
    assert codes == {number: [] for number in drawn.numbers} | {drawn.numbers[0]: ["guest.unreachable"]}


@given(classes(most=2), MOMENT)
@law(6)
def test_a_server_that_tells_nothing_of_a_shutdown_costs_no_repetition_either(drawn, moment):
    """It ends between the plan and the run: less is to be done than was shown, and that is done."""
    labs = drawn.labs()
    _, undisturbed = moments_of(drawn, lambda world: provision(world, labs))
    shutdowns = [n for n, what in enumerate(undisturbed.changes, 1) if what[0] == "power_off"]
    world = LawWorld(drawn)
    faulty(world, shutdowns[moment % len(shutdowns)])
    provision(world, labs, sure=False)
    faulty(world, None)
    world.vsphere.mute = True
    provision(world, labs)
    assert_stands(world, labs)
    assert world.settled() == undisturbed.settled()
    assert provision(world, labs).changes == 0
