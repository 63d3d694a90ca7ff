"""The way to a guest as a plan knows it: who to go through, before anybody has asked for an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.lab.password import MODEL, PasswordName

if TYPE_CHECKING:
    from esxlab.lab.identity import Owner


@dataclass(frozen=True, slots=True)
class Stop:
    """One machine on the way. An empty address is asked of VMware Tools when the way is taken."""

    owner: Owner
    address: str = ""
    host_keys: tuple[str, ...] = ()
    model: str = ""
    passwords: tuple[PasswordName, ...] = (MODEL,)


@dataclass(frozen=True, slots=True)
class Approach:
    """The stops to a guest, itself last. The first stop is on the school's network."""

    stops: tuple[Stop, ...]

    @property
    def jumps(self) -> tuple[str, ...]:
        """Names of the machines that are only passed through."""
        return tuple(stop.owner.machine for stop in self.stops[:-1])
