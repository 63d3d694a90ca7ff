"""How an error that stops a whole command is shown: as text on stderr, or as the JSON document on stdout."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from esxlab.show.console import Screen
from esxlab.show.words import failed_lines

if TYPE_CHECKING:
    from esxlab.errors import LabError


def show_stop(error: LabError, *, command: str, output: str) -> None:
    """Show the error with its remedy and its code."""
    screen = Screen(sys.stdout, sys.stderr)
    if output == "json":
        from esxlab.show.json_output import to_json  # noqa: PLC0415 - only for a program

        screen.document(to_json(command or "error", {}, errors=[error]))
    screen.complain(failed_lines(error, screen.err_glyphs))
