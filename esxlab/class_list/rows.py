"""A file as rows of text, whatever program has written it: CSV in its encodings, or a workbook."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from typing import TYPE_CHECKING

from esxlab.class_list.columns import columns_of, is_heading
from esxlab.errors import LabError
from esxlab.foreign import FILE_LIMIT, Unreadable, read_file, visible_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Row = tuple[int, list[str]]
"""(line of the file or row of the sheet, from 1; its cells, each one line without blanks at its ends)."""

WORKBOOKS = (".xlsx", ".ods")
BOOK_LIMIT = 8 << 20
"""Bytes of a workbook's file: pictures may be in it."""
UNPACKED_LIMIT = 32 << 20
PARTS_LIMIT = 1000
ROWS_LIMIT = 5000
CELLS_LIMIT = 200
"""Cells of a row."""
SIGNS_LIMIT = 300
"""Signs of a cell that is used."""
DELIMITERS = ";,\t"
_FAR = re.compile(rb"""\br=["'][A-Z]{0,3}([0-9]{5,})["']|\br=["']([A-Z]{3,})[0-9]+["']""")
"""A row or column of a sheet (SpreadsheetML, `row/@r`, `c/@r`) that no class list reaches."""
_REPEATED = re.compile(rb"""(number-(?:rows|columns)-repeated=)["'][0-9]{4,}["']""")
"""OpenDocument 1.3, 19.675 and 19.679: LibreOffice fills a sheet to its end with one repeated row."""
_TAG = re.compile(rb"<table:(?:table|covered-table)-(row|cell)\b[^>]*>")
_COUNT = re.compile(rb"""number-(?:rows|columns)-repeated=["']([0-9]{1,3})["']""")
NUL = "\0"


def read_rows(path: Path) -> list[Row]:
    """The rows that are not blank; those of a workbook's first sheet that names the columns.

    Raises:
        LabError: students.no_file, students.unreadable, students.not_installed.
    """
    ending = path.suffix.lower()
    limit = BOOK_LIMIT if ending in WORKBOOKS else FILE_LIMIT
    try:
        content = read_file(path, limit=limit)
        rows = _sheet(content) if ending in WORKBOOKS else _text(content)
        return _within_limits(rows)
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


def _text(content: bytes) -> Iterator[Row]:
    text = _decoded(content)
    first, _, rest = text.partition("\n")
    if re.fullmatch(r"sep=.\s*", first.rstrip("\r")):  # Excel's own word for its delimiter
        return _parsed(rest, first[4], after=1)
    return _parsed(text, max(DELIMITERS, key=lambda each: _known(text, each)))


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 (with a byte order mark, or by its zeros), else cp1252, in which French Excel writes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif NUL.encode() in content[:4]:
        encodings = ["utf-16-be" if content[:1] == b"\0" else "utf-16-le"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if NUL not in text:
            return text
    raise Unreadable("encoding")


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


def _sheet(content: bytes) -> Iterator[Row]:
    """python-calamine reads xlsx and ods, computes nothing, and is one wheel without dependencies."""
    try:
        from python_calamine import CalamineError, load_workbook  # noqa: PLC0415 - esxlab[students]
    except ImportError as error:
        raise LabError("students.not_installed") from error
    try:
        with load_workbook(_bounded(content)) as book:
            sheets = [
                book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
            ]
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable("workbook") from error
    tables = [[(line, [_shown(cell) for cell in row]) for line, row in enumerate(s, 1)] for s in sheets]
    named = [table for table in tables if any(is_heading(cells) for _, cells in table)]
    return iter((named or tables or [[]])[0])


def _bounded(content: bytes) -> io.BytesIO:
    """The same workbook unpacked, within limits: a small file can hold what fills a computer's memory."""
    out, left = io.BytesIO(), UNPACKED_LIMIT
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w") as whole:
            if len(packed.namelist()) > PARTS_LIMIT:
                raise Unreadable("workbook")
            for name in packed.namelist():
                with packed.open(name) as part:
                    found = part.read(left + 1)
                left -= len(found)
                if name == "content.xml":
                    found = _REPEATED.sub(rb'\1"1"', found)
                if left < 0 or (name.endswith(".xml") and _is_vast(found)):
                    raise Unreadable("size", limit=UNPACKED_LIMIT)
                whole.writestr(name, found)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Unreadable("workbook") from error
    out.seek(0)
    return out


def _is_vast(part: bytes) -> bool:
    """Whether a sheet reaches far, or repeats a few cells until they are a million."""
    if _FAR.search(part):
        return True
    rows = cells = 0
    for tag in _TAG.finditer(part):
        count = _COUNT.search(tag[0])
        repeated = int(count[1]) if count else 1
        if tag[1] == b"row":
            rows = repeated
        else:
            cells += rows * repeated
    return cells > ROWS_LIMIT * CELLS_LIMIT


def _shown(cell: object) -> str:
    """A cell as it is seen: a whole number without its `.0`."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
