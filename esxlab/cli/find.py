"""esxlab find: whose a name, an address, a machine, a router or a port group is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.options import parallel_option, shown_options, spec_options
from esxlab.cli.worded import WordedCommand, option
from esxlab.errors import LabError
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.class_list.students import ClassList
    from esxlab.cli.options import Shown, Source
    from esxlab.lesson.find import Hit
    from esxlab.lesson.there import There
    from esxlab.spec.load import LoadedSpec

COLUMNS = ("group", "kind", "whose", "value", "place")


@click.command("find", cls=WordedCommand, help="command.find.long")
@click.argument("word")
@spec_options(scenario=True)
@option("--live", is_flag=True, help="option.find_live")
@parallel_option()
@shown_options("table", "json", "csv")
def command(*, word: str, source: Source, live: bool, parallel: int, shown: Shown) -> ExitCode:
    """Read the spec and the list; with --live ask vSphere too. Nothing is changed."""
    from esxlab.cli.session import chosen_groups, load_source  # noqa: PLC0415 - pydantic is slow to import
    from esxlab.lesson.find import find  # noqa: PLC0415 - as above

    loaded = load_source(source)
    listed = list_if_there(loaded, shown)
    there = look_there(source, parallel=parallel, shown=shown) if live else None
    _show(loaded.class_name, word, find(word, chosen_groups(loaded, source.groups), listed, there), shown)
    return ExitCode.DONE


def list_if_there(loaded: LoadedSpec, shown: Shown) -> ClassList | None:
    """The class list; None when the spec names none, or when it cannot be read, which is told."""
    from esxlab.cli.students import list_of  # noqa: PLC0415 - as above
    from esxlab.show.words import error_lines  # noqa: PLC0415 - as above

    if loaded.students is None:
        return None
    try:
        return list_of(loaded)
    except LabError as error:
        shown.screen.complain(f"{shown.screen.err_glyphs.warning} {error_lines(error)}")
        return None


def look_there(source: Source, *, parallel: int, shown: Shown) -> There:
    """One look at vSphere; what could not be looked at is told."""
    from esxlab.cli.session import open_session  # noqa: PLC0415 - only when it is asked for
    from esxlab.engine.observe import observe_labs  # noqa: PLC0415 - as above
    from esxlab.lesson.there import machines_there  # noqa: PLC0415 - as above
    from esxlab.show.words import error_lines  # noqa: PLC0415 - as above

    with open_session(source, shown.screen, parallel=parallel) as session:
        _, found = observe_labs(session.wanted, session.backends)
    problems = {error_lines(problem): None for lab in found.values() for problem in lab.problems}
    for told in problems:
        shown.screen.complain(f"{shown.screen.err_glyphs.warning} {told}")
    return machines_there(found)


def _show(class_name: str, word: str, hits: Sequence[Hit], shown: Shown) -> None:
    from esxlab.foreign import brief_line  # noqa: PLC0415 - as above
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above
    from esxlab.show.tables import draw, to_csv  # noqa: PLC0415 - as above

    rows = [(hit.group, hit.kind, hit.whose, hit.value, hit.place) for hit in hits]
    if shown.output == "json":
        found = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        shown.screen.document(to_json("find", {"class": class_name, "word": word, "found": found}))
    elif shown.output == "csv":
        shown.screen.document(to_csv(COLUMNS, [("" if n is None else n, *rest) for n, *rest in rows]))
    elif not hits:
        shown.screen.result(say("find.nothing", word=brief_line(word, 60)) + "\n")
    else:
        headers = [say(f"column.{name}") for name in ("group", "find_kind", "whose", "value", "place")]
        cells = [
            [str(n or ""), say(f"find.kind.{kind}"), whose, value, say(f"find.place.{place}")]
            for n, kind, whose, value, place in rows
        ]
        shown.screen.result(draw(headers, cells, width=shown.screen.width) + "\n")
