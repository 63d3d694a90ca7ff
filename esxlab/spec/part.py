"""What an exercise adds to the spec: a table under a key of its own, with its values, addresses and rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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


class Slot(NamedTuple):
    """An address that the spec has room for: where it is said, and the network that it must lie in.

    `alone`: it may be written with /32, as an address that nobody else of its network is reached by.
    """

    path: tuple[str | int, ...]
    side: Side
    value: IPv4Address | IPv4Interface
    alone: bool = False


@dataclass(frozen=True, slots=True)
class ExercisePart:
    """One exercise's part of the spec.

    Args:
        key: its name in the file.
        model: what it holds; nothing has a default there.
        defaults: the exercise's own values, as a teacher would write them.
        slots: its addresses.
        rules: what must hold; asked of every group, whichever scenario is on.
        warnings: what deserves a look.
        resolve: from the checked draft to the frozen answer that `GroupSpec.part` gives.
    """

    key: str
    model: type[Part]
    defaults: Mapping[str, Any]
    slots: Callable[[Draft], Iterator[Slot]]
    rules: tuple[Rule, ...]
    warnings: tuple[Rule, ...]
    resolve: Callable[[Draft], object]
