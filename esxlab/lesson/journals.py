"""Reads the journals of this computer: of each the lines that are whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.foreign import Unreadable, read_file, table_or_empty

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

LIMIT = 16 * 1024 * 1024
"""Bytes of one journal: a class of thirty groups writes less than one MiB in a run."""


def read_journals(directory: Path, day: date) -> tuple[list[list[Mapping[str, Any]]], int]:
    """Those that began about this day (their names tell it in UTC), and how many could not be read.

    A run that was killed has left whole lines (engine/journal.py); what is none is left out.
    """
    found: list[list[Mapping[str, Any]]] = []
    unread = 0
    for path in _journals(directory):
        if not _is_near(path.name[:8], day):
            continue
        try:
            text = read_file(path, limit=LIMIT).decode("utf-8", "replace")
        except (OSError, Unreadable):
            unread += 1
            continue
        found.append(list(filter(None, map(table_or_empty, text.splitlines()))))
    return found, unread


def _journals(directory: Path) -> list[Path]:
    """None where this user may not look."""
    try:
        return sorted(directory.glob("*.jsonl"))
    except OSError:
        return []


def _is_near(stamp: str, day: date) -> bool:
    try:
        told = type(day).fromisoformat(stamp)
    except ValueError:
        return False
    return abs((told - day).days) <= 1
