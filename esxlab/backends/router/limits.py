"""How long a router may be silent, how long it may take, how much it may say: a conversation's limits."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Patience:
    """With one answer: between two pieces of it, and for the whole. A drip ends with `total_s`."""

    silence_s: float
    total_s: float


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one conversation, from the first packet to the last.

    `quick` is for what IOS answers at once, `long` for what it works on: a 2600 builds its configuration for
    up to half a minute, and a console of 9600 baud needs another for 30 kB of it. `login_s` is for all before
    the first prompt; `size` is in bytes: the largest running-configs have some hundred kB.
    """

    connect_s: float = 10.0
    login_s: float = 60.0
    quick: Patience = field(default_factory=lambda: Patience(10.0, 60.0))
    long: Patience = field(default_factory=lambda: Patience(60.0, 240.0))
    total_s: float = 900.0
    size: int = 8 * 2**20
    waking: Patience = field(default_factory=lambda: Patience(2.0, 60.0))  # a console says nothing by itself
    settle_s: float = 0.03  # what ends in a prompt and goes on at once was no prompt
    farewell_s: float = 0.5
