"""One reason that keeps a whole class from being looked at is told once, and is the command's exit code."""

from __future__ import annotations

import pytest

from esxlab.checks.base import Answer, CheckResult
from esxlab.checks.common import MachinesStand
from esxlab.cli.drill import _code
from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.verify import exit_code_of_checks
from esxlab.engine.ask import _finished
from esxlab.engine.drill_runner import GroupDrillResult
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId
from esxlab.planning.plan import GroupPlan, Plan
from esxlab.show.checks import render_checks
from esxlab.show.glyphs import ASCII
from esxlab.show.plain import PlainProgress
from esxlab.show.plan import render_plan

GROUPS = (1, 2, 3, 5)
LOOK = MachinesStand.name


def missing(group=0):
    return LabError("secret.missing", where=f"group {group}" if group else "", kind="vsphere", variable="V")


def unasked(group, check="ha", error=None):
    failure = error or missing(group)
    return CheckResult(group, check, f"is {check} well?", Answer("error", failure.brief, error=failure), 0.1)


def seen(group, verdict):
    return CheckResult(group, LOOK, "are all machines on?", Answer(verdict, "5"), 0.1)


def answered(group, verdict="failed"):
    return CheckResult(group, "client", "does ClientB read a page?", Answer(verdict, "nothing"), 0.1)


def test_a_verify_tells_it_once_below_all_questions():
    said = render_checks([unasked(group, check) for group in GROUPS for check in ("ha", "lb")], ASCII)
    assert said.count("[secret.missing]") == 1
    heads = [line for line in said.splitlines() if line.startswith("! ")]
    assert heads == ["! Groups 1-3,5, ha: is ha well?", "! Groups 1-3,5, lb: is lb well?"]


def test_other_reasons_and_failed_checks_are_told_alone():
    other = LabError("vsphere.unreachable", where="vcenter.example", host="vcenter.example")
    said = render_checks([unasked(1), unasked(2, error=other), answered(3), answered(4)], ASCII)
    assert said.count("seen: nothing") == 2
    assert "! Group 1, ha" in said
    assert "! Group 2, ha" in said


def test_a_plan_tells_it_once():
    refused = tuple(GroupPlan(GroupId("sio2", n), problems=(missing(n),)) for n in GROUPS)
    own = GroupPlan(GroupId("sio2", 4), problems=(LabError("vsphere.busy", where="group 4", what="x"),))
    said = render_plan(Plan("provision", "sio2", (*refused, own)), ASCII)
    assert said.count("[secret.missing]") == 1
    assert "Groups 1-3,5: refused" in said
    assert "Group 4: refused" in said


def test_a_line_of_progress_says_it_once():
    class Lines(list):
        write = list.append

        def flush(self):
            pass

    lines = Lines()
    PlainProgress(lines, ASCII)(_finished(unasked(7)))
    assert lines[0].count("password is not known") == 1
    assert lines[0].count("group 7") == 1


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([unasked(1, LOOK), unasked(2, LOOK)], ExitCode.ENVIRONMENT),
        (
            [unasked(1, LOOK), answered(1, "ok")],
            ExitCode.ENVIRONMENT,
        ),  # a router can be asked without vSphere
        ([unasked(1, LOOK), seen(2, "ok")], ExitCode.CHECK_FAILED),
        ([unasked(1, LOOK), seen(2, "failed")], ExitCode.CHECK_FAILED),
        ([unasked(1, LOOK, LabError("safety.colleagues_group", who="me"))], ExitCode.CHECK_FAILED),
        ([seen(1, "ok"), unasked(1)], ExitCode.CHECK_FAILED),  # a guest's password, say
        ([seen(1, "ok"), answered(1, "ok")], ExitCode.DONE),
    ],
)
def test_a_verify_that_could_look_at_nothing_is_no_failed_check(results, code):
    assert exit_code_of_checks(results) == code


def test_a_drill_that_was_refused_everywhere_ends_with_the_reason():
    def code(*errors):
        return _code([GroupDrillResult(n, error=error) for n, error in enumerate(errors)], ())

    locked, foreign = LabError("lock.held"), LabError("safety.colleagues_group", who="me")
    assert code(locked, locked) == ExitCode.LOCKED
    assert code(foreign) == ExitCode.REFUSED
    assert code(locked, foreign) == ExitCode.ALL_FAILED
    assert code(locked, None) == ExitCode.CHECK_FAILED
    assert code(LabError("drill.not_green", check="page")) == ExitCode.CHECK_FAILED
