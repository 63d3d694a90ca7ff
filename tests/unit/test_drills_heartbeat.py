"""Heartbeat is put back as it says itself, whatever systemd believes of it."""

from __future__ import annotations

import shlex
from types import SimpleNamespace

import pytest
from light_bench import Bench, web

from esxlab.backends.protocols import CommandResult
from esxlab.drills.base import Takeover
from esxlab.drills.setup import WebServer
from esxlab.drills.timeline import DoneStep
from esxlab.errors import LabError
from esxlab.exercises.ha import steps
from esxlab.exercises.ha.drills import ApacheWatched
from esxlab.exercises.ha.steps import StartHeartbeat

SERVER = WebServer("srvweb1", "SRV1", "172.16.193.10", None)


def step_on(run):
    setup = SimpleNamespace(run=lambda _backends, _machine, command, **_: run(command))
    StartHeartbeat(server=SERVER).perform(setup, None)


class Systemd232:
    """A unit with RemainAfterExit whose process has died, as systemd 232 was seen: start does nothing."""

    def __init__(self, *, starts=True):
        self.active, self.runs, self.starts = True, False, starts
        self.did = []

    def run(self, command):
        self.did.append(command[1])
        match command[1]:
            case "hbstatus":
                return CommandResult(0 if self.runs else 2, "", "Heartbeat is stopped on machine srv1")
            case "stop":
                self.active = self.runs = False
            case "start" if not self.active:
                self.active, self.runs = True, self.starts
        return CommandResult(0, "", "")


def test_a_dead_heartbeat_that_systemd_calls_active_is_started():
    guest = Systemd232()
    step_on(guest.run)
    assert guest.runs
    assert guest.did == ["hbstatus", "stop", "start", "hbstatus"]


def test_a_heartbeat_that_runs_is_left_alone():
    guest = Systemd232()
    guest.runs = True
    step_on(guest.run)
    assert guest.did == ["hbstatus"]


def test_a_heartbeat_that_does_not_come_up_is_not_believed(monkeypatch):
    monkeypatch.setattr(steps, "HEARTBEAT_TIMEOUT_S", 0.0)
    with pytest.raises(LabError) as caught:
        step_on(Systemd232(starts=False).run)
    assert (caught.value.code, "stopped" in caught.value.detail) == ("drill.step", True)


@pytest.mark.parametrize(
    ("outage_s", "surely_s", "in_time"), [(20.0, 19.8, True), (38.3, 24.9, True), (38.3, 38.1, False)]
)
def test_a_takeover_is_late_when_it_was_seen_to_be(outage_s, surely_s, in_time):
    """The client of a busy computer is not heard for seconds: they say nothing about the lab."""
    assert Takeover("SRV1", "SRV2", outage_s, bound_s=25.0, surely_s=surely_s).in_bound is in_time


@pytest.mark.parametrize(("looked_at", "late_s"), [(103.0, 0.0), (104.5, 0.0), (113.5, 9.0)])
def test_the_monitor_that_esxlab_plays_may_be_late_itself(looked_at, late_s):
    """The failure ended at 100.5; a monitor in the guest would have looked 4 s after it."""
    drill = ApacheWatched(
        group=None, setup=None, deadtime_s=10.0, services=(), primary="SRV1", auto_failback=False
    )
    done_steps = [
        DoneStep(100.0, 100.5, "apache2 is stopped"),
        DoneStep(looked_at - 0.5, looked_at, "hb_standby"),
    ]
    assert drill.late_s(done_steps) == late_s


def test_the_same_on_a_simulated_server():
    bench = Bench()
    server = web(bench, "SRV1", "172.16.193.10/16")
    bench.out(server, "systemctl start heartbeat")
    server.processes.heartbeat = None  # it has died; its unit stays active, as RemainAfterExit wants it
    assert bench.sh(server, "systemctl start heartbeat")[0] == 0
    assert bench.sh(server, "cl_status hbstatus")[0] != 0

    def run(command):
        return CommandResult(*bench.sh(server, shlex.join(command)))

    step_on(run)
    assert bench.sh(server, "cl_status hbstatus")[0] == 0
