"""esxlab sim: start, show and end the embedded school."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from esxlab.cli.options import Source, file_option, shown_options
from esxlab.cli.worded import NumberRange, WordedCommand, WordedGroup, lang_option, option
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from esxlab.cli.options import Shown


@click.group("sim", cls=WordedGroup, help="command.sim.long")
@lang_option()
def command() -> None:
    """Its subcommands: up, model, status, down."""


@command.command("up", cls=WordedCommand, help="command.up.long")
@file_option()
@option(
    "--engine", type=click.Choice(["light", "qemu"]), default="light", show_default=True, help="option.engine"
)
@option(
    "--speed",
    metavar="N",
    type=NumberRange(0.1, 1000),
    default=20.0,
    show_default=True,
    help="option.speed",
)
@option(
    "--licence",
    type=click.Choice(["evaluation", "free"]),
    default="evaluation",
    show_default=True,
    help="option.licence",
)
@option(
    "--release",
    type=click.Choice(["6.7", "7.0", "8.0"]),
    default="8.0",
    show_default=True,
    help="option.release",
)
@shown_options("table", "json")
def up(*, file: Path | None, shown: Shown, **conditions: Any) -> None:
    """Build the school that the spec describes, under these conditions."""
    from esxlab.cli.school import start_school  # noqa: PLC0415 - only when the command line is right
    from esxlab.cli.session import chosen_groups, load_source  # noqa: PLC0415 - as above

    loaded = load_source(Source(file, "", sim=True))
    shown.screen.note(say("sim.starting", name=loaded.class_name))
    _show(start_school(chosen_groups(loaded, ""), loaded.class_name, **conditions), shown)
    words = [
        "esxlab",
        "provision",
        *(["-f", str(file)] if file else []),
        *([] if loaded.embedded_school else ["--sim"]),
    ]
    shown.screen.note(say("sim.next", command=shlex.join(words)))


@command.command(
    "model", cls=WordedCommand, help="command.sim_model.long", short_help="command.sim_model.short"
)
@shown_options("table", "json")
def model(*, shown: Shown) -> None:
    """Build the model disk of engine qemu, where it is not there yet."""
    from esxlab.cli.school import build_model  # noqa: PLC0415 - only when the command line is right
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above

    shown.screen.note(say("sim.building_model"))
    pair = build_model()
    if shown.output == "json":
        shown.screen.document(to_json("sim", {"model": str(pair)}))
    else:
        shown.screen.result(f"{pair}\n")


@command.command(
    "status", cls=WordedCommand, help="command.sim_status.long", short_help="command.sim_status.short"
)
@shown_options("table", "json")
def status(*, shown: Shown) -> None:
    """Show what runs."""
    from esxlab.cli.school import school_status  # noqa: PLC0415 - only when the command line is right

    _show(school_status(), shown)


@command.command("down", cls=WordedCommand, help="command.down.long")
@shown_options("table", "json")
def down(*, shown: Shown) -> None:
    """End every process of the school, even after a crash."""
    from esxlab.cli.school import end_school  # noqa: PLC0415 - only when the command line is right

    _show(end_school(), shown)


def _show(school: Mapping[str, Any], shown: Shown) -> None:
    from esxlab.cli.school import render_school  # noqa: PLC0415 - only when there is something to show
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above

    if shown.output == "json":
        shown.screen.document(to_json("sim", school))
    else:
        shown.screen.result(render_school(school, shown.screen.glyphs, width=shown.screen.width))
