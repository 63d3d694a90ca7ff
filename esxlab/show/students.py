"""A class list, and what is odd in it: for people, for programs, for spreadsheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.class_list.students import EMPTY
from esxlab.foreign import visible_line
from esxlab.show.tables import draw
from esxlab.show.words import count
from esxlab.spec.ranges import format_groups
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Collection

    from esxlab.class_list.students import ClassList, Remark, Student
    from esxlab.show.glyphs import Glyphs

Table = tuple[tuple[str, ...], list[tuple[object, ...]]]
"""Headings and rows of a CSV document; the headings are the same in every language."""


def render_remarks(listed: ClassList, glyphs: Glyphs, *, file: str) -> str:
    """Each remark with its line, then how many students there are; with a line end."""
    notes = [_line(remark, glyphs) for remark in listed.remarks if remark.verdict == "note"]
    lines = notes + render_warnings(listed, glyphs)
    groups = count("students.groups", len(listed.groups))
    total = count("students.total", len(listed.students), groups=groups, file=file)
    return "\n".join([*lines, total]) + "\n"


def render_warnings(listed: ClassList, glyphs: Glyphs, groups: Collection[int] | None = None) -> list[str]:
    """A line for each remark, for the commands that go on all the same; groups without a student in one.

    `groups`: of those without a student these only; None: all.
    """
    told = [each for each in listed.remarks if each.code != EMPTY and each.verdict != "note"]
    lines = [_line(remark, glyphs) for remark in told]
    empty = tuple(n for n in listed.empty_groups if groups is None or n in groups)
    if len(empty) == 1:
        lines.append(f"{glyphs.warning} {say(f'students.remark.{EMPTY}', group=empty[0])}")
    elif empty:
        lines.append(f"{glyphs.warning} {say('students.empty_groups', groups=format_groups(empty))}")
    return lines


def _line(remark: Remark, glyphs: Glyphs) -> str:
    glyph = {"failed": glyphs.failed, "warning": glyphs.warning, "note": glyphs.skipped}[remark.verdict]
    place = f"{say('students.line', line=remark.line)} " if remark.line else ""
    return f"{glyph} {place}{visible_line(remark_text(remark))}"


def remark_text(remark: Remark) -> str:
    """The sentence of a remark."""
    return say(f"students.remark.{remark.code}", **remark.facts)


def render_students(listed: ClassList, *, width: int = 0) -> str:
    """A row a student, in the order of the groups' numbers; with a line end."""
    headers = [say(f"column.{name}") for name in ("group", "last_name", "first_name", "mail", "login")]
    rows = [
        [str(each.group or ""), each.last_name, each.first_name, each.mail, each.login]
        for each in by_group(listed)
    ]
    return draw(headers, rows, width=width) + "\n"


def by_group(listed: ClassList) -> list[Student]:
    """The students by group, those of none last; inside a group as the file has them."""
    return sorted(listed.students, key=lambda each: (each.group is None, each.group or 0))


def student_rows(listed: ClassList) -> Table:
    """The list as CSV: `line` is that of the file it was read from."""
    head = ("group", "last_name", "first_name", "mail", "login", "line")
    rows: list[tuple[object, ...]] = [
        (each.group or "", each.last_name, each.first_name, each.mail, each.login, each.line)
        for each in by_group(listed)
    ]
    return head, rows


def remark_rows(listed: ClassList) -> Table:
    """What is odd, as CSV."""
    rows: list[tuple[object, ...]] = [
        (each.line or "", each.verdict, each.code, remark_text(each)) for each in listed.remarks
    ]
    return ("line", "verdict", "code", "text"), rows


def students_document(listed: ClassList) -> dict[str, Any]:
    """Both as JSON values; `verdict` is failed, warning or note."""
    return {
        "students": [
            {
                "group": each.group,
                "last_name": each.last_name,
                "first_name": each.first_name,
                "mail": each.mail,
                "login": each.login,
                "line": each.line,
            }
            for each in by_group(listed)
        ],
        "remarks": [
            {"line": each.line, "verdict": each.verdict, "code": each.code, "text": remark_text(each)}
            for each in listed.remarks
        ],
    }
