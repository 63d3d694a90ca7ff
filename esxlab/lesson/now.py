"""What is there of a group beside what is wanted, for its drawing: power, cables, shared addresses."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from esxlab.exercises.registry import handout_of
from esxlab.foreign import brief_line
from esxlab.texts import colon, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from esxlab.exercises.handout import Mark
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Machine, Nic
    from esxlab.spec.resolved import GroupSpec

Held = dict[str, tuple[str, ...]]
"""Shared address -> the machines that hold it now."""
LONGEST = 60
"""Signs of a name from vSphere."""


@dataclass(frozen=True, slots=True)
class MachineNow:
    """`lines` for its box; `cut`: the sides (inside, outside) that no cable of its own leads to."""

    absent: bool = False
    lines: tuple[str, ...] = ()
    cut: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class GroupNow:
    """A group as it was seen; `differs` is a sentence for each thing that is not as it is wanted."""

    machines: Mapping[str, MachineNow] = field(default_factory=dict)
    differs: tuple[str, ...] = ()


def group_now(spec: GroupSpec, wanted: Lab, found: Lab, held: Held, marks: Sequence[Mark] = ()) -> GroupNow:
    """What was found against what is wanted; of an address that is not in `held` nobody was asked.

    `marks`: what servers told of themselves and of others.
    """
    if not found.seen:
        return GroupNow(differs=(say("graph.unseen"),))
    differs: list[str] = []
    machines = {m.owner.machine: _machine(spec, m, found, held, differs) for m in wanted.machines}
    for mark in marks:
        line = say(f"handout.{mark.key}", **mark.facts)
        differs += [f"{mark.machine}{colon()}{line}"] if mark.differs else []
        if here := machines.get(mark.machine):
            machines[mark.machine] = replace(here, lines=(*here.lines, line))
    for key, address in handout_of(spec).shared:
        holders = held.get(address)
        if holders is not None and len(holders) != 1:
            facts = {"what": say(key), "address": address, "who": ", ".join(holders)}
            differs.append(say("graph.several" if holders else "graph.nobody", **facts))
    return GroupNow(machines, tuple(differs))


def _machine(spec: GroupSpec, wanted: Machine, found: Lab, held: Held, differs: list[str]) -> MachineNow:
    name = wanted.owner.machine
    there = found.machine(name)
    if there is None:
        differs.append(f"{name}{colon()}{say('power.absent')}")
        return MachineNow(absent=True, lines=(say("power.absent"),))
    if there.power != "on":
        differs.append(f"{name}{colon()}{say(f'power.{there.power}')}")
    address = there.runtime.address if there.runtime else ""
    lines = [f"{say(f'power.{there.power}')} {brief_line(address, LONGEST)}".strip()]
    cut = dict(_cables(spec, wanted, there))
    differs += [f"{name}{colon()}{line}" for line in cut.values()]
    mine = [address for address, holders in held.items() if name in holders]
    lines += [*cut.values(), *(say("graph.here", address=address) for address in mine)]
    return MachineNow(lines=tuple(lines), cut=frozenset(cut))


def _cables(spec: GroupSpec, wanted: Machine, there: Machine) -> Iterator[tuple[str, str]]:
    """(side, what is wrong with the cable) of each card of the two networks."""
    sides = {spec.inside.port_group: "inside", spec.outside.port_group: "outside"}
    for nic in wanted.nics:
        side = sides.get(nic.network)
        if side and (wrong := _cable(nic, {each.mac: each for each in there.nics}, side)):
            yield side, wrong


def _cable(wanted: Nic, there: Mapping[str, Nic], side: str) -> str:
    card, facts = there.get(wanted.mac), {"side": say(f"sheet.{side}")}
    if card is None:
        return say("graph.no_card", **facts)
    if card.network != wanted.network:
        return say("graph.elsewhere", network=brief_line(card.network, LONGEST), **facts)
    return "" if card.connected else say("graph.cable_out", **facts)
