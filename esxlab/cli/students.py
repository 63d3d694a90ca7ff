"""esxlab students: the class list of the spec, checked or shown; it is read on this computer alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.options import shown_options, spec_options
from esxlab.cli.worded import WordedCommand, WordedGroup, lang_option
from esxlab.errors import LabError

if TYPE_CHECKING:
    from esxlab.class_list.students import ClassList
    from esxlab.cli.options import Shown, Source
    from esxlab.spec.load import LoadedSpec


@click.group("students", cls=WordedGroup, help="command.students.long")
@lang_option()
def command() -> None:
    """The subcommands."""


@command.command(
    "check", cls=WordedCommand, help="command.students_check.long", short_help="command.students_check.short"
)
@spec_options()
@shown_options("table", "json", "csv")
def check(*, source: Source, shown: Shown) -> ExitCode:
    """What is odd in the list; exit code 2 when it cannot be used as it is."""
    from esxlab.show.students import render_remarks  # noqa: PLC0415 - only when the command line is right

    loaded, listed = _read(source)
    if shown.output == "table":
        shown.screen.result(render_remarks(listed, shown.screen.glyphs, file=str(loaded.students)))
    else:
        _document(loaded, listed, shown, remarks=True)
    return ExitCode.USAGE if listed.failures else ExitCode.DONE


@command.command(
    "show", cls=WordedCommand, help="command.students_show.long", short_help="command.students_show.short"
)
@spec_options()
@shown_options("table", "json", "csv")
def show(*, source: Source, shown: Shown) -> ExitCode:
    """The students, group by group."""
    from esxlab.show.students import render_students  # noqa: PLC0415 - only when the command line is right

    loaded, listed = _read(source)
    if shown.output == "table":
        shown.screen.result(render_students(listed, width=shown.screen.width))
    else:
        _document(loaded, listed, shown, remarks=False)
    return ExitCode.USAGE if listed.failures else ExitCode.DONE


def list_of(loaded: LoadedSpec) -> ClassList:
    """The class list that a spec names; LabError students.* when it names none, or none can be read."""
    from esxlab.class_list.read import read_class_list  # noqa: PLC0415 - only when it is asked for

    if loaded.students is None:
        raise LabError("students.not_named", where=str(loaded.path))
    return read_class_list(loaded.students, loaded.group_numbers)


def _read(source: Source) -> tuple[LoadedSpec, ClassList]:
    """The spec and its list, of the chosen groups (of all: also those who are in none)."""
    from dataclasses import replace  # noqa: PLC0415 - only when the command line is right

    from esxlab.cli.session import chosen_groups, load_source  # noqa: PLC0415 - pydantic is slow to import

    loaded = load_source(source)
    listed = list_of(loaded)
    if not source.groups:
        return loaded, listed
    numbers = {spec.group.number for spec in chosen_groups(loaded, source.groups)}
    students = tuple(each for each in listed.students if each.group in numbers)
    return loaded, replace(listed, students=students)


def _document(loaded: LoadedSpec, listed: ClassList, shown: Shown, *, remarks: bool) -> None:
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above
    from esxlab.show.students import remark_rows, student_rows, students_document  # noqa: PLC0415 - as above
    from esxlab.show.tables import to_csv  # noqa: PLC0415 - as above

    if shown.output == "json":
        document = {"class": loaded.class_name, **students_document(listed)}
        shown.screen.document(to_json("students", document))
    else:
        shown.screen.document(to_csv(*(remark_rows(listed) if remarks else student_rows(listed))))
