"""Long sentences on a terminal: broken between words, not in them."""

from __future__ import annotations

import re

from esxlab.show.cells import columns_of

PIECES = re.compile(r" ?(?:`[^`]*`|[^ `])+")
"""A word with the blank before it; what is between backticks is for copying, and stays in one piece."""
VERBATIM = re.compile(r" {6,}(?! |-> |[|] )| *\d+ [|] |.*\S {2,}\S")
"""A router's line, a line of a spec, a row of a table: shown as they are."""
HANG = re.compile(r" *(?:[-+~|] |-> |[^\w\s`] )?")
QUOTED = re.compile(r" *[|] ")
"""What somebody else said: its lines keep their sign."""


def fold(text: str, width: int) -> str:
    """The text with every sentence that is wider than the terminal on several lines, below one another."""
    return "\n".join(_fold_line(line, width) for line in text.split("\n"))


def _fold_line(line: str, width: int) -> str:
    if not 0 < width < columns_of(line) or VERBATIM.match(line):
        return line
    lead = HANG.match(line)
    hang = " " * len(lead[0] if lead else "")
    if quoted := QUOTED.match(line):
        hang = quoted[0]
    lines = [hang]
    for piece in PIECES.findall(line[len(hang) :]):
        if columns_of(lines[-1] + piece) > width and lines[-1].strip():
            lines.append(hang + piece.lstrip(" "))
        else:
            lines[-1] += piece
    lines[0] = line[: len(hang)] + lines[0][len(hang) :]
    return "\n".join(lines)
