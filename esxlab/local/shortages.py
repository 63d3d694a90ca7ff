"""What this computer lacks, told from bugs: no more files, processes, memory, room on the disk.

Such a fault comes from any line of any library, so it is recognized where failures become data, by one table.
"""

from __future__ import annotations

import contextlib
import errno
import sys

from esxlab.errors import LabError

BY_ERRNO = {
    errno.EMFILE: "local.files",
    errno.ENFILE: "local.files",
    errno.EAGAIN: "local.processes",  # fork(2): RLIMIT_NPROC, cgroup's pids.max
    errno.ENOMEM: "local.memory",
    errno.ENOSPC: "local.disk",
    errno.EDQUOT: "local.disk",
    errno.EROFS: "local.disk",
}
NO_THREAD = "can't start new thread"
"""Said by CPython, threading.Thread.start; its class is RuntimeError, and nothing else tells it apart."""


ENOUGH_FILES = 4096
"""Thirty groups keep some 200 connections; beyond 4096 nothing of ours goes."""


def allow_more_files() -> None:
    """Raise this process's own limit as far as the user's allows: macOS begins with 256 (getrlimit(2))."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - absent on Windows

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = ENOUGH_FILES if hard == resource.RLIM_INFINITY else min(ENOUGH_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            # the system knows better; what is lacking is told when it is
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def shortage_of(error: BaseException, *, beneath: bool = False) -> LabError | None:
    """The error for people when something of this computer has run out; None when that is not it.

    `beneath`: a library has put an error of its own over the system's.
    """
    if beneath and (under := error.__cause__ or error.__context__) is not None:
        return _shortage(error) or shortage_of(under, beneath=True)
    return _shortage(error)


def _shortage(error: BaseException) -> LabError | None:
    if isinstance(error, MemoryError):
        return LabError("local.memory")
    if isinstance(error, RuntimeError) and NO_THREAD in str(error):
        return LabError("local.processes")
    if not isinstance(error, OSError) or (code := BY_ERRNO.get(error.errno or 0)) is None:
        return None
    place = error.filename
    return LabError(code, where=str(place) if isinstance(place, str) else "", detail=error.strerror or "")
