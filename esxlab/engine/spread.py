"""The same question to many things at once, where each failure is data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from esxlab.bugs import failure_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from esxlab.errors import LabError

T = TypeVar("T")
R = TypeVar("R")


def attempt(ask: Callable[[T], R], thing: T) -> R | LabError:
    """The answer, or why there is none: an error, a bug too, is an answer."""
    try:
        return ask(thing)
    except BaseException as error:  # noqa: BLE001 - the boundary of a job
        return failure_of(error)


def spread(ask: Callable[[T], R], things: Iterable[T], *, workers: int) -> list[R | LabError]:
    """Ask every thing, at most `workers` at once; answers in the things' order, errors as answers."""
    with ThreadPoolExecutor(max(1, workers), thread_name_prefix="esxlab-ask") as pool:
        return list(pool.map(lambda thing: attempt(ask, thing), things))
