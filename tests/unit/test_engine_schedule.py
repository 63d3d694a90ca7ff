"""The graph of a run: order, limit groups, what a failure takes with it, long chains first."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esxlab.actions.base import Action
from esxlab.engine.schedule import Schedule
from esxlab.lab.identity import GroupId

GROUP = GroupId("test", 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Action):
    verb: ClassVar[str] = "step"
    name: str
    place: str = ""

    @property
    def subject(self) -> str:
        return self.name

    @property
    def limit_group(self) -> tuple[str, str]:
        return ("copy", self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class LongStep(Step):
    @property
    def weight(self) -> int:
        return 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart(Step):
    verb: ClassVar[str] = "restart"


def step(name: str, *needs: str, group: GroupId = GROUP, kind: type[Step] = Step, place: str = "") -> Step:
    return kind(group=group, name=name, needs=tuple(f"step {need}" for need in needs), place=place)


def drain(schedule: Schedule) -> list[list[str]]:
    waves = []
    while wave := list(schedule.startable()):
        waves.append([action.subject for action in wave])
        for action in wave:
            schedule.finish(action)
    return waves


def test_what_is_needed_comes_first() -> None:
    schedule = Schedule([step("c", "b"), step("b", "a"), step("a")], {"copy": 9})
    assert drain(schedule) == [["a"], ["b"], ["c"]]


def test_a_need_of_another_group_with_the_same_key_is_not_ours() -> None:
    other = GroupId("test", 2)
    schedule = Schedule([step("a"), step("b", "a", group=other)], {"copy": 9})
    assert sorted(drain(schedule)[0]) == ["a", "b"]


def step_after(name: str, *after: tuple[int, str], group: GroupId) -> Step:
    return Step(group=group, name=name, after=tuple((number, f"step {key}") for number, key in after))


def test_what_another_group_must_do_before_comes_first() -> None:
    """The port group that two groups share goes when the machines of both are gone."""
    other = GroupId("test", 2)
    removal = step_after("port group", (1, "b"), (1, "not in this run"), group=other)
    schedule = Schedule([removal, step("a"), step("b", "a")], {"copy": 9})
    assert drain(schedule) == [["a"], ["b"], ["port group"]]


def test_a_failure_takes_what_waits_for_it_in_another_group_too() -> None:
    other = GroupId("test", 2)
    schedule = Schedule([step("a"), step_after("port group", (1, "a"), group=other)], {"copy": 9})
    (first,) = schedule.startable()
    assert [lost.subject for lost in schedule.fail(first)] == ["port group"]


def test_a_lane_has_its_limit_and_another_place_its_own() -> None:
    steps = [step(f"x{n}", place="ds1") for n in range(5)] + [step(f"y{n}", place="ds2") for n in range(2)]
    waves = drain(Schedule(steps, {"copy": 2}))
    assert [len(wave) for wave in waves] == [4, 2, 1]


def test_long_chains_go_first() -> None:
    steps = [step("short"), step("head"), step("tail", "head", kind=LongStep)]
    assert drain(Schedule(steps, {"copy": 1}))[0] == ["head"]


def test_long_chains_go_first_whatever_their_lane() -> None:
    steps = [step("short", place="ds1"), step("head", place="ds2"), step("tail", "head", kind=LongStep)]
    assert drain(Schedule(steps, {"copy": 1}))[0] == ["head", "short"]


def test_a_machine_that_was_begun_goes_on_before_another_begins() -> None:
    restart = Restart(group=GROUP, name="a", needs=("step a",))
    schedule = Schedule([step("a", kind=LongStep), step("b"), step("c", kind=LongStep), restart], {"copy": 1})
    order = []
    while action := next(schedule.startable(), None):
        order.append(action.key)
        schedule.finish(action)
    assert order == ["step a", "restart a", "step c", "step b"]


def test_what_is_not_taken_is_not_started() -> None:
    schedule = Schedule([step("a"), step("b"), step("c")], {"copy": 2})
    (first,) = islice(schedule.startable(), 1)
    (second,) = schedule.startable()
    assert (first.subject, second.subject) == ("a", "b")


def test_a_failure_takes_its_dependents_and_nobody_else() -> None:
    schedule = Schedule([step("a"), step("b", "a"), step("c", "b"), step("d")], {"copy": 1})
    first = next(schedule.startable())
    assert first.subject == "a"
    assert sorted(lost.subject for lost in schedule.fail(first)) == ["b", "c"]
    assert drain(schedule) == [["d"]]


def test_a_circle_is_a_bug() -> None:
    with pytest.raises(ValueError, match="need each other"):
        Schedule([step("a", "b"), step("b", "a")], {"copy": 1})


@given(st.data())
def test_every_action_of_any_graph_starts_once_after_its_needs(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 20))
    steps = []
    for n in range(count):
        needs = data.draw(st.sets(st.integers(0, n - 1), max_size=4)) if n else set()
        steps.append(step(str(n), *map(str, needs), place=data.draw(st.sampled_from(["p", "q"]))))
    limit = data.draw(st.integers(1, 4))
    done: list[str] = []
    schedule = Schedule(steps, {"copy": limit})
    needs_of = {s.key: s.needs for s in steps}
    while wave := list(schedule.startable()):
        assert (
            max(sum(a.limit_group == place for a in wave) for place in {a.limit_group for a in wave}) <= limit
        )
        for action in wave:
            assert set(needs_of[action.key]) <= set(done)
        for action in wave:
            schedule.finish(action)
            done.append(action.key)
    assert sorted(done) == sorted(needs_of)
