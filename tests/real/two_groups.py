"""Two groups at once against one, from nothing to green, on one computer: `make test-real-class` names it."""

from __future__ import annotations

import os
import time

import pytest

from tests.computer import describe_computer
from tests.course import BOOT, verify
from tests.seen import write_record
from tests.teacher import Teacher

pytestmark = pytest.mark.real

AT_ONCE = 2 * (os.cpu_count() or 1)
"""Two emulated machines per core fill it; more of them at once only take the caches from each other."""


def test_two_groups_at_once_take_less_than_twice_one(tmp_path):
    lab = Teacher(tmp_path, "qemu")
    try:
        lab.type("sim", "model")
        lab.sim_up()
        took = {groups: up(lab, groups) for groups in ("1", "2-3")}
        ratio = took["2-3"] / took["1"]
        times = {"one group": took["1"], "two groups at once": took["2-3"]}
        seen = {"times": times, "ratio": ratio, "parallel": AT_ONCE, "computer": describe_computer()}
        write_record("two_groups", seen)
        assert ratio < 2.0
    finally:
        lab.type("sim", "down")


def up(lab: Teacher, groups: str) -> float:
    """Seconds from nothing to green; the groups are gone again at the end."""
    lab.groups = groups
    began = time.monotonic()
    lab.on_group("provision", "--yes", "--parallel", str(AT_ONCE), *BOOT, step=f"provision {groups}")
    verify(lab, groups)
    took = time.monotonic() - began
    lab.on_group("teardown", "--yes", step=f"teardown {groups}")
    return took
