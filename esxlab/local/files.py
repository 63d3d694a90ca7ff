"""The one writer of this user's own files: whole or not at all, for their owner's eyes, and never in silence.

Whoever keeps something on this computer writes it through here. What cannot be written is a LabError with
the path and the system's reason; whether that stops anything is for `unwritten` to say.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.local.shortages import shortage_of
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator

NOWHERE = Path(os.devnull) / "esxlab"
"""The data directory of who has no home: nothing is below it, and nothing can be made there."""
CODE = "local.unwritten"
_TEXT = getattr(os, "O_BINARY", 0)  # Windows: no CR of its own before a line's end


def write_private(path: Path, content: str | bytes, *, code: str = CODE, durable: bool = True) -> None:
    """Put this content in place of the file: 0600 and, when `durable`, on the disk before it gets its name.

    What fails leaves the old file as it was, and no draft. A link is followed: its target is replaced.
    A pipe or a device is refused: the superuser would put a file in place of /dev/full.

    Raises:
        LabError: `code`, with the path and the system's reason; local.*.
    """
    with told(path, code):
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file() and not target.is_dir():
            raise LabError(code, where=str(path), detail=say("unreadable.kind"))
        make_private_directory(target.parent)
        draft = target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(6)}")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _TEXT, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                _own(descriptor, 0o600)
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                if durable:
                    os.fsync(descriptor)
            draft.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise
        if durable:
            _remember_name(target.parent)


def append_private(path: Path) -> int:
    """A descriptor that appends to the file (0600), which is made if need be. LabError local.unwritten."""
    with told(path, CODE):
        make_private_directory(path.parent)
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _TEXT, 0o600)


def make_private_directory(directory: Path) -> None:
    """Make it, and what is missing above it, for their owner alone (0700), whatever the umask says. OSError.

    XDG Base Directory Specification: "the destination directory should be created with permission 0700".
    """
    missing = [directory]
    while not missing[-1].exists() and missing[-1] != missing[-1].parent:
        missing.append(missing[-1].parent)
    for place in reversed(missing):
        try:
            place.mkdir(mode=0o700)
        except FileExistsError:  # it was there, or another run was faster
            continue
        place.chmod(0o700)
    if not directory.is_dir():
        raise NotADirectoryError(20, os.strerror(20), str(directory))


def reason(error: OSError) -> str:
    """Why, in the system's words: No space left on device."""
    return error.strerror or type(error).__name__


@contextlib.contextmanager
def told(path: Path, code: str) -> Iterator[None]:
    """What the system refuses here is LabError `code` about this file, with the system's reason.

    Without any home it is local.no_home; when files or processes have run out, it is that (local.*).
    """
    if NOWHERE in path.parents:
        raise LabError("local.no_home")
    try:
        yield
    except OSError as error:
        shortage = shortage_of(error)
        if shortage is not None and shortage.code != "local.disk":
            raise LabError(shortage.code, where=str(path), detail=reason(error)) from error
        raise LabError(code, where=str(path), detail=reason(error)) from error


def _own(descriptor: int, mode: int) -> None:
    """A umask may take from the owner too; Windows has no such modes."""
    if sys.platform != "win32":
        os.fchmod(descriptor, mode)


def _remember_name(directory: Path) -> None:
    """The name too is on the disk before anything relies on it; not every file system can say so."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
