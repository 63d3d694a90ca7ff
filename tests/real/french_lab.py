"""The truth lab in French: a group whose model an installer might have left in a French school.

`LANG=fr_FR.UTF-8`, an AZERTY keyboard, and a `/root/.bashrc` that says good morning. The course of
truth_lab.py, without its second round of part 1. `make test-french` names it. How fast a takeover is, is
`make test-real`'s question: here a drill that a busy computer made late is told as late, not typed again.
"""

from __future__ import annotations

import pytest

from tests import course
from tests.seen import write_record
from tests.teacher import Teacher

pytestmark = pytest.mark.real
MODEL = "fr_FR.UTF-8,azerty,bonjour"


def speaks_french(lab: Teacher) -> None:
    """Its language is set, its programs know it, its root's shell says something to every command."""
    asked = (
        ["cat", "/etc/default/locale", "/etc/default/keyboard", "/root/.bashrc"],
        ["env", "LC_ALL=fr_FR.UTF-8", "ls", "/nowhere"],
    )
    settings, refusal = lab.ask(*(("srvweb1", words) for words in asked))
    assert "LANG=fr_FR.UTF-8" in settings["out"]
    assert 'XKBLAYOUT="fr"' in settings["out"]
    assert 'echo "Bonjour' in settings["out"]
    assert "impossible d'accéder" in refusal["err"].replace("\u2019", "'")
    lab.seen["french"] = refusal["err"].strip()


def drills_of_part_1(lab: Teacher) -> None:
    """Each went its way, and the right server serves at its end; late ones are told."""
    names = tuple(course.ENDS[False])
    document = lab.on_group("drill", *names, "--yes", step="drills ha, auto_failback off", status=None)
    drills = document["groups"][0]["drills"]
    lab.seen["drills"] += [{"scenario": "ha", "auto_failback": False, **drill} for drill in drills]
    lab.seen["late"] = [{"step": "the only try", **drill} for drill in drills if drill["verdict"] != "ok"]
    assert {drill["drill"]: drill["takeover"]["ended"] for drill in drills} == course.ENDS[False]
    assert not [drill for drill in lab.seen["late"] if drill["takeover"]["in_bound"]], lab.seen["late"]


STEPS = (
    course.comes_up_from_nothing,
    course.tells_what_it_is,
    speaks_french,
    course.a_second_deep_provision_sends_nothing,
    course.is_isolated_in_both_directions,
    drills_of_part_1,
    course.turns_into_load_balancing,
    course.drills_of_part_2,
    course.teardown_leaves_nothing,
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    teacher = Teacher(tmp_path_factory.mktemp("french"), "qemu", model=MODEL)
    try:
        teacher.type("sim", "model", step="model")
        yield teacher
        if "french" in teacher.seen:
            write_record("french", {**teacher.seen, "done": teacher.done, "all": len(STEPS)})
    finally:
        teacher.type("sim", "down")


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_the_truth_lab_in_french(lab, step):
    step(lab)
    lab.done.append(step.__name__)
    write_record("french-so-far", lab.seen)
