"""Asks checks: groups side by side, one group's questions one after the other; every answer is data."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.checks.base import Answer, CheckResult
from esxlab.engine.events import GroupFinished, RunFinished, RunStarted, StepFinished, StepStarted
from esxlab.errors import LabError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping, Sequence

    from esxlab.backends.protocols import Backends
    from esxlab.checks.base import Check
    from esxlab.engine.run import Announcer
    from esxlab.lab.identity import GroupId


@dataclass(slots=True)
class Asking:
    """How checks are asked. `wait_s`: a lab that may have just been started gets so long in all."""

    backends: Backends
    announce: Announcer
    stop: threading.Event
    wait_s: float
    clock: Callable[[], float] = time.monotonic

    def ask_all(self, checks: Mapping[GroupId, Sequence[Check]], *, workers: int) -> tuple[CheckResult, ...]:
        """Ask every check of every group; results in the order of groups and checks."""
        began = self.clock()
        class_name = next(iter(checks)).class_name if checks else ""
        self.announce(
            RunStarted("verify", class_name, {group.number: len(asked) for group, asked in checks.items()})
        )
        with ThreadPoolExecutor(max(1, workers), thread_name_prefix="esxlab-ask") as pool:
            answers = list(pool.map(self._ask_group, checks.items()))
        results = tuple(result for group in answers for result in group)
        failed = tuple(dict.fromkeys(r.group for r in results if r.answer.verdict in ("failed", "error")))
        self.announce(RunFinished(failed, self.clock() - began, self.stop.is_set()))
        return results

    def _ask_group(self, asked: tuple[GroupId, Sequence[Check]]) -> list[CheckResult]:
        group, checks = asked
        began, results = self.clock(), []
        for check in checks:
            if self.stop.is_set():
                break
            self.announce(StepStarted(group.number, check.name, check.describe()))
            results.append(self._ask(check, left_s=self.wait_s - (self.clock() - began)))
            self.announce(_finished(results[-1]))
        good = sum(result.answer.verdict == "ok" for result in results)
        error = next((result.answer.error for result in results if result.answer.error), None)
        self.announce(GroupFinished(group.number, good, len(checks), self.clock() - began, error))
        return results

    def _ask(self, check: Check, *, left_s: float) -> CheckResult:
        began = self.clock()
        try:
            answer = check.ask(self.backends, wait_s=max(0.0, left_s))
        except LabError as error:
            failure = error.at(str(check.group))
            answer = Answer("error", failure.brief, error=failure)
        return CheckResult(check.group.number, check.name, check.describe(), answer, self.clock() - began)


def _finished(result: CheckResult) -> StepFinished:
    status = {"ok": "done", "skipped": "skipped"}.get(result.answer.verdict, "failed")
    text = f"{result.question} {result.answer.seen}".strip()
    return StepFinished(result.group, result.check, text, status, result.elapsed_s, result.answer.error)  # type: ignore[arg-type]  # the dict's values are Status
