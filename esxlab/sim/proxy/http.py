"""Just enough of HTTP/1.1 to pass messages on: heads, bodies by length or by chunks, kept connections."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

DROPPED = frozenset(
    {b"connection", b"keep-alive", b"transfer-encoding", b"content-length", b"host", b"expect"}
)
"""Headers that belong to one connection, not to the message (RFC 9110 7.6.1), or that are written anew."""


@dataclass(slots=True)
class Message:
    """A request or an answer, whole: its first line, its headers, its body."""

    start: bytes
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    bodiless: bool = False  # the answer to a HEAD: its length speaks of a body that is not sent

    def header(self, name: bytes) -> bytes:
        """The value of this header (lower-case name); empty when it is absent."""
        return next((value for key, value in self.headers if key.lower() == name), b"")

    def encode(self, *extra: bytes) -> bytes:
        """The message as it is sent: one buffer, with its length."""
        kept = [key + b": " + value for key, value in self.headers if key.lower() not in DROPPED]
        size = self.header(b"content-length") or b"0" if self.bodiless else b"%d" % len(self.body)
        length = b"Content-Length: " + size
        return b"\r\n".join([self.start, *kept, *extra, length, b"", self.body])


async def read_message(reader: asyncio.StreamReader, *, bodiless: bool = False) -> Message | None:
    """The next message; None when the peer has closed. `bodiless`: the answer to a HEAD."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    lines = head[:-4].split(b"\r\n")
    pairs = [line.partition(b":") for line in lines[1:]]
    message = Message(lines[0], [(key.strip(), value.strip()) for key, _, value in pairs])
    if bodiless:
        message.bodiless = True
        return message
    if message.header(b"transfer-encoding").lower() == b"chunked":
        message.body = await _read_chunks(reader)
    elif length := message.header(b"content-length"):
        message.body = await reader.readexactly(int(length))
    return message


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int((await reader.readline()).split(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    while (await reader.readline()).strip():
        pass  # trailers
    return b"".join(parts)
