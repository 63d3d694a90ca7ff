"""Law of ownership: what is not ours by all of its marks stays as it is, however near to ours it looks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law_worlds import OWN_ROUTERS, Drawn, LawWorld, classes, faulty, law, provision, teardown
from tests.near_misses import IN_DOUBT, IN_THE_WAY, KINDS, NearMiss, Others, near_misses

CASES = 500
MOMENTS = ("before", "in between", "after")
TWO_GROUPS = Drawn(
    (1, 2), ("vsphere: {host: vc.example, esxi: esxi1}", *OWN_ROUTERS), shared=False, foreign=False
)


@given(classes(most=2), near_misses(), st.sampled_from(MOMENTS), st.integers(0, 300))
@law(CASES)
def test_nothing_foreign_is_changed(drawn, misses, moment, fault):
    """Through a provision that may break at some moment, a second one, and a teardown of all."""
    world, labs = LawWorld(drawn), drawn.labs()
    others = Others(world)
    steps = {
        "before": lambda: provision(world, labs, sure=False),
        "in between": lambda: provision(world, labs, sure=False),
        "after": lambda: teardown(world, sure=False),
    }
    faulty(world, fault)
    for at, step in steps.items():
        if at == moment:
            for miss in misses:
                others.plant(miss)
        step()
        assert others.changed() == []
        faulty(world, None)
    teardown(world, sure=False)
    assert others.changed() == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_in_a_groups_way_is_refused_and_nothing_else_is(kind):
    world, labs = LawWorld(TWO_GROUPS), TWO_GROUPS.labs()
    others = Others(world)
    others.plant(NearMiss(kind, 0, "2", powered_on=False))
    assert others.planted == 1
    before = world.snapshot()
    plan = provision(world, labs, sure=False)
    stopped = [group.group.number for group in plan.groups if group.problems or group.warnings]
    assert stopped == ([1] if kind in IN_THE_WAY else [])
    assert world.part_of(labs[1].group)[0].keys()  # the other group has its machines
    teardown(world, sure=kind not in IN_DOUBT)
    assert others.changed() == []
    assert world.part_of(labs[1].group)[0] == {}
    if kind not in IN_DOUBT:
        assert world.snapshot() == before
