"""Where this is not Linux: what a school needs is told before anything is begun."""

from __future__ import annotations

import os
import sys

import pytest

from esxlab.errors import LabError
from esxlab.sim.qemu.programs import RUNNING, require
from esxlab.sim.school import school_up
from esxlab.sim.shape import SchoolShape


def test_no_school_is_begun_on_windows(tmp_path, monkeypatch):
    place = tmp_path / "school"
    shape = SchoolShape("demo", servers=(), routers=())
    with monkeypatch.context() as windows:
        windows.setattr(os, "name", "nt")
        with pytest.raises(LabError) as told:
            school_up(shape, place)
    assert told.value.code == "sim.not_windows"
    assert not place.exists()


def test_real_machines_are_for_linux(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(LabError) as told:
        require(RUNNING)
    assert told.value.code == "sim.not_linux"
