"""How wide a text is on a terminal, and a cell of a table on several lines: at blanks, then inside words."""

from __future__ import annotations

import re
from itertools import pairwise

FIRST_OF_ANOTHER_WIDTH = 0x300
"""Below it each printable sign has one column; from here on there are marks without any, and wide signs."""
PIECES = re.compile(r"[^-@,.]+[-@,.]*|[-@,.]+")
"""Where a long name may be parted: behind the signs that part its parts; a fingerprint has none of them."""


def columns_of(text: str) -> int:
    """Columns of a terminal that the text takes: none for a combining accent, two for a wide sign."""
    if not text or ord(max(text)) < FIRST_OF_ANOTHER_WIDTH:
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - only for a text that needs it

    return cell_len(text)


def padded(text: str, columns: int) -> str:
    """The text with blanks behind it, so many columns wide."""
    return text + " " * (columns - columns_of(text))


def parted(text: str, columns: int) -> list[str]:
    """The text on lines of so many columns at most; nothing of it is lost but blanks at an end of a line."""
    lines = [""]
    for word in text.split(" "):
        glue = " " if lines[-1] else ""
        for piece in _pieces(word, columns):
            if columns_of(lines[-1] + glue + piece) <= columns:
                lines[-1] += glue + piece
            else:
                lines.append(piece)
            glue = ""
    return lines[1:] if len(lines) > 1 and not lines[0] else lines


def longest(text: str) -> int:
    """Columns of the longest word of a text."""
    return max(map(columns_of, text.split(" ")))


def _pieces(word: str, columns: int) -> list[str]:
    """A word whole where it fits a line, else behind its signs, else wherever a line is full."""
    if columns_of(word) <= columns:
        return [word]
    pieces = PIECES.findall(word)
    return [part for piece in pieces for part in _chopped(piece, columns)]


def _chopped(piece: str, columns: int) -> list[str]:
    if columns_of(piece) <= columns:
        return [piece]
    ends = [0]
    for at in range(1, len(piece) + 1):
        if columns_of(piece[ends[-1] : at]) > columns and at - 1 > ends[-1]:
            ends.append(at - 1)
    return [piece[start:end] for start, end in pairwise([*ends, len(piece)])]
