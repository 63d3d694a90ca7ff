"""What a step waits for, said while it waits: whoever waits tells it, whoever runs the step hears it."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _nobody(text: str) -> None:
    """Nobody listens."""


_LISTENER: ContextVar[Callable[[str], None]] = ContextVar("esxlab-telling", default=_nobody)


@contextmanager
def heard_by(listener: Callable[[str], None]) -> Iterator[None]:
    """In this thread, `listener` hears what is waited for, in the current language."""
    before = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(before)


def tell(text: str) -> None:
    """Called by whoever waits for something that may take long."""
    _LISTENER.get()(text)
