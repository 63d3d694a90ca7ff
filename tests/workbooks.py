"""Class lists as workbooks, written by the formats' own rules: SpreadsheetML, and OpenDocument."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_BOOK = f"""<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{{sheets}}</sheets></workbook>"""
_ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"><office:body>'
    '<office:spreadsheet><table:table table:name="Feuille1">{rows}</table:table></office:spreadsheet>'
    "</office:body></office:document-content>"
)


def packed(parts, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return out.getvalue()


def xlsx(*sheets, extra=None):
    """Sheets of rows; a text that begins with `=` is a formula, with what Excel last computed of it."""
    kind = f"{_RELATIONS}/worksheet"
    numbers = range(1, len(sheets) + 1)
    targets = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": _BOOK.format(
            sheets="".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">{targets}</Relationships>'
        ),
        **{f"xl/worksheets/sheet{n}.xml": sheet(rows) for n, rows in enumerate(sheets, 1)},
        **(extra or {}),
    }
    return packed(parts)


def sheet(rows):
    lines = [
        f'<row r="{at}">{"".join(_cell(chr(65 + n), at, value) for n, value in enumerate(row))}</row>'
        for at, row in enumerate(rows, 1)
    ]
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _cell(column, row, value):
    place = f'r="{column}{row}"'
    if isinstance(value, int | float):
        return f"<c {place}><v>{value}</v></c>"
    if value.startswith("="):
        return f'<c {place} t="str"><f>{escape(value[1:])}</f><v>computed</v></c>'
    return f'<c {place} t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def ods(rows, tail="", *, before="", method=zipfile.ZIP_DEFLATED):
    """`tail` follows the rows, `before` is at the beginning of the document."""
    cells = [
        "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{escape(str(v))}</text:p></table:table-cell>"
            for v in row
        )
        for row in rows
    ]
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    return packed(
        {
            "mimetype": mime,
            "META-INF/manifest.xml": (
                '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mime}"/>'
                '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
                "</manifest:manifest>"
            ),
            "content.xml": before + _ODS.format(rows=body + tail),
        },
        method,
    )
