"""Where this user's files are, whatever the environment says or leaves out."""

from __future__ import annotations

import os
from pathlib import Path

from esxlab.errors import LabError
from esxlab.local.files import NOWHERE


def base_directory(variable: str, *below_home: str) -> Path:
    """The directory that this variable names, else one below the user's home; without any home, nowhere.

    A path that is not absolute counts as none: "If an implementation encounters a relative path in any of
    these variables it should consider the path invalid and ignore it" (XDG Base Directory Specification).
    """
    named = Path(os.environ.get(variable, ""))
    if named.is_absolute():
        return named
    home = home_directory()
    return home.joinpath(*below_home) if home else NOWHERE


def home_directory() -> Path | None:
    """HOME, else what the user database says; None for a user who has neither."""
    if os.name == "nt" or Path(os.environ.get("HOME", "")).is_absolute():
        try:
            return Path.home()
        except RuntimeError:
            return None
    import pwd  # noqa: PLC0415 - absent on Windows

    try:
        home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        return None
    return home if home.is_absolute() else None


def working_directory() -> Path:
    """Where this command was started; LabError local.no_directory when it is gone."""
    try:
        return Path.cwd()
    except OSError as error:
        raise LabError("local.no_directory") from error
