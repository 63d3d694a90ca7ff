"""Ctrl-C, SIGTERM or a closed window in a run: what runs may end, nothing new is started; twice, leave."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.streams import tell
from esxlab.foreign import visible
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


HANGUP = getattr(signal, "SIGHUP", None)
"""The terminal's window was closed, or the connection to it has gone (signal(7)); Windows has none."""


def command_line() -> str:
    """What was typed, to be typed again."""
    return visible(shlex.join(["esxlab", *sys.argv[1:]]))


@contextmanager
def interrupt_held() -> Iterator[None]:
    """While this is open Ctrl-C waits; at the end it is the KeyboardInterrupt that it would have been.

    pydantic-core cannot pass on what a signal's handler raises inside it: it tells of an "exception ignored",
    and goes on with a wrong answer (a pattern that does not match what it matches).
    """
    held = []
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if held:
            raise KeyboardInterrupt


@contextmanager
def stop_on_interrupt(
    stop: threading.Event,
    *,
    stopping: str = "",
    leaving: str = "",
) -> Iterator[None]:
    """While this is open the first signal sets `stop` and says how to go on; the second ends the process.

    A closed window is no second one: the kernel and the shell may both tell of it. Under nohup it is none.

    `stopping` is said instead of the usual words, `leaving` (nothing by default) before the process ends.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: FrameType | None) -> None:
        del frame
        if stop.is_set():
            if number == HANGUP:
                return
            if leaving:
                tell(f"\n{leaving}\n")
            os._exit(ExitCode.INTERRUPTED)
        stop.set()
        tell(f"\n{stopping or say('cli.stopping', command=command_line())}\n")

    numbers = [signal.SIGINT, signal.SIGTERM]
    if HANGUP is not None and signal.getsignal(HANGUP) != signal.SIG_IGN:
        numbers.append(HANGUP)
    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
