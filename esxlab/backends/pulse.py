"""While a guest is worked on: is its machine still on? Whoever waits long for the guest feels the pulse.

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


_PULSE: ContextVar[Callable[[], None]] = ContextVar("esxlab-pulse", default=_nobody)


@contextmanager
def watched(
    check: Callable[[], None], *, every_s: float = EVERY_S, clock: Callable[[], float] = time.monotonic
) -> Iterator[None]:
    """In this thread, waits that last call `check` at most so often; what it raises ends the wait."""
    last = clock()

    def feel() -> None:
        nonlocal last
        if clock() - last >= every_s:
            last = clock()
            check()

    before = _PULSE.set(feel)
    try:
        yield
    finally:
        _PULSE.reset(before)


def feel_pulse() -> None:
    """Called by whoever waits for a guest, as often as it likes; what the check raises."""
    _PULSE.get()()
