"""A script that was begun in a guest outlives its run: the next run waits for it before it looks."""

from __future__ import annotations

import subprocess
import threading
from contextlib import closing

import pytest

from esxlab.backends.credentials import Credentials
from esxlab.backends.guest import ParamikoGuests, applying, guests
from esxlab.backends.guest.applying import BUSY, build_alone
from esxlab.errors import LabError
from esxlab.lab.guest import Guest, GuestChange, SshHop, SshRoute
from esxlab.sim.access import SchoolEndpoints
from tests.borrowed import borrows
from tests.memory.light_machines import LightMachines

WANTED = Guest("masterGr0", absent_files=("/root/begun", "/root/ended"))
LONG = "touch /root/begun; sleep 60; touch /root/ended"
"""School seconds: three of ours."""


@pytest.fixture(scope="module")
def machines():
    with LightMachines("srvweb1", nics=1) as running:
        yield running


def backend(machines):
    return ParamikoGuests(SchoolEndpoints(), Credentials(known={"guest": machines.password}))


def route(machines):
    return SshRoute(7, (SshHop("srvweb1", "127.0.0.1", machines["srvweb1"].port),))


def begin(machines, script):
    """A run that dies in the middle of a script: nobody waits for the answer."""
    victim = backend(machines)
    started = threading.Thread(target=_begin, args=(victim, machines, script), daemon=True)
    started.start()
    with closing(backend(machines)) as other:
        while "begun" not in other.run(route(machines), ["ls", "/root"]).stdout:
            pass  # until it runs
    return victim


def _begin(victim, machines, script):
    try:
        victim.run(route(machines), ["sh", "-c", build_alone(script)], timeout_s=60)
    except LabError:
        return


def test_what_a_dead_run_has_begun_is_over_before_the_guest_is_looked_at(machines):
    begin(machines, LONG).close()
    with closing(backend(machines)) as guest:
        state = guest.observe(route(machines), WANTED)
        assert [file.path for file in state.files] == ["/root/begun", "/root/ended"]
        guest.run(route(machines), ["rm", "/root/begun", "/root/ended"])


def test_who_must_not_wait_for_ever_is_told_who_is_at_work(machines, monkeypatch):
    victim = begin(machines, LONG.replace("60", "6000"))
    monkeypatch.setattr(guests, "build_alone", lambda text: build_alone(text, patience_s=1))
    with closing(backend(machines)) as guest, pytest.raises(LabError) as busy:
        guest.apply(route(machines), GuestChange(remove=("/root/nothing",)), nic_names={})
    assert busy.value.code == "guest.busy"
    victim.close()


@borrows("flock")
def test_the_real_flock_understands_what_the_simulated_one_does(tmp_path, monkeypatch):
    monkeypatch.setattr(applying, "LOCK_FILE", str(tmp_path / "lock"))
    inner = build_alone("exit 0", patience_s=0)
    for script, status in ((inner, BUSY), ("exit 3", 3), ("echo one; false", 1), ("true", 0)):
        done = subprocess.run(["sh", "-c", build_alone(script)], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (status, "")
