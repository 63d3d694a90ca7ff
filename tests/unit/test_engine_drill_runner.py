"""Whatever happens during a drill, what it broke is put back; a lab that is not green is left alone."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import ClassVar

import pytest

from esxlab.checks.base import Answer, Check
from esxlab.drills.base import Drill, Findings
from esxlab.drills.drill_run import DrillRun, StoppedError
from esxlab.drills.steps import Step
from esxlab.drills.timeline import Sample
from esxlab.engine.drill_runner import DrillRunner
from esxlab.engine.events import DrillAnswered, DrillStepped, StepFinished
from esxlab.engine.run import Announcer
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId
from tests.group_specs import group_spec
from tests.unit.drill_worlds import setup_of
from tests.unit.guests_asked import only_guests

GROUP = GroupId("sio2-2026", 7)
GREEN = Answer("ok", "SRV1")
LOST = LabError("guest.lost", where="srvweb1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Step):
    """A step that notes its word, and may fail."""

    verb: ClassVar[str] = "plug"
    word: str
    done: list[str] = field(compare=False)
    fails: bool = False

    def perform(self, setup, backends):
        self.done.append(self.word)
        if self.fails:
            raise LOST


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeDrill(Drill):
    """A drill that breaks one thing, then ends as it is told to."""

    name: ClassVar[str] = "nic"
    done: list[str] = field(compare=False)
    end: BaseException | bool = True
    before: bool = False  # fails before anything is broken
    stuck: bool = False  # cannot be put back

    def facts(self):
        return {"bound": 25}

    def run(self, drill_run):
        if not self.before:
            drill_run.broken = True
            self.done.append("broken")
        if isinstance(self.end, BaseException):
            raise self.end
        return Findings(self.end, "seen")

    def recovery(self):
        return (
            Note(word="first", done=self.done, fails=self.stuck),
            Note(word="second", done=self.done),
        )

    def settle(self, drill_run):
        assert not drill_run.stop.is_set()
        self.done.append("settled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Check):
    name: ClassVar[str] = "page-outside"
    answer: Answer | LabError = GREEN

    def ask(self, backends, *, wait_s=0.0):
        if isinstance(self.answer, LabError):
            raise self.answer
        return self.answer


def run(*drills, answer=GREEN, stop=None):
    events = []
    runner = DrillRunner(only_guests(), Announcer([events.append]), stop or threading.Event())
    (result,) = runner.run({GROUP: drills}, {GROUP: (replace(Asked(group=GROUP), answer=answer),)}, workers=2)
    return result, events


def drill(done, **how):
    return FakeDrill(group=GROUP, setup=setup_of(group_spec()), done=done, **how)


def test_a_drill_that_ends_well_has_put_everything_back_itself():
    done = []
    result, _ = run(drill(done))
    assert (done, result.good) == (["broken"], True)


class Watched(FakeDrill):
    """A drill whose client hears SRV1, then nobody."""

    def run(self, drill_run):
        drill_run.perform(Note(word="out", done=self.done))
        drill_run._tell([Sample(100.2, "SRV1"), Sample(100.4, "", "refused")], None)
        drill_run._tell([Sample(100.6, "", "refused")], None)
        return Findings(good=True, seen="seen")


def test_what_its_client_hears_is_told_while_it_runs(monkeypatch):
    monkeypatch.setattr(DrillRun, "now", lambda _: 100.0)
    result, events = run(Watched(group=GROUP, setup=setup_of(group_spec()), done=[]))
    assert result.good
    number = GROUP.number
    told = [event for event in events if isinstance(event, DrillAnswered | DrillStepped)]
    assert told == [
        DrillStepped(number, "nic", 100.0, "plug", {"subject": ""}),
        DrillAnswered(number, "nic", 100.2, ("SRV1",), lost=False),
        DrillAnswered(number, "nic", 100.4, (), lost=True, why="refused"),
    ]
    assert events.index(told[-1]) < next(at for at, e in enumerate(events) if isinstance(e, StepFinished))


@pytest.mark.parametrize("end", [StoppedError(), LOST])
def test_a_drill_that_is_cut_off_is_put_back(end):
    done = []
    result, _ = run(drill(done, end=end))
    assert done == ["broken", "first", "second", "settled"]
    assert not result.good
    assert result.error is None  # nothing is left broken
    assert result.reports[0].verdict == ("cancelled" if isinstance(end, StoppedError) else "error")


def test_a_bug_is_the_drills_own_error_and_everything_is_put_back(met_bugs):
    done = []
    result, _ = run(drill(done, end=ZeroDivisionError("no")))
    assert done == ["broken", "first", "second", "settled"]
    (report,) = result.reports
    assert (report.verdict, report.error.code) == ("error", "bug.unexpected")
    assert len(met_bugs) == 1


def test_a_bug_in_a_question_leaves_the_lab_alone_and_the_neighbour_is_rehearsed(met_bugs):
    class Broken(Asked):
        def ask(self, backends, *, wait_s=0.0):
            raise EOFError

    done, other = [], GroupId("sio2-2026", 8)
    runner = DrillRunner(only_guests(), Announcer([]), threading.Event())
    asked = {GROUP: (Broken(group=GROUP),), other: (Asked(group=other),)}
    drills = {GROUP: (drill([]),), other: (replace(drill(done), group=other),)}
    bad, good = runner.run(drills, asked, workers=2)
    assert (bad.error.code, bad.reports) == ("bug.unexpected", ())
    assert good.good
    assert done == ["broken"]


def test_what_fails_before_anything_is_broken_needs_no_repair():
    done = []
    result, _ = run(drill(done, end=LOST, before=True))
    assert (done, result.reports[0].verdict) == ([], "error")


def test_a_repair_that_fails_does_not_stop_the_others_and_ends_the_groups_drills():
    done = []
    result, _ = run(drill(done, end=LOST, stuck=True), drill(done))
    assert done == ["broken", "first", "second", "settled"]
    assert len(result.reports) == 1
    assert result.error.code == "drill.not_put_back"
    assert result.error.facts == {"drill": "nic", "group": 7}


def test_what_was_expected_otherwise_is_not_good():
    result, _ = run(drill([], end=False))
    assert (result.good, result.reports[0].verdict) == (False, "failed")


@pytest.mark.parametrize(
    ("answer", "code"),
    [(Answer("failed", "nobody"), "drill.not_green"), (LOST, "guest.lost")],
)
def test_a_lab_that_is_not_green_is_left_alone(answer, code):
    done = []
    result, events = run(drill(done), answer=answer)
    assert (done, result.error.code) == ([], code)
    assert events[-1].failed == (7,)


def test_after_an_interruption_no_further_drill_begins():
    stop, done = threading.Event(), []
    stop.set()
    result, _ = run(drill(done), stop=stop)
    assert (done, result.reports) == ([], ())


def test_mending_breaks_nothing():
    done = []
    runner = DrillRunner(only_guests(), Announcer(()), threading.Event())
    (result,) = runner.recover({GROUP: (drill(done),)}, workers=2)
    assert (done, result.good) == (["first", "second"], True)
