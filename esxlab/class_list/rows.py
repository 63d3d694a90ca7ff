"""A file as rows of text, whatever program has written it: CSV in its encodings, or a workbook."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from typing import TYPE_CHECKING

from esxlab.class_list.charset import read_words
from esxlab.class_list.columns import columns_of, is_heading
from esxlab.class_list.limits import CELLS_LIMIT, ROWS_LIMIT, Row
from esxlab.class_list.workbook import read_sheet
from esxlab.errors import LabError
from esxlab.foreign import FILE_LIMIT, Unreadable, read_file, visible_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from esxlab.class_list.students import Remark

WORKBOOKS = (".xlsx", ".ods")
BOOK_LIMIT = 8 << 20
"""Bytes of a workbook's file: pictures may be in it."""
SIGNS_LIMIT = 300
"""Signs of a cell that is used."""
DELIMITERS = ";,\t"
NUL = "\0"


def read_rows(path: Path) -> tuple[list[Row], tuple[Remark, ...]]:
    """The rows that are not blank; those of a workbook's first sheet that names the columns.

    Beside them what is to be said about the file's charset.

    Raises:
        LabError: students.no_file, students.unreadable, students.not_installed.
    """
    ending = path.suffix.lower()
    limit = BOOK_LIMIT if ending in WORKBOOKS else FILE_LIMIT
    try:
        content = read_file(path, limit=limit)
        if ending in WORKBOOKS:
            return _within_limits(read_sheet(content)), ()
        text, remarks = _decoded(content)
        return _within_limits(_rows(text)), remarks
    except FileNotFoundError:
        raise LabError("students.no_file", where=str(path)) from None
    except Unreadable as error:
        raise LabError("students.unreadable", where=str(path), detail=str(error)) from error


def _within_limits(rows: Iterable[Row]) -> list[Row]:
    kept: list[Row] = []
    for line, cells in rows:
        clean = [_clean(cell) for cell in cells]
        if not any(clean):
            continue
        if len(kept) == ROWS_LIMIT or len(clean) > CELLS_LIMIT:
            raise Unreadable("rows", line=line, rows=ROWS_LIMIT, cells=CELLS_LIMIT)
        if any(len(cell) > SIGNS_LIMIT for cell in clean):
            clean = [cell if len(cell) <= SIGNS_LIMIT else f"{cell[:SIGNS_LIMIT]}…" for cell in clean]
        kept.append((line, clean))
    return kept


def _clean(cell: str) -> str:
    """One line, accents in one piece, and nothing in it that a screen or a page would obey."""
    return visible_line(unicodedata.normalize("NFC", " ".join(cell.split())))


def _rows(text: str) -> Iterator[Row]:
    first, _, rest = text.partition("\n")
    if re.fullmatch(r"sep=.\s*", first.rstrip("\r")):  # Excel's own word for its delimiter
        return _parsed(rest, first[4], after=1)
    return _parsed(text, max(DELIMITERS, key=lambda each: _known(text, each)))


def _decoded(content: bytes) -> tuple[str, tuple[Remark, ...]]:
    """UTF-8, UTF-16 (with a byte order mark, or by its zeros), else what its words tell."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif NUL.encode() in content[:4]:
        encoding = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
    else:
        encoding = "utf-8-sig"
    if encoding == "utf-8-sig" and NUL.encode() in content:
        raise Unreadable("encoding")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8-sig":
            raise Unreadable("encoding") from error
        return read_words(content)
    if NUL in text:
        raise Unreadable("encoding")
    return text, ()


def _known(text: str, delimiter: str) -> int:
    """How many columns the heading names when cells are parted by this sign."""
    try:
        heads = [cells for _, cells in _parsed(text[:20_000], delimiter, strict=False) if is_heading(cells)]
    except Unreadable:
        return 0
    return max((len(columns_of(cells)) for cells in heads), default=0)


def _parsed(text: str, delimiter: str, *, after: int = 0, strict: bool = True) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    line = after + 1
    try:
        for cells in reader:
            yield line, cells
            line = after + reader.line_num + 1
    except csv.Error as error:
        raise Unreadable("csv", line=line) from error
