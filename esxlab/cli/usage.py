"""Click's complaints about a command line, as errors of ours: one table from its classes to our codes.

click's own sentences are English: what they hold, a value or a number, is taken out of them.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import click

from esxlab.cli.worded import argument_name, worded_metavar
from esxlab.errors import LabError
from esxlab.foreign import brief_line
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable

WRONG_VALUE = re.compile(r"'?(?P<value>.*?)'? is not (?:'|one of|a valid|in the range|a number)", re.DOTALL)
"""click.types: Choice, IntRange, FloatRange, and worded.NumberRange."""
UNEXPECTED = re.compile(r"unexpected extra arguments? \((?P<value>.*)\)", re.DOTALL)


def from_click(error: click.UsageError) -> LabError:
    """The same complaint with our code; a sentence that is not known here is kept as the detail."""
    path = error.ctx.command_path if error.ctx else "esxlab"
    facts = {"command": path, "name": _name(error), "known": ", ".join(_known(error)), "line": _line(error)}
    for kind, read in READERS:
        if isinstance(error, kind) and (found := read(error)):
            code, more = found
            return LabError(code, **facts | more)
    if type(error).__name__ == "NoSuchCommand":  # only newer click has a class for it
        return LabError("usage.no_such_command", **facts)
    return LabError("usage.arguments", detail=error.format_message(), **facts)


Found = tuple[str, dict[str, str]] | None


def _no_such_option(error: click.UsageError) -> Found:
    del error
    return "usage.no_such_option", {}


def _missing(error: click.UsageError) -> Found:
    param = getattr(error, "param", None)
    if param is not None and "--" in (param.metavar or ""):
        return "usage.missing_command", {}
    may_be = _may_be(error)
    return ("usage.missing_one_of", {"may_be": may_be}) if may_be else ("usage.missing", {})


def _wrong_value(error: click.UsageError) -> Found:
    found = WRONG_VALUE.match(error.message)
    may_be = _may_be(error)
    return (
        ("usage.value", {"value": brief_line(found["value"], 40), "may_be": may_be})
        if found and may_be
        else None
    )


def _option_use(error: click.UsageError) -> Found:
    if "requires" in error.message:
        return "usage.option_value", {}
    return ("usage.option_flag", {}) if "does not take a value" in error.message else None


def _unexpected(error: click.UsageError) -> Found:
    found = UNEXPECTED.search(error.message)
    return ("usage.unexpected", {"value": brief_line(found["value"], 40)}) if found else None


READERS: tuple[tuple[type[click.UsageError], Callable[[click.UsageError], Found]], ...] = (
    (click.NoSuchOption, _no_such_option),
    (click.MissingParameter, _missing),
    (click.BadOptionUsage, _option_use),
    (click.BadParameter, _wrong_value),
    (click.UsageError, _unexpected),
)
"""The first class that fits, in this order, names the error, when its sentence is understood."""


def _may_be(error: click.UsageError) -> str:
    """What the parameter takes, in the current language; empty where no short list says it."""
    param = getattr(error, "param", None)
    kind = param.type if param is not None else None
    if isinstance(kind, click.Choice):
        return ", ".join(map(str, kind.choices))
    if isinstance(kind, click.IntRange | click.FloatRange):
        whole = "usage.whole" if isinstance(kind, click.IntRange) else "usage.number"
        return say(whole, low=f"{kind.min:g}", high=f"{kind.max:g}")
    return ""


def _line(error: click.UsageError) -> str:
    """The command with its arguments: those that were typed as they were, the others by their names."""
    if error.ctx is None:
        return "esxlab"
    typed = error.ctx.params
    arguments = [each for each in error.ctx.command.params if isinstance(each, click.Argument)]
    words = [
        shlex.quote(brief_line(typed[each.name], 60))
        if isinstance(typed.get(each.name or ""), str)
        else worded_metavar(each.metavar or each.make_metavar(error.ctx))
        for each in arguments
    ]
    return " ".join([error.ctx.command_path, *words])


def _name(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption | click.BadOptionUsage):
        return error.option_name
    param = getattr(error, "param", None)
    if isinstance(param, click.Argument):
        return argument_name(param)
    if param is not None:
        return " / ".join(param.opts)
    return str(getattr(error, "command_name", ""))


def _known(error: click.UsageError) -> list[str]:
    """What could have been meant: near names, else all names of that place."""
    near: list[str] | None = getattr(error, "possibilities", None)
    if near:
        return list(near)
    if error.ctx is None:
        return []
    of_options = isinstance(error, click.BadParameter | click.NoSuchOption)
    if isinstance(error.ctx.command, click.Group) and not of_options:
        return error.ctx.command.list_commands(error.ctx)
    options = [param for param in error.ctx.command.get_params(error.ctx) if isinstance(param, click.Option)]
    return sorted(max(option.opts, key=len) for option in options)
