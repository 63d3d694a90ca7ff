"""The files of a running school that others read: the book, and what it says when it could not start."""

from __future__ import annotations

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
