"""Locks between the processes of one user on one computer; the operating system frees those of the dead.

They are why a run that was killed can be repeated at once: who holds the local lock knows that a lock of the
same laptop on the datastore has lost its holder.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import socket
import time
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_text
from esxlab.local.files import make_private_directory, reason, told, write_private

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LAPTOP_FILE = "laptop"
LAPTOP = re.compile(r"[0-9a-f]{32}")
NAME_LIMIT = 200
CODE = "lock.local"
WAIT_S = 10.0
PAUSE_S = 0.02


def laptop_of(directory: Path) -> str:
    """This user's data directory on this computer, by a random name that is made once. LabError lock.*."""
    file = directory / LAPTOP_FILE
    name = _name_in(file)
    if not name:
        with held(
            directory / f"{LAPTOP_FILE}.lock", to_write=file, code=CODE
        ):  # of two runs at once, one makes it
            name = _name_in(file)
            if not name:
                name = secrets.token_hex(16)
                write_private(file, name, code=CODE)
    return f"{name}@{socket.gethostname()}"


def known_laptop(directory: Path) -> str:
    """The same, when it was made before; empty when not, or when nobody can read it: nothing is written."""
    try:
        name = _name_in(directory / LAPTOP_FILE)
    except (LabError, OSError):
        return ""
    return f"{name}@{socket.gethostname()}" if name else ""


def _name_in(file: Path) -> str:
    """The name; empty when there is none, as a power cut leaves it too.

    Any other text is LabError lock.local: two laptops of one name take each other's locks.
    """
    try:
        said = read_text(file, limit=NAME_LIMIT).strip("\0 \n")
    except FileNotFoundError:
        return ""
    except Unreadable as error:
        raise LabError(CODE, where=str(file), detail=str(error)) from error
    if said and not LAPTOP.fullmatch(said):
        raise LabError(CODE, where=str(file), detail=str(Unreadable("type")))
    return said


@contextlib.contextmanager
def held(file: Path, *, to_write: Path, code: str, limit_s: float = WAIT_S) -> Iterator[None]:
    """This lock for a moment, to read the file `to_write` and write it anew.

    Raises:
        LabError: lock.held_here; `code` of the file to be written when the lock itself cannot be.
    """
    deadline = time.monotonic() + limit_s
    while True:
        try:
            lock = LocalLock(file, who="esxlab")
            break
        except LabError as error:
            if error.code == CODE:
                raise LabError(code, where=str(to_write), detail=error.detail) from error.__cause__
            if error.code != "lock.held_here" or time.monotonic() > deadline:
                raise
        time.sleep(PAUSE_S)
    with contextlib.closing(lock):
        yield


class LocalLock:
    """One locked file. It stays after it is given back: deleting it would let two hold it."""

    def __init__(self, file: Path, *, who: str) -> None:
        """Take it; LabError lock.held_here, lock.local."""
        with told(file, CODE):
            make_private_directory(file.parent)
            self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._descriptor)
        except OSError as error:
            said = _said_in(self._descriptor)
            os.close(self._descriptor)
            if not isinstance(error, BlockingIOError | PermissionError):  # flock(2), and msvcrt's EACCES
                raise LabError(CODE, where=str(file), detail=reason(error)) from error
            raise LabError("lock.held_here", lock=file.stem, who=said or "?") from error
        with contextlib.suppress(OSError):  # who holds it is said for others to read: it is held all the same
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, f"{who}, process {os.getpid()}\n".encode(errors="replace"))

    def close(self) -> None:
        """Give it back."""
        os.close(self._descriptor)


def _said_in(descriptor: int) -> str:
    with contextlib.suppress(OSError):
        return os.read(descriptor, 200).decode(errors="replace").strip()
    return ""


if os.name == "nt":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)  # far behind the text: a locked byte cannot be read
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]  # Windows only
        os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
