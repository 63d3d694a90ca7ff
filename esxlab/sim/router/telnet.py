"""Telnet to a router: the login dialogue, and the little of RFC 854 that clients raise_for_status on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.sim.router.terminal import Terminal
    from esxlab.sim.router.vty import Vty

_IAC, _WILL, _DO, _SB, _SE = 255, 251, 253, 250, 240
_ECHO, _SUPPRESS_GO_AHEAD = 1, 3
_TRIES = 3


class Lines(Protocol):
    """What a connection asks of the router that it has reached."""

    console: Terminal | None

    def accepts(self, user: str, password: str) -> bool:
        """Whether this login is right."""

    def open_vty(
        self, session: Any, *, write: Callable[[str], None], hang_up: Callable[[], None]
    ) -> Vty | None:
        """A line for this session; None when all are taken."""

    def release(self, session: Any) -> None:
        """The session has ended."""

    @property
    def all_taken(self) -> bool:
        """Whether the next one is hung up on, before a word."""


class TelnetSession(asyncio.Protocol):
    """One connection: User Access Verification, then a line of the router."""

    def __init__(self, router: Lines) -> None:
        self._router = router
        self._transport: asyncio.Transport | None = None
        self._vty: Vty | None = None
        self._user: str | None = None
        self._typed = ""
        self._tries = 0
        self._options = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Offer to echo, then ask who it is."""
        if not isinstance(transport, asyncio.Transport):
            return
        self._transport = transport
        if self._router.all_taken:
            transport.close()
            return
        transport.write(bytes([_IAC, _WILL, _ECHO, _IAC, _WILL, _SUPPRESS_GO_AHEAD]))
        if self._router.console:  # nobody has logged out
            self._open()
        else:
            self._write("\nUser Access Verification\n\nUsername: ")

    def data_received(self, data: bytes) -> None:
        """Characters, once the options are taken out."""
        text = self._without_options(data).decode(errors="replace")
        if self._vty:
            self._vty.feed(text)
            return
        for key in text.replace("\r\n", "\n").replace("\r\0", "\n").replace("\r", "\n"):
            if self._vty:
                self._vty.feed(key)
            elif key == "\n":
                self._line()
            else:
                self._typed += key
                if self._user is None:
                    self._write(key)

    def _without_options(self, data: bytes) -> bytes:
        """Leave out IAC commands; we refuse nothing and promise nothing more."""
        kept = bytearray()
        pending = self._options + data
        self._options = bytearray()
        position = 0
        while position < len(pending):
            if pending[position] != _IAC:
                kept.append(pending[position])
                position += 1
                continue
            rest = pending[position:]
            if len(rest) < 3 and rest[1:2] != bytes([_IAC]):  # noqa: PLR2004 - IAC, verb, option
                self._options = bytearray(rest)
                break
            if rest[1] == _SB:
                end = rest.find(bytes([_IAC, _SE]))
                position += len(rest) if end < 0 else end + 2
            else:
                position += 3 if rest[1] >= _WILL else 2
        return bytes(kept)

    def _line(self) -> None:
        typed, self._typed = self._typed, ""
        if self._user is None and not typed:
            self._write("\nUsername: ")  # a judgement: who presses Enter is asked again
        elif self._user is None:
            self._user = typed
            self._write("\nPassword: ")
        elif self._router.accepts(self._user, typed):
            self._open()
        else:
            self._user = None
            self._tries += 1
            self._write("\n% Login invalid\n\n" + ("Username: " if self._tries < _TRIES else ""))
            if self._tries >= _TRIES:
                self.hang_up()

    def _open(self) -> None:
        self._vty = self._router.open_vty(self, write=self._write, hang_up=self._logged_out)
        if self._vty:
            self._vty.start()
        else:
            self.hang_up()

    def _logged_out(self) -> None:
        self._router.console = None
        self.hang_up()

    def _write(self, text: str) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.write(text.replace("\n", "\r\n").encode())

    def hang_up(self) -> None:
        """Close the connection."""
        self._router.release(self)
        if self._transport:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's name
        """The line is free again."""
        self._router.release(self)
        if self._vty:
            self._vty.closed()
