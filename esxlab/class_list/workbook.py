"""The rows of an XLSX or ODS workbook: unpacked within limits, checked, then read by python-calamine.

python-calamine computes nothing, and is one wheel without dependencies. At the end of a document that is not
well-formed it may wait for ever (0.9.1, an ODS whose `table:table` is not closed), so that every document is
parsed by expat first.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError, ParserCreate

from esxlab.class_list.columns import is_heading
from esxlab.class_list.limits import CELLS_LIMIT, ROWS_LIMIT
from esxlab.errors import LabError
from esxlab.foreign import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.class_list.limits import Row

UNPACKED_LIMIT = 32 << 20
PARTS_LIMIT = 1000
DOCUMENTS = (".xml", ".rels", "mimetype")
"""Endings of the parts that are read; pictures and macros are left out."""
_FAR = re.compile(rb"""\br=["'][A-Z]{0,3}([0-9]{5,})["']|\br=["']([A-Z]{3,})[0-9]+["']""")
"""A row or column of a sheet (SpreadsheetML, `row/@r`, `c/@r`) that no class list reaches."""
_REPEATED = re.compile(rb"""(number-(?:rows|columns)-repeated=)["'][0-9]{4,}["']""")
"""OpenDocument 1.3, 19.675 and 19.679: LibreOffice fills a sheet to its end with one repeated row."""
_TAG = re.compile(rb"<table:(?:table|covered-table)-(row|cell)\b[^>]*>")
_COUNT = re.compile(rb"""number-(?:rows|columns)-repeated=["']([0-9]{1,3})["']""")


def read_sheet(content: bytes) -> Iterator[Row]:
    """The rows of the first sheet that names the columns. Unreadable; LabError students.not_installed."""
    try:
        from python_calamine import load_workbook  # noqa: PLC0415 - esxlab[students]
    except ImportError as error:
        raise LabError("students.not_installed") from error
    whole = _bounded(content)
    try:
        with load_workbook(whole) as book:
            sheets = [
                book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
            ]
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of its Rust is no Exception (pyo3, PanicException)
        raise Unreadable("workbook") from error
    tables = [[(line, [_shown(cell) for cell in row]) for line, row in enumerate(s, 1)] for s in sheets]
    named = [table for table in tables if any(is_heading(cells) for _, cells in table)]
    return iter((named or tables or [[]])[0])


def _bounded(content: bytes) -> io.BytesIO:
    """The same workbook unpacked, within limits: a small file can hold what fills a computer's memory."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w") as whole:
            _copy(packed, whole)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # zipfile's, and those of zlib, bz2 and lzma, which have no base of their own
        raise Unreadable("workbook") from error
    out.seek(0)
    return out


def _copy(packed: zipfile.ZipFile, whole: zipfile.ZipFile) -> None:
    left = UNPACKED_LIMIT
    if len(packed.namelist()) > PARTS_LIMIT:
        raise Unreadable("workbook")
    for name in packed.namelist():
        if not name.endswith(DOCUMENTS):
            continue
        with packed.open(name) as part:
            found = part.read(left + 1)
        left -= len(found)
        if name == "content.xml":
            found = _REPEATED.sub(rb'\1"1"', found)
        if left < 0 or _is_vast(found):
            raise Unreadable("size", limit=UNPACKED_LIMIT)
        if name != "mimetype":
            _check_form(found)
        whole.writestr(name, found)


def _check_form(document: bytes) -> None:
    """Unreadable when it is no well-formed XML in UTF-8, or has a document type: entities may be anything."""

    def refuse(*_: object) -> None:
        raise Unreadable("workbook")

    def check_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() not in {"utf-8", "us-ascii"}:
            refuse()

    parser = ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = refuse
    parser.XmlDeclHandler = check_encoding
    try:
        parser.Parse(document, True)
    except ExpatError as error:
        raise Unreadable("workbook") from error


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
