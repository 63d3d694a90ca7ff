"""esxlab teardown: take away what carries the class's marks, with or without its spec."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from esxlab.cli.confirm import confirm, confirm_name
from esxlab.cli.options import (
    file_option,
    group_option,
    lock_wait_option,
    parallel_option,
    shown_options,
    sim_option,
    yes_options,
)
from esxlab.cli.worded import WordedCommand, option
from esxlab.errors import LabError
from esxlab.texts import say

if TYPE_CHECKING:
    from pathlib import Path

    from esxlab.cli.exit_codes import ExitCode
    from esxlab.cli.options import Shown
    from esxlab.engine.options import Options
    from esxlab.show.console import Screen


@click.command("teardown", cls=WordedCommand, help="command.teardown.long")
@file_option()
@group_option()
@option("--all", "everything", is_flag=True, help="option.all")
@option("--class", "class_name", default="", metavar="NAME", help="option.class")
@option("--server", default="", metavar="HOST", help="option.server")
@option("--user", default="", metavar="NAME", help="option.user")
@option("--thumbprint", default="", metavar="SHA256", help="option.thumbprint")
@option("--router", "routers", multiple=True, metavar="URL", help="option.router")
@sim_option()
@option("--plan", "checksum", default="", metavar="CHECKSUM", help="option.plan")
@yes_options
@lock_wait_option()
@parallel_option()
@shown_options("table", "json")
def command(
    *,
    file: Path | None,
    group: str,
    everything: bool,
    class_name: str,
    server: str,
    user: str,
    thumbprint: str,
    routers: tuple[str, ...],
    sim: bool,
    checksum: str,
    yes: bool,
    dry_run: bool,
    lock_wait: float,
    parallel: int,
    shown: Shown,
) -> ExitCode:
    """Find by marks, show, ask, remove."""
    if bool(group) == everything:
        raise LabError("usage.teardown_groups")
    from esxlab.cli.perform import carry_out, refuse_stale, show_plan  # noqa: PLC0415 - only when the command line is right
    from esxlab.cli.session import open_worlds, tell_unwritten  # noqa: PLC0415 - as above
    from esxlab.cli.target import Login, find_target  # noqa: PLC0415 - as above
    from esxlab.workflow import plan_teardown  # noqa: PLC0415 - as above

    target = find_target(file, group, Login(class_name, server, user, thumbprint, routers), sim=sim)
    options = _options(lock_wait, parallel, shown.screen)
    unwritten = tell_unwritten(shown.screen)
    with open_worlds(
        unwritten, sim=target.sim, parallel=parallel, vsphere_password=target.password
    ) as opened:
        logins = opened.logins.with_more(target.routers)
        whose = target.servers, target.class_name, target.groups
        plan = plan_teardown(*whose, opened.backends, options, logins=logins)
        refuse_stale(plan, checksum)
        if dry_run:
            return show_plan(plan, shown)
        sure = partial(_sure, target.class_name, everything=everything, screen=shown.screen)
        ask = None if yes or checksum else sure
        return carry_out(plan, opened, options, shown, confirm=ask)


def _options(lock_wait_s: float, parallel: int, screen: Screen) -> Options:
    from esxlab.cli.places import user_directory  # noqa: PLC0415 - only when the command line is right
    from esxlab.cli.waiting import tell_waiting  # noqa: PLC0415 - as above
    from esxlab.engine.locks import Locking  # noqa: PLC0415 - as above
    from esxlab.engine.options import Options  # noqa: PLC0415 - as above
    from esxlab.local.author import author_so_far  # noqa: PLC0415 - as above

    author = author_so_far(user_directory())
    locking = Locking(wait_s=lock_wait_s)
    return Options(parallel=parallel, locking=locking, author=author, tell=tell_waiting(screen))


def _sure(class_name: str, *, everything: bool, screen: Screen) -> bool:
    """One group is confirmed by y/N; the whole class by typing its name."""
    if everything:
        confirm_name(say("confirm.teardown_all", class_name=class_name), class_name, screen)
        return True
    return confirm(say("confirm.teardown"), screen)
