"""A channel through a jump host that carries another SSH connection: what is closed is sent no more."""

from __future__ import annotations

import threading
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
        """Send CLOSE, after what is being sent."""
        with self._turn:
            self._ended = True
            self._channel.close()

    def __getattr__(self, name: str) -> Any:
        """All else is the channel's."""
        return getattr(self._channel, name)
