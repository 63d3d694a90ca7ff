"""A bug as data: what no adapter foresaw is one job's failure, and its traceback is written down.

`failure_of` stands at the boundary of every job (a step, a question, a group, a server): the others go on.
The edge of the program listens, so that no bug is lost on the way: its traceback is written to the journal,
and the command's exit code is 1.
"""

from __future__ import annotations

import threading
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from esxlab.errors import LabError
from esxlab.foreign import visible
from esxlab.local.shortages import shortage_of
from esxlab.plain import last_words, without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

R = TypeVar("R")

LONGEST = 65_536
"""A traceback is cut in its middle beyond this: somebody's message may be of any length (characters)."""


@dataclass(frozen=True, slots=True)
class Bug:
    """What is told of a bug: the error that stands for it, and where it came from."""

    error: LabError
    traceback: str


_listeners: list[Callable[[Bug], None]] = []
_lock = threading.Lock()


def failure_of(error: BaseException, *, where: str = "") -> LabError:
    """This exception as data: a LabError as it is, all else as `bug.unexpected`, which listeners hear of.

    What this computer has run out of (memory, threads, files) is no bug, wherever it is met.
    KeyboardInterrupt and SystemExit are raised again. Anything else is caught, also what is no Exception: a
    panic of cryptography's Rust is none (pyo3, `PanicException`).
    """
    if isinstance(error, KeyboardInterrupt | SystemExit):
        raise error
    if isinstance(error, LabError):
        return error.at(where) if where else error
    if shortage := shortage_of(error):
        return shortage.at(where)
    kind = type(error).__name__
    said = last_words(_said(error))
    failure = LabError("bug.unexpected", where=where, detail=f"{kind}: {said}" if said else kind, kind=kind)
    bug = Bug(failure, _traceback(error))
    with _lock:
        listeners = list(_listeners)
    for listener in listeners:
        listener(bug)
    return failure


def attempt(job: Callable[[], R]) -> R | LabError:
    """What the job gives, or why it gives nothing: the boundary of a job as a value."""
    try:
        return job()
    except BaseException as error:  # noqa: BLE001 - the boundary of a job
        return failure_of(error)


@contextmanager
def listening(listener: Callable[[Bug], None]) -> Iterator[None]:
    """While this is open the listener, which must not raise, hears of every bug in the thread that met it."""
    with _lock:
        _listeners.append(listener)
    try:
        yield
    finally:
        with _lock:
            _listeners.remove(listener)


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - an exception that cannot even say what it is
        return ""


def _traceback(error: BaseException) -> str:
    try:
        text = "".join(traceback.format_exception(error))
    except Exception:  # noqa: BLE001 - as above: where it came from is known all the same
        text = "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__ + "\n"
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]}\n...\n{text[-LONGEST // 2 :]}"
    return visible(without_secrets(text))
