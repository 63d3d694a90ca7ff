"""Asks checks: groups side by side, one group's questions one after the other; every answer is data."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from esxlab.checks.base import Answer, CheckResult
from esxlab.engine.events import GroupFinished, RunFinished, RunStarted, StepFinished, StepStarted
from esxlab.engine.spread import spread
from esxlab.errors import LabError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping, Sequence

    from esxlab.backends.protocols import Backends
    from esxlab.checks.base import Check
    from esxlab.engine.run import Announcer
    from esxlab.lab.identity import GroupId


def ask_all(
    checks: Mapping[GroupId, Sequence[Check]],
    backends: Backends,
    announce: Announcer,
    *,
    stop: threading.Event,
    workers: int,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[CheckResult, ...]:
    """Ask every check of every group; results in the order of groups and checks."""
    began = clock()
    class_name = next(iter(checks)).class_name if checks else ""
    announce(RunStarted("verify", class_name, {group.number: len(asked) for group, asked in checks.items()}))

    def ask_group(group: GroupId) -> list[CheckResult]:
        started, results = clock(), []
        for check in checks[group]:
            if stop.is_set():
                break
            announce(StepStarted(group.number, check.name, check.describe()))
            results.append(_ask(check, backends, clock))
            announce(_finished(results[-1]))
        good = sum(result.answer.verdict == "ok" for result in results)
        error = next((result.answer.error for result in results if result.answer.error), None)
        announce(GroupFinished(group.number, good, len(checks[group]), clock() - started, error))
        return results

    answers = [
        results for results in spread(ask_group, checks, workers=workers) if not isinstance(results, LabError)
    ]
    results = tuple(result for group in answers for result in group)
    failed = tuple(dict.fromkeys(r.group for r in results if r.answer.verdict in ("failed", "error")))
    announce(RunFinished(failed, clock() - began, stop.is_set()))
    return results


def _ask(check: Check, backends: Backends, clock: Callable[[], float]) -> CheckResult:
    began = clock()
    try:
        answer = check.ask(backends)
    except LabError as error:
        failure = error.at(str(check.group))
        answer = Answer("error", failure.brief, error=failure)
    return CheckResult(check.group.number, check.name, check.describe(), answer, clock() - began)


def _finished(result: CheckResult) -> StepFinished:
    status = {"ok": "done", "skipped": "skipped"}.get(result.answer.verdict, "failed")
    text = f"{result.question} {result.answer.seen}".strip()
    return StepFinished(result.group, result.check, text, status, result.elapsed_s, result.answer.error)  # type: ignore[arg-type]  # the dict's values are Status
