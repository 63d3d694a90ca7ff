"""--at: which moment is meant, and what wakes whoever waits for it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from esxlab.cli.at import LATE_S, next_moment, wait_until
from esxlab.errors import LabError

NOW = datetime(2026, 11, 30, 16, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "hours"), [("17:30", 1.4917), (" 16:01 ", 0.0083), ("16:00", 23.9917), ("7:45", 15.7417)]
)
def test_a_time_of_day_is_the_next_one_within_a_day(text, hours):
    assert (next_moment(text, NOW) - NOW).total_seconds() / 3600 == pytest.approx(hours, abs=1e-3)


@pytest.mark.parametrize("text", ["24:00", "17h30", "17:30:00", "", "-1:00", "soon"])
def test_anything_else_is_told(text):
    with pytest.raises(LabError) as told:
        next_moment(text, NOW)
    assert told.value.code == "usage.at"


class Clock(threading.Event):
    """A clock that each wait moves on, and a stop that somebody may set at a time."""

    def __init__(self, *, stopped_after=None, asleep_s=0.0):
        super().__init__()
        self.now, self.stopped_after, self.asleep_s, self.waits = NOW, stopped_after, asleep_s, 0

    def wait(self, timeout=None):
        self.waits += 1
        self.now += timedelta(seconds=timeout + self.asleep_s)
        return self.waits == self.stopped_after


def test_it_waits_for_the_clock_however_long_it_takes():
    clock = Clock()
    assert wait_until(NOW + timedelta(hours=24), clock, now=lambda: clock.now)
    assert clock.now == NOW + timedelta(hours=24)


def test_who_is_stopped_does_nothing():
    clock = Clock(stopped_after=3)
    assert not wait_until(NOW + timedelta(hours=1), clock, now=lambda: clock.now)
    assert clock.waits == 3


def test_a_computer_that_woke_too_late_does_nothing_either():
    clock = Clock(asleep_s=LATE_S + 60)
    with pytest.raises(LabError) as told:
        wait_until(NOW + timedelta(seconds=10), clock, now=lambda: clock.now)
    assert told.value.code == "usage.at_missed"
    just = Clock(asleep_s=60)
    assert wait_until(NOW + timedelta(seconds=10), just, now=lambda: just.now)
