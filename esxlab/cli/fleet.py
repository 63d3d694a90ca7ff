"""esxlab fleet: one command for many schools, each of which does it itself and answers."""

from __future__ import annotations

import os
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from esxlab.cli.confirm import confirm
from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.options import shown_options
from esxlab.cli.worded import (
    FilePath,
    NumberRange,
    WordedCommand,
    WordedGroup,
    lang_option,
    option,
    with_options,
)
from esxlab.errors import LabError
from esxlab.texts import say

if TYPE_CHECKING:
    from esxlab.cli.fleet_session import Asked, Ways
    from esxlab.cli.options import Shown
    from esxlab.cli.worded import Function

LOOKING, CHANGING = ("status", "doctor", "plan", "verify"), ("provision", "teardown")
WAIT_S = 900.0


@click.group("fleet", cls=WordedGroup, help="command.fleet.long")
@lang_option()
def command() -> None:
    """The subcommands."""


def ways_options(function: Function) -> Function:
    """--fleet, --folder, --wait; the command receives them as `ways: Ways`."""

    @wraps(function)
    def wrapped(*, fleet: Path | None, folder: Path | None, wait: float, **rest: Any) -> object:
        from esxlab.cli.fleet_session import Ways  # noqa: PLC0415 - only when the command line is right

        return function(ways=Ways(fleet, folder, wait), **rest)

    return with_options(
        wrapped,
        option(
            "--fleet",
            type=FilePath(),
            default=_fleet_of_environment,
            metavar="DIRECTORY",
            help="option.fleet",
        ),
        option("--folder", type=FilePath(), metavar="DIRECTORY", help="option.fleet_folder"),
        option(
            "--wait",
            metavar="SECONDS",
            type=NumberRange(0, 86400),
            default=WAIT_S,
            show_default=True,
            help="option.fleet_wait",
        ),
    )


def sites_options(function: Function) -> Function:
    """--sites, --all, -c, -g, --expires; the command receives them as `asked: Asked`."""

    @wraps(function)
    def wrapped(
        *, sites: str, everyone: bool, class_name: str, group: str, expires: float | None, **rest: Any
    ) -> object:
        from esxlab.cli.fleet_session import Asked  # noqa: PLC0415 - only when the command line is right

        return function(asked=Asked(sites, everyone, class_name, group, expires), **rest)

    return with_options(
        wrapped,
        option("--sites", default="", metavar="NAMES", help="option.sites"),
        option("--all", "everyone", is_flag=True, help="option.all_sites"),
        option("-c", "--class", "class_name", default="", metavar="NAME", help="option.fleet_class"),
        option("-g", "--group", default="", metavar="GROUPS", help="option.group"),
        option(
            "--expires",
            metavar="HOURS",
            type=NumberRange(0.001, 336),
            help="option.expires",
        ),
    )


def _fleet_of_environment() -> Path | None:
    return Path(os.environ["ESXLAB_FLEET"]) if os.environ.get("ESXLAB_FLEET") else None


def _looking(verb: str) -> click.Command:
    """The command of a verb that changes nothing."""

    @click.command(
        verb, cls=WordedCommand, help="command.fleet_look.long", short_help=f"command.fleet_{verb}.short"
    )
    @sites_options
    @ways_options
    @shown_options("table", "json")
    def looking(*, asked: Asked, ways: Ways, shown: Shown) -> ExitCode:
        """Send, wait, show."""
        from esxlab.cli.fleet_session import open_fleet, show_result  # noqa: PLC0415 - as above

        with open_fleet(ways) as opened:
            request = opened.ask(verb, asked)
            heard = opened.wait(request, shown)
        return show_result(request, heard, shown)

    return looking


def _changing(verb: str) -> click.Command:
    """The command of a verb that changes: the plans of all schools first, then the question."""

    @click.command(
        verb, cls=WordedCommand, help="command.fleet_change.long", short_help=f"command.fleet_{verb}.short"
    )
    @sites_options
    @option("--planned", default="", metavar="REQUEST", help="option.planned")
    @option("-n", "--dry-run", is_flag=True, help="option.dry_run")
    @option("-y", "--yes", is_flag=True, help="option.yes")
    @ways_options
    @shown_options("table", "json")
    def changing(
        *, asked: Asked, planned: str, dry_run: bool, yes: bool, ways: Ways, shown: Shown
    ) -> ExitCode:
        """Plan everywhere, show, ask; then the schools that can do it, exactly what their plan says."""
        from esxlab.cli.fleet_plans import ask_for_plans, carry_out, take_up_plans  # noqa: PLC0415 - as above
        from esxlab.cli.fleet_session import open_fleet  # noqa: PLC0415 - as above

        if planned and asked.names_something:
            raise LabError("site.planned_alone")
        with open_fleet(ways) as opened:
            plans = (
                take_up_plans(opened, verb, planned, shown)
                if planned
                else ask_for_plans(opened, verb, asked, shown)
            )
            return carry_out(opened, plans, asked, shown, dry_run=dry_run, yes=yes)

    return changing


for _verb in LOOKING:
    command.add_command(_looking(_verb))
for _verb in CHANGING:
    command.add_command(_changing(_verb))


@command.command(
    "show", cls=WordedCommand, help="command.fleet_show.long", short_help="command.fleet_show.short"
)
@click.argument("request", required=False, default="", metavar="[REQUEST]")
@ways_options
@shown_options("table", "json")
def show(*, request: str, ways: Ways, shown: Shown) -> ExitCode:
    """Take a request up again: send what was not answered, wait, show."""
    from esxlab.cli.fleet_session import open_fleet, show_result  # noqa: PLC0415 - as above

    with open_fleet(ways) as opened:
        taken = opened.take_up(request, shown)
        heard = opened.wait(taken, shown)
    return show_result(taken, heard, shown)


@command.group("spec", cls=WordedGroup, help="command.fleet_spec.long", short_help="command.fleet_spec.short")
@lang_option()
def spec() -> None:
    """Its subcommand."""


@spec.command(
    "push", cls=WordedCommand, help="command.fleet_push.long", short_help="command.fleet_push.short"
)
@click.argument("file", type=FilePath(), metavar="FILE")
@sites_options
@ways_options
@shown_options("table", "json")
def push(*, file: Path, asked: Asked, ways: Ways, shown: Shown) -> ExitCode:
    """Send a spec; each school's administrator takes it, or not."""
    from esxlab.cli.fleet_session import open_fleet, show_result  # noqa: PLC0415 - as above
    from esxlab.sites.centre import offered  # noqa: PLC0415 - as above

    with open_fleet(ways) as opened:
        request = opened.ask("offer", asked, None, **offered(file))
        heard = opened.wait(request, shown)
    return show_result(request, heard, shown)


@command.command(
    "revoke", cls=WordedCommand, help="command.fleet_revoke.long", short_help="command.fleet_revoke.short"
)
@click.argument("site", metavar="SITE")
@option("--fleet", type=FilePath(), default=_fleet_of_environment, metavar="DIRECTORY", help="option.fleet")
@option("-y", "--yes", is_flag=True, help="option.yes")
@shown_options("table", "json")
def revoke(*, site: str, fleet: Path | None, yes: bool, shown: Shown) -> ExitCode:
    """Believe this school's key no more, and write the broker's files without it."""
    from esxlab.sites.fleet import load_fleet  # noqa: PLC0415 - as above
    from esxlab.sites.fleet import revoke as without  # noqa: PLC0415 - as above

    loaded = load_fleet(fleet or Path())
    (name,) = loaded.chosen(site, everyone=False)
    if not yes and not confirm(say("fleet.revoke", name=name), shown.screen):
        shown.screen.complain(say("confirm.declined"))
        return ExitCode.INTERRUPTED
    left = without(loaded, name)
    document = {"site": name, "fleet": str(loaded.directory), "sites": sorted(left.sites)}
    shown.give("fleet-revoke", document, say("fleet.revoked", name=name))
    return ExitCode.DONE
