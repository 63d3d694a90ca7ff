"""Where the stand-ins on a host's PATH (call.py) ask: a local socket, a conversation for each program."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import struct
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from esxlab.sim.esxi.applets import HELD

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

if sys.platform == "win32":  # neither local sockets nor its processes: a school is not begun there
    raise ImportError

log = logging.getLogger(__name__)

LINE_LIMIT = 1 << 22
OUT, ERR, EXIT = 1, 2, 0
BUG = 70  # EX_SOFTWARE, sysexits.h(3head)
KILLED = 137  # what a shell says of a program that SIGKILL has ended


class Called(NamedTuple):
    """One call of a program, for those who count them."""

    at_s: float
    program: str
    arguments: tuple[str, ...]

    @property
    def line(self) -> str:
        """Its words, a blank between two."""
        return " ".join((self.program, *self.arguments))


@dataclass(slots=True)
class Call:
    """One program that runs on a host: what it was called with, and where its answer goes."""

    program: str
    arguments: tuple[str, ...]
    cwd: str
    pid: int
    connection: str  # which SSH connection it came over: the client's port
    writer: asyncio.StreamWriter
    gone: asyncio.Event = field(default_factory=asyncio.Event)  # its process has been killed
    break_at: int | None = None  # percent at which a copy is killed
    muted: bool = False  # nobody hears of what it says
    inward: Callable[[str], str] = str  # how paths are written for the shell

    @property
    def line(self) -> str:
        """Its words, a blank between two."""
        return " ".join((self.program, *self.arguments))

    def out(self, text: str) -> None:
        """To its standard output."""
        self._say(OUT, text)

    def err(self, text: str) -> None:
        """To its standard error."""
        self._say(ERR, text)

    def end(self, status: int) -> None:
        """Its exit code."""
        self._frame(EXIT, bytes([status & 255]))

    def _say(self, kind: int, text: str) -> None:
        if text:
            self._frame(kind, self.inward(text).encode("utf-8", "surrogateescape"))

    def _frame(self, kind: int, content: bytes) -> None:
        if self.muted:
            return
        with contextlib.suppress(OSError, RuntimeError):
            self.writer.write(struct.pack("!BI", kind, len(content)) + content)


class Desk:
    """One host's socket; `serve` runs a call to its end and returns the exit code."""

    def __init__(self, directory: Path, serve: Callable[[Call], Awaitable[int]]) -> None:
        self.calls: list[Called] = []
        self.running: dict[int, Call] = {}  # by process number
        self._directory = directory
        self._serve = serve
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen. A local socket's path is short (unix(7): 108 bytes): the directory goes by its number."""
        (self._directory / "socket").unlink(missing_ok=True)
        plug = socket.socket(socket.AF_UNIX)
        number = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            plug.bind(f"/proc/self/fd/{number}/socket")
        finally:
            os.close(number)
        self._server = await asyncio.start_unix_server(self._converse, sock=plug, limit=LINE_LIMIT)

    async def close(self) -> None:
        """Stop listening and drop every conversation."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        call: Call | None = None
        listening: asyncio.Task[bytes] | None = None
        try:
            size = int.from_bytes(await reader.readexactly(4), "big")
            words = (await reader.readexactly(size)).decode("utf-8", "surrogateescape").split("\0")
            program, cwd, pid, connection, *arguments = words
            call = Call(program, tuple(arguments), cwd, int(pid), connection, writer)
            if program != HELD:
                self.calls.append(Called(time.monotonic(), call.program, call.arguments))
                self.running[call.pid] = call
            listening = asyncio.ensure_future(reader.read())
            listening.add_done_callback(lambda _: call.gone.set())
            call.end(await self._played(call))
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # whoever asked has been killed
        finally:
            if call is not None:
                self.running.pop(call.pid, None)
            if listening is not None:
                listening.cancel()
            writer.close()

    async def _played(self, call: Call) -> int:
        try:
            return await self._serve(call)
        except Exception:
            log.exception("%s failed in the school", call.line)
            call.err(f"{call.program}: a bug of the school, see its log\n")
            return BUG
