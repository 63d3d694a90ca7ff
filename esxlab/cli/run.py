"""esxlab run: a command of one's own on many machines at once."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from esxlab.cli.exit_codes import ExitCode, exit_code_of_run
from esxlab.cli.options import parallel_option, shown_options, spec_options
from esxlab.cli.worded import WordedCommand, option
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.backends.protocols import ScriptAnswer
    from esxlab.cli.options import Shown, Source
    from esxlab.engine.into import Met

KIB = 1024
MOST_INPUT_KIB = 1024
"""Of standard input: it goes to each machine, and lies in the memory of each."""


@click.command("run", cls=WordedCommand, help="command.run.long")
@click.argument("machines", metavar="MACHINES")
@click.argument("words", nargs=-1, required=True, metavar="-- COMMAND")
@spec_options(scenario=True)
@option(
    "-t",
    "--timeout",
    metavar="SECONDS",
    type=click.IntRange(1, 3600),
    default=60,
    show_default=True,
    help="option.run_timeout",
)
@option(
    "--max-output",
    metavar="KIB",
    type=click.IntRange(1, 4096),
    default=256,
    show_default=True,
    help="option.max_output",
)
@option("--stdin", "with_input", is_flag=True, help="option.stdin")
@parallel_option()
@shown_options("table", "json")
def command(
    *,
    machines: str,
    words: tuple[str, ...],
    source: Source,
    timeout: int,
    max_output: int,
    with_input: bool,
    parallel: int,
    shown: Shown,
) -> ExitCode:
    """Find the machines, run, show; changes nothing by itself."""
    from esxlab.backends.own_commands import build_own_command, command_line  # noqa: PLC0415 - only when the command line is right

    line = command_line(words)
    given = read_input() if with_input else None
    script = build_own_command(line, timeout_s=timeout, stdin=given)
    bounds = (float(timeout), max_output * KIB)
    return run_everywhere(machines, line, script, source, bounds, parallel=parallel, shown=shown)


def read_input() -> bytes:
    """Standard input to its end, none when it is closed.

    LabError usage.stdin when it is larger than can be sent, usage.stdin_unread when it cannot be read.
    """
    try:
        content: bytes = sys.stdin.buffer.read(MOST_INPUT_KIB * KIB + 1)
    except OSError as error:
        raise LabError("usage.stdin_unread", detail=str(error.strerror or error)) from error
    if len(content) > MOST_INPUT_KIB * KIB:
        raise LabError("usage.stdin", kib=MOST_INPUT_KIB)
    return content


def run_everywhere(
    machines: str,
    line: str,
    script: str,
    source: Source,
    limits: tuple[float, int],
    *,
    parallel: int,
    shown: Shown,
    only_one: bool = False,
) -> ExitCode:
    """Run a script on the named machines; `limits` are seconds, and bytes of output, of each.

    Raises:
        LabError: those of `going_into`; usage.one_machine, before anything is run, when it is for `only_one`
            and others are meant too.
    """
    from esxlab.backends.protocols import Bounds  # noqa: PLC0415 - as above
    from esxlab.cli.into import going_into  # noqa: PLC0415 - as above
    from esxlab.cli.session import open_session  # noqa: PLC0415 - as above
    from esxlab.engine.into import CONNECT_S  # noqa: PLC0415 - as above
    from esxlab.show.into import run_document, show_answer, summary  # noqa: PLC0415 - as above
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - as above

    began, screen = time.monotonic(), shown.screen
    with open_session(source, screen, parallel=parallel) as session:
        guests = session.backends.guests
        with going_into(session, machines.split(","), parallel, changes=True) as (going, targets):
            if only_one and len(targets) != 1:
                raise LabError("usage.one_machine", number=len(targets))
            bounds = Bounds(limits[0], CONNECT_S, limits[1], going.stop.is_set)
            all_met = going.meet(
                targets,
                lambda _, route: guests.run_script(route, script, bounds),
                lambda met: None if shown.output == "json" else show_answer(met, screen),
            )
    if shown.output == "json":
        elapsed_s = time.monotonic() - began
        screen.document(to_json("run", run_document(session.class_name, line, all_met, elapsed_s=elapsed_s)))
    else:
        screen.note(summary(all_met, screen.err_glyphs))
    return exit_code_of_answers(all_met, interrupted=going.stop.is_set())


def exit_code_of_answers(all_met: Sequence[Met[ScriptAnswer]], *, interrupted: bool) -> ExitCode:
    """7, 8 or a reason when machines did not answer; 10 when a command ended otherwise than with 0."""
    from esxlab.show.into import is_good  # noqa: PLC0415 - as above

    failures = [met.error for met in all_met if met.error]
    code = exit_code_of_run(len(all_met), failures, interrupted=interrupted)
    if code == ExitCode.DONE and not all(is_good(met.answer) for met in all_met):
        return ExitCode.CHECK_FAILED
    return code
