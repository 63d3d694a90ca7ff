"""An asyncio loop whose time leaps to the next timer as soon as nothing else is to be done: no test waits.

What a busy computer does in between costs none of this time. For code of one thread that keeps to the loop.
"""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


class _Selector(selectors.DefaultSelector):
    """Reports what is ready; instead of waiting for more it lets the time pass."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return super().select()
        ready = super().select(0)
        if not ready:
            self.now += timeout
        return ready


def run(main: Coroutine[object, object, T]) -> T:
    """`asyncio.run` on such a loop."""
    selector = _Selector()
    loop = asyncio.SelectorEventLoop(selector)
    loop.time = lambda: selector.now  # type: ignore[method-assign] # asyncio asks nothing else for the time
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(main)
