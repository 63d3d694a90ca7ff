"""esxlab resume: the machines of a paused group on again, until they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from esxlab.cli.at import at_option
from esxlab.cli.options import (
    boot_timeout_option,
    lock_wait_option,
    parallel_option,
    shown_options,
    spec_options,
    yes_options,
)
from esxlab.cli.worded import WordedCommand, option

if TYPE_CHECKING:
    from esxlab.cli.exit_codes import ExitCode
    from esxlab.cli.options import Shown, Source


@click.command("resume", cls=WordedCommand, help="command.resume.long")
@spec_options(scenario=True)
@at_option()
@boot_timeout_option()
@option("--take-over", is_flag=True, help="option.take_over")
@yes_options
@lock_wait_option()
@parallel_option()
@shown_options("table", "json")
def command(
    *,
    source: Source,
    at: str,
    boot_timeout: float,
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
    from esxlab.workflow import plan_resume  # noqa: PLC0415 - as above

    locking = Locking(wait_s=lock_wait)
    options = Options(parallel=parallel, take_over=take_over, boot_timeout_s=boot_timeout, locking=locking)
    return end_or_begin(plan_resume, source, options, Asked(at, yes=yes, dry_run=dry_run), shown)
