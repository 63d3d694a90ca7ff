"""How a question reaches a guest or a router, and how long it is repeated."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.backends.roads import take
from esxlab.checks.base import Answer, Check
from esxlab.checks.patience import current_patience

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from esxlab.backends.protocols import Backends, CommandResult
    from esxlab.lab.approach import Approach
    from esxlab.lab.machine import Site

END_OF_PAGE = "=== end of page ==="
"""What curl writes after each page, so that many of them can be told apart."""
PAGE = "It works!"
"""What Debian's default page says; the exercise puts the server's name right after it."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a group's questions are asked: `ways` leads to each machine by its name in the exercise."""

    site: Site
    ways: Mapping[str, Approach]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabCheck(Check):
    """A check that asks guests."""

    ground: Ground

    def run(self, backends: Backends, machine: str, *command: str, timeout_s: float = 30.0) -> CommandResult:
        """The answer of a command on one of the machines; LabError when the machine cannot be asked."""
        way, patience = self.ground.ways[machine], current_patience()
        with patience.asking(way):
            road = take(way, backends.vsphere, self.ground.site, timeout_s=patience.left_s())
            return backends.guests.run(road, command, timeout_s=timeout_s, connect_s=patience.left_s())

    @staticmethod
    def patiently(ask: Callable[[], Answer], *, wait_s: float, pause_s: float = 0.5) -> Answer:
        """Ask until the answer is ok or `wait_s` is over; the last answer counts."""
        deadline = time.monotonic() + wait_s
        while True:
            answer = ask()
            if answer.verdict == "ok" or time.monotonic() >= deadline:
                return answer
            time.sleep(pause_s)


def fetch(url: str, *, seconds: int = 5) -> tuple[str, ...]:
    """The command that asks one page, over a connection of its own."""
    return ("curl", "-s", "-S", "-0", "-w", f"\n{END_OF_PAGE}\n", "--max-time", str(seconds), url)


def server_named_on(page: str) -> str:
    """The name that stands right after "It works!": SRV1 or SRV2; empty when there is none."""
    words = page.partition(PAGE)[2].replace("<", " ").split()
    return words[0] if words else ""


def judge(good: bool, seen: str, *, look: str) -> Answer:  # noqa: FBT001 - the verdict is the subject
    """A verdict of ok or failed; the command to look further belongs to a failure only."""
    return Answer("ok", seen) if good else Answer("failed", seen, look)
