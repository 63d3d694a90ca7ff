"""Asks checks: groups side by side, one group's questions one after the other; every answer is data."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from esxlab.bugs import failure_of
from esxlab.checks.base import Answer, CheckResult
from esxlab.checks.patience import Patience, patient
from esxlab.engine.events import (
    GroupFinished,
    RunFinished,
    RunStarted,
    StepFinished,
    StepProgressed,
    StepStarted,
)
from esxlab.engine.parallel import parallel_map
from esxlab.engine.schedule import GROUPS_AT_ONCE
from esxlab.errors import LabError
from esxlab.plain import without_secrets
from esxlab.texts import command_in_remedy

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from esxlab.backends.protocols import Backends
    from esxlab.checks.base import Check
    from esxlab.engine.run import Announcer
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab


STANDING_S = 90.0
"""How long one that was started earlier may take: a failover or a return is over by then."""


def patience_s(labs: Iterable[Lab], *, now: datetime, start_s: float, speed: float = 1.0) -> float:
    """How long to ask: what is left of `start_s` for the machine that was started last, at least STANDING_S.

    Args:
        labs: as found, with the times of their machines' starts.
        now: this computer's time; it and the server's may be apart, which costs no more than the difference.
        start_s: how long a lab may take to answer after its machines were started.
        speed: seconds of the guests' clock in one of ours.
    """
    started = [m.runtime.boot_time for lab in labs for m in lab.machines if m.runtime and m.runtime.boot_time]
    ages_s = [(now - moment).total_seconds() for moment in map(_moment, started) if moment]
    left_s = start_s / speed - min(ages_s, default=start_s)
    return min(max(left_s, STANDING_S), start_s)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@dataclass(slots=True)
class Asking:
    """How checks are asked. `wait_s`: a lab that may have just been started gets so long in all."""

    backends: Backends
    announce: Announcer
    stop: threading.Event
    wait_s: float
    command: str = "verify"
    clock: Callable[[], float] = time.monotonic
    looked_at: float | None = None  # of that clock: when what the checks go by was read

    def ask_all(self, checks: Mapping[GroupId, Sequence[Check]], *, workers: int) -> tuple[CheckResult, ...]:
        """Ask every check of every group; results in the order of groups and checks."""
        began = self.clock()
        class_name = next(iter(checks)).class_name if checks else ""
        self.announce(
            RunStarted(
                self.command,
                class_name,
                {group.number: len(asked) for group, asked in checks.items()},
                looked_s=0.0 if self.looked_at is None else began - self.looked_at,
            )
        )
        answers = parallel_map(self._ask_group, checks.items(), workers=min(workers, GROUPS_AT_ONCE))
        results = tuple(
            result
            for group, answer in zip(checks, answers, strict=True)
            for result in ([unasked(group, answer)] if isinstance(answer, LabError) else answer)
        )
        failed = tuple(dict.fromkeys(r.group for r in results if r.answer.verdict in ("failed", "error")))
        self.announce(RunFinished(failed, self.clock() - began, self.stop.is_set()))
        return results

    def _ask_group(self, asked: tuple[GroupId, Sequence[Check]]) -> list[CheckResult]:
        group, checks = asked
        began = self.clock()
        try:
            results = self._ask_checks(group, checks, began)
        finally:
            self.backends.guests.leave(group.number)
        good = sum(result.answer.verdict == "ok" for result in results)
        error = next((result.answer.error for result in results if result.answer.error), None)
        self.announce(GroupFinished(group.number, good, len(checks), self.clock() - began, error))
        return results

    def _ask_checks(self, group: GroupId, checks: Sequence[Check], began: float) -> list[CheckResult]:
        results: list[CheckResult] = []
        patience = Patience(began + self.wait_s, self.clock)
        for check in checks:
            if self.stop.is_set():
                break
            self.announce(StepStarted(group.number, check.name, check.describe()))
            patience.tell = partial(self._tell, check)
            results.append(self._ask(check, patience))
            self.announce(_finished(results[-1]))
        return results

    def _tell(self, check: Check, text: str) -> None:
        self.announce(StepProgressed(check.group.number, check.name, 0.0, text))

    def _ask(self, check: Check, patience: Patience) -> CheckResult:
        began = self.clock()
        try:
            with patient(patience):
                answer = check.ask(self.backends, wait_s=max(0.0, patience.until - began))
        except BaseException as error:  # noqa: BLE001 - the boundary of a question
            failure = failure_of(error).at(str(check.group))
            answer = Answer("error", failure.brief, error=failure)
        return CheckResult(check.group.number, check.name, check.describe(), answer, self.clock() - began)


def unasked(group: GroupId, error: LabError) -> CheckResult:
    """The one result of a group whose questions could not even be put."""
    failure = error.at(str(group))
    return CheckResult(group.number, "-", failure.brief, Answer("error", failure.brief, error=failure), 0.0)


def _finished(result: CheckResult) -> StepFinished:
    status = {"ok": "done", "skipped": "skipped"}.get(result.answer.verdict, "failed")
    seen = "" if result.answer.error else result.answer.seen  # the error says it
    text = f"{result.question} {seen}".strip()
    error = result.answer.error
    return StepFinished(
        result.group,
        result.check,
        text,
        status,  # type: ignore[arg-type]  # the dict's values are Status
        result.elapsed_s,
        error,
        said=without_secrets(result.answer.seen),
        remedy=command_in_remedy(error) if error else "",
    )
