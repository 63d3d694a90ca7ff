"""Three ways to a router's characters, SSH, telnet and a serial line: send, receive, close, each in time.

netmiko opens them. Its reading is not used: `read_channel` of all three goes on for as long as something
comes, so that a router that does not stop talking never gives the caller back (netmiko 4.8, channel.py), and
its telnet reads fifty bytes at a time.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import math
import re
import socket
import time
from typing import TYPE_CHECKING, Any, Literal

from esxlab.backends.router.faults import TALKING, at_the_boundary
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 32768
_IAC, _DONT, _DO, _WONT, _WILL, _SB, _SE = 255, 254, 253, 252, 251, 250, 240
_ANSWERS = {_DO: _WONT, _WILL: _DONT}
_MOST_ANSWERS = 64  # options that are answered; RFC 854 has no more than that, a storm has


class OverLimitError(OSError):
    """A socket has been asked for more than its limits allow."""


class MeteredSocket:
    """A socket with a limit of time and one of bytes, whoever reads it, paramiko's own thread too.

    paramiko reads the lines before an SSH banner without any limit of their length or time, waits for ever
    for the answer to a request for a shell, and its reader cannot be ended while bytes come (4.0, packet.py).
    """

    def __init__(self, sock: socket.socket, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._sock = sock
        self._clock = clock
        self._allowed = (math.inf, math.inf)
        self._deadline = math.inf
        self._left = math.inf
        self.exceeded: Literal["", "time", "size"] = ""
        self.first = b""  # the first bytes: before the keys are exchanged they are what the router says

    def allow(self, *, seconds: float, size: int) -> None:
        """From now on: so long, and so many bytes."""
        self._allowed = seconds, size
        self._deadline, self._left = self._clock() + seconds, size

    def error(self, host: str, detail: str) -> LabError:
        """Which limit was exceeded, and what was said last: router.endless, router.too_long."""
        seconds, size = self._allowed
        if self.exceeded == "time":
            return LabError("router.endless", where=host, detail=detail, host=host, seconds=round(seconds))
        return LabError("router.too_long", where=host, detail=detail, host=host, kib=round(size / 1024))

    def hang_up(self) -> None:
        """Whoever waits in `recv` is woken."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def recv(self, size: int) -> bytes:
        """As a socket's; OverLimitError."""
        if self._clock() > self._deadline:
            self._end("time")
        data = self._sock.recv(size)
        self._left -= len(data)
        if len(self.first) < 2 * CHUNK:
            self.first += data
        if self._left < 0:
            self._end("size")
        return data

    def _end(self, what: Literal["time", "size"]) -> None:
        self.exceeded = self.exceeded or what
        raise OverLimitError(errno.EMSGSIZE, f"limit of {what}")  # paramiko reads both parts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class Wire:
    """What the three have in common. Faults of their libraries come out as ours, here and nowhere else."""

    enter = "\n"

    def __init__(self, host: str, *, close: Callable[[], None], meter: MeteredSocket | None = None) -> None:
        self.host = host
        self._close = close
        self._meter = meter
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def send(self, text: str, *, limit_s: float) -> None:
        """All of it. LabError router.cut."""
        with at_the_boundary(self.host, cut=TALKING):
            self._send(text.encode("utf-8", "surrogateescape"), limit_s)

    def receive(self, wait_s: float) -> str:
        """What has come, within this time at most; empty when nothing has. LabError router.cut at its end."""
        with at_the_boundary(self.host, cut=TALKING):
            return self._decoder.decode(self._receive(max(wait_s, 0.001)))

    @property
    def descriptor(self) -> int:
        """What to wait at for something to `receive`; not on Windows."""
        raise NotImplementedError

    def close(self) -> None:
        """The line, and whatever the library keeps for it."""
        self._close()

    def allow(self, seconds: float, size: int) -> None:
        """For the socket below, which other threads read too."""
        if self._meter:
            self._meter.allow(seconds=seconds, size=size)

    def over_limit(self, detail: str) -> LabError | None:
        """The limit of the socket below that has ended the line."""
        return self._meter.error(self.host, detail) if self._meter and self._meter.exceeded else None

    def _send(self, data: bytes, limit_s: float) -> None:
        raise NotImplementedError

    def _receive(self, wait_s: float) -> bytes:
        raise NotImplementedError


class SshWire(Wire):
    """A shell's channel."""

    def __init__(
        self, host: str, channel: Any, *, close: Callable[[], None], meter: MeteredSocket | None = None
    ) -> None:
        super().__init__(host, close=close, meter=meter)
        self._channel = channel

    @property
    def descriptor(self) -> int:
        """A pipe that paramiko fills."""
        return int(self._channel.fileno())

    def _send(self, data: bytes, limit_s: float) -> None:
        self._channel.settimeout(limit_s)
        self._channel.sendall(data)

    def _receive(self, wait_s: float) -> bytes:
        self._channel.settimeout(wait_s)
        try:
            data: bytes = self._channel.recv(CHUNK)
        except TimeoutError:
            return b""
        if not data:
            raise EOFError
        return data


_ALONE = re.compile(rb"\r(?!\n)")


class TelnetWire(Wire):
    """RFC 854: every option is refused, each of them once, and none of them reaches the reader."""

    enter = "\r\n"

    def __init__(self, host: str, sock: MeteredSocket, *, close: Callable[[], None]) -> None:
        super().__init__(host, close=close, meter=sock)
        self._sock = sock
        self._answered: set[bytes] = set()
        self._pending = b""

    @property
    def descriptor(self) -> int:
        """The socket's."""
        return int(self._sock.fileno())

    def _send(self, data: bytes, limit_s: float) -> None:
        self._sock.settimeout(limit_s)
        lines = _ALONE.sub(b"\r\0", data)  # a person's return key; RFC 854 has no CR alone
        self._sock.sendall(lines.replace(b"\xff", b"\xff\xff"))

    def _receive(self, wait_s: float) -> bytes:
        self._sock.settimeout(wait_s)
        try:
            data = self._sock.recv(CHUNK)
        except TimeoutError:
            return b""
        if not data:
            raise EOFError
        return self._without_options(self._pending + data)

    def _without_options(self, data: bytes) -> bytes:
        kept = bytearray()
        self._pending = b""
        while True:
            text, iac, rest = data.partition(b"\xff")
            kept += text.replace(b"\0", b"")
            if not iac:
                return bytes(kept)
            length = self._length(rest)
            if not length:
                self._pending = b"\xff" + rest[: 2 * CHUNK]
                return bytes(kept)
            if rest[0] == _IAC:
                kept.append(_IAC)
            elif rest[0] in _ANSWERS:
                self._refuse(rest[:2])
            data = rest[length:]

    @staticmethod
    def _length(rest: bytes) -> int:
        """How many bytes behind IAC belong to it; 0 when they have not all come."""
        if not rest or rest[0] == _SB:
            return rest.find(bytes([_IAC, _SE])) + 2 if bytes([_IAC, _SE]) in rest else 0
        return 1 if rest[0] < _WILL or rest[0] == _IAC else 2 * (len(rest) > 1)

    def _refuse(self, asked: bytes) -> None:
        if asked not in self._answered and len(self._answered) < _MOST_ANSWERS:
            self._answered.add(asked)
            self._sock.sendall(bytes([_IAC, _ANSWERS[asked[0]], asked[1]]))


class SerialWire(Wire):
    """A cable of our own; pyserial waits for the first byte and takes what has come with it."""

    def __init__(self, host: str, port: Any, *, close: Callable[[], None]) -> None:
        super().__init__(host, close=close)
        self._port = port

    @property
    def descriptor(self) -> int:
        """The cable's."""
        return int(self._port.fileno())

    def _send(self, data: bytes, limit_s: float) -> None:
        self._port.write_timeout = limit_s
        self._port.write(data)

    def _receive(self, wait_s: float) -> bytes:
        self._port.timeout = wait_s
        first: bytes = self._port.read(1)
        return first + self._port.read(self._port.in_waiting) if first else b""
