"""Runs a plan: threads, limits, failures as data, events. A failing group never stops the others."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from esxlab.backends.telling import heard_by
from esxlab.bugs import failure_of
from esxlab.engine.events import (
    GroupFinished,
    RunFinished,
    RunStarted,
    StepFinished,
    StepProgressed,
    StepStarted,
)
from esxlab.engine.parallel import parallel_map
from esxlab.engine.schedule import LIMITS, Schedule
from esxlab.errors import LabError
from esxlab.performing import leave, perform

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from esxlab.actions.base import Action
    from esxlab.backends.protocols import Backends
    from esxlab.engine.events import Event, Listener, Status
    from esxlab.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class RunReport:
    """How a run ended."""

    groups: tuple[GroupFinished, ...]
    elapsed_s: float
    interrupted: bool = False

    @property
    def failed(self) -> tuple[int, ...]:
        """Numbers of the groups that did not reach the end."""
        return tuple(group.group for group in self.groups if group.error or group.done < group.total)


class Announcer:
    """Hands events to every listener, one at a time, from any thread; itself a listener that never raises.

    A listener only informs: one that raises is told nothing more, its failure is kept in `failures`, and the
    run goes on with those who are left.
    """

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self.failures: list[LabError] = []
        self._listeners = list(listeners)
        self._lock = threading.RLock()

    def __call__(self, event: Event) -> None:
        """Tell everybody."""
        with self._lock:
            for listener in tuple(self._listeners):
                try:
                    listener(event)
                except BaseException as error:  # noqa: BLE001 - the boundary of a listener
                    self.failures.append(failure_of(error))
                    self._listeners.remove(listener)


@dataclass(slots=True)
class _Progress:
    total: int
    done: int = 0
    open: int = 0
    error: LabError | None = None
    began: float = 0.0


@dataclass(slots=True)
class Runner:
    """One run of one plan. `clock` gives seconds; `stop` set: nothing new is started, what runs may end."""

    backends: Backends
    announce: Announcer
    stop: threading.Event = field(default_factory=threading.Event)
    workers: int = 32
    limits: Mapping[str, int] = field(default_factory=lambda: LIMITS)
    clock: Callable[[], float] = time.monotonic
    guard: Callable[[Action], AbstractContextManager[object]] = nullcontext
    """Entered around every step, in the worker: it may wait, or refuse with LabError."""
    _finished: SimpleQueue[tuple[Action, float, BaseException | None]] = field(default_factory=SimpleQueue)
    _groups: dict[int, _Progress] = field(default_factory=dict)
    _ended: dict[int, GroupFinished] = field(default_factory=dict)

    def run(self, plan: Plan) -> RunReport:
        """Perform every action of the plan; what one raises is its own failure, a bug too."""
        began = self.clock()
        steps = {group.group.number: len(group.actions) for group in plan.groups}
        self.announce(RunStarted(plan.kind, plan.class_name, steps))
        actions: list[Action] = []
        for group in plan.groups:
            forbidden = group.problems[0] if group.problems else None
            total = len(group.actions)
            self._groups[group.group.number] = _Progress(total, open=total, error=forbidden, began=began)
            if forbidden or not total:
                self._close_group(group.group.number)
            if not forbidden:
                actions += group.actions
        schedule = Schedule(actions, self.limits)
        with ThreadPoolExecutor(self.workers, thread_name_prefix="esxlab") as pool:
            self._drive(schedule, pool)
        return self._report(began)

    def _drive(self, schedule: Schedule, pool: ThreadPoolExecutor) -> None:
        """Start what may start, take in what has ended, until nothing runs."""
        running, leaving = 0, None
        while True:
            if not self.stop.is_set() and leaving is None:
                for action in islice(schedule.startable(), self.workers - running):
                    running += 1
                    pool.submit(self._perform, action)
            if running == 0:
                break
            try:
                action, elapsed_s, raised = self._finished.get(timeout=0.5)
            except Empty:
                continue
            running -= 1
            if raised is None:
                self._done(action, "done", elapsed_s)
                schedule.finish(action)
            else:
                failure = raised if isinstance(raised, LabError) else None
                self._done(action, "failed", elapsed_s, failure)
                for lost in schedule.fail(action):
                    self._done(lost, "skipped", 0.0)
                leaving = leaving or (None if failure else raised)
        if leaving is not None:
            raise leaving
        parallel_map(self._leave, schedule.waiting(), workers=self.workers)

    def _leave(self, action: Action) -> None:
        with self.guard(action):
            leave(action, self.backends)

    def _tell(self, action: Action, text: str) -> None:
        self.announce(StepProgressed(action.group.number, action.key, 0.0, text))

    def _perform(self, action: Action) -> None:
        """In a worker: perform, and report how it ended; whatever happens, the runner's thread hears of it.

        Only KeyboardInterrupt and SystemExit travel there to be raised again.
        """
        began = self.clock()
        raised: BaseException | None = None
        try:
            self.announce(StepStarted(action.group.number, action.key, action.describe()))
            with self.guard(action), heard_by(partial(self._tell, action)):
                perform(action, self.backends)
        except (KeyboardInterrupt, SystemExit) as request:
            raised = request
        except BaseException as error:  # noqa: BLE001 - the boundary of a step
            raised = failure_of(error).at(f"{action.group}, {action.subject}")
        finally:
            self._finished.put((action, self.clock() - began, raised))

    def _done(
        self, action: Action, status: Status, elapsed_s: float, failure: LabError | None = None
    ) -> None:
        progress = self._groups[action.group.number]
        progress.error = progress.error or failure
        progress.done += status == "done"
        progress.open -= 1
        number = action.group.number
        self.announce(StepFinished(number, action.key, action.describe(), status, elapsed_s, failure))
        if progress.open == 0:
            self._close_group(number)

    def _close_group(self, number: int) -> None:
        progress = self._groups[number]
        progress.open = 0
        elapsed_s = self.clock() - progress.began
        ended = GroupFinished(number, progress.done, progress.total, elapsed_s, progress.error)
        self._ended[number] = ended
        self.announce(ended)

    def _report(self, began: float) -> RunReport:
        for number in [number for number, progress in self._groups.items() if progress.open]:
            self._close_group(number)  # interrupted: some of its actions never started
        elapsed_s = self.clock() - began
        outcomes = tuple(ended for _, ended in sorted(self._ended.items()))
        report = RunReport(outcomes, elapsed_s, interrupted=self.stop.is_set())
        self.announce(RunFinished(report.failed, elapsed_s, report.interrupted))
        return report
