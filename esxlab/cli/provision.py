"""esxlab provision: bring every group's lab to what the spec says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from esxlab.cli.confirm import confirm
from esxlab.cli.options import lock_wait_option, parallel_option, shown_options, spec_options, yes_options
from esxlab.cli.scope import scope_options
from esxlab.cli.worded import WordedCommand, option
from esxlab.errors import LabError
from esxlab.texts import say

if TYPE_CHECKING:
    from esxlab.cli.exit_codes import ExitCode
    from esxlab.cli.options import Shown, Source
    from esxlab.cli.scope import Scope
    from esxlab.planning.plan import Plan


@click.command("provision", cls=WordedCommand, help="command.provision.long")
@spec_options(scenario=True)
@scope_options
@option("--plan", "checksum", default="", metavar="CHECKSUM", help="option.plan")
@option(
    "--boot-timeout",
    metavar="SECONDS",
    type=click.FloatRange(1, 3600),
    default=300.0,
    show_default=True,
    help="option.boot_timeout",
)
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
    yes: bool,
    dry_run: bool,
    lock_wait: float,
    parallel: int,
    shown: Shown,
) -> ExitCode:
    """Plan, show, ask, perform."""
    from esxlab.cli.perform import carry_out, show_plan  # noqa: PLC0415 - only when the command line is right
    from esxlab.cli.session import open_session  # noqa: PLC0415 - as above
    from esxlab.engine.locks import Locking  # noqa: PLC0415 - as above
    from esxlab.workflow import plan_provision  # noqa: PLC0415 - as above

    options = replace(scope.options(parallel), boot_timeout_s=boot_timeout)
    with open_session(source, shown.screen, parallel=parallel) as session:
        locking = Locking(wait_s=lock_wait, shared_routers=session.shared_routers)
        options = replace(options, locking=locking)
        plan = plan_provision(session.wanted, session.backends, options, session.roster)
        if checksum:
            refuse_stale(plan, checksum)
        if dry_run:
            return show_plan(plan, shown)
        ask = None if yes or checksum else (lambda: confirm(say("confirm.provision"), shown.screen))
        return carry_out(plan, session.worlds, options, shown, confirm=ask)


def refuse_stale(plan: Plan, checksum: str) -> None:
    """LabError plan.stale when this is not the plan that was read; a plan that was read needs no question."""
    if plan.checksum != checksum:
        raise LabError("plan.stale", checksum=checksum, now=plan.checksum)
