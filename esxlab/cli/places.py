"""Where esxlab keeps its own files on this computer: host keys, secrets, journals."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from esxlab.local.moving import move_in
from esxlab.local.places import data_directory, state_directory, working_directory

if TYPE_CHECKING:
    from pathlib import Path

BOOK = "school.json"
"""The file in the school's directory that says where everything listens."""


def user_directory() -> Path:
    """Secrets, what is trusted, keys; made by who writes. LabError local.* when they cannot be moved in."""
    move_in()
    return data_directory()


def own_state_directory() -> Path:
    """Journals, locks, notes; made by who writes. LabError as above."""
    move_in()
    return state_directory()


def journal_path(command: str, class_name: str) -> Path:
    """A new file for one run: its time in UTC, the command, the class, the process."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    class_name = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in class_name)
    return own_state_directory() / "journal" / f"{moment}-{command}-{class_name}-{os.getpid()}.jsonl"


def school_directory() -> Path:
    """The embedded school's files: ESXLAB_SCHOOL, else .esxlab/school here or above, else a new one here."""
    here = working_directory()
    if named := os.environ.get("ESXLAB_SCHOOL"):
        return here / named
    places = [directory / ".esxlab" / "school" for directory in (here, *here.parents)]
    return next((place for place in places if (place / BOOK).is_file()), places[0])


def pins_directory(*, sim: bool) -> Path:
    """Where host keys are pinned; the school has its own, which live as long as the school does."""
    return school_directory() / "pins" if sim else user_directory()


def forget_school_pins() -> None:
    """A school that comes up, or has gone, shows new host keys: those of the one before prove nothing."""
    shutil.rmtree(pins_directory(sim=True), ignore_errors=True)
