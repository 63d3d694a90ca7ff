"""Runs: failures stay in their group, bugs too; an interruption starts nothing new."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest

from esxlab.actions.base import Action
from esxlab.engine.events import GroupFinished, RunFinished, StepFinished
from esxlab.engine.run import Announcer, Runner
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId
from esxlab.performing import leave, perform
from esxlab.planning.plan import GroupPlan, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Action):
    verb: ClassVar[str] = "power-on"
    name: str
    does: Any = field(default=None, compare=False)

    @property
    def subject(self) -> str:
        return self.name


@perform.register(Note)
def do_it(note: Note, backends: Any) -> None:
    if note.does:
        note.does()
    backends.append(note.name)


@leave.register(Note)
def leave_it(note: Note, backends: Any) -> None:
    backends.append(f"left {note.name}")


def boom(error: BaseException):
    def do() -> None:
        raise error

    return do


def plan(**groups: tuple[Note, ...]) -> Plan:
    plans = [GroupPlan(GroupId("t", int(key[1:])), actions) for key, actions in groups.items()]
    return Plan("provision", "t", tuple(plans))


def note(group: int, name: str, *needs: str, does: Any = None) -> Note:
    needed = tuple(f"power-on {need}" for need in needs)
    return Note(group=GroupId("t", group), name=name, needs=needed, does=does)


def run(what: Plan, stop: threading.Event | None = None, workers: int = 4):
    done: list[str] = []
    events: list[Any] = []
    runner = Runner(done, Announcer([events.append]), stop=stop or threading.Event(), workers=workers)
    return runner.run(what), done, events


def test_a_failure_is_data_and_the_other_group_goes_on() -> None:
    failure = LabError("school.down")
    report, done, events = run(
        plan(g1=(note(1, "a", does=boom(failure)), note(1, "b", "a")), g2=(note(2, "c"), note(2, "d", "c")))
    )
    assert done == ["c", "d"]
    assert report.failed == (1,)
    assert report.groups[0].error is not None
    assert report.groups[0].error.code == "school.down"
    assert report.groups[0].error.where == "group 1, a"
    statuses = {e.step: e.status for e in events if isinstance(e, StepFinished)}
    assert statuses == {
        "power-on a": "failed",
        "power-on b": "skipped",
        "power-on c": "done",
        "power-on d": "done",
    }
    assert sum(isinstance(e, GroupFinished) for e in events) == 2
    assert isinstance(events[-1], RunFinished)


def test_with_few_workers_the_longest_chain_goes_on_before_another_begins() -> None:
    chain = (note(1, "a"), note(1, "b", "a"), note(1, "c", "b"))
    _, done, _ = run(plan(g1=chain, g2=(note(2, "d"), note(2, "e"))), workers=1)
    assert done == ["a", "b", "c", "d", "e"]


class Panic(BaseException):
    """As cryptography's Rust raises it: no Exception."""


@pytest.mark.parametrize("bug", [ZeroDivisionError("no"), EOFError(), Panic("rust")])
def test_a_bug_is_its_groups_failure_and_the_others_go_on(bug, met_bugs) -> None:
    groups = {
        "g1": (note(1, "a", does=boom(bug)), note(1, "b", "a")),
        "g2": (note(2, "c"), note(2, "d", "c")),
    }
    report, done, _ = run(plan(**groups))
    assert (done, report.failed) == (["c", "d"], (1,))
    error = report.groups[0].error
    assert (error.code, error.where) == ("bug.unexpected", "group 1, a")
    assert type(bug).__name__ in error.detail
    (met,) = met_bugs
    assert "in do\n" in met.traceback


@pytest.mark.parametrize("request_", [KeyboardInterrupt(), SystemExit(3)])
def test_only_who_asks_to_leave_leaves_and_only_after_what_ran_has_ended(request_) -> None:
    with pytest.raises(type(request_)):
        run(plan(g1=(note(1, "a", does=boom(request_)), note(1, "b", "a"))))


class Deaf:
    """A listener that raises at its n-th event."""

    def __init__(self, error: Exception, at: int) -> None:
        self.error, self.left, self.heard = error, at, 0

    def __call__(self, event: Any) -> None:
        self.heard += 1
        self.left -= 1
        if self.left <= 0:
            raise self.error


@pytest.mark.parametrize("at", range(1, 8))
@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), LabError("school.down"), EOFError()]
)
def test_a_listener_that_raises_neither_hangs_the_run_nor_ends_it(
    at: int, error: Exception, met_bugs
) -> None:
    """Before this, one that raised at StepStarted was waited for without end."""
    deaf, events, done = Deaf(error, at), [], []
    announce = Announcer([deaf, events.append])
    runner = Runner(done, announce, workers=2)
    report = runner.run(plan(g1=(note(1, "a"), note(1, "b", "a"))))
    assert (report.failed, done, deaf.heard) == ((), ["a", "b"], at)
    assert len(events) == 7
    (failure,) = announce.failures
    assert len(met_bugs) == (failure.code == "bug.unexpected") == isinstance(error, EOFError)


def test_a_group_with_problems_is_left_alone() -> None:
    forbidden = GroupPlan(GroupId("t", 1), (note(1, "a"),), problems=(LabError("school.down"),))
    report, done, _ = run(Plan("provision", "t", (forbidden, GroupPlan(GroupId("t", 2), (note(2, "b"),)))))
    assert done == ["b"]
    assert report.failed == (1,)


def test_a_run_that_ends_by_itself_leaves_nothing() -> None:
    _, done, _ = run(plan(g1=(note(1, "a"), note(1, "b", "a", does=boom(LabError("x"))), note(1, "c", "b"))))
    assert done == ["a"]


def test_stop_lets_what_runs_end_and_starts_nothing_new() -> None:
    stop = threading.Event()
    report, done, events = run(
        plan(g1=(note(1, "a", does=stop.set), note(1, "b", "a"), note(1, "c", "b"))), stop
    )
    assert done == ["a", "left b"]
    assert report.interrupted
    assert report.failed == (1,)
    assert [e.done for e in events if isinstance(e, GroupFinished)] == [1]


def test_nothing_to_do_is_a_run_too() -> None:
    report, _, events = run(plan(g1=()))
    assert report.failed == ()
    assert any(isinstance(e, GroupFinished) for e in events)
