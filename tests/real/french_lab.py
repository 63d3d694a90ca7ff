"""The truth lab in French: a group whose model an installer might have left in a French school.

`LANG=fr_FR.UTF-8`, an AZERTY keyboard, and a `/root/.bashrc` that says good morning. The course of
truth_lab.py, without its second round of part 1. `make test-french` names it.
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


STEPS = (
    course.comes_up_from_nothing,
    course.tells_what_it_is,
    speaks_french,
    course.a_second_deep_provision_sends_nothing,
    course.is_isolated_in_both_directions,
    course.drills_of_part_1,
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
        if teacher.done == [step.__name__ for step in STEPS]:
            write_record("french", teacher.seen)
    finally:
        teacher.type("sim", "down")


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_the_truth_lab_in_french(lab, step):
    step(lab)
    lab.done.append(step.__name__)
    write_record("french-so-far", lab.seen)
