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
    """The three subcommands."""


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
    from esxlab.cli.places import forget_school_pins, school_directory  # noqa: PLC0415 - slow, and only when it is run
    from esxlab.cli.session import chosen_groups, load_source  # noqa: PLC0415 - as above
    from esxlab.sim.school import school_up  # noqa: PLC0415 - as above
    from esxlab.sim.shape import shape_of  # noqa: PLC0415 - as above

    loaded = load_source(Source(file, "", sim=True))
    shape = shape_of(chosen_groups(loaded, ""), loaded.class_name)
    shown.screen.note(say("sim.starting", name=shape.name))
    school = school_up(shape, school_directory(), **conditions)
    forget_school_pins()
    _show(school, shown)
    words = [
        "esxlab",
        "provision",
        *(["-f", str(file)] if file else []),
        *([] if loaded.embedded_school else ["--sim"]),
    ]
    shown.screen.note(say("sim.next", command=shlex.join(words)))


@command.command("model", cls=WordedCommand, help="command.model.long")
@shown_options("table", "json")
def model(*, shown: Shown) -> None:
    """Build the golden disk of engine qemu, where it is not there yet."""
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - only when the command line is right
    from esxlab.sim.qemu.model import golden_pair  # noqa: PLC0415 - as above

    shown.screen.note(say("sim.building_model"))
    pair = golden_pair()
    if shown.output == "json":
        shown.screen.document(to_json("sim", {"model": str(pair)}))
    else:
        shown.screen.result(f"{pair}\n")


@command.command(
    "status", cls=WordedCommand, help="command.sim_status.long", short_help="command.sim_status.long"
)
@shown_options("table", "json")
def status(*, shown: Shown) -> None:
    """Show what runs."""
    from esxlab.cli.places import school_directory  # noqa: PLC0415 - only when the command line is right
    from esxlab.sim.qemu.namespace import step_inside  # noqa: PLC0415 - as above
    from esxlab.sim.school import school_status  # noqa: PLC0415 - as above

    step_inside(school_directory())
    _show(school_status(school_directory()), shown)


@command.command("down", cls=WordedCommand, help="command.down.long")
@shown_options("table", "json")
def down(*, shown: Shown) -> None:
    """End every process of the school, even after a crash."""
    from esxlab.cli.places import forget_school_pins, school_directory  # noqa: PLC0415 - as above
    from esxlab.sim.school import school_down  # noqa: PLC0415 - as above

    school = school_down(school_directory())
    forget_school_pins()
    _show(school, shown)


def _show(school: Mapping[str, Any], shown: Shown) -> None:
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above
    from esxlab.show.school import render_school  # noqa: PLC0415 - as above

    if shown.output == "json":
        shown.screen.document(to_json("sim", school))
    else:
        shown.screen.result(render_school(school, shown.screen.glyphs, width=shown.screen.width))
