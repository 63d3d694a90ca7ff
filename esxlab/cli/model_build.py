"""esxlab model build: make the model of a class from an installer's ISO, or from a disk."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from esxlab.cli.confirm import confirm
from esxlab.cli.exit_codes import ExitCode, exit_code_of
from esxlab.cli.interrupt import command_line, stop_on_interrupt
from esxlab.cli.options import lock_wait_option, shown_options, spec_options, yes_options
from esxlab.cli.worded import FilePath, NumberRange, WordedCommand, option
from esxlab.errors import LabError
from esxlab.texts import say

if TYPE_CHECKING:
    from pathlib import Path

    from esxlab.cli.options import Shown, Source
    from esxlab.cli.session import Session
    from esxlab.engine.model_build import ModelBuild, ModelPlan
    from esxlab.engine.model_order import InstallerSource, ModelOrder
    from esxlab.engine.options import Options
    from esxlab.lab.lab import Lab

SALT_SIGNS = 16
PAUSE_S = 3.0
"""Between two looks at an installer, in seconds of the guests' clock."""


@click.command(
    "build", cls=WordedCommand, help="command.model_build.long", short_help="command.model_build.short"
)
@click.argument("name", required=False, default="", metavar="[NAME]")
@spec_options()
@option("--from", "disk", type=FilePath(), metavar="FILE", help="option.from_disk")
@option("--rebuild", is_flag=True, help="option.rebuild")
@option(
    "--patience",
    metavar="MINUTES",
    type=NumberRange(0.01, 600),
    default=15.0,
    show_default=True,
    help="option.patience",
)
@yes_options
@lock_wait_option()
@shown_options("table", "json")
def build(
    *,
    name: str,
    source: Source,
    disk: Path | None,
    rebuild: bool,
    patience: float,
    yes: bool,
    dry_run: bool,
    lock_wait: float,
    shown: Shown,
) -> ExitCode:
    """Look, show, ask, build."""
    from esxlab.cli.places import located  # noqa: PLC0415 - only to act
    from esxlab.cli.session import open_session  # noqa: PLC0415 - as above
    from esxlab.engine.locks import Locking  # noqa: PLC0415 - as above
    from esxlab.engine.model_build import ModelBuild  # noqa: PLC0415 - as above
    from esxlab.engine.options import Options  # noqa: PLC0415 - as above

    with open_session(source, shown.screen, parallel=4, warn="always") as session:
        order = _order(session, _one_lab(session, name), disk)
        place = session.backends.vsphere.model_place(order.wanted, order.lab)
        patience_s, pause_s = patience * 60 / session.opened.speed, PAUSE_S / session.opened.speed
        work = ModelBuild(order=order, place=place, rebuild=rebuild, patience_s=patience_s, pause_s=pause_s)
        plan = work.plan()
        if dry_run or not plan.steps:
            _show(plan, work, shown)
            return ExitCode.DONE
        locking = located(Locking(wait_s=lock_wait), session.opened.namespace)
        options = Options(locking=locking, author=session.author, ready=session.opened.unwritten.check)
        return _carry_out(plan, work, session, options, shown, yes=yes)


def _one_lab(session: Session, name: str) -> Lab:
    """The first lab of the one model that is meant. LabError model.several."""
    from esxlab.engine.model_copy import each_model_once, with_model  # noqa: PLC0415 - only to act

    labs = each_model_once(with_model(lab, name) if name else lab for lab in session.wanted)
    if len(labs) > 1:
        raise LabError("model.several", models=", ".join(lab.site.model_id for lab in labs))
    return labs[0]


def _order(session: Session, lab: Lab, disk: Path | None) -> ModelOrder:
    """What is to be built, of what. LabError model.no_iso, model.disk_*, model.ova_*, secret.*, seeds.*."""
    from esxlab.backends.disk_image.source import look_at_source  # noqa: PLC0415 - only to act
    from esxlab.cli.places import own_state_directory  # noqa: PLC0415 - as above
    from esxlab.engine.model_order import DiskFile, ModelOrder  # noqa: PLC0415 - as above

    source = _installer(session, lab) if disk is None else DiskFile(look_at_source(disk))
    return ModelOrder(lab, source, own_state_directory() / "models")


def _installer(session: Session, lab: Lab) -> InstallerSource:
    """What the spec and the secrets say of the model. LabError model.no_iso, secret.*, seeds.*."""
    from esxlab.engine.model_order import InstallerSource  # noqa: PLC0415 - only to act
    from esxlab.exercises.model_recipe import ModelRecipe  # noqa: PLC0415 - as above
    from esxlab.exercises.seeds import load_seeds  # noqa: PLC0415 - as above
    from esxlab.lab.crypted import crypted  # noqa: PLC0415 - as above

    spec = next(spec for spec in session.specs if spec.group == lab.group)
    said = spec.installer
    if said is None or said.iso is None:
        raise LabError("model.no_iso", where=lab.site.model_id)
    guests = (machine.guest for one in session.wanted for machine in one.machines if machine.guest)
    packages = tuple(sorted({package for guest in guests for package in guest.packages}))
    place = f"{lab.site.model_id}\n{said.sha256}"
    salt = hashlib.sha256(place.encode()).hexdigest()[
        :SALT_SIGNS
    ]  # the same at each run: the ISO is known again
    recipe = ModelRecipe(
        release=said.release,
        hostname=f"masterGr{lab.group.number}",
        root_password=crypted(session.opened.guest_password(), salt=salt),
        packages=packages,
        mirror=spec.package_mirror,
        name_server=str(spec.school.dns),
        locale=said.locale,
        keymap=said.keymap,
        timezone=said.timezone,
    )
    preseed = recipe.render(load_seeds(spec.seeds))
    return InstallerSource(recipe=recipe, preseed=preseed, iso=said.iso, sha256=said.sha256)


def _show(plan: ModelPlan, work: ModelBuild, shown: Shown) -> None:
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - only to act
    from esxlab.show.model_build import build_document, render_build  # noqa: PLC0415 - as above

    if shown.output == "json":
        shown.screen.document(to_json("model-build", build_document(plan, None)))
    else:
        shown.screen.result(render_build(plan, work, shown.screen.glyphs))


def _keep(picture: Path, content: bytes) -> str:
    """Write a picture of the console; where it is."""
    from esxlab.local.files import write_private  # noqa: PLC0415 - only to act

    write_private(picture, content)
    return str(picture)


def _carry_out(
    plan: ModelPlan, work: ModelBuild, session: Session, options: Options, shown: Shown, *, yes: bool
) -> ExitCode:
    """Show the plan on stderr, ask, build, and say how it ended."""
    from esxlab.cli.listeners import open_listeners  # noqa: PLC0415 - only to act
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above
    from esxlab.show.model_build import build_document, render_build  # noqa: PLC0415 - as above
    from esxlab.show.words import error_lines  # noqa: PLC0415 - as above

    screen, unwritten = shown.screen, session.opened.unwritten
    (screen.note if yes else screen.complain)(render_build(plan, work, screen.err_glyphs))
    if not yes and not confirm(say("confirm.model_build"), screen):
        screen.complain(say("confirm.declined"))
        return ExitCode.INTERRUPTED
    unwritten.check()
    with (
        open_listeners("model-build", session.class_name, screen, unwritten) as (listeners, journal),
        stop_on_interrupt(options.stop),
    ):
        keep = partial(_keep, journal.path.with_suffix(".png"))
        failure = replace(work, keep=keep).run(session.backends, listeners, options)
    kept = "" if journal.lost else str(journal.path)
    if shown.output == "json":
        document = build_document(plan, failure, journal=kept, performed=True)
        screen.document(to_json("model-build", document))
    elif failure is None:
        screen.result(say("model.built", name=plan.wanted.name) + "\n")
    if failure is None:
        return ExitCode.DONE
    screen.complain(f"{screen.err_glyphs.failed} {error_lines(failure)}")
    if options.stop.is_set():
        screen.complain(say("cli.go_on", command=command_line()))
        return ExitCode.INTERRUPTED
    return exit_code_of(failure)
