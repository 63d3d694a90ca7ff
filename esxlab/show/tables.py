"""Tables: drawn by tabulate for people, by csv for spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from textwrap import wrap
from typing import TYPE_CHECKING

from tabulate import tabulate

from esxlab.foreign import visible_line

if TYPE_CHECKING:
    from collections.abc import Sequence


FORMULA = re.compile("(^|;)(?=[=+@\uff1d\uff0b\uff0d\uff20-].)")
"""Where a formula would begin: in a cell, and behind a semicolon, which parts cells in French Excel.

A sign alone is no formula. Source: OWASP, "CSV Injection", which names these signs and their wide forms.
"""


LEAST_CELL = 12
"""Signs to which a cell is folded at most."""
HEAD_PADDING = 2
"""What tabulate adds to a heading (its MIN_PADDING)."""


def draw(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A plain table; every cell is one line of text, so that 172.16 stays 172.16."""
    rows = [[visible_line(cell) for cell in row] for row in rows]
    return tabulate(rows, headers=headers, tablefmt="simple", disable_numparse=True)


def draw_within(headers: Sequence[str], rows: Sequence[Sequence[str]], *, width: int) -> str:
    """The same, cells folded until lines fit `width` (0: no limit): at blanks first, then long keys too."""
    cells = [[visible_line(cell) for cell in row] for row in rows]
    heads = [len(head) + HEAD_PADDING for head in headers]
    columns = list(zip(*cells, strict=True))
    widths = [max(head, *map(len, column)) for head, column in zip(heads, columns, strict=True)]
    words = [max(len(word) for cell in column for word in cell.split(" ")) for column in columns]
    while width and sum(widths) + 2 * (len(widths) - 1) > width:
        wide = [at for at, size in enumerate(widths) if size > max(heads[at], LEAST_CELL)]
        room = [at for at in wide if widths[at] > words[at]] or wide
        if not room:
            break
        widths[max(room, key=widths.__getitem__)] -= 1
    folded = [
        ["\n".join(wrap(cell, size, break_on_hyphens=False)) for cell, size in zip(row, widths, strict=True)]
        for row in cells
    ]
    return tabulate(folded, headers=headers, tablefmt="simple", disable_numparse=True)


def fits(table: str, width: int) -> bool:
    """True when no line is wider than `width`; 0 is no limit."""
    return not width or all(len(line) <= width for line in table.splitlines())


def in_bands(headers: Sequence[str], rows: Sequence[Sequence[str]], *, width: int) -> str:
    """The table cut into as many tables as the width asks for, the first column repeated in each."""
    columns = range(1, len(headers))
    for size in range(len(columns), 0, -1):
        bands = [columns[start : start + size] for start in range(0, len(columns), size)]
        tables = [_band(headers, rows, band) for band in bands]
        if size == 1 or all(fits(table, width) for table in tables):
            return "\n\n".join(tables)
    return draw(headers, rows)


def _band(headers: Sequence[str], rows: Sequence[Sequence[str]], band: Sequence[int]) -> str:
    return draw(
        [headers[0], *(headers[at] for at in band)], [[row[0], *(row[at] for at in band)] for row in rows]
    )


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
