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


UNTRIED = ("configuration is locked", "commands are not authorized")
FIRST_WRITE = {
    "doctor": "doctor is green before an obstacle",
    "plan": "plan is green before an obstacle",
    "provision": "a change and then a refusal",
}


def _known(commands: tuple[str, ...], obstacles: tuple[str, ...], why: str) -> tuple[Known, ...]:
    return tuple(
        Known(FIRST_WRITE[command], f"{command} | {obstacle}", why)
        for obstacle in obstacles
        for command in commands
    )


KNOWN: tuple[Known, ...] = (
    *_known(
        ("doctor", "plan", "provision"),
        ("unknown, reads only",),
        "what an unknown edition allows shows at the first write; doctor warns, nothing is probed",
    ),
    *_known(
        ("plan", "provision"),
        ("no line is free",),
        "a router that does not answer a look may answer the run: the machines do not wait for it",
    ),
    *_known(
        ("doctor", "plan", "provision"),
        UNTRIED,
        "a look does not enter configuration mode, so that nobody is locked out by looking",
    ),
)


def is_known(surprise: Surprise) -> bool:
    """Whether it is one of them."""
    return any((surprise.kind, surprise.command) == (known.kind, known.command) for known in KNOWN)
