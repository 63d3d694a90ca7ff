"""Runs drills: groups side by side, one group's drills one after the other; what was broken is put back."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.bugs import failure_of
from esxlab.checks.patience import Patience, patient
from esxlab.drills.base import DrillReport
from esxlab.drills.drill_run import DrillRun, StoppedError
from esxlab.engine.events import (
    DrillAnswered,
    DrillStepped,
    GroupFinished,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
)
from esxlab.engine.parallel import parallel_map
from esxlab.engine.schedule import GROUPS_AT_ONCE
from esxlab.errors import LabError
from esxlab.texts import colon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from esxlab.backends.protocols import Backends
    from esxlab.checks.base import Check
    from esxlab.drills.base import Drill, DrillVerdict
    from esxlab.drills.steps import Step
    from esxlab.drills.timeline import Change
    from esxlab.engine.events import Status
    from esxlab.engine.run import Announcer
    from esxlab.lab.identity import GroupId

STATUS: Mapping[DrillVerdict, Status] = {
    "ok": "done",
    "failed": "failed",
    "error": "failed",
    "cancelled": "cancelled",
}


@dataclass(frozen=True, slots=True)
class GroupDrillResult:
    """What a group's drills showed; `error` when nothing was broken, or something could not be put back."""

    group: int
    reports: tuple[DrillReport, ...] = ()
    error: LabError | None = None

    @property
    def good(self) -> bool:
        """Every drill went as is known of such labs."""
        return self.error is None and all(report.verdict == "ok" for report in self.reports)


@dataclass(frozen=True, slots=True)
class Telling:
    """Announces what happens in one drill."""

    drill: Drill
    announce: Announcer

    def answered(self, change: Change) -> None:
        """Others answer than before."""
        group, name = self.drill.group.number, self.drill.name
        self.announce(DrillAnswered(group, name, change.at, change.who, change.lost, change.why))

    def stepped(self, step: Step, at: float) -> None:
        """Something was broken or mended."""
        facts = {name: str(fact) for name, fact in step.facts().items()}
        self.announce(DrillStepped(self.drill.group.number, self.drill.name, at, step.verb, facts))


@dataclass(slots=True)
class DrillRunner:
    """How drills are run. `wait_s`: how long a lab may take to be green before the first one."""

    backends: Backends
    announce: Announcer
    stop: threading.Event
    wait_s: float = 20.0
    clock: Callable[[], float] = time.monotonic

    def run(
        self,
        drills: Mapping[GroupId, Sequence[Drill]],
        checks: Mapping[GroupId, Sequence[Check]],
        *,
        workers: int,
    ) -> tuple[GroupDrillResult, ...]:
        """Every drill of every group whose checks are green; results in the order of groups and drills."""
        began = self.clock()
        class_name = next(iter(drills)).class_name if drills else ""
        self.announce(RunStarted("drill", class_name, {g.number: len(d) for g, d in drills.items()}))

        def one(group: GroupId) -> GroupDrillResult:
            return self._group(group, drills[group], checks[group])

        results = self._side_by_side(one, drills, workers=workers)
        bad = tuple(result.group for result in results if not result.good)
        self.announce(RunFinished(bad, self.clock() - began, self.stop.is_set()))
        return results

    def recover(
        self, drills: Mapping[GroupId, Sequence[Drill]], *, workers: int
    ) -> tuple[GroupDrillResult, ...]:
        """Only put back what these drills would have broken; breaks nothing."""

        def one(group: GroupId) -> GroupDrillResult:
            errors = [self._recover(drill) for drill in drills[group]]
            return GroupDrillResult(group.number, error=next((e for e in errors if e), None))

        return self._side_by_side(one, drills, workers=workers)

    def _side_by_side(
        self, one: Callable[[GroupId], GroupDrillResult], groups: Iterable[GroupId], *, workers: int
    ) -> tuple[GroupDrillResult, ...]:
        """Every group's drills; what one raises is its own error."""

        def alone(group: GroupId) -> GroupDrillResult:
            try:
                return one(group)
            finally:
                self.backends.guests.leave(group.number)

        asked = list(groups)
        answers = parallel_map(alone, asked, workers=min(workers, GROUPS_AT_ONCE))
        return tuple(
            GroupDrillResult(group.number, error=answer.at(str(group)))
            if isinstance(answer, LabError)
            else answer
            for group, answer in zip(asked, answers, strict=True)
        )

    def _group(self, group: GroupId, drills: Sequence[Drill], checks: Sequence[Check]) -> GroupDrillResult:
        began, reports = self.clock(), []
        error = self._refusal(checks)
        for drill in drills:
            if self.stop.is_set() or error:
                break
            self.announce(StepStarted(group.number, drill.name, drill.describe()))
            report, error = self._run_drill(drill)
            reports.append(report)
            self.announce(_finished(report))
        done = sum(report.verdict == "ok" for report in reports)
        first = error or next((report.error for report in reports if report.error), None)
        self.announce(GroupFinished(group.number, done, len(drills), self.clock() - began, first))
        return GroupDrillResult(group.number, tuple(reports), error)

    def _refusal(self, checks: Sequence[Check]) -> LabError | None:
        """Why nothing is broken here: the first question that is not answered well."""
        for check in checks:
            if self.stop.is_set():
                return None
            try:
                with patient(Patience(self.clock() + self.wait_s, self.clock)):
                    answer = check.ask(self.backends, wait_s=self.wait_s)
            except BaseException as error:  # noqa: BLE001 - the boundary of a question
                return failure_of(error).at(str(check.group))
            if answer.verdict != "ok":
                return LabError(
                    "drill.not_green",
                    where=str(check.group),
                    detail=answer.seen,
                    check=check.name,
                    group=check.group.number,
                )
        return None

    def _run_drill(self, drill: Drill) -> tuple[DrillReport, LabError | None]:
        """The report, and the error that forbids further drills: something is still broken."""
        drill_run, began = (
            DrillRun(drill.setup, self.backends, self.stop, Telling(drill, self.announce)),
            self.clock(),
        )
        findings, error, stuck = None, None, None
        verdict: DrillVerdict = "cancelled"
        try:
            findings = drill.run(drill_run)
            verdict, drill_run.broken = "ok" if findings.good else "failed", False
        except StoppedError:
            pass
        except BaseException as failure:  # noqa: BLE001 - the boundary of a drill
            verdict, error = "error", failure_of(failure).at(str(drill.group))
        finally:
            if drill_run.broken:
                drill_run.stop = threading.Event()  # putting back is never interrupted
                stuck = self._put_back(drill, drill_run)
        elapsed_s = self.clock() - began
        report = DrillReport(
            drill.group.number, drill.name, drill.describe(), verdict, elapsed_s, findings, error or stuck
        )
        return report, stuck

    def _put_back(self, drill: Drill, drill_run: DrillRun) -> LabError | None:
        error = self._recover(drill)
        try:
            drill.settle(drill_run)
        except BaseException as failure:  # noqa: BLE001 - the boundary of a wait
            error = error or _not_recovered(drill, failure_of(failure))
        return error

    def _recover(self, drill: Drill) -> LabError | None:
        """Do every step, also after one that failed; the first failure."""
        error = None
        for step in drill.recovery():
            try:
                step.perform(drill.setup, self.backends)
            except BaseException as failure:  # noqa: BLE001 - the boundary of a step
                error = error or _not_recovered(drill, failure_of(failure))
        return error


def _not_recovered(drill: Drill, failure: LabError) -> LabError:
    return LabError(
        "drill.not_put_back",
        where=str(drill.group),
        detail=str(failure),
        drill=drill.name,
        group=drill.group.number,
    )


def _finished(report: DrillReport) -> StepFinished:
    seen = report.findings.seen if report.findings else ""
    text = f"{report.drill}{colon()}{seen}" if seen else report.question
    takeover = report.findings.takeover if report.findings else None
    status = STATUS[report.verdict]
    return StepFinished(
        report.group,
        report.drill,
        text,
        status,
        report.elapsed_s,
        report.error,
        outage_s=takeover.outage_s if takeover else None,
    )
