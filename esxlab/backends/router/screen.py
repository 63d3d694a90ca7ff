"""What a terminal would show of the characters that a router sends: no control characters are left.

IOS scrolls a line that is longer than the terminal is wide with backspaces and a `$`, wipes out ` --More-- `
with backspaces and blanks, and rings the bell (IOS Configuration Fundamentals, "Using the Command-Line
Interface"); console servers and their menus add ANSI sequences (ECMA-48).
"""

from __future__ import annotations

import re

_SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x9b[0-?]*[ -/]*[@-~]"  # CSI ... letter
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC, DCS and the like, up to BEL or ST
    r"|\x1b[ -/]*[0-OQ-WYZ\\`-~]"
)
_BEGUN = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]*)?\Z|\x9b[0-?]*[ -/]*\Z")
_MOVES = re.compile(r"[\b\r]")
_CONTROLS = re.compile(r"[\x00-\x07\x0b-\x0c\x0e-\x1f\x7f-\x9f]")
_LONGEST = 256  # characters of a sequence that is waited for; a longer one is none


class Screen:
    """`text` is what stands there and was not taken yet."""

    def __init__(self) -> None:
        self.text = ""
        self._begun = ""
        self._back = 0  # columns from the cursor to the end of the line

    def show(self, fresh: str) -> None:
        """Characters, as they come; a sequence may be cut anywhere."""
        fresh = _SEQUENCE.sub("", self._begun + fresh).replace("\r\n", "\n")
        begun = _BEGUN.search(fresh)
        self._begun = begun[0] if begun and len(begun[0]) < _LONGEST else ""
        fresh = _CONTROLS.sub("", fresh[: begun.start()] if self._begun and begun else fresh)
        if self._back or _MOVES.search(fresh):
            self._type_over(fresh)
        else:
            self.text += fresh

    def take(self, end: int) -> str:
        """The first `end` characters; what follows stays."""
        taken, self.text = self.text[:end], self.text[end:]
        self._back = min(self._back, len(self.text) - self.text.rfind("\n") - 1)
        return taken

    def _type_over(self, fresh: str) -> None:
        above, newline, last = self.text.rpartition("\n")
        line, column = list(last), len(last) - self._back
        done = [above + newline]
        for sign in fresh:
            if sign == "\n":
                done.append("".join(line) + "\n")
                line, column = [], 0
            elif sign == "\r":
                column = 0
            elif sign == "\b":
                column = max(0, column - 1)
            else:
                line[column : column + 1] = [sign]
                column += 1
        self.text = "".join(done) + "".join(line)
        self._back = len(line) - column
