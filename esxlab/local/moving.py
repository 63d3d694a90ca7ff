"""Files that earlier versions kept elsewhere: found, and moved once, whichever of two runs comes first."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs.unix import Unix

from esxlab.errors import LabError
from esxlab.local.files import NOWHERE, make_private_directory, told
from esxlab.local.lock import held
from esxlab.local.places import APP, data_directory, is_there, state_directory

if TYPE_CHECKING:
    from collections.abc import Iterator

STATE = ("journal", "locks", "models.json")
LOCK = "moving.lock"


def move_in() -> None:
    """Put files of earlier versions where they belong now; nothing to do from the second time on.

    They kept everything in one directory, below XDG_DATA_HOME or ~/.local/share on every Unix. Journals,
    locks and notes that cannot be moved stay where they are: nothing depends on them.

    Raises:
        LabError: local.unwritten, of what may not be made anew (secrets, what is trusted).
    """
    for old, new, needed in list(_misplaced()):
        try:
            with held(new.parent / LOCK, to_write=new, code="local.unwritten"), told(new, "local.unwritten"):
                if is_there(old) and not is_there(new):  # of two runs, the other may have been faster
                    _move(old, new)
        except LabError:
            if needed:
                raise


def _misplaced() -> Iterator[tuple[Path, Path, bool]]:
    """(where it is, where it belongs, whether it is needed) of what has not been moved yet."""
    try:
        earlier = Path(Unix(APP).user_data_dir)
    except RuntimeError:
        return
    data, state = data_directory(), state_directory()
    if NOWHERE in data.parents or not is_there(earlier):
        return
    for name in STATE if state != earlier else ():
        if is_there(earlier / name) and not is_there(state / name):
            yield earlier / name, state / name, False
    if data != earlier:
        with told(earlier, "local.unwritten"):
            kept = sorted(earlier.iterdir())
        for old in kept:
            if old.name not in STATE and not is_there(data / old.name):
                yield old, data / old.name, True


def _move(old: Path, new: Path) -> None:
    """By its name where that can be; onto another file system whole or not at all. OSError."""
    make_private_directory(new.parent)
    try:
        old.rename(new)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        draft = new.with_name(f".{new.name}.{os.getpid()}-{secrets.token_hex(6)}")
        try:
            copy = shutil.copytree if old.is_dir() else shutil.copy2
            copy(old, draft)
            draft.rename(new)
        finally:
            _remove(draft)
        _remove(old)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
