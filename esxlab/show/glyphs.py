"""The few signs of tables and progress, each with an ASCII form for a terminal that cannot print it."""

from __future__ import annotations

from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of signs. A word always stands beside a sign: neither sign nor colour carries meaning alone."""

    ok: str
    failed: str
    warning: str
    skipped: str
    running: str
    arrow: str
    full: str
    empty: str


UNICODE = Glyphs(ok="✔", failed="✘", warning="▲", skipped="·", running="●", arrow="→", full="█", empty="░")
ASCII = Glyphs(ok="+", failed="X", warning="!", skipped=".", running="*", arrow="->", full="#", empty="-")


def glyphs_for(encoding: str) -> Glyphs:
    """The signs that this encoding can print: cp1252 has no check mark, and printing one crashes."""
    try:
        "".join(astuple(UNICODE)).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE
