"""The command group: commands are imported when they are run, and every failure becomes an exit code here."""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from esxlab import bugs, texts
from esxlab.cli import front
from esxlab.cli.bug_report import BugReport
from esxlab.cli.exit_codes import ExitCode, exit_code_of
from esxlab.cli.usage import from_click
from esxlab.cli.worded import WordedGroup, lang_option
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(slots=True)
class Asked:
    """What the edge must know of the command line, even when the rest of it is wrong."""

    command: str = ""
    output: str = "table"
    report: BugReport = field(default_factory=BugReport)


class LazyGroup(WordedGroup):
    """The root: its commands come from front.COMMANDS, its help is the front page."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the front page."""
        del ctx
        return list(front.COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        if cmd_name not in front.COMMANDS:
            return None
        asked: Asked = ctx.ensure_object(Asked)
        asked.command = asked.report.command = cmd_name
        command: click.Command = importlib.import_module(front.COMMANDS[cmd_name]).command
        return command

    def get_help(self, ctx: click.Context) -> str:
        """The front page."""
        del ctx
        return front.first_page().rstrip("\n")

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - click's signature
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002 - click's signature
        **extra: Any,
    ) -> Any:
        """Run, show what went wrong, and exit with the code of exit_codes: 1 when there was a bug."""
        arguments = list(sys.argv[1:] if args is None else args)
        asked = Asked(output=front.choose_output(arguments))
        front.speak(arguments, os.environ)
        options = {"windows_expand_args": windows_expand_args, "obj": asked, **extra}
        with bugs.listening(asked.report):
            status = self._run(arguments, asked, prog_name=prog_name, complete_var=complete_var, **options)
        if asked.report.bugs:
            asked.report.tell()
            status = int(ExitCode.BUG)
        if standalone_mode:
            sys.exit(status)
        return status

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. What nobody foresaw is a bug here already: click takes an EOFError for Ctrl-D."""
        try:
            return super().invoke(ctx)
        except (LabError, click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise  # BrokenPipeError: whoever read this program's output has gone, which click knows
        except BaseException as error:
            raise bugs.failure_of(error) from error

    def _run(self, arguments: list[str], asked: Asked, **options: Any) -> int:
        """The exit code; whatever stopped the command has been shown."""
        try:
            code = super().main(arguments, standalone_mode=False, **options)
        except click.exceptions.NoArgsIsHelpError as request:
            click.echo(request.format_message())
            code = ExitCode.USAGE
        except click.UsageError as error:
            code = _stopped(from_click(error), asked)
        except (click.Abort, KeyboardInterrupt):
            click.echo(texts.say("cli.interrupted"), err=True)
            code = ExitCode.INTERRUPTED
        except BaseException as error:  # noqa: BLE001 - the boundary of the program
            code = _stopped(bugs.failure_of(error), asked)
        return int(code or 0)


def _stopped(error: LabError, asked: Asked) -> ExitCode:
    """Show an error that has stopped the command, in the form that was asked for."""
    from esxlab.cli.stop import show_stop  # noqa: PLC0415 - only when something went wrong

    show_stop(error, command=asked.command, output=asked.output)
    return exit_code_of(error)


@click.group(
    cls=LazyGroup,
    help="command.esxlab",
    context_settings={
        "auto_envvar_prefix": "ESXLAB",
        "help_option_names": list(front.HELP_FLAGS),
        "max_content_width": 110,
    },
)
@lang_option()
@click.version_option(None, "-V", "--version", package_name="esxlab", message="%(prog)s %(version)s")
def esxlab() -> None:
    """Every command of the program; see front.py for the list."""
