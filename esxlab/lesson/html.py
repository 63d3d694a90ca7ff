"""Sheets as an HTML page without script and without anything from elsewhere; a browser prints them on A4."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from esxlab import texts
from esxlab.lesson.drawing import WIDTH
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.lesson.content import Sheet
    from esxlab.lesson.teacher import Teacher

TEMPLATE = Path(__file__).with_name("sheet.html")


def sheets_html(sheets: Sequence[Sheet], title: str) -> bytes:
    """The sheets, each on a printed page of its own."""
    return _render(title, sheets, None)


def teacher_html(teacher: Teacher) -> bytes:
    """The teacher's sheet."""
    return _render(teacher.title, (), teacher)


def _render(title: str, sheets: Sequence[Sheet], teacher: Teacher | None) -> bytes:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only when a sheet is written

    room = Environment(autoescape=True, undefined=StrictUndefined)
    page = room.from_string(TEMPLATE.read_text("utf-8")).render(
        title=title, sheets=sheets, teacher=teacher, language=texts.language(), width=WIDTH, say=say
    )
    return page.encode()
