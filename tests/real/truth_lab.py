"""The truth lab: group 1 of specs/tp.yaml on real Debian machines, by the commands that a teacher types.

Not collected with the other tests (its name does not begin with test_): `make test-real` names it. The steps
follow each other; each needs the one before it. The same steps run on engine light with the other tests.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from esxlab.sim.qemu import namespace
from tests.course import STEPS
from tests.seen import write_record
from tests.teacher import ROOT, Teacher

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


def test_cards_may_come_at_once_and_the_gateway_keeps_its_hardware_address():
    words = [*namespace.command_in_new(), sys.executable, "-m", "tests.real.wires"]
    own = {**os.environ, namespace.OUTSIDE: namespace.here()}
    done = subprocess.run(words, cwd=ROOT, env=own, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_the_truth_lab(lab, step):
    step(lab)
    lab.done.append(step.__name__)
    write_record("course-so-far", lab.seen)
