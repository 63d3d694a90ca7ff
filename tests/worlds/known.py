"""Surprises that are known and not mended yet: each is shown, counted and expected, never skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.worlds.law import Surprise


class Known(NamedTuple):
    """A surprise of this kind, of exactly this command."""

    kind: str
    command: str
    why: str


KNOWN: tuple[Known, ...] = ()
"""Nothing today; the last eleven went on 30 November 2026."""


def is_known(surprise: Surprise) -> bool:
    """Whether it is one of them."""
    return any((surprise.kind, surprise.command) == (known.kind, known.command) for known in KNOWN)
