"""How a command is carried out."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from esxlab.actions.guest import BOOT_TIMEOUT_S
from esxlab.engine.locks import Locking
from esxlab.lab.provenance import NOBODY, Author

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.lab.in_flight import InFlight


WORLDS = ("machines", "guests", "router")


@dataclass(frozen=True, slots=True)
class Options:
    """How a command is carried out. `only` are worlds, `until` the last stage to do (empty: all)."""

    parallel: int = 32
    logins: int = 10  # router logins at once: AAA servers suffer above that (netmiko#3146)
    only: frozenset[str] = frozenset(WORLDS)
    until: str = ""
    deep: bool = False
    boot_timeout_s: float = BOOT_TIMEOUT_S  # how long a guest may take to answer after power-on
    wait_s: float = 0.0  # verify: how long a lab may take to answer; 0: as its machines' starts say
    speed: float = 1.0  # of the guests' clock, in the embedded school
    locking: Locking = field(default_factory=Locking)
    author: Author = NOBODY
    take_over: bool = False  # provision: also groups that somebody else has made
    stop: threading.Event = field(default_factory=threading.Event, compare=False)
    ready: Callable[[], None] = field(default=lambda: None, compare=False)  # before a change; may refuse
    tell: Callable[[InFlight], None] = field(default=lambda _: None, compare=False)
    """Hears what is waited for before anything is planned."""
