"""Pumps an SSH channel into a socket and back."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import asyncssh

if TYPE_CHECKING:
    import socket


class Bridge(asyncssh.SSHTCPSession[bytes]):
    """Pumps a channel into a socket and back."""

    def __init__(self, wire: socket.socket) -> None:
        self._wire = wire
        self._chan: asyncssh.SSHTCPChannel[bytes] | None = None
        self._transport: asyncio.Transport | None = None
        self._early = bytearray()
        self._task: asyncio.Task[None] | None = None
        self._gone = False

    def connection_made(self, chan: asyncssh.SSHTCPChannel[bytes]) -> None:
        """The channel is open: take up the socket."""
        self._chan = chan
        self._task = asyncio.ensure_future(self._attach())

    async def _attach(self) -> None:
        loop = asyncio.get_running_loop()
        _, _ = await loop.create_connection(lambda: _Far(self), sock=self._wire)

    def attached(self, transport: asyncio.Transport) -> None:
        """The socket is ready: send what came early."""
        self._transport = transport
        transport.write(bytes(self._early))
        if self._gone:
            transport.close()

    def data_received(self, data: bytes, datatype: int | None) -> None:  # noqa: ARG002 - as above
        """From the channel to the socket."""
        if self._transport is None:
            self._early += data
        else:
            self._transport.write(data)

    def far_data(self, data: bytes) -> None:
        """From the socket to the channel."""
        if self._chan is not None:
            with suppress(BrokenPipeError, OSError):
                self._chan.write(data)

    def far_closed(self) -> None:
        """The socket was closed."""
        if self._chan is not None:
            self._chan.close()

    def eof_received(self) -> bool:
        """The channel's end: close the socket."""
        if self._transport is not None:
            self._transport.close()
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - as above
        """The channel is gone."""
        self._gone = True  # a socket that is being attached must not be closed under the loop's feet
        if self._transport is not None:
            self._transport.close()


class _Far(asyncio.Protocol):
    """The socket's side of a bridge."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._bridge.attached(transport)

    def data_received(self, data: bytes) -> None:
        self._bridge.far_data(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._bridge.far_closed()
