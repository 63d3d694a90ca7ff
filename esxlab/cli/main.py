"""The outermost edge of the program: the first page at once, everything else by click."""

from __future__ import annotations

import os
import sys

from esxlab import texts
from esxlab.cli import front


def main() -> None:
    """Run the command of sys.argv and exit with its code; a bug ends in a traceback and exit code 1."""
    arguments = sys.argv[1:]
    texts.set_language(front.choose_language(arguments, os.environ))
    if front.answer(arguments):
        sys.exit(0)
    from esxlab.cli.group import esxlab  # noqa: PLC0415 - click: only when the first page is not enough

    sys.exit(esxlab.main(arguments, prog_name="esxlab"))


if __name__ == "__main__":
    main()
