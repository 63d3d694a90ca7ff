"""One run of a command, and what a command knows of the shell that runs it."""

from __future__ import annotations

import posixpath
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from esxlab.sim.light.machine import Machine
    from esxlab.sim.light.tty import Tty

NOT_FOUND = 127
CANNOT_RUN = 126
ENVIRONMENT = {
    "HOME": "/root",
    "LOGNAME": "root",
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "SHELL": "/bin/bash",
    "USER": "root",
}


async def no_input() -> bytes:
    """The standard input of a command that has none."""
    return b""


class Pipe(bytearray):
    """Where a part of a pipeline writes: who reads it may have had enough."""


@dataclass(slots=True)
class Streams:
    """Where a shell's input comes from and where its output goes."""

    emit: Callable[[bytes, bytes], None]
    read: Callable[[], Awaitable[bytes]] = no_input


class LeaveShell(Exception):  # noqa: N818 - not an error: how `exit` leaves
    """The shell ends with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Shell(Protocol):
    """The shell that a command runs in, as far as commands know it."""

    streams: Streams
    name: str
    cwd: str
    env: dict[str, str]
    errexit: bool
    nounset: bool
    status: int
    tty: Tty | None

    def flush(self) -> None:
        """Hand over what was written, and keep what was changed."""

    def find(self, name: str) -> Verb | None:
        """The command of this name or path that is a program; None when the machine does not have it."""

    def kind(self, name: str) -> str:
        """`builtin`, `program` (be it one that is not played here), or empty."""

    def inner(
        self,
        streams: Streams,
        name: str,
        env: dict[str, str],
        *,
        errexit: bool = False,
        nounset: bool = False,
    ) -> Shell:
        """Another shell, started from this one."""

    async def run(self, script: str) -> int:
        """Run a script to its end; returns its exit status."""


@dataclass(slots=True)
class Call:
    """One run of a command: its arguments, its shell, and what it has written so far."""

    machine: Machine
    session: Shell
    name: str
    args: list[str]
    env: dict[str, str]
    out: bytearray
    err: bytearray
    stdin: bytes | None = None  # from a `<file`; None: the shell's own input

    def print(self, text: str = "") -> None:
        """A line on standard output."""
        self.out += text.encode() + b"\n"

    def fail(self, message: str, status: int = 1) -> int:
        """A line on standard error; returns the status, to be returned in turn."""
        self.err += message.encode() + b"\n"
        return status

    def complain(self, error: OSError, doing: str = "") -> int:
        """`cat: /x: No such file or directory`."""
        return self.fail(f"{self.name}: {doing}{error.filename}: {error.strerror}")

    async def input(self) -> bytes:
        """All of the standard input."""
        return self.stdin if self.stdin is not None else await self.session.streams.read()

    def path(self, name: str) -> str:
        """A path as absolute, from the shell's directory."""
        return posixpath.join(self.session.cwd, name)

    def flush(self) -> None:
        """Send what was written so far, before a wait."""
        self.session.flush()


Verb = Callable[[Call], "int | Awaitable[int]"]
"""What a command does: it answers its exit status."""
