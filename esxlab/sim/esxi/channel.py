"""One channel: a shell with its three streams on pipes, and what is passed between them and SSH."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import asyncssh

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.sim.esxi.host import Host
    from esxlab.sim.esxi.sandbox import Running

if sys.platform == "win32":  # neither local sockets nor its processes: a school is not begun there
    raise ImportError

PIECE = 1 << 16
COMMAND_LIMIT = 1 << 17
"""MAX_ARG_STRLEN, execve(2): no longer word can be given to a program."""


class Channel:
    """What runs on one channel; `cut` cuts its whole connection."""

    def __init__(
        self,
        host: Host,
        process: asyncssh.SSHServerProcess[bytes],
        connection: str,
        *,
        cut: Callable[[], None],
    ) -> None:
        self._host = host
        self._process = process
        self._connection = connection
        self._cut = cut
        self._running: Running | None = None
        self._input: int | None = None

    async def run(self) -> None:
        """From the command's start to its exit code."""
        command = self._process.command
        if command is not None and len(command.encode()) >= COMMAND_LIMIT:
            self._process.stderr.write(b"-sh: Argument list too long\n")
            self._process.exit(126)
            return
        near, far = [], []
        for reads in (True, False, False):
            read, write = os.pipe()
            near.append(write if reads else read)
            far.append(read if reads else write)
        self._input = near[0]
        try:
            self._running = self._host.sandbox.spawn(
                command, far, connection=self._connection, full=self._host.faults.full
            )
        except OSError:
            for plug in near:
                os.close(plug)
            self._process.exit(255)
            return
        finally:
            for plug in far:
                os.close(plug)
        feeding = asyncio.ensure_future(self._feed())
        pumping = [self._pump(near[1], self._process.stdout), self._pump(near[2], self._process.stderr)]
        try:
            await asyncio.gather(*pumping)
            await self._running.ended.wait()
            self._say_goodbye(self._running.status)
        finally:
            feeding.cancel()

    def hang_up(self) -> None:
        """Its connection has gone."""
        if self._running is not None and self._host.faults.orphans_die:
            with suppress(OSError):
                self._host.sandbox.signal(self._running, signal.SIGHUP)

    def _say_goodbye(self, status: int) -> None:
        with suppress(OSError, asyncssh.Error):
            if status < 0:
                self._process.exit_with_signal(signal.Signals(-status).name.removeprefix("SIG"))
            else:
                self._process.exit(status)

    async def _feed(self) -> None:
        """What the client sends, into the shell's standard input."""
        loop = asyncio.get_running_loop()
        if self._input is None:
            return
        pipe, paths = os.fdopen(self._input, "wb", buffering=0), self._host.sandbox.stream_in()
        transport, flow = await loop.connect_write_pipe(_Flow, pipe)
        try:
            while content := await self._process.stdin.read(PIECE):
                content, over = self._within("cut_input_after", content)
                transport.write(paths.feed(content))
                await flow.drained()
                if over:
                    self._cut()
                    break
            transport.write(paths.flush())
        except (asyncssh.Error, OSError):
            pass  # the client has gone: end of file
        finally:
            transport.close()

    async def _pump(self, number: int, writer: asyncssh.SSHWriter[bytes]) -> None:
        """What the shell says, to the client; once nobody listens the pipe is closed, and breaks."""
        loop = asyncio.get_running_loop()
        reader, paths = asyncio.StreamReader(), self._host.sandbox.stream_out()
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(number, "rb", buffering=0)
        )
        try:
            while content := await reader.read(PIECE):
                content, over = self._within("cut_output_after", paths.feed(content))
                writer.write(content)
                await writer.drain()
                if over:
                    self._cut()
                    return
            writer.write(paths.flush())
        except (asyncssh.Error, OSError):
            pass  # the client has gone: the pipe breaks, as sshd's does
        finally:
            transport.close()

    def _within(self, name: str, content: bytes) -> tuple[bytes, bool]:
        """How much of this may pass, and whether that is all that ever may."""
        left: int | None = getattr(self._host.faults, name)
        if left is None:
            return content, False
        setattr(self._host.faults, name, left - len(content) if len(content) < left else None)
        return content[:left], len(content) >= left


class _Flow(asyncio.BaseProtocol):
    """Waits while the pipe is full."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()

    def pause_writing(self) -> None:
        self._open.clear()

    def resume_writing(self) -> None:
        self._open.set()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._open.set()

    async def drained(self) -> None:
        """Until there is room again."""
        await self._open.wait()
