"""esxlab init: a first class spec, to be edited."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from esxlab.cli.options import shown_options
from esxlab.cli.worded import FilePath, WordedCommand, option
from esxlab.errors import LabError
from esxlab.foreign import brief_line
from esxlab.local.author import who_am_i
from esxlab.texts import as_typed, say

if TYPE_CHECKING:
    from esxlab.cli.options import Shown

STAND_IN = "class: sio2 "
"""As the shipped text has it."""


@click.command("init", cls=WordedCommand, help="command.init.long")
@option(
    "-f",
    "--file",
    type=FilePath(),
    default=Path("esxlab.yaml"),
    show_default=True,
    help="option.init_file",
)
@option("--class", "class_name", default="", metavar="NAME", help="option.class_name")
@shown_options("table", "json")
def command(*, file: Path, class_name: str, shown: Shown) -> None:
    """Write the file, never over another one."""
    try:
        _check_free(file)
        name = _class_name(class_name)
        with file.open("x", encoding="utf-8") as spec:
            _write(spec, file, as_typed("init.spec").format().replace(STAND_IN, f"class: {name} ", 1))
    except FileExistsError as error:
        raise LabError("usage.spec_exists", where=str(file)) from error
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        said = error.strerror or "" if isinstance(error, OSError) else ""
        raise LabError("usage.spec_unwritable", where=str(file), detail=said) from error
    shown.give("init", {"file": str(file), "class": name}, say("init.written", path=file))


def _check_free(file: Path) -> None:
    """FileExistsError, before anything is asked."""
    if file.exists():
        raise FileExistsError


def _class_name(given: str) -> str:
    """As the command line tells it, else as a person types it; LabError usage.class_name.

    Two teachers with one name for two classes would take each other's groups for their own.
    """
    from esxlab.spec.fields import PATTERNS  # noqa: PLC0415 - pydantic is slow to import

    if not given and sys.stdin.isatty() and sys.stderr.isatty():
        given = click.prompt(say("init.ask_class"), default=_suggested(), err=True)
    if not given:
        return "sio2"
    if not re.fullmatch(PATTERNS["class"], given):
        raise LabError("usage.class_name", name=brief_line(given, 40))
    return given


def _suggested() -> str:
    """durand-sio2, of the user durand."""
    user = re.sub("[^a-z0-9]+", "-", who_am_i().partition("@")[0].lower()).strip("-")[:20]
    return f"{user}-sio2".strip("-")


def _write(spec: TextIO, file: Path, text: str) -> None:
    """The whole spec, or no file: half a one would be read, and never written again."""
    try:
        spec.write(text)
        spec.flush()
    except OSError:
        file.unlink()
        raise
