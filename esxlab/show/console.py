"""The one way to the screen: results on stdout, everything else on stderr, colour by one table of rules.

Whatever a guest, a router, a server or a file says passes `visible` here: nothing of it steers the terminal.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from esxlab.foreign import visible
from esxlab.show.folding import fold
from esxlab.show.glyphs import Glyphs, glyphs_for
from esxlab.typography import PLAIN

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 0  # no limit: nothing is cut for a pipe

COLOURS = (
    (r"(?m)^ *\+ .*$|✔ \w+", "green"),
    (r"(?m)^ *~ .*$", "yellow"),
    (r"(?m)^ *- .*$", "red"),
    (r"✘.*", "bold red"),
    (r"▲.*|● \w+", "yellow"),
    (r"· \w+", "dim"),
    (r"(?m)^ *(->|\|) .*$", "cyan"),
    (r"`[^`]+`", "bold"),
)
"""Pattern -> style, applied in this order to every text; the words are the same without colour."""


@dataclass(frozen=True)
class Screen:
    """Where a command writes. `plain` turns the live display off, `colour` False every colour."""

    out: TextIO
    err: TextIO
    colour: bool = True
    plain: bool = False
    quiet: bool = False
    verbose: bool = False

    def __post_init__(self) -> None:
        """A sign that the stream's encoding lacks has a plain twin; it must never end the program."""
        for stream in (self.out, self.err):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors=PLAIN)

    @property
    def glyphs(self) -> Glyphs:
        """The signs that stdout can print."""
        return glyphs_for(self.out.encoding or "ascii")

    @property
    def err_glyphs(self) -> Glyphs:
        """The signs that stderr can print."""
        return glyphs_for(self.err.encoding or "ascii")

    @property
    def width(self) -> int:
        """Columns of the terminal that reads the result; 0 for a pipe."""
        return _columns(self.out)

    @property
    def live(self) -> bool:
        """True when progress may be redrawn in place."""
        return self.err.isatty() and os.environ.get("TERM") != "dumb" and not (self.plain or self.quiet)

    def result(self, text: str) -> None:
        """Write (part of) the command's result to stdout."""
        self._write(self.out, text)

    def document(self, text: str) -> None:
        """Write a machine-readable result to stdout, byte for byte, never coloured."""
        self.out.write(text)
        self.out.flush()

    def note(self, text: str) -> None:
        """Tell the person something beside the result; not with -q."""
        if not self.quiet:
            self._write(self.err, text)

    def ask(self, question: str) -> None:
        """Write a question, whose answer is typed behind it."""
        self.err.write(visible(question))
        self.err.flush()

    def complain(self, text: str) -> None:
        """Tell the person what must be read, an error or what a question is about; always."""
        self._write(self.err, text)

    @cached_property
    def err_console(self) -> Console:
        """The rich console of stderr, for the live display."""
        return self._console(self.err)

    def _write(self, stream: TextIO, text: str) -> None:
        text = visible(text if text.endswith("\n") else f"{text}\n")
        text = fold(text, _columns(stream))
        if stream is self.err and self.live:
            self._write_coloured(self.err_console, text)  # the live display's own: it makes room for the text
        elif stream.isatty() and self.colour and "NO_COLOR" not in os.environ:
            self._write_coloured(self._console(stream), text)
        else:
            stream.write(text)
        stream.flush()

    def _write_coloured(self, console: Console, text: str) -> None:
        from rich.text import Text  # noqa: PLC0415 - rich is slow to import and a pipe does not need it

        styled = Text(text)
        for pattern, style in COLOURS:
            styled.highlight_regex(pattern, style)
        console.print(styled, end="", soft_wrap=True)

    def _console(self, stream: TextIO) -> Console:
        from rich.console import Console  # noqa: PLC0415 - as above

        return Console(
            file=stream, no_color=not self.colour or None, highlight=False, markup=False, emoji=False
        )


def _columns(stream: TextIO) -> int:
    """Columns of the terminal behind a stream; PIPE_WIDTH where there is none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns if stream.isatty() else PIPE_WIDTH
    except OSError:  # a stream that only says that it is one
        return PIPE_WIDTH
