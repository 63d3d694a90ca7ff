"""How long verify asks: a lab that has just been started gets its four minutes, an old one does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from esxlab.engine.ask import STANDING_S, patience_s
from esxlab.lab.machine import Runtime, Server, Site
from tests.vsphere_worlds import wanted_lab

START_S = 240.0
NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SITE = Site(Server("memory.example", "prof"), "datastore1", "modeleD9", "VM Network")


def lab_started(*ages_s):
    lab = wanted_lab(7, SITE)
    times = [(NOW - timedelta(seconds=age)).isoformat() for age in ages_s]
    machines = (replace(m, runtime=Runtime(boot_time=t)) for m, t in zip(lab.machines, times, strict=False))
    return replace(lab, machines=tuple(machines))


@pytest.mark.parametrize(
    ("ages_s", "speed", "wait_s"),
    [
        ((0, 0), 1, START_S),
        ((5000, 40), 1, 200),
        ((5000, 200), 1, STANDING_S),
        ((), 1, STANDING_S),
        ((-30,), 1, START_S),  # the server's clock is ahead
        ((0,), 20, STANDING_S),
    ],
)
def test_the_youngest_machine_counts(ages_s, speed, wait_s) -> None:
    assert patience_s([lab_started(*ages_s)], now=NOW, start_s=START_S, speed=speed) == wait_s


def test_a_time_that_cannot_be_read_counts_as_old() -> None:
    lab = wanted_lab(7, SITE)
    lab = replace(lab, machines=(replace(lab.machines[0], runtime=Runtime(boot_time="yesterday")),))
    assert patience_s([lab], now=NOW, start_s=START_S) == STANDING_S
