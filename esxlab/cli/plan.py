"""esxlab plan: what provision would do, and nothing done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.options import parallel_option, shown_options, spec_options
from esxlab.cli.scope import scope_options
from esxlab.cli.worded import WordedCommand, option

if TYPE_CHECKING:
    from esxlab.cli.options import Shown, Source
    from esxlab.cli.scope import Scope


@click.command("plan", cls=WordedCommand, help="command.plan.long")
@spec_options(scenario=True)
@scope_options
@option("--take-over", is_flag=True, help="option.take_over")
@option("-n", "--dry-run", is_flag=True, help="option.plan_dry_run", expose_value=False)
@option("--detailed-exitcode", is_flag=True, help="option.detailed_exitcode")
@parallel_option()
@shown_options("table", "json", "csv")
def command(
    *,
    source: Source,
    scope: Scope,
    take_over: bool,
    detailed_exitcode: bool,
    parallel: int,
    shown: Shown,
) -> ExitCode:
    """Observe, compare, show."""
    from esxlab.cli.perform import show_plan  # noqa: PLC0415 - only when the command line is right
    from esxlab.cli.session import open_session, tell_new_secrets  # noqa: PLC0415 - as above
    from esxlab.cli.waiting import tell_waiting  # noqa: PLC0415 - as above
    from esxlab.workflow import plan_provision  # noqa: PLC0415 - as above

    with open_session(source, shown.screen, parallel=parallel, warn="once") as session:
        options = replace(
            scope.options(parallel),
            author=session.author,
            take_over=take_over,
            tell=tell_waiting(shown.screen),
        )
        plan = plan_provision(session.wanted, session.backends, options, session.roster)
    tell_new_secrets(session.secrets, shown.screen, reconfigured=plan.reconfigures)
    code = show_plan(plan, shown)
    if code == ExitCode.DONE and detailed_exitcode and plan.changes:
        return ExitCode.CHANGED
    return code
