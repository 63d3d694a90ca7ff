"""How a question reaches a guest or a router, and how long it is repeated."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.backends.route_finding import RouteFinder
from esxlab.checks.base import Answer, Check
from esxlab.checks.patience import current_patience
from esxlab.errors import LabError
from esxlab.plain import last_words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from esxlab.backends.protocols import Backends, CommandResult
    from esxlab.lab.guest import SshRoute
    from esxlab.lab.machine import Site
    from esxlab.lab.planned_route import PlannedRoute

END_OF_PAGE = "=== end of page ==="
"""What curl writes after each page, so that many of them can be told apart."""
PAGE = "It works!"
"""What Debian's default page says; the exercise puts the server's name right after it."""

REQUESTED = frozenset({0, 7, 18, 28, 52, 55, 56})
"""What curl ends with when it has made its request: answered, not connected, cut off, too late, empty, send
or receive failed (curl(1), EXIT CODES). Anything else says nothing about the lab: 2 is an option that it
cannot read."""
DONE = frozenset({0})
ANY = range(126)
"""A program's own statuses; from 126 on they are the shell's (POSIX, Shell Command Language, 2.8.2)."""
NO_PROGRAM = 127
"""The shell's word for a command that is not there (as above)."""


@dataclass(frozen=True, slots=True)
class GuestAccess:
    """How a group's guests are reached: `routes` leads to each machine by its name in the exercise."""

    site: Site
    routes: Mapping[str, PlannedRoute]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabCheck(Check):
    """A check that asks guests."""

    access: GuestAccess

    def run(
        self,
        backends: Backends,
        machine: str,
        *command: str,
        answers: Collection[int] = DONE,
        timeout_s: float = 30.0,
    ) -> CommandResult:
        """The answer of a command on one of the machines; `answers` are the exit statuses that are one.

        Raises:
            LabError: check.no_program, check.no_answer (another status), and guest.* when the machine
                cannot be asked.
        """
        planned, patience = self.access.routes[machine], current_patience()

        def put(route: SshRoute, _left_s: float) -> CommandResult:
            return backends.guests.run(route, command, timeout_s=timeout_s, connect_s=patience.left_s())

        with patience.asking(planned) as waits:
            finder = RouteFinder(backends, self.access.site, clock=patience.clock)
            result = finder.ask(planned, put, timeout_s=patience.left_s(), waits=waits)
        if result.exit_status not in answers:
            raise unanswered(machine, command, result)
        return result

    @staticmethod
    def patiently(ask: Callable[[], Answer], *, wait_s: float, pause_s: float = 0.5) -> Answer:
        """Ask until the answer is ok or `wait_s` is over; the last answer counts."""
        deadline = time.monotonic() + wait_s
        while True:
            answer = ask()
            if answer.verdict == "ok" or time.monotonic() >= deadline:
                return answer
            time.sleep(pause_s)


def unanswered(machine: str, command: Sequence[str], result: CommandResult) -> LabError:
    """A command that ended with a status that is no answer; 127 has a remedy of its own."""
    code = "check.no_program" if result.exit_status == NO_PROGRAM else "check.no_answer"
    said = last_words(result.stderr or result.stdout)
    return LabError(
        code,
        where=machine,
        detail=said,
        command=shlex.join(command),
        program=command[0],
        status=result.exit_status,
    )


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
