"""Locks between the processes of one user on one computer; the operating system frees those of the dead.

They are why a run that was killed can be repeated at once: who holds the local lock knows that a lock of the
same laptop on the datastore has lost its holder.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_text

if TYPE_CHECKING:
    from pathlib import Path

LAPTOP_FILE = "laptop"
LAPTOP = re.compile(r"[0-9a-f]{32}")
NAME_LIMIT = 200


def laptop_of(directory: Path) -> str:
    """This user's data directory on this computer, by a random name that is made once."""
    file = directory / LAPTOP_FILE
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            draft = directory / f".{LAPTOP_FILE}.{secrets.token_hex(8)}"
            draft.write_text(secrets.token_hex(16), encoding="ascii")
            try:
                os.link(draft, file)  # of two runs at once, one wins
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return f"{_laptop(read_text(file, limit=NAME_LIMIT))}@{socket.gethostname()}"
    except (OSError, Unreadable) as error:
        raise LabError("lock.local", where=str(file), detail=str(error)) from error


def _laptop(text: str) -> str:
    """The name; Unreadable when somebody has spoilt it: two laptops of one name take each other's locks."""
    if not LAPTOP.fullmatch(text.strip()):
        raise Unreadable("type")
    return text.strip()


class LocalLock:
    """One locked file. It stays after it is given back: deleting it would let two hold it."""

    def __init__(self, file: Path, *, who: str) -> None:
        """Take it; LabError lock.held_here, lock.local."""
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise LabError("lock.local", where=str(file), detail=str(error)) from error
        try:
            _lock(self._descriptor)
        except OSError as error:
            said = os.read(self._descriptor, 200).decode(errors="replace").strip()
            os.close(self._descriptor)
            raise LabError("lock.held_here", lock=file.stem, who=said or "?") from error
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, f"{who}, process {os.getpid()}\n".encode())

    def close(self) -> None:
        """Give it back."""
        os.close(self._descriptor)


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
