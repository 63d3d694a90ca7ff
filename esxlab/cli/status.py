"""esxlab status: what is there now, group by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from esxlab.cli.exit_codes import ExitCode, exit_code_of_problems
from esxlab.cli.options import parallel_option, shown_options, spec_options
from esxlab.cli.worded import WordedCommand

if TYPE_CHECKING:
    from esxlab.cli.options import Shown, Source
    from esxlab.planning.standing import ClassStatus

COLUMNS = ("group", "state", "pending", "machine", "name", "power", "configured", "address", "networks")


@click.command("status", cls=WordedCommand, help="command.status.long")
@spec_options(scenario=True)
@parallel_option()
@shown_options("table", "json", "csv")
def command(*, source: Source, parallel: int, shown: Shown) -> ExitCode:
    """Observe, show; changes nothing."""
    from esxlab.cli.session import open_session, tell_new_secrets  # noqa: PLC0415 - only when the command line is right
    from esxlab.workflow import status  # noqa: PLC0415 - as above

    with open_session(source, shown.screen, parallel=parallel) as session:
        standing = status(session.wanted, session.backends, session.roster, session.author)
    groups = standing.groups
    others = any(machine.configured == "other" for group in groups for machine in group.machines)
    tell_new_secrets(session.secrets, shown.screen, reconfigured=others)
    _show(session.class_name, standing, shown)
    return exit_code_of_problems(len(groups), [group.problems for group in groups if group.problems])


def _show(class_name: str, standing: ClassStatus, shown: Shown) -> None:
    from esxlab.show.json_output import status_document, to_json  # noqa: PLC0415 - as above
    from esxlab.show.status import render_status  # noqa: PLC0415 - as above
    from esxlab.show.tables import to_csv  # noqa: PLC0415 - as above

    screen = shown.screen
    if shown.output == "json":
        screen.document(to_json("status", status_document(class_name, standing)))
    elif shown.output == "csv":
        rows = [
            (
                g.group,
                g.state,
                g.pending,
                m.machine,
                m.name,
                m.power,
                m.configured,
                m.address,
                " ".join(m.networks),
            )
            for g in standing.groups
            for m in g.machines
        ]
        screen.document(to_csv(COLUMNS, rows))
    else:
        screen.result(render_status(standing, screen.glyphs, machines=screen.verbose, width=screen.width))
