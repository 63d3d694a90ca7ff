"""esxlab spec: what the keys of a spec mean, in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from esxlab.cli.options import shown_options
from esxlab.cli.worded import WordedCommand
from esxlab.errors import LabError
from esxlab.foreign import brief_line

if TYPE_CHECKING:
    from esxlab.cli.options import Shown


@click.command("spec", cls=WordedCommand, help="command.spec.long")
@click.argument("key", default="")
@shown_options("table", "json")
def command(*, key: str, shown: Shown) -> None:
    """One entry, the entries of a section, or the sections; LabError usage.no_key."""
    from esxlab.show.reference import (  # noqa: PLC0415 - pydantic is slow
        reference_document,
        render_entries,
        render_sections,
    )
    from esxlab.spec.hints import hint  # noqa: PLC0415 - as above
    from esxlab.spec.reference import all_keys, find, sections  # noqa: PLC0415 - as above

    if not key:
        every = [(section, section.entries) for section in sections()]
        shown.give("spec", reference_document(every), render_sections(), as_it_is=True)
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
    shown.give("spec", reference_document([found]), render_entries(*found), as_it_is=True)
