"""The share of a day: every peer once, and in as many days as there are commands every pair."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.hostile import share

COMMANDS = ("plan", "provision", "verify", "teardown")
PEERS = range(11)


@pytest.fixture
def asked(monkeypatch):
    def on(told):
        monkeypatch.setenv(share.VARIABLE, told)
        return [(peer, command) for peer in PEERS for command in share.share(COMMANDS, peer)]

    return on


def test_every_pair_has_its_day(asked):
    days = [asked((date(2026, 12, 30) + timedelta(days)).isoformat()) for days in range(len(COMMANDS))]
    assert all([peer for peer, _ in day] == list(PEERS) for day in days)
    assert all({command for _, command in day} == set(COMMANDS) for day in days)
    assert sorted(pair for day in days for pair in day) == sorted(asked(share.WHOLE))


def test_a_day_can_be_asked_again_and_one_that_is_none_ends_the_run(asked):
    assert asked("2026-11-29") == asked("2026-11-29")
    with pytest.raises(ValueError, match="yesterday"):
        asked("yesterday")
