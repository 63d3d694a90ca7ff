"""Who types on this computer: for locks, for records, and for the one who is told to wait."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from esxlab.foreign import brief_line
from esxlab.lab.provenance import Author
from esxlab.local.lock import computer_id_of, known_computer_id
from esxlab.local.names import SIGNS, this_computer

if TYPE_CHECKING:
    from pathlib import Path


def who_am_i() -> str:
    """user@laptop, in signs that can be written, read and shown: an environment may hold any bytes."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # no name in the environment and none in the user database
        user = "unknown"
    return f"{brief_line(user, SIGNS)}@{this_computer()}"


def author_of(directory: Path) -> Author:
    """Who signs what is made; this computer gets its name when it has none yet. LabError lock.local."""
    return Author(who_am_i(), computer_id_of(directory))


def author_so_far(directory: Path) -> Author:
    """The same for who only looks: nothing is written, a computer without a name has made nothing yet."""
    return Author(who_am_i(), known_computer_id(directory))
