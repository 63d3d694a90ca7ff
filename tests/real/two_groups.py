"""Two groups at once against one, from nothing to green, on one computer: `make test-real-class` names it."""

from __future__ import annotations

import time

import pytest

from tests.computer import describe_computer
from tests.course import BOOT, verify
from tests.seen import write_record
from tests.teacher import Teacher

pytestmark = pytest.mark.real


def test_two_groups_at_once_take_less_than_twice_one(tmp_path):
    lab = Teacher(tmp_path, "qemu")
    try:
        lab.type("sim", "model")
        lab.sim_up()
        took = {groups: up(lab, groups) for groups in ("1", "2-3")}
        ratio = took["2-3"] / took["1"]
        times = {"one group": took["1"], "two groups at once": took["2-3"]}
        write_record("two_groups", {"times": times, "ratio": ratio, "computer": describe_computer()})
        assert ratio < 2.0
    finally:
        lab.type("sim", "down")


def up(lab: Teacher, groups: str) -> float:
    """Seconds from nothing to green; the groups are gone again at the end."""
    lab.groups = groups
    began = time.monotonic()
    lab.on_group("provision", "--yes", *BOOT, step=f"provision {groups}")
    verify(lab, groups)
    took = time.monotonic() - began
    lab.on_group("teardown", "--yes", step=f"teardown {groups}")
    return took
