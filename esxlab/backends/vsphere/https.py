"""HTTPS with one server: connections that are kept, and exchanges that end whatever the server does.

Nothing is followed (redirects), nothing is unpacked (no encoding is ever accepted), no proxy of the
environment is used: http.client does none of these, and a lab's server is dialled directly.
"""

from __future__ import annotations

import io
import math
import re
import socket
import threading
import time
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING, Any, NamedTuple

from esxlab.backends.lease_guard import check_lease
from esxlab.foreign import visible
from esxlab.plain import last_words, without_secrets

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from typing import BinaryIO

    from esxlab.backends.endpoints import Endpoint
    from esxlab.backends.vsphere.limits import Limits

IDLE_S = 60
"""A kept connection that was idle for longer is not used again: the server may have closed it."""

RECORD = 16 * 1024
"""As much as one TLS record carries (RFC 8446, 5.1), and so one read."""

WORDS = 300
"""Bytes: so much of what was received is remembered, for messages."""

MOVED = frozenset({301, 302, 303, 307, 308})
TRIED_AGAIN = frozenset({408, 429, 502, 503, 504})
"""A vCenter that starts or stops answers 503 for minutes, its gateway 502 and 504."""


class Unfit(HTTPException):
    """An answer that cannot be a vSphere server's, or has exceeded a limit.

    `code` and `facts` are those of the error that it becomes, `words` is what the server said. `passing`: it
    may be another one in a moment, as that of a server that is being restarted.
    """

    def __init__(self, code: str, words: str = "", *, passing: bool = False, **facts: object) -> None:
        super().__init__(code, words)
        self.code = code
        self.words = words
        self.passing = passing
        self.facts = facts


class Answer(NamedTuple):
    """One whole answer."""

    status: int
    reason: str
    headers: Any
    body: bytes


class Sent:
    """A big body: read piece by piece while it is sent, and it tells how far that is, 0 to 1."""

    def __init__(self, file: BinaryIO, size: int, progress: Callable[[float], None]) -> None:
        self._file = file
        self._size = size
        self._progress = progress
        self._sent = 0
        self._began = time.monotonic()
        self.ends = math.inf  # until when it may be sent, however lively a little is taken of it at a time

    def read(self, size: int = -1) -> bytes:
        """For http.client. The lease is checked each time: an upload is long enough to fall asleep in."""
        check_lease()
        if time.monotonic() >= self.ends:
            raise Unfit("vsphere.taken_slowly", seconds=round(self.ends - self._began))
        block = self._file.read(size)
        self._sent += len(block)
        self._progress(min(self._sent / max(self._size, 1), 1.0))
        return block


class Https:
    """All connections to one server; used by many threads at once.

    Args:
        endpoint: what is dialled.
        context: says who is believed to be the server.
        limits: of every exchange.
        kept: how many connections are kept for the next exchange.
    """

    def __init__(self, endpoint: Endpoint, context: ssl.SSLContext, *, limits: Limits, kept: int) -> None:
        self.limits = limits
        self._endpoint = endpoint
        self._context = context
        self._kept = kept
        self._idle: list[tuple[_Connection, float]] = []
        self._lock = threading.Lock()

    def exchange(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str],
        most_bytes: int,
        body: bytes | Sent | None = None,
        changes: bool = False,
        limits: Limits | None = None,
    ) -> Answer:
        """Send one request and read its whole answer, of any status; OSError or HTTPException.

        `changes`: it changes something. A handshake is long enough to fall asleep in, so the lease is checked
        after it. `limits` other than the usual ones are for this exchange only.
        """
        connection = self._idle_one() or _Connection(
            self._endpoint.address, self._endpoint.port, context=self._context, timeout=self.limits.connect_s
        )
        try:
            if connection.sock is None:
                connection.connect()
            if changes:
                check_lease()
            answer = connection.exchange(
                method, path, headers, body, limits=limits or self.limits, most=most_bytes
            )
        except BaseException:
            connection.close()
            self.drop()  # the others are as old
            raise
        self._keep(connection)
        return answer

    def drop(self) -> None:
        """Close what is kept."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection, _ in idle:
            connection.close()

    def _idle_one(self) -> _Connection | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection, since = self._idle.pop()
            if time.monotonic() - since < IDLE_S and connection.is_quiet():
                return connection
            connection.close()

    def _keep(self, connection: _Connection) -> None:
        with self._lock:
            if connection.sock is not None and len(self._idle) < self._kept:
                self._idle.append((connection, time.monotonic()))
                return
        connection.close()


class _Connection(HTTPSConnection):
    """http.client's, whose answers are metered."""

    def connect(self) -> None:
        """OSError also for what cannot be a name or a port (UnicodeError of idna, OverflowError)."""
        try:
            super().connect()
        except OSError:
            raise
        except (ValueError, OverflowError) as error:
            raise OSError(f"{type(error).__name__}: {error}") from error

    def is_quiet(self) -> bool:
        """The server has neither closed this connection nor said anything that it was not asked."""
        if self.sock is None:
            return False
        self.sock.settimeout(0)
        try:
            socket.socket.recv(self.sock, 1, socket.MSG_PEEK)  # below TLS: an SSLSocket takes no flags
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def exchange(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes | Sent | None,
        *,
        limits: Limits,
        most: int,
    ) -> Answer:
        """Send, and read it all."""
        meter = _Meter(limits)
        self.response_class = meter.response  # type: ignore[assignment]
        self.sock.settimeout(limits.silence_s)
        if isinstance(body, Sent):
            body.ends = meter.ends
        self.request(method, path, body=body, headers=headers)
        try:
            with self.getresponse() as response:
                meter.allow(most)
                content = _content(response, most)
        except (Unfit, OSError):
            raise
        except (HTTPException, ValueError, ArithmeticError) as error:  # http.client counts with what it reads
            words = f"{type(error).__name__}; {meter.words()}"
            raise Unfit("vsphere.garbled", words, passing=True) from error
        return Answer(response.status, response.reason, response.headers, content)


def _content(response: HTTPResponse, most: int) -> bytes:
    told = response.length
    if told is not None and told > most:
        raise Unfit("vsphere.too_big", f"Content-Length: {told}", limit=most)
    content = response.read() if told is not None else response.read(most + 1)
    if len(content) > most:
        raise Unfit("vsphere.too_big", first_words(content), limit=most)
    return content


class _Meter(io.RawIOBase):
    """What is received during one exchange: counted, timed, and its last words remembered."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.ends = time.monotonic() + limits.total_s
        self._most = self._limit = limits.head_bytes
        self._received = 0
        self._last = b""
        self._socket: Any = None
        self._raw: Any = None

    def response(self, sock: socket.socket, **options: Any) -> HTTPResponse:
        """http.client's answer, which reads through this meter."""
        found = HTTPResponse(sock, **options)
        self._socket, self._raw = sock, found.fp.detach()
        found.fp = io.BufferedReader(self, RECORD)
        return found

    def allow(self, most: int) -> None:
        """The head was read: so much of a body may follow, in chunks of any size (RFC 9112, 7.1)."""
        self._limit = most
        self._most = self._received + 6 * most + RECORD

    def words(self) -> str:
        """The last words received."""
        text = self._last.decode("utf-8", errors="replace")
        if len(self._last) < self._received:
            text = text.partition(" ")[2] or text  # cut in the middle of a word
        return last_words(text)

    def readable(self) -> bool:
        """For io.BufferedReader."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Receive; TimeoutError after silence, Unfit when it takes too long or is too much."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise self._too_slow()
        self._socket.settimeout(min(left, self._limits.silence_s))
        try:
            count: int = self._raw.readinto(buffer)
        except TimeoutError:
            if time.monotonic() >= self.ends:
                raise self._too_slow() from None
            raise
        self._received += count
        self._last = (self._last + bytes(buffer[max(0, count - WORDS) : count]))[-WORDS:]
        if self._received > self._most:
            raise Unfit("vsphere.too_big", self.words(), limit=self._limit)
        return count

    def close(self) -> None:
        """With the answer."""
        if self._raw is not None:
            self._raw.close()
        super().close()

    def _too_slow(self) -> Exception:
        if not self._received:
            return TimeoutError("nothing was received")
        return Unfit("vsphere.too_slow", self.words(), seconds=round(self._limits.total_s))


def first_words(content: bytes) -> str:
    """How an answer begins, without the tags of a page: for messages."""
    text = content[:4000].decode("utf-8", errors="replace")
    told = re.sub(r"(?is)<(script|style)\b.*?(</\1>|$)|<[^>]*(>|$)", " ", text)
    return visible(without_secrets(" ".join((told.strip() or text).split())))[:WORDS]
