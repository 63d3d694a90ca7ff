"""The terminal that this program was started in, raw for as long as it belongs to another machine."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class OwnTerminal:
    """Implements `Terminal` on standard input and output."""

    kind: str
    descriptor: int
    screen: int

    def size(self) -> tuple[int, int]:
        """Columns and rows, as they are now."""
        try:
            found = os.get_terminal_size(self.screen)
        except OSError:  # it has gone
            return (80, 24)
        return (found.columns, found.lines)

    def show(self, said: bytes) -> None:
        """All of it, to the letter: here it is the machine that steers."""
        left = memoryview(said)
        while left:
            left = left[os.write(self.screen, left) :]


def has_terminal() -> bool:
    """Whether a person types and looks here, on a system where this program can hand its terminal on."""
    return sys.platform != "win32" and sys.stdin.isatty() and sys.stdout.isatty()


@contextmanager
def raw_terminal() -> Iterator[OwnTerminal]:
    """Every key goes through, Ctrl-C too; at the end the terminal is as before. Not on Windows."""
    kind = os.environ.get("TERM") or "xterm"
    kind = kind if kind.isascii() else "xterm"  # as all of terminfo(5) are
    terminal = OwnTerminal(kind, sys.stdin.fileno(), sys.stdout.fileno())
    if sys.platform == "win32":
        yield terminal
    else:
        import termios  # noqa: PLC0415 - not on Windows
        import tty  # noqa: PLC0415 - as above

        before = termios.tcgetattr(terminal.descriptor)
        try:
            tty.setraw(terminal.descriptor)
            yield terminal
        finally:
            termios.tcsetattr(terminal.descriptor, termios.TCSADRAIN, before)
