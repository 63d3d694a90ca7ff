"""Click commands and options whose help is a key of the text catalogue, looked up when the help is shown."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from esxlab.errors import LabError
from esxlab.foreign import brief_line, is_text
from esxlab.texts import LANGUAGES, catalogue, say

if TYPE_CHECKING:
    from collections.abc import Callable

    Function = Callable[..., Any]
    Decorator = Callable[[Function], Function]


CAPITALS = re.compile(r"[A-Z]{2,}")
EXTRA = re.compile(
    r"  \[(?:default: (?P<default>[^;\]]+))?(?:; )?(?:(?P<low>[\d.]+)<=x<=(?P<high>[\d.]+))?\]$"
)
"""What click adds to an option's help, in English."""


class WordedOption(click.Option):
    """An option; its help is the text `option.<help>`, its metavar `metavar.<metavar>`."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Names and help, in the current language."""
        key = self.help
        try:
            self.help = say(key) if key else key
            record = super().get_help_record(ctx)
        finally:
            self.help = key
        return (record[0], EXTRA.sub(_extra, record[1])) if record else None

    def make_metavar(self, ctx: click.Context) -> str:
        """What stands for the value."""
        return worded_metavar(super().make_metavar(ctx))


def worded_metavar(metavar: str) -> str:
    """NAME as its language has it; what names a form, such as URL or [table|json], is the same in all."""
    return CAPITALS.sub(_worded, metavar)


def _worded(found: re.Match[str]) -> str:
    key = f"metavar.{found[0].lower()}"
    return say(key) if key in catalogue() else found[0]


def argument_name(param: click.Parameter) -> str:
    """What an argument is called in the usage line, without the signs around it."""
    return worded_metavar((param.metavar or str(param.name).upper()).strip("[]-. "))


def _extra(found: re.Match[str]) -> str:
    default, low, high = (value or "" for value in found.groups())
    if low:  # numbers: 20.0 is 20, but the release 8.0 is no 8
        default, low, high = (value.removesuffix(".0") for value in (default, low, high))
    parts = [say("help.default", default=default)] if default else []
    parts += [say("help.range", low=low, high=high)] if low else []
    return f"  [{say('help.and').join(parts)}]"


class FilePath(click.Path):
    """The name of a file, whatever it is; who reads it says what is wrong with it.

    click's own asks the disk at once, and breaks at a name that no file can have. `written`: what is made
    there, a file or a directory; when something of the other kind has the name, it is a wrong word.
    """

    def __init__(self, written: Literal["", "file", "directory"] = "") -> None:
        super().__init__(path_type=Path, dir_okay=False)
        self._written = written

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. LabError usage.is_directory, usage.no_directory."""
        del ctx
        path = Path(value)
        if self._written:
            check_place(path, " / ".join(param.opts) if param else "", directory=self._written == "directory")
        return path


def check_place(path: Path, name: str, *, directory: bool) -> None:
    """Whether a file, or a directory, can have this path; `name` is what the command line calls it.

    LabError usage.is_directory, usage.no_directory. What cannot be looked at is told by who writes there.
    """
    if not directory and os.path.isdir(path):  # noqa: PTH112 - pathlib's raises where it may not look
        raise LabError("usage.is_directory", where=str(path), name=name)
    for place in (*([path] if directory else []), *path.parents):
        if os.path.isfile(place):  # noqa: PTH113 - as above
            raise LabError("usage.no_directory", where=str(place), name=name)
        if os.path.lexists(place):
            return


class NumberRange(click.FloatRange):
    """A number between two limits; click takes `nan` too: it is neither below the one nor above the other."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        found = super().convert(value, param, ctx)
        return self.fail(f"{value!r} is not a number.", param, ctx) if found != found else found  # noqa: PLR0124


class WordedCommand(click.Command):
    """A command; its help is the text `command.<help>`, its headings are in the current language."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; click's complaint about an option does not say of which command."""
        try:
            left = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise
        for param in self.params:
            _refuse_bytes(ctx.params.get(param.name or ""), param)
        return left

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage line; click's own has an English heading only."""
        arguments = " ".join(map(worded_metavar, self.collect_usage_pieces(ctx)))
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
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [record for option in options if (record := option.get_help_record(ctx))]
        _section(formatter, say("help.options"), records)

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
        rows = [(name, command.get_short_help_str()) for name, command in commands if command]
        _section(formatter, say("help.commands"), rows)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What the usage line names; click's own words for a subcommand are English."""
        self.subcommand_metavar = say("help.subcommand")
        return super().collect_usage_pieces(ctx)


def _refuse_bytes(value: object, param: click.Parameter) -> None:
    """LabError usage.encoding for what is no text: it would be sent somewhere, or written into a file.

    The name of a file is a Path: it may be of any bytes, as os.fsdecode keeps them (PEP 383).
    """
    for each in value if isinstance(value, tuple) else (value,):
        if isinstance(each, str) and not is_text(each):
            named = isinstance(param, click.Option)
            where = " / ".join(param.opts) if named else argument_name(param)
            raise LabError("usage.encoding", where=where, value=brief_line(each, 40))


def _section(formatter: click.HelpFormatter, heading: str, rows: list[tuple[str, str]]) -> None:
    """A list below a heading; click's own ends every heading in an English colon."""
    formatter.write_paragraph()
    formatter.write(f"{heading}\n")
    with formatter.indentation():
        formatter.write_dl(rows)


def option(*names: str, **settings: Any) -> Decorator:
    """click.option with a worded help: `help` is a key of the text catalogue."""
    return click.option(*names, cls=WordedOption, **settings)


def lang_option() -> Decorator:
    """--lang: read by front.choose_language before click; here only known, so that it is not refused."""
    settings = {"expose_value": False, "allow_from_autoenv": False}  # ESXLAB_LANG may hold a whole locale
    return option("--lang", type=click.Choice(LANGUAGES), help="option.lang", **settings)


def with_options(function: Function, *options: Decorator) -> Function:
    """The function with these options, which the help lists in this order."""
    for decorate in reversed(options):
        function = decorate(function)
    return function
