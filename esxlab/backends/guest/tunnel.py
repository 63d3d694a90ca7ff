"""A channel through a jump host that carries another SSH connection: what is closed is sent no more."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import paramiko


class Tunnel:
    """A paramiko channel where sending and closing take turns.

    paramiko lets go of a channel's lock before it hands on the message, so that the data of one thread may
    follow the CLOSE of another. To a server that is a protocol error (RFC 4254, 5.3): it may hang up, and
    with the jump host's connection all others that go through it are lost.
    """

    def __init__(self, channel: paramiko.Channel) -> None:
        self._channel = channel
        self._turn = threading.Lock()
        self._ended = False

    def send(self, data: bytes) -> int:
        """Bytes sent; OSError once it is closed. Waits no longer than the channel's timeout."""
        with self._turn:
            if self._ended:
                raise OSError("closed")
            return self._channel.send(data)

    def close(self) -> None:
        """Send CLOSE, after what is being sent; nobody is told when the jump host's connection has gone.

        paramiko says EOFError then (Packetizer.write_all), and SSHException in the middle of a key exchange.
        """
        import paramiko  # noqa: PLC0415 - slow import

        with self._turn:
            self._ended = True
            with suppress(paramiko.SSHException, OSError, EOFError):
                self._channel.close()

    def __getattr__(self, name: str) -> Any:
        """All else is the channel's."""
        return getattr(self._channel, name)
