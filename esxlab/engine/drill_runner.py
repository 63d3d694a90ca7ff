"""Runs drills: groups side by side, one group's drills one after the other; what was broken is put back."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.bugs import failure_of
from esxlab.checks.patience import Patience, patient
from esxlab.drills.base import DrillReport
from esxlab.drills.drill_run import DrillRun, StoppedError
from esxlab.drills.timeline import ended_outage_s
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
from esxlab.engine.told_lines import DRILL, PUT_BACK
from esxlab.errors import LabError
from esxlab.texts import colon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from esxlab.backends.protocols import Backends
    from esxlab.checks.base import Check
    from esxlab.drills.base import Drill, DrillVerdict, Findings
    from esxlab.drills.steps import Step
    from esxlab.drills.timeline import Change
    from esxlab.engine.events import Status
    from esxlab.engine.run import Announcer
    from esxlab.lab.identity import GroupId

BACK_LIMIT_S = 60.0
"""So many of the client's seconds somebody may take to answer again after a `--put-back`."""
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
        self.announce(RunStarted(DRILL, class_name, {g.number: len(d) for g, d in drills.items()}))

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
        began = self.clock()
        class_name = next(iter(drills)).class_name if drills else ""
        self.announce(RunStarted(PUT_BACK, class_name, {g.number: len(d) for g, d in drills.items()}))

        def one(group: GroupId) -> GroupDrillResult:
            return self._mend(group, drills[group]) if drills[group] else GroupDrillResult(group.number)

        results = self._side_by_side(one, drills, workers=workers)
        bad = tuple(result.group for result in results if not result.good)
        self.announce(RunFinished(bad, self.clock() - began))
        return results

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

    def _mend(self, group: GroupId, drills: Sequence[Drill]) -> GroupDrillResult:
        """Every drill's recovery, while a client listens: an outage ends when somebody answers again."""
        began = self.clock()
        told = Telling(drills[0], self.announce)
        drill_run = DrillRun(drills[0].setup, self.backends, threading.Event(), told)
        with drill_run.probing():
            errors = [error for drill in drills if (error := self._mend_one(drill))]
            with suppress(LabError):  # it only measures: the verify behind it tells of a client that is away
                drill_run.wait(lambda samples: bool(samples[-1].who), limit_s=BACK_LIMIT_S)
        done, worst = len(drills) - len(errors), errors[0] if errors else None
        self.announce(GroupFinished(group.number, done, len(drills), self.clock() - began, worst))
        return GroupDrillResult(group.number, error=worst)

    def _mend_one(self, drill: Drill) -> LabError | None:
        number, text, began = drill.group.number, drill.describe(), self.clock()
        self.announce(StepStarted(number, drill.name, text))
        error = self._recover(drill)
        status: Status = "failed" if error else "done"
        self.announce(StepFinished(number, drill.name, text, status, self.clock() - began, error))
        return error

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
        report = DrillReport(
            drill.group.number,
            drill.name,
            drill.describe(),
            verdict,
            self.clock() - began,
            findings,
            error or stuck,
            _outage_s(drill_run, findings),
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


def _outage_s(drill_run: DrillRun, findings: Findings | None) -> float | None:
    """Of a takeover, what it says; of what was cut off, or taken over by nobody, what the client heard.

    None where answers take turns: what was lost of them is each phase's own.
    """
    takeover = findings.takeover if findings else None
    if takeover and takeover.outage_s is not None:
        return takeover.outage_s
    if not drill_run.done_steps or (findings and findings.phases):
        return None
    return ended_outage_s(drill_run.heard, drill_run.done_steps[0].begin)


def _finished(report: DrillReport) -> StepFinished:
    seen = report.findings.seen if report.findings else ""
    text = f"{report.drill}{colon()}{seen}" if seen else report.question
    status = STATUS[report.verdict]
    return StepFinished(
        report.group,
        report.drill,
        text,
        status,
        report.elapsed_s,
        report.error,
        outage_s=report.outage_s,
    )
