"""Click's complaints about a command line, as errors of ours: one table from its classes to our codes."""

from __future__ import annotations

import click

from esxlab.errors import LabError

CODES: dict[type[click.UsageError], str] = {
    click.NoSuchOption: "usage.no_such_option",
    click.MissingParameter: "usage.missing",
    click.BadOptionUsage: "usage.option",
    click.BadArgumentUsage: "usage.option",
    click.BadParameter: "usage.value",
}
"""The first class that fits, in this order, names the error."""

SAY_IT_ALL = frozenset({"usage.no_such_option", "usage.no_such_command", "usage.missing"})
"""Codes whose sentence leaves nothing to add from click's, which is English only."""


def from_click(error: click.UsageError) -> LabError:
    """The same complaint with our code; click's own sentence is kept as the detail."""
    path = error.ctx.command_path if error.ctx else "esxlab"
    facts = {"command": path, "name": _name(error), "known": ", ".join(_known(error))}
    code = next((code for kind, code in CODES.items() if isinstance(error, kind)), _other(error))
    detail = "" if code in SAY_IT_ALL else error.format_message()
    return LabError(code, detail=detail, **facts)


def _other(error: click.UsageError) -> str:
    """A command that does not exist has a class of its own only in newer click."""
    return "usage.no_such_command" if type(error).__name__ == "NoSuchCommand" else "usage.arguments"


def _name(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption | click.BadOptionUsage):
        return error.option_name
    if isinstance(error, click.BadParameter) and error.param is not None:
        return " / ".join(error.param.opts)
    return str(getattr(error, "command_name", ""))


def _known(error: click.UsageError) -> list[str]:
    """What could have been meant: near names, else all names of that place."""
    near: list[str] | None = getattr(error, "possibilities", None)
    if near:
        return list(near)
    if error.ctx is None:
        return []
    if isinstance(error.ctx.command, click.Group) and not isinstance(error, click.BadParameter):
        return error.ctx.command.list_commands(error.ctx)
    return sorted(name for param in error.ctx.command.get_params(error.ctx) for name in param.opts)
