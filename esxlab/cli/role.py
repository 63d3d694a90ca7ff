"""esxlab role print: the least vSphere role, as a table or as the lines that make it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from esxlab.cli.options import shown_options
from esxlab.cli.worded import WordedCommand, WordedGroup, lang_option, option
from esxlab.texts import say

if TYPE_CHECKING:
    from esxlab.cli.options import Shown

NAME = "esxlab"


@click.group("role", cls=WordedGroup, help="command.role.long")
@lang_option()
def command() -> None:
    """The one subcommand."""


@command.command("print", cls=WordedCommand, help="command.print.long")
@option(
    "--for", "tool", type=click.Choice(["table", "govc", "powercli"]), default="table", help="option.for_tool"
)
@option("--cloning", is_flag=True, help="option.cloning")
@option("--existing-networks", is_flag=True, help="option.existing_networks")
@shown_options("table", "json")
def print_role(
    *, tool: Literal["table", "govc", "powercli"], cloning: bool, existing_networks: bool, shown: Shown
) -> None:
    """Print it."""
    from esxlab.lab.privileges import needed  # noqa: PLC0415 - only when the command is run
    from esxlab.show.tables import draw  # noqa: PLC0415 - as above

    privileges = needed(vcenter=True, cloning=cloning, networks=not existing_networks)
    names = list(dict.fromkeys(privilege.name for privilege in privileges))
    line = None
    if tool == "govc":
        text = line = " ".join(["govc role.create", NAME, *names])
    elif tool == "powercli":
        quoted = ", ".join(f'"{name}"' for name in names)
        text = line = f"New-VIRole -Name {NAME} -Privilege (Get-VIPrivilege -Id {quoted})"
    else:
        headers = [say("column.privilege"), say("column.needed_on")]
        rows = [[p.name, say(f"privilege.{p.place}")] for p in privileges]
        text = draw(headers, rows, width=shown.screen.width)
    needed_on = [{"privilege": p.name, "needed_on": say(f"privilege.{p.place}")} for p in privileges]
    shown.give("role-print", {"role": NAME, "privileges": needed_on, "command": line}, text)
