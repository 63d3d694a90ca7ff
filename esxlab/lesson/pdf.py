"""Sheets as PDF: a page a group, bookmarks in the order of the class list, text that can be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab import texts
from esxlab.lesson.pen import MARGIN, WIDE, Pen, new_document
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fpdf import FPDF

    from esxlab.lesson.content import Sheet
    from esxlab.lesson.teacher import Teacher

SCALES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5, 0.4, 0.3)
"""Sizes that are tried until a group's sheet is one page."""
GUTTER = 6.0


def sheets_pdf(sheets: Sequence[Sheet], title: str) -> bytes:
    """One page for each; LabError sheet.not_installed."""
    pdf = new_document(title, texts.language())
    for sheet in sheets:
        pdf.add_page()
        pdf.start_section(sheet.bookmark)
        _put(pdf, sheet)
    return bytes(pdf.output())


def teacher_pdf(teacher: Teacher) -> bytes:
    """As many pages as it needs; LabError as above."""
    pdf = new_document(teacher.title, texts.language())
    pdf.add_page()
    pen = Pen(pdf, flow=True)
    pen.paragraph(teacher.title, size=15, bold=True)
    pen.skip(2)
    pen.table(teacher.groups)
    for heading, lines in teacher.sections:
        pen.skip(4)
        pen.paragraph(heading, size=11, bold=True)
        for line in lines:
            pen.paragraph(line, indent=2)
    return bytes(pdf.output())


def _put(pdf: FPDF, sheet: Sheet) -> None:
    for scale in SCALES:
        pen = Pen(pdf, scale=scale, dry=True)
        _write(pen, sheet)
        if pen.fits:
            break
    _write(Pen(pdf, scale=scale), sheet)


def _write(pen: Pen, sheet: Sheet) -> None:
    pen.paragraph(sheet.title, size=15, bold=True)
    pen.paragraph(sheet.part, size=11)
    if sheet.students:
        pen.paragraph(", ".join(sheet.students), size=11, bold=True)
    pen.skip(3)
    pen.drawing(sheet.drawing)
    pen.skip(4)
    machines, *others = sheet.tables
    pen.table(machines)
    half = (WIDE - GUTTER) / 2
    for begin in range(0, len(others), 2):
        pen.skip(2)
        top, ends = pen.y, []
        for at, table in enumerate(others[begin : begin + 2]):
            pen.y = top
            pen.table(table, left=MARGIN + at * (half + GUTTER), width=half)
            ends.append(pen.y)
        pen.y = max(ends)
    pen.skip(2)
    for note in sheet.notes:
        pen.paragraph(note)
    if sheet.steps:
        pen.skip(2)
        pen.paragraph(say("sheet.steps"), size=11, bold=True)
        for number, step in enumerate(sheet.steps, 1):
            pen.paragraph(f"{number}. {step}")
            pen.blank()
    pen.skip(2)
    pen.paragraph(say("sheet.signatures"), size=11, bold=True)
    pen.rule(sheet.signatures)
