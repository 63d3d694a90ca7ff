"""A package from outside brings an exercise and its programs: the whole life, no line of esxlab changed."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import PathDistribution

import pytest

from tests.commands import ROOT
from tests.outside.install import install

pytestmark = pytest.mark.scenario


def test_pip_builds_the_package_from_its_own_directory(tmp_path):
    """What pip has laid down is its modules and its entry points."""
    install("dns", tmp_path)
    assert {path.name for path in tmp_path.glob("*.py")} == {
        "esxlab_dns.py",
        "esxlab_dns_programs.py",
        "esxlab_dns_texts.py",
    }
    (metadata,) = tmp_path.glob("*.dist-info")
    assert {entry.group for entry in PathDistribution(metadata).entry_points} == {
        "esxlab.exercises",
        "esxlab.sim.programs",
    }


def test_an_exercise_from_outside_lives(tmp_path):
    """In a process of its own: the spec's types are made once, of what is installed then."""
    site, room = tmp_path / "site", tmp_path / "room"
    room.mkdir()
    install("dns", site)
    done = subprocess.run(
        [sys.executable, "-m", "tests.outside.life", room],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert (done.returncode, done.stdout) == (0, "lived\n"), done.stderr[-3000:]
