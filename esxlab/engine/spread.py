"""The same question to many things at once, where each failure is data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")
R = TypeVar("R")


def spread(ask: Callable[[T], R], things: Iterable[T], *, workers: int) -> list[R | LabError]:
    """Ask every thing, at most `workers` at once; answers in the things' order, LabErrors as answers."""

    def guarded(thing: T) -> R | LabError:
        try:
            return ask(thing)
        except LabError as error:
            return error

    with ThreadPoolExecutor(max(1, workers), thread_name_prefix="esxlab-ask") as pool:
        return list(pool.map(guarded, things))
