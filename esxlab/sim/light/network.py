"""The network between the stacks: what a ping or a connection meets; a pure model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["open", "refused", "timeout", "unreachable", "no-route"]


@dataclass(frozen=True, slots=True)
class Opened:
    """What a connection attempt met; `server` is the key of the machine that answered."""

    outcome: Outcome
    server: str = ""
