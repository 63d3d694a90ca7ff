"""What a class list may be at most, and what its reader gives."""

from __future__ import annotations

Row = tuple[int, list[str]]
"""(line of the file or row of the sheet, from 1; its cells, each one line without blanks at its ends)."""

ROWS_LIMIT = 5000
CELLS_LIMIT = 200
"""Cells of a row."""
