"""Ctrl-C or SIGTERM during a run: once, what runs may end and nothing new is started; twice, leave now."""

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
    from collections.abc import Iterator, Sequence
    from types import FrameType


def command_line() -> str:
    """What was typed, to be typed again."""
    return visible(shlex.join(["esxlab", *sys.argv[1:]]))


@contextmanager
def stop_on_interrupt(
    stop: threading.Event,
    *,
    signals: Sequence[signal.Signals] = (signal.SIGINT, signal.SIGTERM),
    stopping: str = "",
    leaving: str = "",
) -> Iterator[None]:
    """While this is open the first signal sets `stop` and says how to go on; the second ends the process.

    `stopping` is said instead of the usual words, `leaving` (nothing by default) before the process ends.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        if stop.is_set():
            if leaving:
                tell(f"\n{leaving}\n")
            os._exit(ExitCode.INTERRUPTED)
        stop.set()
        tell(f"\n{stopping or say('cli.stopping', command=command_line())}\n")

    before = {number: signal.signal(number, handle) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
