"""Click commands and options whose help is a key of the text catalogue, looked up when the help is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from esxlab.texts import LANGUAGES, say

if TYPE_CHECKING:
    from collections.abc import Callable

    Function = Callable[..., Any]
    Decorator = Callable[[Function], Function]


class WordedOption(click.Option):
    """An option; its help is the text `option.<help>`."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Names and help, in the current language."""
        key = self.help
        try:
            self.help = say(key) if key else key
            return super().get_help_record(ctx)
        finally:
            self.help = key


class FilePath(click.Path):
    """The name of a file, whatever it is; who reads it says what is wrong with it.

    click's own asks the disk at once, and breaks at a name that no file can have.
    """

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        del param, ctx
        return Path(value)


class NumberRange(click.FloatRange):
    """A number between two limits; click takes `nan` too: it is neither below the one nor above the other."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        found = super().convert(value, param, ctx)
        return self.fail(f"{value!r} is not a number.", param, ctx) if found != found else found  # noqa: PLR0124


class WordedCommand(click.Command):
    """A command; its help is the text `command.<help>`, its headings are in the current language."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage line; click's own has an English heading only."""
        arguments = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, arguments, prefix=f"{say('help.usage')} ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command does."""
        del ctx
        formatter.write_paragraph()
        with formatter.indentation():
            for number, paragraph in enumerate(say(self.help or "").split("\n\n")):
                if number:
                    formatter.write_paragraph()
                formatter.write_text(paragraph)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, in the order of the file."""
        records = [record for option in self.get_params(ctx) if (record := option.get_help_record(ctx))]
        with formatter.section(say("help.options")):
            formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """--help, in the current language."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = say("option.help")
        return found

    def get_short_help_str(self, limit: int = 45) -> str:
        """One line, for the list of commands and for shells."""
        del limit
        return say(self.short_help or f"command.{self.name}.short")


class WordedGroup(WordedCommand, click.Group):
    """A command with subcommands, listed in the order of the file."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the subcommands."""
        del ctx
        return list(self.commands)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then the subcommands."""
        super().format_options(ctx, formatter)
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section(say("help.commands")):
            formatter.write_dl(
                [(name, command.get_short_help_str()) for name, command in commands if command]
            )


def option(*names: str, **settings: Any) -> Decorator:
    """click.option with a worded help: `help` is a key of the text catalogue."""
    return click.option(*names, cls=WordedOption, **settings)


def lang_option() -> Decorator:
    """--lang: read by front.choose_language before click; here only known, so that it is not refused."""
    return option("--lang", type=click.Choice(LANGUAGES), expose_value=False, help="option.lang")


def with_options(function: Function, *options: Decorator) -> Function:
    """The function with these options, which the help lists in this order."""
    for decorate in reversed(options):
        function = decorate(function)
    return function
