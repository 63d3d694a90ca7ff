"""The three standard streams as they are found: closed, full, without a reader, of any encoding.

A write that fails never ends a command in its middle: half a provision would be left for want of a screen.
It is noted, and told at the end.
"""

from __future__ import annotations

import errno
import io
import os
import sys

from esxlab.typography import PLAIN

TYPE_CHECKING = False  # importing `typing` costs as much as starting Python
if TYPE_CHECKING:
    from typing import Any

READER_GONE = 141
"""128 + SIGPIPE: how a shell sees the end of a program whose reader had gone (signal(7))."""
TURNED = (os.O_WRONLY, os.O_RDONLY, os.O_RDONLY)
"""How the null device takes the place of a closed stream: so that using it fails (gnulib, stdopen.c)."""
ERROR = 2


class Outlet(io.FileIO):
    """Standard output or error; after the first failure nothing more is written, and `failure` tells why."""

    failure: OSError | None = None

    def write(self, data: Any, /) -> int:
        """All of it, or nothing any more."""
        if self.failure is None:
            try:
                while (written := super().write(data)) is None:
                    _await_room(self.fileno())
            except OSError as error:
                self.failure = error
            else:
                return written
        return memoryview(data).nbytes


def prepare() -> None:
    """Make the streams safe to use; to be called before any file is opened.

    The number of a closed one is taken at once: else the next file, a socket or the file of secrets, would
    get it, and what is meant for the screen would be written there.
    """
    for number, mode in enumerate(TURNED):
        try:
            os.fstat(number)
        except OSError:
            taken = os.open(os.devnull, mode)
            if taken != number:
                os.dup2(taken, number)
                os.close(taken)
    sys.stdin = sys.stdin or io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    sys.stdout = _outlet(1, sys.stdout)
    sys.stderr = _outlet(ERROR, sys.stderr)


def tell(text: str) -> None:
    """Write to standard error at once: for signal handlers, when a stream may be in the middle of a write."""
    try:
        os.write(ERROR, text.encode(errors="replace"))
    except OSError:
        return


def finish(status: int) -> int:
    """The exit status of a command that ended with this one, after all that it wrote is written.

    A result that nobody received is no success; what went wrong before counts more.
    """
    for stream in (sys.stdout, sys.stderr):
        _flush(stream)
    failure: OSError | None = getattr(getattr(sys.stdout.buffer, "raw", None), "failure", None)
    if failure is None:
        return status
    if failure.errno == errno.EPIPE or (os.name == "nt" and failure.errno == errno.EINVAL):
        return status or READER_GONE
    from esxlab.cli.exit_codes import exit_code_of  # noqa: PLC0415 - only when something is wrong
    from esxlab.cli.stop import show_stop  # noqa: PLC0415 - as above
    from esxlab.errors import LabError  # noqa: PLC0415 - as above

    error = LabError("local.output", where="stdout", detail=failure.strerror or "")
    show_stop(error, command="", output="table")
    return status or exit_code_of(error)


def _outlet(number: int, found: Any) -> io.TextIOWrapper:
    """The same stream on a file that does not raise; a sign that its encoding lacks has a twin."""
    _flush(found)
    raw = Outlet(number, "wb", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=getattr(found, "encoding", None) or "utf-8",
        errors=PLAIN,
        line_buffering=number == ERROR or raw.isatty(),
        write_through=getattr(found, "write_through", False),
    )


def _flush(stream: Any) -> None:
    try:
        stream.flush()
    except (AttributeError, OSError, ValueError):  # none, or one that fails, or that is closed
        return


def _await_room(descriptor: int) -> None:
    """Somebody has made the terminal or pipe non-blocking; its reader is waited for, as if they had not."""
    import select  # noqa: PLC0415 - rare

    select.select([], [descriptor], [])
