"""What a forked command finds: its environment, streams, limits, user, file systems; made in the child.

A file system of its own needs root, and so does another user; nobody else sees them: they end with the child.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any

CLONE_NEWNS = 0x0002_0000  # unshare(2)
MS_RDONLY, MS_REMOUNT, MS_REC, MS_PRIVATE = 0x1, 0x20, 0x4000, 0x4_0000  # mount(2)


def apply(conditions: dict[str, Any]) -> None:
    """Each by its name, in the order of this table; `conditions` came as JSON."""
    for name, make in CONDITIONS.items():
        if name in conditions:
            make(conditions[name])


def _environment(variables: dict[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _full(directory: str) -> None:
    """A file system without room, at this directory; what was in it is in it."""
    _own_file_system(directory)
    with contextlib.suppress(OSError), (Path(directory) / "filler").open("wb", buffering=0) as filler:
        while filler.write(b"\0" * 4096):
            pass


def _read_only(directory: str) -> None:
    _own_file_system(directory)
    _mount("none", directory, None, MS_REMOUNT | MS_RDONLY, None)


def _own_file_system(directory: str) -> None:
    """A small tmpfs with a copy of the directory's files; their modes and owners are theirs."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS):
        raise OSError(ctypes.get_errno(), "unshare")
    _mount("none", "/", None, MS_REC | MS_PRIVATE, None)
    place = Path(directory)
    kept = {path.relative_to(place): path for path in sorted(place.rglob("*"))}
    content = {name: path.read_bytes() if path.is_file() else None for name, path in kept.items()}
    _mount("none", directory, "tmpfs", 0, "size=64k,mode=0700")
    for name, data in content.items():
        if data is None:
            (place / name).mkdir(mode=0o700)
        else:
            (place / name).write_bytes(data)
            (place / name).chmod(0o600)


def _mount(source: str, target: str, kind: str | None, flags: int, options: str | None) -> None:
    words = [word.encode() if word is not None else None for word in (source, target, kind)]
    data = options.encode() if options else None
    if ctypes.CDLL(None, use_errno=True).mount(*words, flags, data):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


def _gone(yes: bool) -> None:
    directory = tempfile.mkdtemp()
    os.chdir(directory)
    Path(directory).rmdir()


def _streams(found: dict[str, str]) -> None:
    """Number -> closed, full, or left: a pipe whose reader has gone."""
    for number, how in found.items():
        if how == "closed":
            os.close(int(number))
            setattr(sys, ("stdin", "stdout", "stderr")[int(number)], None)
            continue
        handle = os.open("/dev/full", os.O_WRONLY) if how == "full" else _pipe_without_reader()
        os.dup2(handle, int(number))
        os.close(handle)


def _pipe_without_reader() -> int:
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def _encoding(name: str) -> None:
    """As PYTHONIOENCODING makes it (Python, "Command line and environment")."""
    sys.stdout.reconfigure(encoding=name, errors="strict")
    sys.stderr.reconfigure(encoding=name, errors="backslashreplace")


def _limits(limits: dict[str, int]) -> None:
    for name, value in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))


def _user(number: int) -> None:
    """A user that the user database does not know (getpwuid(3)), as in many containers."""
    os.setgroups([])
    os.setgid(number)
    os.setuid(number)


CONDITIONS = {
    "environment": _environment,
    "umask": os.umask,
    "full": _full,
    "read_only": _read_only,
    "directory_gone": _gone,
    "encoding": _encoding,
    "user": _user,
    "limits": _limits,
    "streams": _streams,
}
