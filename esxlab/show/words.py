"""Small phrases that several tables share: durations, counts, verdicts, lists of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.spec.problems import SpecProblems
from esxlab.spec.ranges import format_groups
from esxlab.texts import decimal, language, remedy_line, say, what_happened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from esxlab.planning.plan import Warned
    from esxlab.show.glyphs import Glyphs

VERDICT_GLYPHS = {
    "ok": "ok",
    "done": "ok",
    "ready": "ok",
    "failed": "failed",
    "refused": "failed",
    "error": "warning",
    "partial": "warning",
    "changed": "warning",
    "skipped": "skipped",
    "cancelled": "skipped",
    "nothing": "skipped",
    "absent": "skipped",
    "paused": "skipped",
    "unknown": "warning",
    "running": "running",
    "waiting": "skipped",
}
"""Verdict, status or state -> the glyph's name; the word itself is the text `word.<verdict>`."""


def duration(seconds: float) -> str:
    """How long: 0.4 s, 42 s, 3 min 05 s, 2 h 07 min."""
    if seconds < 10:  # noqa: PLR2004 - below ten seconds the tenths tell something
        return f"{decimal(seconds, '.1f')} s"
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return f"{whole} s"
    hours, minutes_rest = divmod(minutes, 60)
    return f"{hours} h {minutes_rest:02d} min" if hours else f"{minutes} min {rest:02d} s"


def count(key: str, number: int, **facts: object) -> str:
    """The text `<key>.one` or `<key>.many` with its number; French counts zero as one, English as many."""
    single = number == 1 or (number == 0 and language() == "fr")
    return say(f"{key}.one" if single else f"{key}.many", count=number, **facts)


def error_lines(error: LabError) -> str:
    """An error as a person reads it: its code at the end of the first line, then detail and remedy.

    A spec's problems carry their own codes, one each.
    """
    if isinstance(error, SpecProblems):
        return str(error)
    return f"{said_lines(error)}\n{remedy_line(error)}"


def failed_lines(error: LabError, glyphs: Glyphs) -> str:
    """The same behind the sign of a failure; of a spec's problems each has it."""
    if isinstance(error, SpecProblems):
        return error.marked(f"{glyphs.failed} ")
    return f"{glyphs.failed} {error_lines(error)}"


def lines_below(error: LabError, group: int) -> str:
    """The same where the group stands above it: its place is left out when that is the group, no more."""
    if error.where != say("place.group", number=group):
        return error_lines(error)
    return error_lines(LabError(error.code, where="", detail=error.detail, **error.facts))


def said_lines(error: LabError) -> str:
    """The same without the remedy."""
    brief, *rest = what_happened(error).split("\n", 1)
    return "\n".join([f"{brief} [{error.code}]", *rest])


def warning_text(warning: Warned) -> str:
    """A plan's warning in the reader's language."""
    return str(warning) if isinstance(warning, LabError) else say(warning.code, **warning.facts)


def verdict(name: str, glyphs: Glyphs) -> str:
    """Glyph and word: ✔ ok."""
    glyph = getattr(glyphs, VERDICT_GLYPHS[name])
    return f"{glyph} {say(f'word.{name}')}"


def numbers(groups: Iterable[int]) -> str:
    """Group numbers as one types them: 1-3,7."""
    return format_groups(tuple(groups))


def indent(text: str, by: int) -> str:
    """The text with every line moved to the right."""
    return "\n".join(" " * by + line for line in text.splitlines())


def unread_line(text: str, error: LabError) -> str:
    """One line: a datastore that nobody of this class may use is no reason for more."""
    return say(text, datastore=error.where, reason=error.detail or error.brief)
