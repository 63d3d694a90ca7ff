"""Laws of generated passwords: whatever a run died of, no guest is locked out, and no password is guessed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esxlab.engine.options import Options
from esxlab.lab.password import MODEL, MODEL_PASSWORD, PasswordName
from esxlab.workflow import plan_provision, run_plan, wanted_labs
from tests.law_worlds import Drawn, LawWorld, assert_stands, classes, faulty, law, provision, teardown

ROOT = "a1b2c3d4"
ELSEWHERE = "ffffffff"
VERBS = ("", "apply-half", "applied", "reconfigure_machine")
STEP = st.tuples(st.integers(-1, 3), st.sampled_from(VERBS), st.integers(1, 1000))
"""A generation to bring the class to (-1: the model's password), and the moment at which the run fails: the
n-th of all moments, or of those around the change of a password and the mark that tells of it."""


class World(LawWorld):
    """Fails at the n-th moment of one verb; of any, when it is empty."""

    verb = ""

    def _moment(self, *what):
        if self.verb in {"", what[0]}:
            super()._moment(*what)


def labs_of(drawn, generation, *, root=ROOT):
    """The class with the passwords of this generation; -1: with the model's."""
    specs = [replace(spec, generated_password=generation >= 0) for spec in drawn.load()]
    return wanted_labs(
        specs,
        lambda group, _: f"phrase-{group.number}-{generation}",
        lambda group: PasswordName(group, generation, root),
    )


def run(world, labs):
    """One run; what failed, but for the planted fault. Nobody was asked more often than its mark allows."""
    world.guests.refusals.clear()
    options = Options(parallel=1)
    plan = plan_provision(labs, world.backends, options)
    report = run_plan(plan, world.backends, (), options)
    twice = [key for key, count in Counter(world.guests.refusals).items() if count > 2]
    assert twice == []  # looking and changing log in once each
    problems = [problem.code for group in plan.groups for problem in group.problems]
    errors = [group.error.code for group in report.groups if group.error]
    return {*problems, *errors} - {"vsphere.unreachable", "plan.overtaken"}


@given(classes(most=2), st.lists(STEP, min_size=1, max_size=4), st.integers(0, 3))
@law(60)
def test_no_death_locks_a_guest_out(drawn, steps, last):
    world, highest = World(drawn), -1
    for generation, verb, moment in steps:
        highest = max(highest, generation)
        wanted = generation if generation < 0 else highest  # the secrets file never goes back
        world.verb = verb
        faulty(world, moment % (5 if verb else 150) + 1)
        assert run(world, labs_of(drawn, wanted)) == set()
    faulty(world, None)
    world.verb = ""
    labs = labs_of(drawn, max(highest, last))
    assert run(world, labs) == set()
    assert_stands(world, labs)
    world.guests.refusals.clear()
    assert provision(world, labs, deep=True).changes == 0
    assert world.guests.refusals == []
    teardown(world)


DEATHS = [("", 0), *product(("apply-half", "applied"), range(1, 6))]
"""No death, and deaths of each of the five machines before and after its password has changed."""


@pytest.mark.parametrize(("first", "second"), [*product(DEATHS[1:], DEATHS[1:])])
def test_two_deaths_in_a_row_and_another_rotation_after_each(first, second):
    lines = (
        "vsphere: {host: vc.example, esxi: esxi1}",
        "inside: {network: 172.16.0.0/16}",
        "router: none",
    )
    world = World(Drawn((1,), lines, shared=False, foreign=False))
    for generation, (verb, number) in enumerate((first, second, DEATHS[0])):
        world.verb = verb
        faulty(world, number)
        assert run(world, labs_of(world.drawn, generation)) == set()
    assert_stands(world, labs_of(world.drawn, 2))


@given(classes(most=2))
@law(8)
def test_a_settled_machine_is_asked_once_and_marked_with_one_name(drawn):
    world, labs = LawWorld(drawn), labs_of(drawn, 0)
    assert run(world, labs) == set()
    assert world.guests.refusals == []
    for lab in world.vsphere.observe(labs).values():
        assert {machine.password.pending for machine in lab.machines} == {None}
        assert {machine.password.settled.group for machine in lab.machines} == {lab.group}
    assert run(world, labs_of(drawn, 1)) == set()
    assert world.guests.refusals == []
    assert run(world, labs_of(drawn, -1)) == set()
    assert {state.password for state in world.guests.states.values()} == {MODEL}
    found = world.vsphere.observe(labs)
    assert {machine.password for lab in found.values() for machine in lab.machines} == {MODEL_PASSWORD}


@given(classes(most=2))
@law(5)
def test_another_computers_password_is_never_guessed_at(drawn):
    world = LawWorld(drawn)
    run(world, labs_of(drawn, 0, root=ELSEWHERE))
    world.guests.elsewhere.add(ELSEWHERE)
    before = world.snapshot()
    world.guests.calls.clear()
    assert run(world, labs_of(drawn, 0)) == {"secret.elsewhere"}
    assert world.guests.calls == []
    assert world.snapshot() == before
    teardown(world)


@given(classes(most=2))
@law(5)
def test_an_older_copy_of_the_secrets_brings_no_old_password_back(drawn):
    world = LawWorld(drawn)
    run(world, labs_of(drawn, 2))
    before = world.snapshot()
    assert run(world, labs_of(drawn, 1)) == {"secret.behind"}
    assert world.snapshot() == before
    assert run(world, labs_of(drawn, 3)) == set()
