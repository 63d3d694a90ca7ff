"""esxlab report: a day of the class, from the journals on this computer."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.options import shown_options, spec_options
from esxlab.cli.worded import FilePath, WordedCommand, option
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.cli.options import Shown, Source
    from esxlab.lesson.day import Day
    from esxlab.spec.load import LoadedSpec


@click.command("report", cls=WordedCommand, help="command.report.long")
@spec_options()
@option("--day", metavar="YYYY-MM-DD", default="", help="option.day")
@option("--with-names", is_flag=True, help="option.with_names")
@option("--to", "place", type=FilePath("file"), help="option.report_to")
@shown_options("table", "json", "html", "pdf")
def command(*, source: Source, day: str, with_names: bool, place: Path | None, shown: Shown) -> ExitCode:
    """Read, count, show; nothing is asked of any machine."""
    from esxlab.cli.session import chosen_groups, load_source  # noqa: PLC0415 - pydantic is slow to import

    wanted = _day(day)
    loaded = load_source(source)
    chosen = frozenset(spec.group.number for spec in chosen_groups(loaded, source.groups))
    found = _read(loaded, wanted, chosen)
    _tell(found, _names(loaded, chosen) if with_names else None, place, shown)
    return ExitCode.DONE


def _day(text: str) -> date:
    if not text:
        from esxlab.cli.at import local_now  # noqa: PLC0415 - only when no day is named

        return local_now().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise LabError("usage.day", value=text) from error


def _read(loaded: LoadedSpec, day: date, chosen: frozenset[int]) -> Day:
    from esxlab.cli.places import journal_directory  # noqa: PLC0415 - only when something is read
    from esxlab.engine.told_lines import read_day  # noqa: PLC0415 - as above
    from esxlab.lesson.day import build_day, of_groups  # noqa: PLC0415 - as above

    journals, unread = read_day(journal_directory(), day)
    return of_groups(build_day(loaded.class_name, day, journals, unread=unread), chosen)


def _names(loaded: LoadedSpec, chosen: frozenset[int]) -> Mapping[int, tuple[str, ...]]:
    from esxlab.cli.students import list_of  # noqa: PLC0415 - only when names are asked for

    listed = list_of(loaded)
    return {number: tuple(each.name for each in listed.of_group(number)) for number in chosen}


def _tell(day: Day, names: Mapping[int, tuple[str, ...]] | None, place: Path | None, shown: Shown) -> None:
    from esxlab.lesson.report import report_html, report_pdf, report_tables  # noqa: PLC0415 - as above
    from esxlab.local.files import write_private  # noqa: PLC0415 - as above
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above
    from esxlab.show.report import day_document, render_report  # noqa: PLC0415 - as above
    from esxlab.texts import say  # noqa: PLC0415 - as above

    screen, tables = shown.screen, report_tables(day, names)
    if shown.output == "json":
        screen.document(to_json("report", day_document(day, names)))
    elif shown.output in {"html", "pdf"}:
        write = report_html if shown.output == "html" else report_pdf
        place = place or Path(f"esxlab-report-{day.day.isoformat()}.{shown.output}")
        write_private(place, write(day, tables), durable=False)
        screen.result(say("report.written", path=place) + "\n")
    else:
        screen.result(render_report(day, tables, width=screen.width))
