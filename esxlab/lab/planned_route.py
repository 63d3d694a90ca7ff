"""The SSH route to a guest as a plan knows it: who to go through, before anybody has asked for an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.lab.password import MODEL, PasswordName

if TYPE_CHECKING:
    from esxlab.lab.identity import Owner


@dataclass(frozen=True, slots=True)
class PlannedHop:
    """One machine on the route. An empty address is asked of VMware Tools when the route is taken."""

    owner: Owner
    address: str = ""
    host_keys: tuple[str, ...] = ()
    model: str = ""
    passwords: tuple[PasswordName, ...] = (MODEL,)


@dataclass(frozen=True, slots=True)
class PlannedRoute:
    """The hops to a guest, itself last. The first hop is on the school's network."""

    hops: tuple[PlannedHop, ...]

    @property
    def jumps(self) -> tuple[str, ...]:
        """Names of the machines that are only passed through."""
        return tuple(hop.owner.machine for hop in self.hops[:-1])
