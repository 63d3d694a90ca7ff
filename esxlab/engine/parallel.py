"""The same question to many things at once, where each failure is data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from esxlab.bugs import attempt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from esxlab.errors import LabError

T = TypeVar("T")
R = TypeVar("R")


def parallel_map(ask: Callable[[T], R], things: Iterable[T], *, workers: int) -> list[R | LabError]:
    """Ask every thing, at most `workers` at once; answers in the things' order, errors as answers."""
    with ThreadPoolExecutor(max(1, workers), thread_name_prefix="esxlab-ask") as pool:
        return list(pool.map(lambda thing: attempt(lambda: ask(thing)), things))
