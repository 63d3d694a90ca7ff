"""esxlab provision: bring every group's lab to what the spec says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from esxlab.cli.options import (
    boot_timeout_option,
    lock_wait_option,
    parallel_option,
    shown_options,
    spec_options,
    yes_options,
)
from esxlab.cli.scope import scope_options
from esxlab.cli.worded import WordedCommand, option

if TYPE_CHECKING:
    from esxlab.cli.exit_codes import ExitCode
    from esxlab.cli.options import Shown, Source
    from esxlab.cli.scope import Scope


@click.command("provision", cls=WordedCommand, help="command.provision.long")
@spec_options(scenario=True)
@scope_options
@option("--plan", "checksum", default="", metavar="CHECKSUM", help="option.plan")
@boot_timeout_option()
@option("--take-over", is_flag=True, help="option.take_over")
@yes_options
@lock_wait_option()
@parallel_option()
@shown_options("table", "json")
def command(
    *,
    source: Source,
    scope: Scope,
    checksum: str,
    boot_timeout: float,
    take_over: bool,
    yes: bool,
    dry_run: bool,
    lock_wait: float,
    parallel: int,
    shown: Shown,
) -> ExitCode:
    """Plan, show, ask, perform."""
    from esxlab.cli.perform import carry_out, is_agreed, refuse_stale, show_plan  # noqa: PLC0415 - only when the command line is right
    from esxlab.cli.session import open_session, tell_new_secrets  # noqa: PLC0415 - as above
    from esxlab.cli.waiting import tell_waiting  # noqa: PLC0415 - as above
    from esxlab.engine.locks import Locking  # noqa: PLC0415 - as above
    from esxlab.workflow import plan_provision  # noqa: PLC0415 - as above

    options = replace(scope.options(parallel), boot_timeout_s=boot_timeout, take_over=take_over)
    with open_session(source, shown.screen, parallel=parallel, warn="once") as session:
        locking = Locking(wait_s=lock_wait)
        waiting = tell_waiting(shown.screen)
        options = replace(options, locking=locking, author=session.author, tell=waiting)
        plan = plan_provision(session.wanted, session.backends, options, session.roster)
        tell_new_secrets(session.secrets, shown.screen, reconfigured=plan.reconfigures)
        refuse_stale(plan, checksum)
        if dry_run:
            return show_plan(plan, shown)
        ask = None if yes or checksum else (lambda: is_agreed(plan, shown.screen))
        return carry_out(plan, session.opened, options, shown, confirm=ask)
