"""From a file to a class list: columns by their names, students by their rows, and what is odd, each once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.class_list.charset import is_damaged
from esxlab.class_list.columns import NAMES, columns_of, group_numbers, is_heading, names_several, unread_of
from esxlab.class_list.rows import read_rows
from esxlab.class_list.students import EMPTY, ClassList, Remark, Student, folded
from esxlab.errors import LabError
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from esxlab.class_list.limits import Row

HEADING_WITHIN = 20
"""Rows among which the heading is looked for: programs print a title above it."""


def read_class_list(path: Path, groups: Sequence[int]) -> ClassList:
    """The class list of a file; `groups` are the numbers that the spec has.

    Raises:
        LabError: students.no_file, students.unreadable, students.not_installed;
            students.no_heading, students.two_columns.
    """
    rows, told = read_rows(path)
    at = next((at for at, (_, cells) in enumerate(rows[:HEADING_WITHIN]) if is_heading(cells)), None)
    if at is None:
        facts = {kind: NAMES[kind] for kind in ("last_name", "group")}
        raise LabError("students.no_heading", where=str(path), **facts)
    line, heading = rows[at]
    columns = columns_of(heading)
    if twice := next((places for places in columns.values() if len(places) > 1), None):
        names = _quoted(heading[place] for place in twice)
        raise LabError("students.two_columns", where=f"{path}:{line}", names=names)
    places = {column: found[0] for column, found in columns.items()}
    found = _judged([_Entry(row, places) for row in rows[at + 1 :]], groups, heading=line, places=places)
    remarks = (*told, *_of_heading(heading, line), *_too_long(rows[at:]), *found.remarks)
    return replace(found, remarks=tuple(sorted(remarks, key=_place)))


def _place(remark: Remark) -> tuple[bool, int]:
    """In the order of the file; what is in no line comes last."""
    return not remark.line, remark.line


def _of_heading(heading: Sequence[str], line: int) -> Iterator[Remark]:
    if unread := unread_of(heading):
        yield Remark("unread_columns", line, "note", {"names": _quoted(unread)})


def _quoted(headings: Iterable[str]) -> str:
    return ", ".join(say("students.quoted", heading=heading) for heading in headings)


def _too_long(rows: Sequence[Row]) -> Iterator[Remark]:
    """Rows whose last cells are below no heading: a comma in a name without quotes moves all behind it."""
    most = max(place for place, cell in enumerate(rows[0][1], 1) if cell)
    for line, cells in rows[1:]:
        if any(cells[most:]):
            count = max(place for place, cell in enumerate(cells, 1) if cell)
            yield Remark("more_cells", line, "warning", {"cells": count, "headings": most})


class _Entry:
    """One row with its columns known."""

    def __init__(self, row: Row, places: dict[str, int]) -> None:
        self.line, self._cells = row
        self._places = places
        self.written_group = self._cell("group")
        self.groups = group_numbers(self.written_group)
        self.student = Student(
            self.line,
            self._cell("last_name") or self._cell("name"),
            self._cell("first_name"),
            self.groups[0] if len(self.groups) == 1 else None,
            self._cell("mail"),
            self._cell("login"),
        )

    def _cell(self, column: str) -> str:
        place = self._places.get(column)
        return self._cells[place] if place is not None and place < len(self._cells) else ""


def _judged(
    entries: Sequence[_Entry], groups: Sequence[int], *, heading: int, places: dict[str, int]
) -> ClassList:
    students = tuple(entry.student for entry in entries if entry.student.name)
    remarks = [remark for entry in entries for remark in _of_row(entry, groups)]
    remarks += _same_names(students)
    if "group" not in places:
        remarks = [each for each in remarks if each.code != "no_group"]
        remarks.append(Remark("no_group_column", heading, "failed", {"names": NAMES["group"]}))
    else:
        there = {student.group for student in students}
        remarks += [
            Remark(EMPTY, 0, "warning", {"group": number}) for number in groups if number not in there
        ]
    return ClassList(students, tuple(remarks))


def _of_row(entry: _Entry, groups: Sequence[int]) -> Iterator[Remark]:
    student = entry.student
    facts = {"name": student.name, "group": entry.written_group}
    if is_damaged(student.name):
        yield Remark("damaged_name", entry.line, "warning", {"name": student.name})
    if not student.name:
        yield Remark("no_name", entry.line, "failed")
    elif not entry.written_group:
        yield Remark("no_group", entry.line, "warning", {"name": student.name})
    elif len(entry.groups) > 1:
        yield Remark("several_groups", entry.line, "failed", facts)
    elif student.group not in groups:
        yield Remark("unknown_group", entry.line, "failed", facts)
    elif names_several(entry.written_group):
        yield Remark("other_groups", entry.line, "warning", {**facts, "number": student.group})


def _same_names(students: Sequence[Student]) -> Iterator[Remark]:
    first: dict[str, int] = {}
    for student in students:
        key = f"{folded(student.last_name)} {folded(student.first_name)}"
        if key in first:
            yield Remark("same_name", student.line, "warning", {"name": student.name, "first": first[key]})
        first.setdefault(key, student.line)
