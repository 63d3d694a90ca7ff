"""The outermost edge of the program: the first page at once, everything else by click."""

from __future__ import annotations

import gc
import os
import sys

from esxlab.cli import front, streams

YOUNG_OBJECTS = 20_000
"""Python looks for garbage after so many new objects, rather than 700: what a server tells of a class of 300
groups is a million that stay, and a fifth of the time went into looking at them again (measured)."""


def main() -> None:
    """Run the command of sys.argv and exit with its code; a bug ends in a traceback and exit code 1."""
    streams.prepare()
    gc.set_threshold(YOUNG_OBJECTS)
    arguments = sys.argv[1:]
    front.speak(arguments, os.environ)
    front.tell_unknown_language(os.environ)
    if front.answer(arguments):
        sys.exit(streams.finish(0))
    from esxlab.cli.group import esxlab  # noqa: PLC0415 - click: only when the first page is not enough

    try:
        status = int(esxlab.main(arguments, prog_name="esxlab", standalone_mode=False) or 0)
    except SystemExit as end:  # click's own end of a shell completion
        status = end.code if isinstance(end.code, int) else 0
    sys.exit(streams.finish(status))


if __name__ == "__main__":
    main()
