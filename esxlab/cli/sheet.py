"""esxlab sheet: each group's paper as PDF and HTML, and the teacher's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.options import parallel_option, shown_options, spec_options
from esxlab.cli.worded import FilePath, WordedCommand, option
from esxlab.errors import LabError
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from esxlab.class_list.students import ClassList
    from esxlab.cli.options import Shown, Source
    from esxlab.lesson.content import Logins, Sheet
    from esxlab.lesson.teacher import Teacher
    from esxlab.lesson.there import GroupThere
    from esxlab.spec.load import LoadedSpec
    from esxlab.spec.resolved import GroupSpec

FORMS = ("pdf", "html")


@click.command("sheet", cls=WordedCommand, help="command.sheet.long")
@spec_options(scenario=True)
@option(
    "--directory",
    type=FilePath("directory"),
    default=Path("sheets"),
    metavar="DIRECTORY",
    help="option.sheet_directory",
)
@option("--format", "form", type=click.Choice(FORMS), help="option.sheet_format")
@option("--with-passwords", is_flag=True, help="option.sheet_passwords")
@option("--teacher", is_flag=True, help="option.sheet_teacher")
@option("--live", is_flag=True, help="option.sheet_live")
@parallel_option()
@shown_options("table", "json")
def command(
    *,
    source: Source,
    directory: Path,
    form: str | None,
    with_passwords: bool,
    teacher: bool,
    live: bool,
    parallel: int,
    shown: Shown,
) -> ExitCode:
    """Build the sheets, write the files, say where they are."""
    from esxlab.cli.session import chosen_groups, load_source  # noqa: PLC0415 - pydantic is slow to import
    from esxlab.lesson.content import Logins, build_sheet  # noqa: PLC0415 - as above
    from esxlab.lesson.teacher import build_teacher  # noqa: PLC0415 - as above

    loaded = load_source(source)
    chosen = chosen_groups(loaded, source.groups)
    listed = _usable_list(loaded, [spec.group.number for spec in chosen], shown)
    specs = _in_order(chosen, listed)
    logins = _logins(specs, shown) if with_passwords else {}
    seen = _look(source, parallel, shown) if live else {}
    sheets = [
        build_sheet(
            spec,
            listed.of_group(spec.group.number),
            logins=logins.get(spec.group.number, Logins()),
            there=seen.get(spec.group.number),
        )
        for spec in specs
    ]
    whole = build_teacher(specs, listed, logins) if teacher else None
    forms = (form,) if form else FORMS
    if "pdf" in forms:
        _tell_lacking(sheets, shown)
    files = list(_write(directory, _files(sheets, whole, loaded.class_name, forms)))
    _tell(loaded.class_name, directory, files, sheets, shown)
    return ExitCode.DONE


def _look(source: Source, parallel: int, shown: Shown) -> dict[int, GroupThere]:
    """What is there of each group, and where its shared addresses are."""
    from esxlab.cli.live import look  # noqa: PLC0415 - as above
    from esxlab.cli.session import open_session  # noqa: PLC0415 - as above
    from esxlab.lesson.there import GroupThere, machines_there  # noqa: PLC0415 - as above

    with open_session(source, shown.screen, parallel=parallel) as session:
        seen = look(session, parallel, shown)
    machines = machines_there(seen.found)
    return {
        group.number: GroupThere(
            machines[group.number] if lab.seen else None, seen.heard.holders.get(group.number)
        )
        for group, lab in seen.found.items()
    }


def _usable_list(loaded: LoadedSpec, groups: Sequence[int], shown: Shown) -> ClassList:
    """The class list, an empty one when the spec names none; LabError students.*, students.not_usable.

    What is odd of these groups is told.
    """
    from esxlab.class_list.students import ClassList  # noqa: PLC0415 - as above
    from esxlab.cli.students import list_of  # noqa: PLC0415 - as above
    from esxlab.show.students import render_warnings  # noqa: PLC0415 - as above

    if loaded.students is None:
        return ClassList()
    listed = list_of(loaded)
    if listed.failures:
        raise LabError("students.not_usable", where=str(loaded.students), count=len(listed.failures))
    for line in render_warnings(listed, shown.screen.err_glyphs, groups):
        shown.screen.complain(line)
    return listed


def _tell_lacking(sheets: Sequence[Sheet], shown: Shown) -> None:
    """Whose names the PDF cannot have in full."""
    from esxlab.lesson.pen import letters_lacking  # noqa: PLC0415 - as above

    names = {sheet.group: "".join(sheet.students) for sheet in sheets}
    lacking = letters_lacking("".join(names.values()))
    for group, words in names.items():
        if letters := "".join(letter for letter in lacking if letter in words):
            said = say("sheet.letters", group=group, letters=letters)
            shown.screen.complain(f"{shown.screen.err_glyphs.warning} {said}")


def _in_order(specs: Sequence[GroupSpec], listed: ClassList) -> list[GroupSpec]:
    """As the class list names the groups; those that it does not name come last, by number."""
    place = {number: at for at, number in enumerate(listed.groups)}
    return sorted(specs, key=lambda spec: (place.get(spec.group.number, len(place)), spec.group.number))


def _logins(specs: Sequence[GroupSpec], shown: Shown) -> Mapping[int, Logins]:
    """The generated passwords, as `secrets show` has them; the phrase is the teacher's alone."""
    from esxlab.cli.group_secrets import GroupSecrets  # noqa: PLC0415 - as above
    from esxlab.cli.places import user_directory  # noqa: PLC0415 - as above
    from esxlab.cli.session import tell_new_secrets  # noqa: PLC0415 - as above
    from esxlab.exercises.registry import secret_of  # noqa: PLC0415 - as above
    from esxlab.lesson.content import Logins  # noqa: PLC0415 - as above

    secrets = GroupSecrets(user_directory())
    found = {
        spec.group.number: Logins(
            secrets.password(secrets.password_name(spec.group)) if spec.generated_password else "",
            secrets.phrase(spec.group, secret_of(spec)),
        )
        for spec in specs
    }
    tell_new_secrets(secrets, shown.screen, reconfigured=True)
    for spec in specs:
        if secrets.is_begun(spec.group):
            shown.screen.complain(say("secrets.begun", group=spec.group.number))
    return found


def _files(
    sheets: Sequence[Sheet], teacher: Teacher | None, class_name: str, forms: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file."""
    from esxlab.lab.identity import group_label  # noqa: PLC0415 - as above
    from esxlab.lesson.html import sheets_html, teacher_html  # noqa: PLC0415 - as above
    from esxlab.lesson.pdf import sheets_pdf, teacher_pdf  # noqa: PLC0415 - as above

    for_groups, for_teacher = (
        {"pdf": sheets_pdf, "html": sheets_html},
        {"pdf": teacher_pdf, "html": teacher_html},
    )
    for form in forms:
        for sheet in sheets:
            yield f"{group_label(sheet.group)}.{form}", for_groups[form]([sheet], sheet.title)
        if len(sheets) > 1:
            yield f"class.{form}", for_groups[form](sheets, say("sheet.class", name=class_name))
        if teacher is not None:
            yield f"teacher.{form}", for_teacher[form](teacher)


def _write(directory: Path, files: Iterator[tuple[str, bytes]]) -> Iterator[str]:
    """For this user's eyes alone: names are on them. LabError local.* when a file cannot be written."""
    from esxlab.local.files import write_private  # noqa: PLC0415 - as above

    for name, content in files:
        write_private(directory / name, content, durable=False)
        yield name


def _tell(
    class_name: str, directory: Path, files: Sequence[str], sheets: Sequence[Sheet], shown: Shown
) -> None:
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above
    from esxlab.show.words import count  # noqa: PLC0415 - as above

    if shown.output == "table":
        shown.screen.result(count("sheet.written", len(files), directory=directory) + "\n")
        return
    groups = [
        {
            "group": sheet.group,
            "students": sheet.students,
            "tables": [{"title": t.title, "head": t.head, "rows": t.rows} for t in sheet.tables],
            "steps": sheet.steps,
        }
        for sheet in sheets
    ]
    document = {"class": class_name, "directory": str(directory), "files": files, "groups": groups}
    shown.screen.document(to_json("sheet", document))
