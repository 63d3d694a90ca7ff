"""What an exercise adds to the spec: a table under a key of its own, with its values, addresses and rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Interface

    from esxlab.spec.draft import Draft
    from esxlab.spec.findings import Findings

Side = Literal["inside", "outside", "school"]
Rule = Callable[["Draft", "Findings"], None]


class Part(BaseModel):
    """A part of the spec: frozen, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AddressField(NamedTuple):
    """An address that the spec has room for: where it is said, and the network that it must lie in.

    `alone`: it may be written with /32, as an address that nobody else of its network is reached by.
    """

    path: tuple[str | int, ...]
    side: Side
    value: IPv4Address | IPv4Interface
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """The machines that an exercise is played on; several exercises may share them.

    Args:
        cards: role of a server -> its cards, in slot order: inside, outside. The first one is on the school's
            network at creation.
        new_role: of a server that a spec adds without saying its role.
        machines: the servers, as a teacher would write them.
        clients: the stations, the same way; each has addresses on those sides that are said here.
        added: role -> the card that the exercise adds to a machine that is there already.
    """

    cards: Mapping[str, tuple[Literal["inside", "outside"], ...]]
    new_role: str
    machines: Mapping[str, Mapping[str, Any]]
    clients: Mapping[str, Mapping[str, Any]]
    added: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExercisePart:
    """One exercise's part of the spec.

    Args:
        key: its name in the file.
        model: what it holds; nothing has a default there.
        defaults: the exercise's own values, as a teacher would write them.
        address_fields: its addresses.
        resolve: from the checked draft to the frozen answer that `GroupSpec.part` gives.
        rules: what must hold; asked of every group whose scenario is of the same family.
        warnings: what deserves a look.
        example: a piece of a spec in which it stands.
    """

    key: str
    model: type[Part]
    defaults: Mapping[str, Any]
    address_fields: Callable[[Draft], Iterator[AddressField]]
    resolve: Callable[[Draft], object]
    rules: tuple[Rule, ...] = ()
    warnings: tuple[Rule, ...] = ()
    example: str = ""
