"""Tables: for people as wide as their terminal, for spreadsheets as csv."""

from __future__ import annotations

import csv
import io
import re
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from esxlab.foreign import visible_line
from esxlab.show.cells import columns_of, longest, padded, parted

if TYPE_CHECKING:
    from collections.abc import Sequence


FORMULA = re.compile("(^|;)(?=[=+@\uff1d\uff0b\uff0d\uff20-].)")
"""Where a formula would begin: in a cell, and behind a semicolon, which parts cells in French Excel.

A sign alone is no formula. Source: OWASP, "CSV Injection", which names these signs and their wide forms.
"""


LEAST_CELL = 12
"""Columns below which a name is not parted, as long as another one can be."""
NARROWEST = 6
HEAD_PADDING = 2
"""Blanks behind a heading, where there is room."""
GAP = "  "


def draw(headers: Sequence[str], rows: Sequence[Sequence[str]], *, width: int = 0) -> str:
    """A plain table; its cells are on several lines where it is wider than `width` (0: a pipe, no limit).

    On a pipe every row is one line, however wide: that is for programs.
    """
    table = [list(headers), *([visible_line(cell) for cell in row] for row in rows)]
    widths = _widths(table, width)
    lines = [_lines(row, widths) for row in table]
    return "\n".join([*lines[0], GAP.join("-" * size for size in widths), *chain(*lines[1:])])


def _lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    folded = [parted(cell, size) for cell, size in zip(row, widths, strict=True)]
    return [
        GAP.join(padded(part, size) for part, size in zip(parts, widths, strict=True)).rstrip(" ")
        for parts in zip_longest(*folded, fillvalue="")
    ]


def _widths(table: Sequence[Sequence[str]], width: int) -> list[int]:
    """Columns of each column: what it needs; where that is too much, cells are folded, the widest first.

    At blanks first, then inside words, the longest first.
    """
    columns = list(zip(*table, strict=True))
    bare = [max(map(columns_of, column)) for column in columns]
    words = [max(map(longest, column)) for column in columns]
    heads = [columns_of(column[0]) + HEAD_PADDING for column in columns]
    widths = [max(sizes) for sizes in zip(heads, bare, strict=True)]
    floors = (
        bare,
        [max(word, LEAST_CELL) for word in words],
        [LEAST_CELL] * len(columns),
        [NARROWEST] * len(columns),
    )
    for floor in floors if width else ():
        while sum(widths) + len(GAP) * (len(widths) - 1) > width:
            wide = [at for at, size in enumerate(widths) if size > floor[at]]
            if not wide:
                break
            widths[max(wide, key=widths.__getitem__)] -= 1
    return widths


def draw_unparted(headers: Sequence[str], rows: Sequence[Sequence[str]], *, width: int = 0) -> str:
    """The table where it fits, else records: no cell is on two lines, so that each can be copied."""
    table = draw(headers, rows)
    return table if fits(table, width) else as_records(headers, rows)


def as_records(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Each row as lines of a heading and its cell: for what is copied."""
    size = max(map(columns_of, headers))
    return "\n\n".join(
        "\n".join(
            f"{padded(head, size)}{GAP}{visible_line(cell)}" for head, cell in zip(headers, row, strict=True)
        )
        for row in rows
    )


def fits(table: str, width: int) -> bool:
    """True when no line is wider than `width`; 0 is no limit."""
    return not width or all(columns_of(line) <= width for line in table.splitlines())


def in_bands(headers: Sequence[str], rows: Sequence[Sequence[str]], *, width: int) -> str:
    """The table cut into as many tables as the width asks for, the first column repeated in each."""
    columns = range(1, len(headers))
    for size in range(len(columns), 0, -1):
        bands = [columns[start : start + size] for start in range(0, len(columns), size)]
        tables = [_band(headers, rows, band, width if size == 1 else 0) for band in bands]
        if size == 1 or all(fits(table, width) for table in tables):
            return "\n\n".join(tables)
    return draw(headers, rows)


def _band(headers: Sequence[str], rows: Sequence[Sequence[str]], band: Sequence[int], width: int) -> str:
    chosen = [[row[0], *(row[at] for at in band)] for row in (headers, *rows)]
    return draw(chosen[0], chosen[1:], width=width)


def to_csv(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Comma-separated values, headers first, lines ended by a single line feed.

    A cell is one line, and no formula: Excel would compute one that a guest or a router has made up.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows([[_cell(value) for value in row] for row in rows])
    return text.getvalue()


def _cell(value: object) -> object:
    """Numbers as they are; text with an apostrophe before what a spreadsheet takes for a formula."""
    return FORMULA.sub(r"\1'", visible_line(value)) if isinstance(value, str) else value
