"""Which action may start next: what it needs is done, its limit group has room.

A machine that was begun goes on before another begins; among those, long chains go first.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from esxlab.actions.base import Action

LIMITS: Mapping[str, int] = {
    "copy": 4,  # per datastore: more only makes the heads jump
    "power": 8,  # per ESXi host: boot storms
    "ssh": 16,  # over the class: each costs a thread and some CPU here
    "router": 1,  # per router: a vty is never shared
    "vsphere": 32,  # calls in flight at one server
}
"""How many actions of a kind of limit group run at once at one place."""

GROUPS_AT_ONCE = 16
"""How many groups are asked over SSH at once: five connections each, and each of them is a thread."""

Key = tuple[int, str]
"""(group number, action key)."""


class Schedule:
    """The state of a run's graph. Not thread-safe: the runner's own thread is its only user."""

    def __init__(self, actions: Iterable[Action], limits: Mapping[str, int] = LIMITS) -> None:
        self._actions: dict[Key, Action] = {(a.group.number, a.key): a for a in actions}
        self._limits = limits
        self._dependents: dict[Key, list[Key]] = defaultdict(list)
        self._missing: dict[Key, int] = {}
        self._needs = {key: self._needs_of(action) for key, action in self._actions.items()}
        for key, needs in self._needs.items():
            self._missing[key] = len(needs)
            for need in needs:
                self._dependents[need].append(key)
        self._heights = self._measure()
        self._busy: Counter[tuple[str, str]] = Counter()
        self._waiting: dict[tuple[str, str], list[tuple[bool, int, Key]]] = defaultdict(list)
        for key, missing in self._missing.items():
            if missing == 0:
                self._enqueue(key)

    def _needs_of(self, action: Action) -> list[Key]:
        needs = (*((action.group.number, need) for need in action.needs), *action.after)
        return [need for need in needs if need in self._actions]

    def _measure(self) -> dict[Key, int]:
        """Weight of the longest chain that starts at each action; a circle of needs is a bug: ValueError."""
        heights: dict[Key, int] = {}
        missing = {key: len(dependents) for key, dependents in self._dependents.items()}
        ready = [key for key in self._actions if not missing.get(key)]
        while ready:
            key = ready.pop()
            after = max((heights[dependent] for dependent in self._dependents.get(key, ())), default=0)
            heights[key] = after + self._actions[key].weight
            for need in self._needs[key]:
                missing[need] -= 1
                if missing[need] == 0:
                    ready.append(need)
        if len(heights) != len(self._actions):
            raise ValueError(f"actions need each other: {sorted(self._actions.keys() - heights.keys())}")
        return heights

    def _enqueue(self, key: Key) -> None:
        rank = (not self._goes_on(key), -self._heights[key], key)
        heapq.heappush(self._waiting[self._actions[key].limit_group], rank)

    def _goes_on(self, key: Key) -> bool:
        """Whether it goes on with a machine: one that restarts while another is set up costs nobody time."""
        subject = self._actions[key].subject
        return any(self._actions[need].subject == subject for need in self._needs[key])

    def startable(self) -> Iterator[Action]:
        """Every action that may start now, in the order of their ranks; what is taken counts as started."""
        while ready := [group for group, queue in self._waiting.items() if queue and self._has_room(group)]:
            limit_group = min(ready, key=lambda group: self._waiting[group][0])
            self._busy[limit_group] += 1
            yield self._actions[heapq.heappop(self._waiting[limit_group])[-1]]

    def waiting(self) -> list[Action]:
        """Every action whose needs are done, and that has not started."""
        return [self._actions[rank[-1]] for queue in self._waiting.values() for rank in sorted(queue)]

    def _has_room(self, limit_group: tuple[str, str]) -> bool:
        return self._busy[limit_group] < self._limits[limit_group[0]]

    def finish(self, action: Action) -> None:
        """This action is done: its limit group has room, what waited for it may be ready."""
        self._busy[action.limit_group] -= 1
        key = (action.group.number, action.key)
        for dependent in self._dependents.get(key, ()):
            self._missing[dependent] -= 1
            if self._missing[dependent] == 0:
                self._enqueue(dependent)

    def fail(self, action: Action) -> tuple[Action, ...]:
        """This action failed: all that needed it, directly or not, will never start; these are returned."""
        self._busy[action.limit_group] -= 1
        lost: dict[Key, Action] = {}
        front = [(action.group.number, action.key)]
        while front:
            for dependent in self._dependents.get(front.pop(), ()):
                if dependent not in lost:
                    lost[dependent] = self._actions[dependent]
                    front.append(dependent)
        return tuple(lost.values())
