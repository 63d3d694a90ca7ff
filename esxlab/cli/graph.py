"""esxlab graph: each group's networks and machines, what is wanted and what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.export import to_option
from esxlab.cli.options import parallel_option, shown_options, spec_options
from esxlab.cli.worded import WordedCommand, option
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from esxlab.cli.options import Shown, Source
    from esxlab.cli.session import Session
    from esxlab.lesson.graph import Graph
    from esxlab.lesson.now import GroupNow


@click.command("graph", cls=WordedCommand, help="command.graph.long")
@spec_options(scenario=True)
@option("--live", is_flag=True, help="option.graph_live")
@to_option()
@parallel_option()
@shown_options("text", "svg", "png", "drawio", "mermaid", "dot", "json")
def command(*, source: Source, live: bool, to: Path | None, parallel: int, shown: Shown) -> ExitCode:
    """Draw the spec; with --live look at vSphere too, and ask the servers for their addresses."""
    from esxlab.cli.session import chosen_groups, load_source, open_session  # noqa: PLC0415 - pydantic is slow
    from esxlab.lesson.graph import build_graph, png  # noqa: PLC0415 - as above
    from esxlab.local.files import write_private  # noqa: PLC0415 - as above

    if shown.output == "png" and to is None:
        raise LabError("usage.picture_to")
    if live:
        with open_session(source, shown.screen, parallel=parallel) as session:
            now = look_now(session, parallel, shown)
        class_name = session.class_name
        graphs = [build_graph(spec, now[spec.group.number]) for spec in session.specs]
    else:
        loaded = load_source(source)
        class_name = loaded.class_name
        graphs = [build_graph(spec) for spec in chosen_groups(loaded, source.groups)]
    if to is None:
        shown.screen.document(_render(graphs, class_name, shown))
    else:
        picture = shown.output == "png"
        content = png(graphs, class_name) if picture else _render(graphs, class_name, shown)
        write_private(to, content, durable=False)
        shown.screen.result(f"{to}\n")
    return ExitCode.DONE


def look_now(session: Session, parallel: int, shown: Shown) -> dict[int, GroupNow]:
    """Each group as one look has found it; what could not be asked is told."""
    from esxlab.cli.live import look  # noqa: PLC0415 - as above
    from esxlab.lesson.now import group_now  # noqa: PLC0415 - as above

    seen = look(session, parallel, shown)
    return {
        spec.group.number: group_now(
            spec,
            lab,
            seen.found[spec.group],
            seen.heard.holders.get(spec.group.number, {}),
            seen.heard.marks[spec.group.number],
        )
        for spec, lab in zip(session.specs, seen.wanted, strict=True)
    }


def _render(graphs: Sequence[Graph], class_name: str, shown: Shown) -> str:
    from esxlab.lesson import graph  # noqa: PLC0415 - as above
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above

    if shown.output == "json":
        return to_json("graph", {"class": class_name, "groups": [graph.document(each) for each in graphs]})
    if shown.output == "svg":
        return graph.svg(graphs, class_name)
    forms = {"drawio": graph.drawio, "mermaid": graph.mermaid, "dot": graph.dot}
    if shown.output in forms:
        return forms[shown.output](graphs)
    return graph.text(graphs, min(shown.screen.width or graph.COLUMNS, graph.COLUMNS))
