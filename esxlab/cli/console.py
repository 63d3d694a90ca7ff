"""esxlab console: where a machine's console is, and a picture of its screen."""

from __future__ import annotations

import webbrowser
from typing import TYPE_CHECKING

import click

from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.options import shown_options, spec_options
from esxlab.cli.worded import FilePath, WordedCommand, option
from esxlab.errors import LabError
from esxlab.texts import say

if TYPE_CHECKING:
    from pathlib import Path

    from esxlab.cli.options import Shown, Source
    from esxlab.cli.session import Session
    from esxlab.lab.machine import Machine, Site


@click.command("console", cls=WordedCommand, help="command.console.long")
@click.argument("machine", metavar="MACHINE")
@spec_options(scenario=True)
@option("--open", "opens", is_flag=True, help="option.open")
@option("--picture", type=FilePath("file"), help="option.picture")
@shown_options("table", "json")
def command(*, machine: str, source: Source, opens: bool, picture: Path | None, shown: Shown) -> ExitCode:
    """Ask vSphere for the machine; nothing is opened and nothing is written unless it was asked for."""
    from esxlab.cli.session import open_session  # noqa: PLC0415 - only when the command line is right
    from esxlab.local.files import write_private  # noqa: PLC0415 - as above
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above

    screen = shown.screen
    with open_session(source, screen, parallel=1) as session:
        site, found = _find(machine, session)
        address = session.backends.vsphere.console_address(site, found)
        if picture is not None:
            write_private(picture, session.backends.vsphere.take_picture(site, found), durable=False)
            screen.note(say("console.picture", path=picture))
    if shown.output == "json":
        facts = {"group": found.owner.group.number, "machine": found.owner.machine, "name": found.name}
        written = str(picture) if picture else ""
        screen.document(to_json("console", {**facts, "address": address, "picture": written}))
    else:
        screen.result(address + "\n")
    if opens and not webbrowser.open(address):
        raise LabError("usage.no_browser")
    return ExitCode.DONE


def _find(name: str, session: Session) -> tuple[Site, Machine]:
    """The one machine that is meant. LabError usage.*; why its group cannot be looked at; guest.not_there."""
    from esxlab.cli.into import only_lab  # noqa: PLC0415 - only when the command line is right
    from esxlab.engine.into import machine_named  # noqa: PLC0415 - as above

    lab = only_lab(session)
    known = machine_named(name, [lab])
    here = session.backends.vsphere.observe([lab])[lab.group]
    there = here.machine(known)
    if there is None:
        raise next(iter(here.problems), LabError("guest.not_there", where=str(lab.group)))
    return here.site, there
