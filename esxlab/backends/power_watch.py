"""While a guest is worked on: is its machine still on? Whoever waits long for the guest polls.

A machine that loses its power says nothing: its connections stand still, and its address answers nobody. Only
the hypervisor knows, and it is asked only when a guest is slow.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVERY_S = 10.0


def _nobody() -> None:
    """No machine is watched."""


_POWER_WATCH: ContextVar[Callable[[], None]] = ContextVar("esxlab-power-watch", default=_nobody)


@contextmanager
def power_watch(
    check: Callable[[], None], *, every_s: float = EVERY_S, clock: Callable[[], float] = time.monotonic
) -> Iterator[None]:
    """In this thread, waits that last call `check` at most so often; what it raises ends the wait."""
    last = clock()

    def poll() -> None:
        nonlocal last
        if clock() - last >= every_s:
            last = clock()
            check()

    before = _POWER_WATCH.set(poll)
    try:
        yield
    finally:
        _POWER_WATCH.reset(before)


def poll_power_watch() -> None:
    """Called by whoever waits for a guest, as often as it likes; what the check raises."""
    _POWER_WATCH.get()()
