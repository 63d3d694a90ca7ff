"""What a server tells of a class's machines as it happens: power, address, question; and whether it tells."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - a field's type
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from esxlab.errors import LabError
    from esxlab.lab.identity import Owner

Standing = Literal["asking", "watching", "lost", "ended", "unasked"]
"""lost: it is tried again; ended: it is not; unasked: nobody has."""


class CardWatched(NamedTuple):
    """A card as VMware Tools tell it; none is told while they are silent."""

    mac: str  # small letters
    connected: bool
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MachineWatched:
    """A machine of the class, by its owner mark. `question`: what it waits for an answer to."""

    owner: Owner
    power: Literal["on", "off", "suspended"] = "off"
    address: str = ""
    question: str = ""
    cards: tuple[CardWatched, ...] = ()

    @property
    def all_addresses(self) -> frozenset[str]:
        """Also those that it has not for good."""
        return frozenset(address for card in self.cards for address in card.addresses)


@dataclass(frozen=True, slots=True)
class ServerWatched:
    """A server, since when (ISO 8601, UTC) it stands so, and why it does not tell."""

    host: str
    standing: Standing
    since: str
    trouble: LabError | None = None


class Watched(Protocol):
    """One server that is watched; `version` is another one when something has changed."""

    @property
    def version(self) -> int:
        """Counts what was told."""
        ...

    @property
    def standing(self) -> ServerWatched:
        """How it stands."""
        ...

    @property
    def machines(self) -> Mapping[tuple[int, str], MachineWatched]:
        """(group, machine) -> what is there of it, as last told."""
        ...

    @property
    def changed(self) -> Mapping[int, float]:
        """Group -> when others of its machines were there, or on, than before; seconds since 1970.

        What was there from the first look on has not changed.
        """
        ...


@dataclass(frozen=True, slots=True)
class Unwatched:
    """A server that nobody asks: what is known of it is why."""

    standing: ServerWatched
    version: int = 0
    machines: Mapping[tuple[int, str], MachineWatched] = field(default_factory=dict)
    changed: Mapping[int, float] = field(default_factory=dict)
