"""esxlab completion: the script that makes a shell complete esxlab's commands and options."""

from __future__ import annotations

import click

from esxlab.cli.worded import WordedCommand, lang_option

VARIABLE = "_ESXLAB_COMPLETE"


@click.command("completion", cls=WordedCommand, help="command.completion.long")
@lang_option()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Write the script to stdout."""
    from click.shell_completion import get_completion_class  # noqa: PLC0415 - only here

    kind = get_completion_class(shell)
    if kind is None:  # pragma: no cover - the three shells are click's own
        raise click.BadParameter(shell)
    click.echo(kind(context.find_root().command, {}, "esxlab", VARIABLE).source())
