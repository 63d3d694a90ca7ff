"""The fence before every change: a step whose lock has gone meanwhile writes no further.

A step is several calls, and a laptop may sleep between two of them for longer than its lock lives. So it is
not enough to look at the lock before the step: whoever changes something passes the fence first.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _open() -> None:
    """Nobody has locked anything."""


_FENCE: ContextVar[Callable[[], None]] = ContextVar("esxlab-fence", default=_open)


@contextmanager
def fenced(check: Callable[[], None]) -> Iterator[None]:
    """In this thread every change is preceded by `check`, which may raise LabError."""
    before = _FENCE.set(check)
    try:
        yield
    finally:
        _FENCE.reset(before)


def pass_fence() -> None:
    """Called by backends before whatever changes something; LabError lock.lost."""
    check = _FENCE.get()
    with fenced(_open):  # what the check itself writes, a lock's new times, has no fence before it
        check()
