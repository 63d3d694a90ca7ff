"""French typography: the catalogue is typed plainly, and set when a sentence is shown.

A narrow no-break space stands before `; ? !`, a no-break space before `:` and inside « », a curly apostrophe
between letters (Lexique des règles typographiques en usage à l'Imprimerie nationale, "ponctuation"). What is
between backticks is for typing, and stays as it is. A terminal that lacks these signs is given plain ones.
"""

from __future__ import annotations

import codecs

NO_BREAK, NARROW, CURLY = "\u00a0", "\u202f", "\u2019"
PAIRS = (
    *((f" {sign}", f"{NARROW}{sign}") for sign in ";?!"),
    (" :", f"{NO_BREAK}:"),
    ("« ", f"«{NO_BREAK}"),
    (" »", f"{NO_BREAK}»"),
)
TWINS = {NO_BREAK: " ", NARROW: " ", CURLY: "'", "«": '"', "»": '"', "…": "...", "œ": "oe", "Œ": "OE"}
PLAIN = "esxlab.plain"
"""The name of the codec error handler that writes a sign's plain twin: é as e, what has none as `?`."""


def typeset(text: str) -> str:
    """A French sentence as it is printed."""
    parts = text.split("`")
    parts[::2] = map(_prose, parts[::2])
    return "`".join(parts)


def _prose(text: str) -> str:
    for typed, printed in PAIRS:
        text = text.replace(typed, printed)
    signs = [
        CURLY if sign == "'" and before.isalpha() and (after.isalpha() or after in "«{`") else sign
        for before, sign, after in zip(f" {text}", text, f"{text[1:]}`", strict=False)
    ]
    return "".join(signs)


def plain_twins(error: UnicodeError) -> tuple[str, int]:
    """For `codecs`: what an encoding without these signs prints instead."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_twin, error.object[error.start : error.end])), error.end


def _twin(sign: str) -> str:
    if sign in TWINS:
        return TWINS[sign]
    import unicodedata  # noqa: PLC0415 - only for a terminal that lacks a sign

    return unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode() or "?"


codecs.register_error(PLAIN, plain_twins)
