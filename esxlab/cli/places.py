"""Where esxlab keeps its own files on this computer: host keys, secrets, journals."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from esxlab.local.moving import move_in
from esxlab.local.places import data_directory, state_directory

if TYPE_CHECKING:
    from pathlib import Path

    from esxlab.engine.locks import Locking


def user_directory() -> Path:
    """Secrets, what is trusted, keys; made by who writes. LabError local.* when they cannot be moved in."""
    move_in()
    return data_directory()


def own_state_directory() -> Path:
    """Journals, locks, notes; made by who writes. LabError as above."""
    move_in()
    return state_directory()


def located(locking: Locking, namespace: str) -> Locking:
    """The same locking, on this computer; `namespace` tells servers, and simulated ones, apart."""
    return replace(locking, directory=user_directory(), locks=own_state_directory(), namespace=namespace)


def journal_directory() -> Path:
    """Where every run's journal is; made by who writes."""
    return own_state_directory() / "journal"


def journal_path(command: str, class_name: str) -> Path:
    """A new file for one run: its time in UTC, the command, the class, the process."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    class_name = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in class_name)
    return journal_directory() / f"{moment}-{command}-{class_name}-{os.getpid()}.jsonl"
