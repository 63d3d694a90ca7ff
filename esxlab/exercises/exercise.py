"""What an exercise has to say of itself; the rest is common to all exercises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from esxlab.exercises.handout import no_handout

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from esxlab.checks.asking import GuestAccess
    from esxlab.checks.base import Check
    from esxlab.drills.base import Drill
    from esxlab.drills.setup import DrillSetup
    from esxlab.exercises.handout import Handout
    from esxlab.exercises.seeds import Seeds
    from esxlab.lab.guest import Guest
    from esxlab.lab.lab import Lab
    from esxlab.spec.part import ExercisePart, Family
    from esxlab.spec.resolved import GroupSpec, MachineSpec

Segment = Literal["inside", "outside"]
BuildGuest = Callable[["GroupSpec", "MachineSpec", "Seeds", str], "Guest"]
"""(group, machine, seeds, the secret's phrase) -> what is wanted inside the machine."""
BuildSetup = Callable[["GroupSpec", "Lab", "GuestAccess"], "DrillSetup"]
"""(group, wanted lab, ways to its machines) -> where its drills take place; LabError drill.no_client."""
BuildDrill = Callable[["GroupSpec", "DrillSetup"], "Drill"]


def where_its_address_is(machine: MachineSpec) -> Segment:
    """A client that has an address inside sits inside."""
    return "inside" if machine.inside else "outside"


def nowhere(spec: GroupSpec) -> IPv4Address | None:  # noqa: ARG001 - of every group
    """The router's outside port leads nowhere."""
    return None


def nothing(spec: GroupSpec) -> None:
    """Whatever the spec reader lets through can be built."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise.

    - `client_segment`: where a station sits; `guests`: role -> what is inside such a machine;
    - `nat_to`: where the router's outside port leads, None: nowhere;
    - `refuse` raises LabError when the spec asks for what this exercise cannot give;
    - `checks`: its questions, in the order in which a teacher would ask them;
    - `key_checks`: the names of those that must be answered well before anything is broken on purpose;
    - `drills`: name -> failure on purpose, in the order in which they are done;
    - `setup`: where they take place;
    - `family`: its machines;
    - `texts`: its sentences, by key (`drill.NAME`, `check.NAME` ...), in English and French;
    - `french`: the French of each description in its part of the spec;
    - `part`: what it adds to the spec, if anything;
    - `secret`: the name of the phrase that each group gets of its own; empty: it needs none;
    - `handout`: what students and teacher are given on paper;
    - `start_s`: how long its lab may take to answer after its machines were started.
    """

    guests: Mapping[str, BuildGuest]
    checks: Callable[[GroupSpec, GuestAccess], Iterator[Check]]
    key_checks: frozenset[str]
    setup: BuildSetup
    drills: Mapping[str, BuildDrill]
    family: Family
    client_segment: Callable[[MachineSpec], Segment] = where_its_address_is
    nat_to: Callable[[GroupSpec], IPv4Address | None] = nowhere
    refuse: Callable[[GroupSpec], None] = nothing
    part: ExercisePart | None = None
    secret: str = ""
    texts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    french: Mapping[str, str] = field(default_factory=dict)
    handout: Callable[[GroupSpec], Handout] = no_handout
    start_s: float = 240.0
