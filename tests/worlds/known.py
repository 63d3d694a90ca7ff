"""Surprises that are known and not mended yet: each is shown, counted and expected, never skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.worlds.law import Surprise


class Known(NamedTuple):
    """A surprise of this kind, of a command that begins so, whose words hold this."""

    kind: str
    command: str
    holds: str
    why: str


UNTRIED = ("configuration is locked", "commands are not authorized")
FIRST_WRITE = (
    "doctor is green before an obstacle",
    "plan is green before an obstacle",
    "a change and then a refusal",
)


def _known(kinds: tuple[str, ...], obstacles: tuple[str, ...], why: str) -> tuple[Known, ...]:
    return tuple(Known(kind, f"| {obstacle}", "", why) for obstacle in obstacles for kind in kinds)


KNOWN: tuple[Known, ...] = (
    *_known(
        FIRST_WRITE,
        ("unknown, reads only",),
        "what an unknown edition allows shows at the first write; doctor warns, nothing is probed",
    ),
    *_known(
        FIRST_WRITE[1:],
        ("no line is free",),
        "a router that does not answer a look may answer the run: the machines do not wait for it",
    ),
    *_known(
        FIRST_WRITE,
        UNTRIED,
        "a look does not enter configuration mode, so that nobody is locked out by looking",
    ),
)


def is_known(surprise: Surprise) -> bool:
    """Whether it is one of them."""
    return any(
        surprise.kind == known.kind and known.command in surprise.command and known.holds in surprise.seen
        for known in KNOWN
    )
