"""Where a session is in the configuration: what every command of configuration mode works on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from esxlab.sim.router.faults import Faults
    from esxlab.sim.router.state import Configuration, Interface


class Surroundings(Protocol):
    """What configuration mode asks of the router around it."""

    faults: Faults

    def is_in_use(self, key: str) -> bool:
        """Whether packets went through the entry (`tcp 192.16.193.20:80`) lately."""


@dataclass(slots=True)
class Mode:
    """One session's place in the configuration. `box` is None while a startup-config is loaded."""

    config: Configuration
    box: Surroundings | None = None
    section: str = ""

    @property
    def kind(self) -> str:
        """Of the section: interface, subinterface, archive, line; empty outside of all."""
        word, _, rest = self.section.partition(" ")
        return "subinterface" if word == "interface" and "." in rest else word

    @property
    def is_old(self) -> bool:
        """Whether this is an IOS 12.x, with its remarks and additions of its own."""
        return bool(self.box and self.box.faults.is_old)

    @property
    def interface(self) -> Interface:
        """The interface that this mode is in."""
        return self.config.interfaces[self.section.removeprefix("interface ")]

    @property
    def prompt(self) -> str:
        """What stands between the host name and the #: (config-if)."""
        names = {"": "", "interface": "-if", "subinterface": "-subif", "archive": "-archive", "line": "-line"}
        return f"(config{names.get(self.kind, '')})"
