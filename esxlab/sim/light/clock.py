"""School time: seconds that pass faster than the real ones, or, in tests, only when somebody sleeps."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Protocol

EPOCH = 1_700_000_000.0
"""What `date` says at the start of a stepped clock, so that tests see the same dates every time."""


class Clock(Protocol):
    """What the model knows of time."""

    def now(self) -> float:
        """School seconds since the school began."""
        ...

    def wall(self) -> float:
        """The machines' own date, seconds since 1970."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let this many school seconds pass."""
        ...


@dataclass(frozen=True, slots=True)
class SimClock:
    """Real time, `speed` times faster: 36 s of Heartbeat pass in 1.8 s at speed 20."""

    speed: float = 20.0
    _begun: float = field(default_factory=time.monotonic)
    _date: float = field(default_factory=time.time)

    def now(self) -> float:
        """School seconds since the school began."""
        return (time.monotonic() - self._begun) * self.speed

    def wall(self) -> float:
        """The machines' own date, seconds since 1970; it runs ahead of the real one."""
        return self._date + self.now()

    async def sleep(self, seconds: float) -> None:
        """Let this many school seconds pass."""
        await asyncio.sleep(seconds / self.speed)


@dataclass(slots=True)
class SteppedClock:
    """Time that stands still until somebody sleeps or steps it; for tests."""

    _now: float = 0.0

    def now(self) -> float:
        """School seconds since the school began."""
        return self._now

    def wall(self) -> float:
        """The machines' own date, seconds since 1970."""
        return EPOCH + self._now

    def step(self, seconds: float) -> None:
        """Let time pass at once."""
        self._now += seconds

    async def sleep(self, seconds: float) -> None:
        """Let time pass at once, and let the others run."""
        self._now += seconds
        await asyncio.sleep(0)
