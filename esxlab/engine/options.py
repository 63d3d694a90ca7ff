"""How a command is carried out."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from esxlab.engine.locks import Locking
from esxlab.planning.options import LAB_PARTS, PlanOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.lab.in_flight import InFlight

__all__ = ["LAB_PARTS", "Options"]


@dataclass(frozen=True, slots=True)
class Options(PlanOptions):
    """How a command is carried out, beside what is chosen of its plan."""

    parallel: int = 32
    logins: int = 10  # router logins at once: AAA servers suffer above that (netmiko#3146)
    wait_s: float = 0.0  # verify: how long a lab may take to answer; 0: as its machines' starts say
    checks: frozenset[str] = frozenset()  # verify: these questions only; empty: all of them
    asked_by: str = "verify"  # the command that a journal of questions names
    speed: float = 1.0  # seconds of the guests' clock in one of ours
    locking: Locking = field(default_factory=Locking)
    stop: threading.Event = field(default_factory=threading.Event, compare=False)
    ready: Callable[[], None] = field(default=lambda: None, compare=False)  # before a change; may refuse
    tell: Callable[[InFlight], None] = field(default=lambda _: None, compare=False)
    """Hears what is waited for before anything is planned."""
