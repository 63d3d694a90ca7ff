"""What esxlab wants of a Cisco router: a handful of lines, as a table of line keys.

The whole running-config is never compared with ours: only the line keys that the lab uses are, so nobody
else's line can ever be removed (facts: the trap of `no enable secret`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esxlab.errors import LabError

LineKey = tuple[str, str]
"""(section, kind): ("interface FastEthernet0/0", "address") or ("", "ip nat inside source static tcp 80")."""


@dataclass(frozen=True, slots=True)
class RouterAddress:
    """How a router is reached; no secret in it."""

    host: str  # address, or the path of a serial line
    device_type: str = "cisco_ios"  # netmiko's name: cisco_ios, cisco_ios_telnet, cisco_ios_serial
    port: int = 22
    user: str = "admin"
    serial_number: str = ""  # pinned processor board ID; empty: not checked
    key: str = field(default="", compare=False, repr=False)
    """Absolute path of the SSH key for its login, or agent; empty: a password. This computer's own affair."""


@dataclass(frozen=True, slots=True)
class RouterTable:
    """Line key -> the line that fills it, in IOS's normal form; a key with an empty line is wanted empty."""

    lines: tuple[tuple[LineKey, str], ...] = ()

    def __getitem__(self, line_key: LineKey) -> str:
        """The line at this line key; empty when there is none."""
        return dict(self.lines).get(line_key, "")

    @property
    def line_keys(self) -> frozenset[LineKey]:
        """All line keys that this table speaks of."""
        return frozenset(line_key for line_key, _ in self.lines)


@dataclass(frozen=True, slots=True)
class Router:
    """A router, wanted or found: `table` holds only the line keys that the lab uses.

    `unsaved`: what stands there is lost when the router loses power. A push that was killed between
    its first line and `write memory` leaves it so, perhaps with its revert timer still running.
    """

    address: RouterAddress
    table: RouterTable
    running_config: str = field(default="", compare=False, repr=False)
    unsaved: bool = False


@dataclass(frozen=True, slots=True)
class RouterExamined:
    """What one login has told of a router: as IOS prints it, what is no configuration.

    `each`: the router with the lines of each group that asked, in their order, or why they cannot be told.
    `agreed`: the algorithms of SSH in one line; empty for telnet and serial lines.
    """

    each: tuple[Router | LabError, ...]
    version: str
    clock: str
    agreed: str = ""


@dataclass(frozen=True, slots=True)
class RouterChange:
    """Commands to send, in order, below `configure terminal`; `undo` are their exact inverses, in order.

    `target` is what stands at the line keys once they have been sent: the push proves exactly that. `works`
    is the part of it that must work then too (links, routes, translations): a lab's own lines, and nothing
    when a lab is taken away. `save`: nothing is to be sent, but what stands there has never been saved.
    `stays` are lines that somebody else has put into a subinterface of ours, which therefore stays.
    """

    commands: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()
    target: RouterTable = field(default_factory=RouterTable)
    works: RouterTable = field(default_factory=RouterTable)
    save: bool = False
    stays: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """True when there is something to send or to save."""
        return bool(self.commands) or self.save
