"""esxlab schema: the JSON Schema of a class spec, for editors."""

from __future__ import annotations

import click

from esxlab.cli.worded import WordedCommand, lang_option


@click.command("schema", cls=WordedCommand, help="command.schema.long")
@lang_option()
def command() -> None:
    """Write the schema to stdout."""
    from esxlab.spec.schema import schema_text  # noqa: PLC0415 - pydantic is slow to import

    click.echo(schema_text(), nl=False)
