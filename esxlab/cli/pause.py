"""esxlab pause: the machines of a group off, or asleep, until `resume`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from esxlab.cli.at import at_option
from esxlab.cli.options import lock_wait_option, parallel_option, shown_options, spec_options, yes_options
from esxlab.cli.worded import WordedCommand, option

if TYPE_CHECKING:
    from esxlab.cli.exit_codes import ExitCode
    from esxlab.cli.options import Shown, Source


@click.command("pause", cls=WordedCommand, help="command.pause.long")
@spec_options(scenario=True)
@option("--suspend", is_flag=True, help="option.suspend")
@at_option()
@option("--take-over", is_flag=True, help="option.take_over")
@yes_options
@lock_wait_option()
@parallel_option()
@shown_options("table", "json")
def command(
    *,
    source: Source,
    suspend: bool,
    at: str,
    take_over: bool,
    yes: bool,
    dry_run: bool,
    lock_wait: float,
    parallel: int,
    shown: Shown,
) -> ExitCode:
    """Plan, show, ask, wait, perform."""
    from esxlab.cli.ends import Asked, end_or_begin  # noqa: PLC0415 - only when the command line is right
    from esxlab.engine.locks import Locking  # noqa: PLC0415 - as above
    from esxlab.engine.options import Options  # noqa: PLC0415 - as above
    from esxlab.workflow import plan_pause  # noqa: PLC0415 - as above

    options = Options(parallel=parallel, take_over=take_over, locking=Locking(wait_s=lock_wait))
    asked = Asked(at, yes=yes, dry_run=dry_run)
    return end_or_begin(partial(plan_pause, suspend=suspend), source, options, asked, shown)
