"""The waiter: one thread asks for all, with a session that answers from a table instead of a server."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from pyVmomi import vim

from esxlab.backends.vsphere.faults import UnknownOutcomeError, error_from_fault
from esxlab.backends.vsphere.tasks import Waiter
from esxlab.errors import LabError

SUCCESS = {"info.state": "success", "info.result": "done"}
RUNNING = {"info.state": "running"}


class Answers:
    """A session whose objects go through given states, one at each question; the last one stays."""

    def __init__(self, states):
        self.states = {name: list(steps) for name, steps in states.items()}
        self.questions = []

    refusal = staticmethod(error_from_fault)

    def retrieve(self, objects, paths, *, what):
        names = [found._GetMoId() for found in objects]
        self.questions.append(names)
        told = {}
        for found, name in zip(objects, names, strict=True):
            steps = self.states[name]
            state = steps.pop(0) if len(steps) > 1 else steps[0]
            if isinstance(state, LabError):
                raise state
            told[found] = state
        return told


@pytest.fixture
def waiting():
    """Makes waiters, and ends them."""
    made = []

    def make(states, *, deadline_s=5.0, cancelled=None, **limits):
        session = Answers(states)
        cancelled = cancelled or threading.Event()
        waiter = Waiter(session, deadline_s=deadline_s, cancelled=cancelled, **limits)
        made.append(waiter)
        return waiter, session

    yield make
    for waiter in made:
        waiter.close()


def test_a_task_gives_its_result(waiting):
    waiter, _ = waiting({"task-1": [RUNNING, SUCCESS]})
    assert waiter.task(vim.Task("task-1"), what="x") == "done"
    assert waiter.known_tasks == {"task-1"}


def test_a_task_gives_its_fault(waiting):
    waiter, _ = waiting(
        {"task-1": [{"info.state": "error", "info.error": vim.fault.NoDiskSpace(msg="Full.")}]}
    )
    with pytest.raises(LabError) as failure:
        waiter.task(vim.Task("task-1"), what="x")
    assert (failure.value.code, failure.value.detail) == ("vsphere.disk_full", "NoDiskSpace: Full.")


def test_progress_is_told_when_it_moves(waiting):
    steps = [{**RUNNING, "info.progress": percent} for percent in (10, 10, 40)]
    waiter, _ = waiting({"task-1": [*steps, SUCCESS]})
    told = []
    waiter.task(vim.Task("task-1"), what="x", progress=told.append)
    assert told == [0.1, 0.4]


def test_many_tasks_share_their_questions(waiting):
    names = [f"task-{number}" for number in range(8)]
    waiter, session = waiting({name: [RUNNING, RUNNING, SUCCESS] for name in names})
    ask, all_there = session.retrieve, threading.Event()

    def ask_when_all_are_there(*question, **about):
        while len(waiter._waits) < len(names) and not all_there.wait(0.001):
            pass
        all_there.set()
        return ask(*question, **about)

    session.retrieve = ask_when_all_are_there
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: waiter.task(vim.Task(name), what=name), names))
    assert len(session.questions) < 8 * 3 / 2
    assert max(len(question) for question in session.questions) > 1


class Clock:
    """Moves on only by what a waiter pauses and an answer takes, whatever the computer does meanwhile."""

    def __init__(self):
        self.ahead_s = 0.0

    def __call__(self):
        return self.ahead_s

    def drive(self, waiter):
        """Its pauses take no time."""
        real = waiter._changed.wait

        def wait(timeout_s):
            self.ahead_s += timeout_s
            real(0)

        waiter._changed.wait = wait


def timed(session, clock, pause_s=0.0):
    """Lets every answer take so long; gives a list of when each question was asked and answered."""
    told, spent = session.retrieve, []

    def retrieve(objects, paths, *, what):
        began = clock()
        clock.ahead_s += pause_s
        found = told(objects, paths, what=what)
        spent.append((began, clock()))
        return found

    session.retrieve = retrieve
    return spent


def test_a_task_that_says_that_it_is_almost_done_is_looked_at_closely_again(waiting):
    half, almost = ({**RUNNING, "info.progress": percent} for percent in (50, 91))
    clock = Clock()
    waiter, session = waiting({"task-1": [half] * 30 + [almost] * 5 + [SUCCESS]}, clock=clock)
    clock.drive(waiter)
    spent = timed(session, clock)
    waiter.task(vim.Task("task-1"), what="x")
    pauses = [again - answered for (_, answered), (again, _) in itertools.pairwise(spent)]
    assert min(pauses[30:]) < max(pauses[:30]) / 2


def test_a_server_that_answers_slowly_is_given_rest(waiting):
    clock = Clock()
    waiter, session = waiting({"task-1": [RUNNING] * 4 + [SUCCESS]}, clock=clock)
    clock.drive(waiter)
    spent = timed(session, clock, 0.1)
    waiter.task(vim.Task("task-1"), what="x")
    for (asked, answered), (again, _) in itertools.pairwise(spent):
        assert again - answered >= 0.9 * (answered - asked)


def test_a_task_that_stands_still_ends_with_what_it_waited_for(waiting):
    waiter, _ = waiting({"task-1": [RUNNING]}, deadline_s=0.05)
    with pytest.raises(LabError) as end:
        waiter.task(vim.Task("task-1"), what="[ds] srvweb1/srvweb1.vmdk")
    assert end.value.code == "vsphere.timed_out"
    assert "[ds] srvweb1/srvweb1.vmdk" in str(end.value)


def test_a_task_that_moves_is_given_more_time(waiting):
    steps = [{**RUNNING, "info.progress": percent} for percent in range(1, 13)]
    waiter, session = waiting({"task-1": [*steps, SUCCESS]}, deadline_s=0.12)
    assert waiter.task(vim.Task("task-1"), what="x") == "done"
    assert len(session.questions) == 13


def test_a_task_that_moves_to_and_fro_ends_too(waiting):
    steps = [{**RUNNING, "info.progress": percent} for percent in (10, 11) * 10_000]
    waiter, session = waiting({"task-1": steps}, deadline_s=60.0, total_s=0.2)
    with pytest.raises(LabError) as end:
        waiter.task(vim.Task("task-1"), what="x")
    assert end.value.code == "vsphere.timed_out"
    assert len(session.questions) > 1


def test_an_object_that_is_gone_does_not_spoil_the_others(waiting):
    waiter, _ = waiting({"task-1": [LabError("vsphere.gone", what="task-1")], "task-2": [RUNNING, SUCCESS]})
    with ThreadPoolExecutor(2) as pool:
        gone = pool.submit(waiter.task, vim.Task("task-1"), what="1")
        other = pool.submit(waiter.task, vim.Task("task-2"), what="2")
        assert other.result() == "done"
        with pytest.raises(UnknownOutcomeError) as doubt:  # a restarted server has forgotten it
            gone.result()
        assert doubt.value.cut


def test_a_server_that_is_away_for_a_moment_is_forgiven(waiting):
    away = LabError("vsphere.unreachable", host="h", what="x")
    waiter, _ = waiting({"task-1": [RUNNING, away, away, SUCCESS]})
    assert waiter.task(vim.Task("task-1"), what="x") == "done"


def test_a_refused_login_is_told_at_once(waiting):
    waiter, _ = waiting({"task-1": [LabError("vsphere.login", host="h", user="u")]})
    with pytest.raises(LabError) as failure:
        waiter.task(vim.Task("task-1"), what="x")
    assert failure.value.code == "vsphere.login"


@pytest.mark.parametrize("how", ["cancelled", "closed"])
def test_whoever_waits_is_let_go(waiting, how):
    cancelled = threading.Event()
    waiter, session = waiting({"task-1": [RUNNING]}, cancelled=cancelled)
    with ThreadPoolExecutor(1) as pool:
        waiting_for = pool.submit(waiter.task, vim.Task("task-1"), what="x")
        while not session.questions:
            pass
        cancelled.set() if how == "cancelled" else waiter.close()
        with pytest.raises(LabError) as end:
            waiting_for.result(timeout=60)
    assert end.value.code == "vsphere.cancelled"
    with pytest.raises(LabError):
        waiter.task(vim.Task("task-1"), what="later")


def test_a_machine_is_awaited_until_it_answers(waiting):
    off, on = {"runtime.powerState": "poweredOff"}, {"runtime.powerState": "poweredOn"}
    waiter, _ = waiting({"vm-1": [off, off, on]})
    found = waiter.machine(
        vim.VirtualMachine("vm-1"),
        lambda p: p["runtime.powerState"] if p == on else None,
        what="x",
        limit_s=5,
    )
    assert found == "poweredOn"
