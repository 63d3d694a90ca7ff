"""The guard before every change: a step whose lock, a lease, has gone meanwhile writes no further.

A step is several calls, and a laptop may sleep between two of them for longer than its lock lives. So it is
not enough to look at the lock before the step: whoever changes something asks the guard first.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _open() -> None:
    """Nobody has locked anything."""


_LEASE_GUARD: ContextVar[Callable[[], None]] = ContextVar("esxlab-lease-guard", default=_open)


@contextmanager
def lease_guard(check: Callable[[], None]) -> Iterator[None]:
    """In this thread every change is preceded by `check`, which may raise LabError."""
    before = _LEASE_GUARD.set(check)
    try:
        yield
    finally:
        _LEASE_GUARD.reset(before)


def check_lease() -> None:
    """Called by backends before whatever changes something; LabError lock.lost."""
    check = _LEASE_GUARD.get()
    with lease_guard(_open):  # what the check itself writes, a lock's new times, has no guard before it
        check()
