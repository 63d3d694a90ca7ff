"""The truth lab: group 1 of specs/tp.yaml on real Debian machines, by the commands that a teacher types.

Not collected with the other tests (its name does not begin with test_): `make test-real` names it. The steps
follow each other; each needs the one before it. The same steps run on engine light with the other tests.
"""

from __future__ import annotations

import pytest

from tests.course import STEPS
from tests.seen import write_record
from tests.teacher import Teacher

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    teacher = Teacher(tmp_path_factory.mktemp("truth"), "qemu")
    try:
        teacher.type("sim", "model", step="model")
        yield teacher
        if teacher.done == [step.__name__ for step in STEPS]:
            write_record("course", teacher.seen)
    finally:
        teacher.type("sim", "down")


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_the_truth_lab(lab, step):
    step(lab)
    lab.done.append(step.__name__)
    write_record("course-so-far", lab.seen)
