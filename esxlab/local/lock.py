"""Locks between the processes of one user on one computer; the operating system frees those of the dead.

They are why a run that was killed can be repeated at once: who holds the local lock knows that a lock of the
same laptop on the datastore has lost its holder.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_text
from esxlab.local.files import make_private_directory, told, write_private
from esxlab.local.names import this_computer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMPUTER_ID_FILE = "laptop"
COMPUTER_ID = re.compile(r"[0-9a-f]{32}")
NAME_LIMIT = 200
CODE = "lock.local"
HOLDER = ".who"
WAIT_S = 10.0
PAUSE_S = 0.02


def computer_id_of(directory: Path) -> str:
    """This user's data directory on this computer, by a random name that is made once. LabError lock.*."""
    file = directory / COMPUTER_ID_FILE
    name = _name_in(file)
    if not name:
        with held(
            directory / f"{COMPUTER_ID_FILE}.lock", to_write=file, code=CODE
        ):  # of two runs at once, one makes it
            name = _name_in(file)
            if not name:
                name = secrets.token_hex(16)
                write_private(file, name, code=CODE)
    return f"{name}@{this_computer()}"


def known_computer_id(directory: Path) -> str:
    """The same, when it was made before; empty when not, or when nobody can read it: nothing is written."""
    try:
        name = _name_in(directory / COMPUTER_ID_FILE)
    except (LabError, OSError):
        return ""
    return f"{name}@{this_computer()}" if name else ""


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
    if said and not COMPUTER_ID.fullmatch(said):
        raise LabError(CODE, where=str(file), detail=str(Unreadable("type")))
    return said


@contextlib.contextmanager
def held(file: Path, *, to_write: Path, code: str, limit_s: float = WAIT_S) -> Iterator[None]:
    """This lock for a moment, to read the file `to_write` and write it anew.

    Raises:
        LabError: lock.writing; `code` of the file to be written when the lock itself cannot be.
    """
    try:
        lock = LocalLock(file, wait_s=limit_s)
    except LabError as error:
        if error.code == CODE:
            raise LabError(code, where=str(to_write), detail=error.detail) from error.__cause__
        if error.code == "lock.held_here":
            raise LabError("lock.writing", where=str(to_write)) from error
        raise
    with contextlib.closing(lock):
        yield


class LocalLock:
    """One locked file, and beside it who holds it, if that is said. Both stay after it is given back."""

    def __init__(self, file: Path, *, who: str = "", wait_s: float = 0.0) -> None:
        """Take it, for so long waiting for whoever has it; LabError lock.held_here, lock.local."""
        holder = file.with_name(f"{file.name}{HOLDER}")
        self._lock = FileLock(file, mode=0o600, thread_local=False)
        with told(file, CODE):
            make_private_directory(file.parent)
            try:
                self._lock.acquire(timeout=wait_s, poll_interval=PAUSE_S)
            except Timeout as error:
                raise LabError("lock.held_here", lock=file.stem, who=_said_in(holder) or "?") from error
        if who:
            with contextlib.suppress(LabError):  # said for others to read: it is held all the same
                write_private(holder, f"{who}, process {os.getpid()}\n", durable=False)

    def close(self) -> None:
        """Give it back."""
        self._lock.release()


def _said_in(holder: Path) -> str:
    with contextlib.suppress(FileNotFoundError, Unreadable):
        return read_text(holder, limit=NAME_LIMIT).strip()
    return ""
