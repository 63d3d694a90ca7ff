"""The files of a running school that others read: the book, and what it says when it could not start."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

BOOK = "school.json"
FAILURE = "failure.txt"


def read_book(directory: Path) -> dict[str, Any] | None:
    """The book of a school, passwords and all; None when there is none."""
    try:
        content: dict[str, Any] = json.loads((directory / BOOK).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return content


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    scratch = file.with_suffix(".new")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
    scratch.replace(file)
