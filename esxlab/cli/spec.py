"""esxlab spec: what the keys of a spec mean, in a terminal."""

from __future__ import annotations

import click

from esxlab.cli.worded import WordedCommand, lang_option
from esxlab.errors import LabError
from esxlab.foreign import brief_line


@click.command("spec", cls=WordedCommand, help="command.spec.long")
@click.argument("key", default="")
@lang_option()
def command(*, key: str) -> None:
    """One entry, the entries of a section, or the sections; LabError usage.no_key."""
    from esxlab.show.reference import render_entries, render_sections  # noqa: PLC0415 - pydantic is slow
    from esxlab.spec.hints import hint  # noqa: PLC0415 - as above
    from esxlab.spec.reference import all_keys, find  # noqa: PLC0415 - as above

    if not key:
        click.echo(render_sections(), nl=False)
        return
    found = find(key)
    if found is None:
        section = key.partition(".")[0]
        keys = sorted(all_keys(), key=lambda each: each.partition(".")[0] != section)
        known = hint(key, keys)
        if known.key != "spec.did_you_mean":  # all of them would be too many
            beside = [each for each in keys if each.partition(".")[0] == section]
            known = hint(key, beside or [each for each in keys if "." not in each])
        raise LabError("usage.no_key", name=brief_line(key, 40), known=known)
    click.echo(render_entries(*found), nl=False)
