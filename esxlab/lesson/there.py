"""What is there of a group's machines, as one look has found it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Machine
    from esxlab.planning.standing import Power


@dataclass(frozen=True, slots=True)
class MachineThere:
    """One machine that was found; `address` is what VMware Tools tell (of the school's network, mostly)."""

    machine: str
    name: str
    power: Power
    address: str
    cards: tuple[tuple[str, str], ...]  # (MAC, network)


@dataclass(frozen=True, slots=True)
class GroupThere:
    """A group as it was seen: its machines, and who holds each shared address; None: nobody could look."""

    machines: tuple[MachineThere, ...] | None = None
    held: Mapping[str, tuple[str, ...]] | None = None


There = dict[int, tuple[MachineThere, ...]]
"""Group number -> its machines."""


def machines_there(found: Mapping[GroupId, Lab]) -> There:
    """The machines of each group that was found."""
    return {group.number: tuple(map(_machine, lab.machines)) for group, lab in found.items()}


def _machine(machine: Machine) -> MachineThere:
    address = machine.runtime.address if machine.runtime else ""
    cards = tuple((nic.mac, nic.network) for nic in machine.nics)
    return MachineThere(machine.owner.machine, machine.name, machine.power, address, cards)
