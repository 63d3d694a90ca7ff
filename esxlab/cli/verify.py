"""esxlab verify: ask the running labs what the exercise's tests ask."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from esxlab.cli.exit_codes import ExitCode, exit_code_of
from esxlab.cli.options import parallel_option, shown_options, spec_options
from esxlab.cli.worded import WordedCommand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.checks.base import CheckResult
    from esxlab.cli.options import Shown, Source

COLUMNS = ("group", "check", "verdict", "question", "seen", "look")


@click.command("verify", cls=WordedCommand, help="command.verify.long")
@spec_options(scenario=True)
@parallel_option()
@shown_options("table", "json", "csv")
def command(*, source: Source, parallel: int, shown: Shown) -> ExitCode:
    """Ask, show; changes nothing."""
    from esxlab.cli.interrupt import stop_on_interrupt  # noqa: PLC0415 - only when the command line is right
    from esxlab.cli.listeners import open_listeners  # noqa: PLC0415 - as above
    from esxlab.cli.session import open_session  # noqa: PLC0415 - as above
    from esxlab.engine.options import Options  # noqa: PLC0415 - as above
    from esxlab.workflow import verify  # noqa: PLC0415 - as above

    began = time.monotonic()
    options = Options(parallel=parallel)
    with (
        open_session(source, shown.screen, parallel=parallel) as session,
        open_listeners("verify", session.class_name, shown.screen, session.opened.unwritten) as heard,
        stop_on_interrupt(options.stop),
    ):
        options = replace(options, speed=session.opened.speed)
        results = verify(session.specs, session.wanted, session.backends, heard[0], options)
    _show(session.class_name, results, shown, elapsed_s=time.monotonic() - began)
    if options.stop.is_set():
        return ExitCode.INTERRUPTED
    return exit_code_of_checks(results)


def exit_code_of_checks(results: Sequence[CheckResult]) -> ExitCode:
    """A check failed; or the environment, when no group's machines could be looked at at all."""
    from esxlab.checks.common import MachinesStand  # noqa: PLC0415 - as above
    from esxlab.show.checks import passed  # noqa: PLC0415 - as above

    if passed(results):
        return ExitCode.DONE
    looks = [result.answer.error for result in results if result.check == MachinesStand.name]
    if looks and {error and exit_code_of(error) for error in looks} == {ExitCode.ENVIRONMENT}:
        return ExitCode.ENVIRONMENT
    return ExitCode.CHECK_FAILED


def _show(class_name: str, results: Sequence[CheckResult], shown: Shown, *, elapsed_s: float) -> None:
    from esxlab.show.checks import render_checks  # noqa: PLC0415 - as above
    from esxlab.show.json_output import to_json, verify_document  # noqa: PLC0415 - as above
    from esxlab.show.tables import to_csv  # noqa: PLC0415 - as above

    screen = shown.screen
    if shown.output == "json":
        screen.document(to_json("verify", verify_document(class_name, results, elapsed_s=elapsed_s)))
    elif shown.output == "csv":
        rows = [
            (r.group, r.check, r.answer.verdict, r.question, r.answer.seen, r.answer.look) for r in results
        ]
        screen.document(to_csv(COLUMNS, rows))
    else:
        screen.result(render_checks(results, screen.glyphs, width=screen.width))
