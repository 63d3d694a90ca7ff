"""What an esxcli command is: its options, its words, and who runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from esxlab.sim.esxi.host import Host
    from esxlab.sim.esxi.programs.formatter import Answer

    Runs = Callable[[Host, Mapping[str, str]], Awaitable[Answer | None]]


class RefusalError(Exception):
    """Why a command that is rightly written cannot be done, in esxcli's words."""


class Option(NamedTuple):
    """One option: -v and --vlan-id."""

    short: str
    long: str
    words: str
    required: bool = False
    integer: bool = False


class Command(NamedTuple):
    """One command."""

    run: Runs
    words: str
    options: tuple[Option, ...] = ()
