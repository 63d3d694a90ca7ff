"""Whatever happens during a drill, what it broke is put back; a lab that is not green is left alone."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import ClassVar

import pytest

from esxlab.checks.base import Answer, Check
from esxlab.drills.base import Drill, Findings, Phase, Takeover
from esxlab.drills.drill_run import DrillRun, StoppedError
from esxlab.drills.steps import Step
from esxlab.drills.timeline import Sample
from esxlab.engine.drill_runner import DrillRunner
from esxlab.engine.events import DrillAnswered, DrillStepped, StepFinished
from esxlab.engine.run import Announcer
from esxlab.engine.told_lines import PUT_BACK
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


class CutOff(FakeDrill):
    """A drill that is interrupted while nobody answers; its client hears SRV1 once it is put back."""

    again: ClassVar[tuple[Sample, ...]] = (Sample(112.9, "SRV1"),)

    def run(self, drill_run):
        drill_run.inject(Note(word="out", done=self.done))
        drill_run._tell([Sample(100.2, "SRV1"), Sample(100.4, "", "refused")], None)
        raise StoppedError

    def settle(self, drill_run):
        drill_run._tell([Sample(110.0, "", "refused"), *self.again], None)


class Unanswered(CutOff):
    again: ClassVar[tuple[Sample, ...]] = ()


@pytest.mark.parametrize(("kind", "outage_s"), [(CutOff, 12.5), (Unanswered, None)])
def test_the_outage_of_a_drill_that_was_put_back_is_measured(monkeypatch, kind, outage_s):
    monkeypatch.setattr(DrillRun, "now", lambda _: 100.0)
    result, events = run(kind(group=GROUP, setup=setup_of(group_spec()), done=[]))
    (report,) = result.reports
    assert report.outage_s == (outage_s and pytest.approx(outage_s))
    assert next(each for each in events if isinstance(each, StepFinished)).outage_s == report.outage_s


class TakenOverByNobody(CutOff):
    """Its break is undone while nobody has taken over."""

    def run(self, drill_run):
        drill_run.perform(Note(word="out", done=self.done))
        drill_run._tell([Sample(100.4, "", "refused"), Sample(126.4, "SRV1")], None)
        phases = (Phase("?", (("SRV1", 1),), lost=1),) if self.stuck else ()
        return Findings(self.end, "seen", takeover=None if phases else Takeover("SRV1"), phases=phases)


def test_an_outage_that_only_the_repair_has_ended_is_one(monkeypatch):
    monkeypatch.setattr(DrillRun, "now", lambda _: 100.0)
    made = TakenOverByNobody(group=GROUP, setup=setup_of(group_spec()), done=[])
    result, _ = run(made)
    assert result.reports[0].outage_s == pytest.approx(26.0)
    result, _ = run(replace(made, stuck=True))
    assert result.reports[0].outage_s is None  # each phase has its own figures


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


def answering(*batches):
    """A client's probe: each of these batches once, then nothing more."""
    left = list(batches)

    def probe(drill_run):
        while not drill_run._enough.wait(0.01):
            if left:
                drill_run._tell(left.pop(0), None)

    return probe


def test_mending_breaks_nothing_and_is_told_with_who_answers_again(monkeypatch):
    done, events = [], []
    probe = answering([Sample(150.0, "", "refused")], [Sample(160.0, "SRV1")])
    monkeypatch.setattr(DrillRun, "_probe", probe)
    runner = DrillRunner(only_guests(), Announcer([events.append]), threading.Event())
    (result,) = runner.recover({GROUP: (drill(done),)}, workers=2)
    assert (done, result.good) == (["first", "second"], True)
    assert (events[0].command, events[0].steps, events[-1].failed) == (PUT_BACK, {7: 1}, ())
    assert [e.status for e in events if isinstance(e, StepFinished)] == ["done"]
    assert [e.who for e in events if isinstance(e, DrillAnswered)] == [(), ("SRV1",)]


def test_a_mending_that_fails_is_told_as_failed_and_a_client_that_is_away_is_no_failure(monkeypatch):
    away = LabError("guest.unreachable", where="client")
    monkeypatch.setattr(DrillRun, "_probe", lambda drill_run: drill_run._tell((), away))
    for stuck in (False, True):
        done, events = [], []
        runner = DrillRunner(only_guests(), Announcer([events.append]), threading.Event())
        (result,) = runner.recover({GROUP: (drill(done, stuck=stuck),)}, workers=2)
        assert done == ["first", "second"]
        assert (result.good, events[-1].failed) == (not stuck, (7,) if stuck else ())
