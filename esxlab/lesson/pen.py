"""Writes on A4 pages with fpdf2: lines of text, tables, drawings, measured before they are drawn.

fpdf2 is pure Python and kept (a release in 2026); it needs no libraries of the system, as WeasyPrint does,
which a teacher's Windows has not. The font is DejaVu Sans, which comes along: it has the letters of every
European name, and PDF's own fonts only those of cp1252. Letters that it lacks (Chinese) are told.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, cast

from esxlab.errors import LabError
from esxlab.lesson.drawing import WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fpdf import FPDF
    from fpdf.fonts import TTFFont

    from esxlab.lesson.content import Table
    from esxlab.lesson.drawing import Drawing

FONTS = Path(__file__).parent / "fonts"
MARGIN = 12.0
BOTTOM = 297.0 - MARGIN
WIDE = 210.0 - 2 * MARGIN
LINE = 1.4
"""Height of a line, in heights of its letters."""
POINT_MM = 25.4 / 72
BODY = 9.0


def new_document(title: str, language: str) -> FPDF:
    """An empty document; LabError sheet.not_installed."""
    try:
        from fpdf import FPDF  # noqa: PLC0415 - esxlab[sheets]
    except ImportError as error:
        raise LabError("sheet.not_installed") from error
    logging.getLogger("fpdf").setLevel(logging.ERROR)  # `letters_lacking` is told instead of its log
    pdf = FPDF(format="A4")
    pdf.add_font("sans", "", FONTS / "DejaVuSans.ttf")
    pdf.add_font("sans", "B", FONTS / "DejaVuSans-Bold.ttf")
    pdf.set_auto_page_break(auto=False)
    pdf.set_title(title)
    pdf.set_lang(language)
    pdf.set_creator("esxlab")
    pdf.set_line_width(0.25)
    return pdf


def letters_lacking(words: str) -> str:
    """The letters of these that a PDF cannot have, each once; LabError sheet.not_installed."""
    fonts = cast("dict[str, TTFFont]", new_document("", "en").fonts)
    known = fonts["sans"].cmap
    lacking = "".join(dict.fromkeys(letter for letter in words if ord(letter) not in known))
    for font in fonts.values():
        font.close()
    return lacking


class Pen:
    """A place on a page, from which writing goes down. `dry`: only measured. `scale`: of all sizes.

    `flow`: what does not fit begins a new page; otherwise it goes on below the page's end, and `y` tells.
    """

    def __init__(self, pdf: FPDF, *, scale: float = 1.0, dry: bool = False, flow: bool = False) -> None:
        self._pdf, self._scale, self._dry, self._flow = pdf, scale, dry, flow
        self.y = MARGIN

    @property
    def fits(self) -> bool:
        """Whether all that was written is on the page."""
        return self.y <= BOTTOM

    def skip(self, millimetres: float) -> None:
        """Leave room."""
        self.y += millimetres * self._scale

    def paragraph(self, text: str, *, size: float = BODY, bold: bool = False, indent: float = 0.0) -> None:
        """Text on as many lines as it needs."""
        width = WIDE - indent
        self._font(size, bold=bold)
        lines = self._pdf.multi_cell(width, text=text, align="L", dry_run=True, output="LINES")
        for line in cast("list[str]", lines) or [""]:
            self._room(self._height(size))
            self._write(MARGIN + indent, self.y, width, line, size, bold=bold)
            self.y += self._height(size)

    def table(self, table: Table, *, left: float = MARGIN, width: float = WIDE) -> None:
        """Title, headings, rows; letters get smaller until each row is one line."""
        size = BODY - 1
        self._room(3 * self._height(size))
        self._write(left, self.y, width, table.title, BODY, bold=True)
        self.y += self._height(BODY)
        rows = [table.head, *table.rows]
        natural = [self._widest(column, size) for column in zip(*rows, strict=True)]
        size *= min(1.0, width / sum(natural))
        spare = max(0.0, width - sum(natural))
        shrink = min(1.0, width / sum(natural))
        widths = [each * shrink + spare / len(natural) for each in natural]
        height = self._height(size) + 0.8 * self._scale
        for at, row in enumerate(rows):
            if self._flow and self.y + height > BOTTOM:
                self._room(height)
            self._row(row, left, widths, height, size, bold=at == 0)

    def _row(
        self,
        row: Sequence[str],
        left: float,
        widths: Sequence[float],
        height: float,
        size: float,
        *,
        bold: bool,
    ) -> None:
        for text, width in zip(row, widths, strict=True):
            if not self._dry:
                self._pdf.rect(left, self.y, width, height)
            self._write(left, self.y, width, text, size, bold=bold, height=height)
            left += width
        self.y += height

    def drawing(self, drawing: Drawing) -> None:
        """Black lines, and names in boxes; a router's box is round."""
        unit = WIDE / WIDTH
        top, tall = self.y, unit * max(self._scale, 0.7)
        for wire in () if self._dry else drawing.wires:
            self._pdf.set_line_width(0.8 if wire.name else 0.25)
            ends = (
                MARGIN + wire.x1 * unit,
                top + wire.y1 * tall,
                MARGIN + wire.x2 * unit,
                top + wire.y2 * tall,
            )
            self._pdf.line(*ends)
            self._pdf.set_line_width(0.25)
            if wire.name:
                self._write(ends[0], ends[1] - 4 * self._scale, WIDE, wire.name, 7)
        for box in () if self._dry else drawing.boxes:
            left, above = MARGIN + box.left * unit, top + box.top * tall
            width, height = box.width * unit, box.height * tall
            self._pdf.set_fill_color(255)
            self._pdf.rect(left, above, width, height, style="DF", round_corners=box.router, corner_radius=3)
            each = height / len(box.lines)
            for at, line in enumerate(box.lines):
                size = self._fitted(line, width - 2, 8, bold=at == 0)
                self._write(left, above + at * each, width, line, size, bold=at == 0, height=each, align="C")
        self.y += drawing.height * tall

    def blank(self) -> None:
        """A dotted line to write an answer on."""
        self._room(6 * self._scale)
        self.y += 6 * self._scale
        if not self._dry:
            with self._pdf.local_context(dash_pattern={"dash": 0.3, "gap": 1.2, "phase": 0}):
                self._pdf.line(MARGIN + 4, self.y, MARGIN + WIDE, self.y)
        self.skip(1)

    def rule(self, names: Sequence[str], *, columns: int = 3) -> None:
        """Room for signatures: a name and a line each."""
        width = WIDE / columns
        for begin in range(0, len(names), columns):
            self._room(12 * self._scale)
            for at, name in enumerate(names[begin : begin + columns]):
                left = MARGIN + at * width
                size = self._fitted(name, width - 4, BODY - 1)
                self._write(left, self.y, width, name, size)
                if not self._dry:
                    self._pdf.line(
                        left, self.y + 11 * self._scale, left + width - 6, self.y + 11 * self._scale
                    )
            self.y += 12 * self._scale

    def _room(self, height: float) -> None:
        if self._flow and self.y + height > BOTTOM:
            self._pdf.add_page()
            self.y = MARGIN

    def _height(self, size: float) -> float:
        return size * self._scale * POINT_MM * LINE

    def _font(self, size: float, *, bold: bool) -> None:
        self._pdf.set_font("sans", "B" if bold else "", size * self._scale)

    def _fitted(self, text: str, width: float, size: float, *, bold: bool = False) -> float:
        """The size in which the text is no wider than that."""
        self._font(size, bold=bold)
        return size * min(1.0, width / max(self._pdf.get_string_width(text), 0.1))

    def _widest(self, column: Sequence[str], size: float) -> float:
        found = []
        for at, text in enumerate(column):
            self._font(size, bold=at == 0)
            found.append(self._pdf.get_string_width(text))
        return max(found) + 3 * self._scale

    def _write(
        self,
        left: float,
        top: float,
        width: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        height: float = 0.0,
        align: str = "L",
    ) -> None:
        if self._dry or not text:
            return
        self._font(size, bold=bold)
        self._pdf.set_xy(left, top)
        self._pdf.cell(width, height or self._height(size), text, align=align)
