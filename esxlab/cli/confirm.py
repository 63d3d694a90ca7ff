"""Asking before something is changed; without a terminal never a hang, but an error that names --yes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.texts import say

if TYPE_CHECKING:
    from esxlab.show.console import Screen

YES = frozenset({"y", "yes", "o", "oui"})


def is_interactive() -> bool:
    """True when somebody can answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def read_line() -> str:
    """What is typed, up to the end of the line; nothing when the terminal has gone, or speaks otherwise."""
    try:
        return sys.stdin.readline()
    except (OSError, UnicodeDecodeError):
        return ""


def confirm(question: str, screen: Screen) -> bool:
    """Ask y/N; anything but yes is no. LabError usage.confirm without a terminal."""
    return _answer(f"{question} {say('confirm.yes_no')} ", screen).lower() in YES


def confirm_name(question: str, name: str, screen: Screen) -> None:
    """Ask for a name to be typed; LabError safety.name_differs when another one is."""
    typed = _answer(f"{question} ", screen)
    if typed != name:
        raise LabError("safety.name_differs", name=name)


def _answer(question: str, screen: Screen) -> str:
    if not is_interactive():
        raise LabError("usage.confirm")
    screen.ask(question)
    return read_line().strip()
