"""The truth lab: group 1 of specs/tp.yaml on real Debian machines, by the commands that a teacher types.

Not collected with the other tests (its name does not begin with test_): `make test-real` names it. The steps
follow each other in the order of the file; each needs the one before it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from esxlab.sim.processes import started_at
from esxlab.sim.qemu.namespace import OWN_NAMESPACE

pytestmark = pytest.mark.real
SPEC = Path(__file__).parents[2] / "specs" / "tp.yaml"
GROUP = ("-f", str(SPEC), "--sim", "-g", "1")
COMMAND_LIMIT_S = 1500
BOOT_LIMIT_S = "600"


class Lab:
    """A teacher at a terminal: `esxlab ...`, and what is on disk of the school."""

    def __init__(self, home):
        self.school = home / "school"
        self.environment = {
            **os.environ,
            "ESXLAB_SCHOOL": str(self.school),
            "XDG_DATA_HOME": str(home / "data"),
            "ESXLAB_LANG": "en",
        }
        self.seconds = {}

    def type(self, *words, step=""):
        """Run `esxlab WORDS`; what it wrote to stdout. Fails with all of its words when it does."""
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "esxlab", *words],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_LIMIT_S,
            check=False,
        )
        self.seconds[step or " ".join(words[:2])] = round(time.monotonic() - began, 1)
        said = f"{done.stdout}\n{done.stderr}"
        assert done.returncode == 0, f"esxlab {' '.join(words)}: {done.returncode}\n{said}"
        return done.stdout

    def processes(self):
        """Whatever runs in a namespace other than ours: the school's machines, routers, DHCP server."""
        own = OWN_NAMESPACE.readlink()
        found = []
        for number in (entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit()):
            try:
                words = (Path("/proc") / number / "cmdline").read_bytes().decode(errors="replace")
                elsewhere = (Path("/proc") / number / "ns/net").readlink() != own
                if elsewhere and str(self.school) in words:
                    found.append(int(number))
            except OSError:
                continue
        return [pid for pid in found if started_at(pid)]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    teacher = Lab(tmp_path_factory.mktemp("truth"))
    try:
        teacher.type("sim", "model", step="model")
        teacher.type("sim", "up", "-f", str(SPEC), "--engine", "qemu", step="school up")
        yield teacher
    finally:
        teacher.type("sim", "down")
        print(json.dumps(teacher.seconds, indent=1))


def provision(lab, *more, step):
    return lab.type("provision", *GROUP, "--yes", "--plain", "--boot-timeout", BOOT_LIMIT_S, *more, step=step)


def verify(lab, *more, step):
    """All checks green. On a busy computer Heartbeat needs longer than one verify waits: then once more."""
    words = ("verify", *GROUP, "--plain", *more)
    try:
        lab.type(*words, step=f"{step}, first try")
    except AssertionError as error:
        print(f"not green at once: {error}")
        lab.type(*words, step=step)


def test_high_availability_comes_up_from_nothing_and_all_checks_are_green(lab):
    provision(lab, step="ha from nothing")
    verify(lab, step="ha checks")


def test_a_second_provision_has_nothing_to_do(lab):
    plan = json.loads(lab.type("plan", *GROUP, "-o", "json", step="second plan"))
    assert not any(group["actions"] for group in plan["groups"])


def test_the_group_turns_into_load_balancing(lab):
    provision(lab, "--scenario", "lb", step="ha to lb")
    verify(lab, "--scenario", "lb", step="lb checks")


def test_and_back(lab):
    provision(lab, step="lb to ha")
    verify(lab, step="ha checks again")


def test_teardown_leaves_nothing_and_down_leaves_no_process(lab):
    lab.type("teardown", *GROUP, "--yes", step="teardown")
    plan = json.loads(lab.type("plan", *GROUP, "-o", "json", step="plan after teardown"))
    assert plan["groups"][0]["actions"]
    assert lab.processes()
    lab.type("sim", "down", step="school down")
    assert not lab.processes()
