"""How a simulated host's shell can be made to fail: switches and strikes for tests, while it runs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from esxlab.sim.esxi.desk import Call

Action = Literal["pass", "cut", "lose_reply", "fail", "break_copy"]
"""What happens to a program's call.

pass: nothing; cut: the connection that asked is cut before the program begins; lose_reply: it is cut after
the program has done its work, before anybody hears of it; fail: it says `text`, ends with `status`, and
nothing is done; break_copy: a copy is killed at `percent`.
"""


@dataclass(frozen=True, slots=True)
class Strike:
    """One fault to inject into the calls of ESXi's own programs.

    `program` is its name or `*`, `containing` a part of its command line (its words, a blank between two);
    `nth` counts the matching calls from 1, 0 means every one.
    """

    action: Action = "pass"
    program: str = "*"
    containing: str = ""
    nth: int = 1
    percent: int = 50
    text: str = ""
    status: int = 1

    def matches(self, call: Call) -> bool:
        """Whether this strike speaks of this call, whichever number it has."""
        return self.program in {"*", call.program} and self.containing in call.line


class Strikes:
    """The strikes in force, each with its count of matching calls; safe to change from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._strikes: list[list[Any]] = []  # [strike, calls matched so far]

    def add(self, strike: Strike) -> None:
        """Put one more in force; its count begins now."""
        with self._lock:
            self._strikes.append([strike, 0])

    def clear(self) -> None:
        """No more of them."""
        with self._lock:
            self._strikes = []

    def strike(self, call: Call) -> Strike:
        """The one that this call triggers now; all that match count it."""
        struck: Strike | None = None
        with self._lock:
            for entry in self._strikes:
                if entry[0].matches(call):
                    entry[1] += 1
                    if struck is None and entry[0].nth in {0, entry[1]}:
                        struck = entry[0]
        return struck or Strike()


@dataclass(slots=True)
class Faults:
    """All off by default.

    `refuse_login`: every password and key is wrong, as in lockdown mode.
    `full`: no file grows any more and no disk is made: the datastores are full. `cut_output_after` and
    `cut_input_after`: the connection is cut when so many bytes of a script's output, or of what it is fed,
    have passed from now on. `orphans_die`: what runs on a channel gets SIGHUP when its connection has gone
    (esxi-ssh.md: "a job started on a channel dies with the connection unless detached").
    """

    refuse_login: bool = False
    full: bool = False
    cut_output_after: int | None = None
    cut_input_after: int | None = None
    orphans_die: bool = True
    strikes: Strikes = field(default_factory=Strikes)
