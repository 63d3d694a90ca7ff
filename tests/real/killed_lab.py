"""Machines, all machines at once, and the school's own process are killed in the middle of a provision.

`make test-real-kill` names it. What is killed, and when, comes from a seed (ESXLAB_SEED): the same command,
given again, ends with a green lab. When the school's process is killed all of it is gone, as nothing may
outlive it: then the school is brought up again first.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.course import BOOT, verify
from tests.seen import write_record
from tests.teacher import Teacher

pytestmark = pytest.mark.real
SEED = int(os.environ.get("ESXLAB_SEED", "20261122"))
WHEN_S = (10.0, 150.0)
"""After the first machine is on: machines boot, install packages, are configured, restart."""
VICTIMS = ("one machine", "all machines", "the school")
SURVIVED = (0, 7, 8)
"""A provision whose machines were killed is done, or some groups, or all, have failed; never a bug."""
SCHOOL_GONE = (6, 7, 8)
END_LIMIT_S = 900.0


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    teacher = Teacher(tmp_path_factory.mktemp("killed"), "qemu")
    teacher.seen |= {"seed": SEED, "trials": []}
    try:
        teacher.type("sim", "model")
        yield teacher
        if len(teacher.seen["trials"]) == len(VICTIMS):
            write_record("killed", {key: teacher.seen[key] for key in ("seed", "trials")})
    finally:
        teacher.type("sim", "down")


def machines(lab: Teacher) -> list[int]:
    """The processes of running machines."""
    found = []
    for pid in lab.processes():
        with contextlib.suppress(OSError):  # a short program has ended meanwhile
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if words[0].endswith(b"qemu-system-x86_64"):
                found.append(pid)
    return sorted(found)


def await_machines(lab: Teacher, provision: subprocess.Popen[str], *, limit_s: float = 120.0) -> None:
    """Until the first machine is on."""
    deadline = time.monotonic() + limit_s
    while not machines(lab):
        assert provision.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.5)


def strike(lab: Teacher, victim: str, dice: random.Random) -> str:
    """SIGKILL; what was hit."""
    running = machines(lab)
    chosen = {
        "one machine": [dice.choice(running)],
        "all machines": running,
        "the school": [min(lab.processes())],
    }[victim]
    names = [Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[2].decode() for pid in chosen]
    for pid in chosen:
        os.kill(pid, signal.SIGKILL)
    return f"{victim}: {names[0]}" if victim == "one machine" else victim


@pytest.mark.parametrize("victim", VICTIMS)
def test_the_same_command_again_ends_with_a_green_lab(lab, victim):
    dice = random.Random(f"{SEED} {victim}")
    lab.sim_up()
    pause_s = dice.uniform(*WHEN_S)
    words = ("provision", "-f", str(lab.spec), "--sim", "-g", lab.groups, "--yes", "--plain", *BOOT)
    began = time.monotonic()
    first = lab.start(*words)
    try:
        await_machines(lab, first)
        first.wait(pause_s)
    except subprocess.TimeoutExpired:
        struck = strike(lab, victim, dice)
    else:
        pytest.fail(f"provision was done before {pause_s:.0f} s")
    try:
        out, err = first.communicate(timeout=END_LIMIT_S)
    finally:
        first.kill()  # nothing, when it has ended
    assert first.returncode in (SCHOOL_GONE if victim == "the school" else SURVIVED), f"{out}\n{err}"
    assert "Traceback" not in err
    print(f"{struck} after {pause_s:.0f} s; provision ended with {first.returncode} after "
          f"{time.monotonic() - began:.0f} s", flush=True)  # fmt: skip
    if victim == "the school":
        lab.sim_up()
    again = time.monotonic()
    lab.on_group("provision", "--yes", *BOOT, step=f"provision again, {victim}")
    verify(lab, f"after {victim}")
    trial = {"at_s": round(pause_s), "victim": struck, "first": first.returncode, "second": 0}
    lab.seen["trials"].append({**trial, "seconds": round(time.monotonic() - again)})
    lab.on_group("teardown", "--yes")
    lab.type("sim", "down")
