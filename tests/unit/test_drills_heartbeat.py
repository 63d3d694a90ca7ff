"""Heartbeat is put back as it says itself, whatever systemd believes of it."""

from __future__ import annotations

import shlex
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import pytest
from drill_worlds import setup_of
from light_bench import Bench, web

from esxlab.backends.protocols import CommandResult
from esxlab.drills.base import Takeover
from esxlab.drills.setup import WebServer
from esxlab.drills.timeline import DoneStep, Sample
from esxlab.errors import LabError
from esxlab.exercises.ha import steps
from esxlab.exercises.ha.drills import DRILLS, ApacheWatched
from esxlab.exercises.ha.steps import StandBy, StartHeartbeat
from tests.group_specs import group_spec

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
        group=None,
        setup=None,
        deadtime_s=10.0,
        keepalive_s=2.0,
        services=(),
        primary="SRV1",
        auto_failback=False,
    )
    done_steps = [
        DoneStep(100.0, 100.5, "apache2 is stopped"),
        DoneStep(looked_at - 0.5, looked_at, "hb_standby"),
    ]
    assert drill.late_s(done_steps) == late_s


class Cluster:
    """What a client sees of a healthy cluster and of its steps: SRV1 fails, SRV2 takes over, SRV1 returns."""

    def __init__(self, *, takeover_s, return_s):
        self.at, self.takeover_s, self.return_s = 1000.0, takeover_s, return_s
        self.samples, self.done_steps, self.unread = [], [], 0
        self.holders = [(0.0, "SRV1")]  # from when on, who

    def probing(self):
        return nullcontext()

    def now(self):
        self.at += 0.1  # between two requests
        return self.at

    def inject(self, step):
        self.holders += [(self.at, ""), (self.at + self.takeover_s, "SRV2")]
        self._note(step)

    def perform(self, *steps):
        for step in steps:
            if isinstance(step, StandBy):
                self.holders.append((self.at + 15.0, "SRV1"))
            else:  # a partition heals: both start over, and the primary ends as holder
                self.holders += [(self.at + self.return_s - 30.0, ""), (self.at + self.return_s, "SRV1")]
            self._note(step)

    def _note(self, step):
        self.done_steps.append(DoneStep(self.at, self.at, type(step).__name__))

    def wait(self, seen, *, limit_s):
        until = self.at + limit_s
        while not (self.samples and seen(self.samples[-400:])):
            if self.at >= until:
                return False
            self.at += 0.2
            who = next(who for since, who in reversed(self.holders) if since <= self.at)
            self.samples.append(Sample(self.at, who, "" if who else "silent"))
        return True


@pytest.mark.parametrize(
    ("deadtime", "keepalive", "takeover_s", "return_s"),
    [(10, 2, 20.0, 55.0), (60, 2, 72.0, 55.0), (60, 30, 72.0, 110.0), (600, 60, 612.0, 170.0)],
)
def test_a_healthy_cluster_with_other_times_is_good(deadtime, keepalive, takeover_s, return_s):
    """Heartbeat's times are the spec's: a wait that is not made of them calls a slow cluster broken."""
    cluster, *others = group_spec().parts
    cluster = replace(cluster, keepalive_s=keepalive, deadtime_s=deadtime)
    spec = replace(group_spec(), parts=(cluster, *others))
    drill = DRILLS["nic"](spec, setup_of(spec))
    lab = Cluster(takeover_s=takeover_s, return_s=return_s)
    findings = drill.run(lab)
    assert findings.good, findings.seen
    assert findings.takeover.ended == "SRV1"
    assert findings.takeover.after == "SRV2"


def test_a_cluster_that_never_takes_over_is_not_waited_for_without_end():
    spec = group_spec()
    lab = Cluster(takeover_s=1e6, return_s=55.0)
    findings = DRILLS["nic"](spec, setup_of(spec)).run(lab)
    assert (findings.good, findings.takeover.after) == (False, "")


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
