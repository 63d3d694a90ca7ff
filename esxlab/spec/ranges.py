"""Ranges of group numbers as a person writes them: 7, 1-5, 1-3,7. Imports nothing slow: the cli needs it."""

from __future__ import annotations

import re

from esxlab.errors import LabError

LAST_GROUP = 999
RANGE_PATTERN = r"^[0-9]{1,3}( ?- ?[0-9]{1,3})?( ?, ?[0-9]{1,3}( ?- ?[0-9]{1,3})?)*$"
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
"""What a word processor makes of a hyphen between numbers."""
_PIECE = re.compile(r"([0-9]{1,3})(?: ?- ?([0-9]{1,3}))?", re.ASCII)


def parse_groups(text: str) -> tuple[int, ...]:
    """The group numbers that a range names, sorted, each once.

    Numbers are 1 to 999. Raises LabError spec.groups when the text is not such a range, or counts backwards.
    """
    found = 0  # a bit for each group: a thousand ranges of a thousand groups cost nothing
    for piece in text.translate(_DASHES).split(","):
        match = _PIECE.fullmatch(piece.strip())
        if match is None:
            raise LabError("spec.groups", text=text)
        first = int(match[1])
        last = int(match[2] or first)
        if not 1 <= first <= last:
            raise LabError("spec.groups", text=text)
        found |= (1 << last + 1) - (1 << first)
    return tuple(number for number in range(1, LAST_GROUP + 1) if found >> number & 1)


def format_groups(numbers: tuple[int, ...]) -> str:
    """The shortest range that names these groups: (1, 2, 3, 7) is 1-3,7."""
    pieces: list[list[int]] = []
    for number in sorted(numbers):
        if pieces and number == pieces[-1][-1] + 1:
            pieces[-1].append(number)
        else:
            pieces.append([number])
    return ",".join(str(p[0]) if len(p) == 1 else f"{p[0]}-{p[-1]}" for p in pieces)
