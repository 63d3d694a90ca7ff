"""A terminal's line discipline for people who look around: echo, backspace, Ctrl-C, Ctrl-D."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from esxlab.sim.light.tty import Tty

INTERRUPT, END, BACKSPACE, DELETE = 3, 4, 8, 127


class Terminal:
    """Turns keys into lines. Without a `tty` the lines come as they are."""

    def __init__(
        self, read: Callable[[], Awaitable[bytes]], write: Callable[[bytes], None], *, tty: Tty | None
    ) -> None:
        self._read = read
        self._send = write
        self._tty = tty
        self._keys = bytearray()

    def write(self, text: bytes) -> None:
        """Show text; on a pty every line feed gets its carriage return."""
        self._send(text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") if self._tty else text)

    def _show(self, keys: bytes) -> None:
        """Echo what was typed, unless `stty -echo` forbids it."""
        if self._tty and self._tty.flags["echo"]:
            self.write(keys)

    async def line(self) -> str | None:
        """The next line without its end; None at the end of the input."""
        line = bytearray()
        while True:
            if not self._keys:
                self._keys += await self._read()
                if not self._keys:
                    return line.decode(errors="replace") if line else None
            key = self._keys.pop(0)
            if key in b"\r\n":
                self.write(b"\n" if self._tty else b"")
                return line.decode(errors="replace")
            if self._tty and key == END and not line:
                return None
            if self._tty and key == INTERRUPT:
                self._show(b"^C")
                self.write(b"\n")
                return ""
            if self._tty and key in (BACKSPACE, DELETE):
                self._show(b"\b \b" if line else b"")
                line = line[:-1]
                continue
            line.append(key)
            self._show(bytes([key]))
