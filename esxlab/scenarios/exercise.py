"""What a part of the exercise has to say; the rest is common to all parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from esxlab.lab.guest import Guest
    from esxlab.scenarios.seeds import Seeds
    from esxlab.spec.resolved import GroupSpec, MachineSpec, Role

Segment = Literal["inside", "outside"]
BuildGuest = Callable[["GroupSpec", "MachineSpec", "Seeds", str], "Guest"]
"""(group, machine, seeds, authkeys phrase) -> what is wanted inside the machine."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One part: where clients sit, what is inside each machine, what the router's outside port leads to.

    `refuse` raises LabError when the spec asks for what this part cannot give.
    """

    client_segment: Callable[[MachineSpec], Segment]
    guests: Mapping[Role, BuildGuest]
    nat_to: Callable[[GroupSpec], IPv4Address | None]
    refuse: Callable[[GroupSpec], None]
