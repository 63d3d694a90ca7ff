"""Sheets as an HTML page without script and without anything from elsewhere; a browser prints them on A4."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from esxlab import texts
from esxlab.lesson.drawing import WIDTH
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment, Template

    from esxlab.lesson.content import Sheet
    from esxlab.lesson.drawing import Drawing
    from esxlab.lesson.teacher import Teacher

TEMPLATES = Path(__file__).parent


def sheets_html(sheets: Sequence[Sheet], title: str) -> bytes:
    """The sheets, each on a printed page of its own."""
    return _render(title, sheets, None)


def teacher_html(teacher: Teacher) -> bytes:
    """The teacher's sheet."""
    return _render(teacher.title, (), teacher)


def _render(title: str, sheets: Sequence[Sheet], teacher: Teacher | None) -> bytes:
    page = template("sheet.html").render(
        title=title, sheets=sheets, teacher=teacher, language=texts.language(), width=WIDTH, say=say
    )
    return page.encode()


def drawing_svg(drawing: Drawing) -> str:
    """The drawing as it stands in a page; safe there as it is."""
    made: str = template("drawing.html").module.svg(drawing, WIDTH)  # type: ignore[attr-defined]  # a macro
    return made


def template(name: str, directory: Path = TEMPLATES) -> Template:
    """A template of this room, or of another; whatever is put into it is text there."""
    return _templates(directory).get_template(name)


@cache
def _templates(directory: Path) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - only when one is written

    return Environment(autoescape=True, undefined=StrictUndefined, loader=FileSystemLoader(directory))
