"""esxlab init: a first class spec, to be edited."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TextIO

import click

from esxlab.cli.worded import FilePath, WordedCommand, lang_option, option
from esxlab.errors import LabError
from esxlab.show.console import Screen
from esxlab.texts import say


@click.command("init", cls=WordedCommand, help="command.init.long")
@option(
    "-f",
    "--file",
    type=FilePath(),
    default=Path("esxlab.yaml"),
    show_default=True,
    help="option.init_file",
)
@lang_option()
def command(*, file: Path) -> None:
    """Write the file, never over another one."""
    try:
        with file.open("x", encoding="utf-8") as spec:
            _write(spec, file)
    except FileExistsError as error:
        raise LabError("usage.spec_exists", where=str(file)) from error
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        said = error.strerror or "" if isinstance(error, OSError) else ""
        raise LabError("usage.spec_unwritable", where=str(file), detail=said) from error
    Screen(sys.stdout, sys.stderr).result(say("init.written", path=file))


def _write(spec: TextIO, file: Path) -> None:
    """The whole spec, or no file: half a one would be read, and never written again."""
    try:
        spec.write(say("init.spec"))
        spec.flush()
    except OSError:
        file.unlink()
        raise
