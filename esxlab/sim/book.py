"""The files of a running school that others read: the book, and what it says when it could not start."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from esxlab.foreign import Unreadable, read_json_file, table

if TYPE_CHECKING:
    from pathlib import Path

BOOK = "school.json"
FAILURE = "failure.txt"


def read_book(directory: Path) -> dict[str, Any] | None:
    """The book of a school, passwords and all; None when there is none."""
    try:
        return table(read_json_file(directory / BOOK))
    except (FileNotFoundError, Unreadable):
        return None


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    scratch = file.with_suffix(".new")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
    scratch.replace(file)
