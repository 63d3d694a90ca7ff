"""The truth lab's course on engine light: the same steps, the same answers."""

from __future__ import annotations

import pytest

from tests.course import STEPS
from tests.teacher import Teacher

pytestmark = pytest.mark.scenario
SPEED = 10.0


def test_engine_light_gives_the_truth_labs_answers(tmp_path):
    teacher = Teacher(tmp_path, "light", speed=SPEED)
    try:
        for step in STEPS:
            step(teacher)
    finally:
        teacher.type("sim", "down")
