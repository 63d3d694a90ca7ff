"""The truth lab without root: the group's machines boot from their copies and tell their addresses.

Not run by root, so not part of the other targets: an ordinary user types `make test-real-rootless`. Where the
system refuses what it takes, `sim up` has to say which of its conditions is missing, and that is recorded.
"""

from __future__ import annotations

import os
import time

import pytest

from esxlab.sim.processes import started_at
from tests.course import BOOT, MACHINES
from tests.measures import boots
from tests.seen import write_record
from tests.teacher import Teacher

pytestmark = pytest.mark.real
REFUSALS = ("sim.no_namespace", "sim.no_tun")
ENVIRONMENT = 6


def test_an_ordinary_user_boots_a_group(tmp_path):
    assert os.geteuid() != 0, "this test is for a user who is not root"
    lab = Teacher(tmp_path, "qemu")
    up = lab.start("sim", "up", "-f", str(lab.spec), "--engine", "qemu")
    out, err = up.communicate(timeout=600)
    if up.returncode:
        assert up.returncode == ENVIRONMENT, f"{out}\n{err}"
        told = next(line for line in err.splitlines() if any(code in line for code in REFUSALS))
        write_record("rootless", {"text": f"This system refuses it, and `sim up` says so: {told.strip()}"})
        return
    try:
        lab.on_group("provision", "--yes", "--until", "machines", *BOOT, step="machines, without root")
        running = lab.processes()
        assert all_boot(lab), boots(lab)
        slowest = max(found[0] for found in boots(lab).values())
        lab.on_group("teardown", "--yes", step="teardown, without root")
    finally:
        lab.type("sim", "down")
    assert not {pid for pid, start in running.items() if started_at(pid) == start}
    text = (
        "An ordinary user's school, in a user namespace: five machines booted from their copies and told "
        f"their addresses within {slowest:.0f} s of power on; teardown and `sim down` left no "
        "process. /dev/net/tun was open to that user, which it is not on every system."
    )
    write_record("rootless", {"text": text})


def all_boot(lab: Teacher, *, limit_s: float = 600.0) -> bool:
    """Wait until all five machines have told an address; whether they have."""
    deadline = time.monotonic() + limit_s
    while len(boots(lab)) < len(MACHINES) and time.monotonic() < deadline:
        time.sleep(1)
    return len(boots(lab)) == len(MACHINES)
