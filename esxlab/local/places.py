"""Where this user's files are, on each system where its users expect them (platformdirs)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import PlatformDirs

from esxlab.errors import LabError
from esxlab.local.files import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Callable

APP = "esxlab"


def data_directory() -> Path:
    """What its user would miss: secrets, what is trusted, keys that were met, this computer's name."""
    return _directory(lambda dirs: dirs.user_data_dir)


def state_directory() -> Path:
    """What belongs to this computer: journals, locks, how the models were when last looked at."""
    return _directory(lambda dirs: dirs.user_state_dir)


def cache_directory() -> Path:
    """What can be had again: programs that were built."""
    return _directory(lambda dirs: dirs.user_cache_dir)


def working_directory() -> Path:
    """Where this command was started; LabError local.no_directory when it is gone."""
    try:
        return Path.cwd()
    except OSError as error:
        raise LabError("local.no_directory") from error


def is_there(path: Path) -> bool:
    """Whether there is anything at this path; False where this user may not look."""
    try:
        return path.exists()
    except OSError:
        return False


def is_file(path: Path) -> bool:
    """The same of an ordinary file, or a link to one."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_directory(path: Path) -> bool:
    """The same of a directory, or a link to one."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _directory(named: Callable[[PlatformDirs], str]) -> Path:
    """Below NOWHERE for a user without any home, of whom neither HOME nor the user database knows one.

    platformdirs takes a path that is not absolute for none, as the XDG Base Directory Specification wants it.
    """
    try:
        return Path(named(PlatformDirs(APP, appauthor=False)))
    except RuntimeError:
        return NOWHERE / APP
