"""Asking a large class: so many groups at once, and each one's connections go with its turn."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from esxlab.checks.base import Answer, Check
from esxlab.engine.ask import Asking
from esxlab.engine.run import Announcer
from esxlab.engine.schedule import GROUPS_AT_ONCE
from esxlab.lab.identity import GroupId
from tests.unit.guests_asked import GuestsAsked, only_guests

LIMIT_S = 20


class Crowd(GuestsAsked):
    """Counts the groups that have been asked something and not been left yet."""

    def __init__(self):
        super().__init__()
        self.now, self.most = set(), 0
        self._lock = threading.Lock()
        self.full = threading.Event()

    def come(self, group):
        with self._lock:
            self.now.add(group)
            self.most = max(self.most, len(self.now))
            if self.most >= GROUPS_AT_ONCE:
                self.full.set()
        assert self.full.wait(LIMIT_S)

    def leave(self, group):
        with self._lock:
            self.now.discard(group)
        super().leave(group)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming(Check):
    crowd: Any

    def describe(self):
        return "there?"

    def ask(self, backends, *, wait_s=0.0):
        self.crowd.come(self.group.number)
        if self.group.number % 7 == 0:
            raise EOFError
        return Answer("ok", "yes")


def test_no_more_groups_than_threads_and_connections_can_bear_are_asked_at_once(met_bugs):
    crowd = Crowd()
    groups = [GroupId("t", number) for number in range(1, 101)]
    checks = {group: (Coming(group=group, crowd=crowd), Coming(group=group, crowd=crowd)) for group in groups}
    asking = Asking(only_guests(crowd), Announcer([]), threading.Event(), wait_s=0)
    results = asking.ask_all(checks, workers=64)
    assert crowd.most == GROUPS_AT_ONCE
    assert sorted(crowd.left) == [group.number for group in groups]  # also of those where something failed
    assert len(results) == 200
    assert {r.group for r in results if r.answer.verdict == "error"} == set(range(7, 101, 7))
