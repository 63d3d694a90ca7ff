"""The one waiter of a server: a thread that asks about all outstanding tasks and machines in one call.

It asks with RetrievePropertiesEx at growing intervals, not with WaitForUpdatesEx: a filter would cost calls
for every task, must be built anew after each expired session, and is told of every step of every copy's
progress. Whoever is due takes all others along, and a server that answers slowly is asked less often.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim, vmodl
from esxlab.backends.vsphere.faults import UnknownOutcomeError
from esxlab.backends.vsphere.session import OUT_OF_REACH
from esxlab.backends.vsphere.session import PATIENCE_S as QUESTION_S
from esxlab.bugs import attempt
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.backends.vsphere.session import Session

TASK_PATHS = ["info.state", "info.error", "info.progress", "info.result"]
MACHINE_PATHS = ["runtime.powerState", "guest.toolsRunningStatus", "guest.guestState", "guest.net"]
PATHS: dict[type, list[str]] = {vim.Task: TASK_PATHS, vim.VirtualMachine: MACHINE_PATHS}

FIRST_S = 0.030
SHORTEST_S = 0.030
LONGEST_S = 1.0
SHARE = 0.1
"""An interval is this part of the wait's age, counted anew when a task says that it is almost done."""
ALMOST = 90  # percent
REST = 1.0
"""Between two questions the server rests at least as long, times this, as it took for its answer."""
PATIENCE_S = QUESTION_S - 10.0
"""How long the server may be out of reach before all who wait are told: a little less than one question takes
that is repeated in vain, so that the first of them is the last."""


TOTAL_S = 12 * 3600.0
"""For a task that moves to and fro. A class's disks, 12 times 20 GB, on one spindle take 7 hours."""


@dataclass(slots=True, eq=False)
class _Wait:
    subject: Any
    answer: Callable[[dict[str, Any]], Any]  # None: not yet
    what: str
    limit_s: float
    since: float
    counted: float
    due: float
    deadline: float
    progress: Callable[[float], None] | None = None
    last: int = -1
    future: Future[Any] = field(default_factory=Future)


class Waiter:
    """Waits for tasks and for machines, on behalf of all threads."""

    def __init__(
        self,
        session: Session,
        *,
        deadline_s: float,
        cancelled: threading.Event,
        total_s: float = TOTAL_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._deadline_s = deadline_s
        self._total_s = total_s
        self._cancelled = cancelled
        self._clock = clock
        self._changed = threading.Condition()
        self._waits: list[_Wait] = []
        self._closed = False
        self._thread: threading.Thread | None = None
        self._lost_since = 0.0
        self._rested_at = 0.0
        self.known_tasks: set[str] = set()

    def task(self, task: Any, *, what: str, progress: Callable[[float], None] | None = None) -> Any:
        """The task's result; its fault as LabError.

        The deadline is for a standstill: it starts again when the task's progress moves, but not for ever.
        """
        self.known_tasks.add(task._GetMoId())  # noqa: SLF001 - pyVmomi has no public name for it
        limit_s = self._deadline_s
        done = self._wait(
            task, _task_answer(self._session, what), what=what, limit_s=limit_s, progress=progress
        )
        return done.result

    def machine(
        self, machine: Any, answer: Callable[[dict[str, Any]], Any], *, what: str, limit_s: float
    ) -> Any:
        """The first answer that is not None, from this machine's MACHINE_PATHS."""
        return self._wait(machine, answer, what=what, limit_s=limit_s)

    def close(self) -> None:
        """End the thread; whoever still waits gets LabError vsphere.cancelled."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _wait(
        self,
        subject: Any,
        answer: Callable[[dict[str, Any]], Any],
        *,
        what: str,
        limit_s: float,
        progress: Callable[[float], None] | None = None,
    ) -> Any:
        now = self._clock()
        wait = _Wait(subject, answer, what, limit_s, now, now, now + FIRST_S, now + limit_s, progress)
        with self._changed:
            if self._closed:
                raise LabError("vsphere.cancelled", what=what)
            self._waits.append(wait)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="vsphere-waiter", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return wait.future.result()

    def _run(self) -> None:
        try:
            while due := self._next():
                if (failure := attempt(partial(self._ask, due))) is not None:
                    for wait in due:
                        self._finish(wait, error=failure)
        finally:
            with self._changed:
                self._closed = True
                for wait in self._waits:
                    wait.future.set_exception(LabError("vsphere.cancelled", what=wait.what))
                self._waits.clear()

    def _next(self) -> list[_Wait]:
        """Sleep until somebody is due and the server has rested; all who wait. Empty: the end."""
        with self._changed:
            while not (self._closed or self._cancelled.is_set()):
                pause = 0.5
                if self._waits:
                    due = min(wait.due for wait in self._waits)
                    pause = max(due, self._rested_at) - self._clock()
                    if pause <= 0:
                        return list(self._waits)
                self._changed.wait(min(max(pause, 0.001), 0.5))
        return []

    def _ask(self, due: list[_Wait]) -> None:
        asked = self._clock()
        found = self._read(due)
        now = self._clock()
        self._rested_at = now + min(REST * (now - asked), LONGEST_S)
        for wait in due:
            value = attempt(partial(self._value, wait, found, now))
            if isinstance(value, LabError):
                self._finish(wait, error=value)
            elif value is not None:
                self._finish(wait, value=value)
            wait.due = now + min(max((now - wait.counted) * SHARE, SHORTEST_S), LONGEST_S)

    def _read(self, due: list[_Wait]) -> dict[Any, dict[str, Any]]:
        began = self._clock()
        try:
            found = self._session.retrieve([wait.subject for wait in due], PATHS, what=due[0].what)
        except LabError as error:
            return self._missed(error, due, began)
        self._lost_since = 0.0
        return found

    def _missed(self, error: LabError, due: list[_Wait], began: float) -> dict[Any, dict[str, Any]]:
        """An object that is gone spoils the whole answer: ask one by one. A lost server gets patience."""
        if error.code == "vsphere.gone":
            if len(due) == 1:
                forgotten = isinstance(due[0].subject, vim.Task)  # the server has restarted meanwhile
                doubt = UnknownOutcomeError(detail=error.detail, cut=True, what=due[0].what)
                self._finish(due[0], error=doubt if forgotten else error)
                return {}
            alone = [self._read([wait]) for wait in due]
            return {subject: values for part in alone for subject, values in part.items()}
        self._lost_since = self._lost_since or began
        if error.code not in OUT_OF_REACH:
            told = due
        elif self._clock() - self._lost_since > PATIENCE_S:
            told = list(self._waits)
        else:
            told = []
        for wait in told:
            self._finish(wait, error=error)
        return {}

    def _value(self, wait: _Wait, found: dict[Any, dict[str, Any]], now: float) -> Any:
        properties = found.get(wait.subject)
        if properties is not None:
            value = wait.answer(properties)
            if value is not None:
                return value
            percent = properties.get("info.progress") or 0
            if percent != wait.last:
                wait.counted = now if percent >= ALMOST > wait.last else wait.counted
                wait.last, wait.deadline = percent, min(now + wait.limit_s, wait.since + self._total_s)
                if wait.progress is not None:
                    wait.progress(percent / 100)
        if now > wait.deadline:
            raise LabError("vsphere.timed_out", what=wait.what, seconds=round(now - wait.since))
        return None

    def _finish(self, wait: _Wait, *, value: Any = None, error: LabError | None = None) -> None:
        with self._changed:
            if wait not in self._waits:
                return
            self._waits.remove(wait)
        if error is not None:
            wait.future.set_exception(error)
        else:
            wait.future.set_result(value)


class Done:
    """A task's success; `result` may be None."""

    def __init__(self, result: Any) -> None:
        self.result = result


def _task_answer(session: Session, what: str) -> Callable[[dict[str, Any]], Done | None]:
    def answer(properties: dict[str, Any]) -> Done | None:
        state = properties.get("info.state")
        if state == "success":
            return Done(properties.get("info.result"))
        if state == "error":
            raise session.refusal(properties.get("info.error") or vmodl.RuntimeFault(), what=what)
        return None

    return answer
