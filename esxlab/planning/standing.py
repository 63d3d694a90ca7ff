"""Where a group stands, for `status`: its machines as found, and how far that is from what is wanted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from esxlab.actions.machines import PowerOn
from esxlab.bugs import attempt
from esxlab.errors import LabError
from esxlab.planning.difference import Difference
from esxlab.planning.provision import plan_group, router_unrecorded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from esxlab.actions.base import Action
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Machine
    from esxlab.lab.provenance import Provenance

State = Literal["unknown", "absent", "partial", "changed", "ready", "paused"]
Power = Literal["on", "off", "suspended", "absent", "unknown"]
Configured = Literal["yes", "no", "other", "restart", "unknown"]


MENDING: Mapping[State, str] = MappingProxyType(
    {"absent": "provision", "partial": "provision", "changed": "provision", "paused": "resume"}
)
"""State -> the command that brings such a group to what is wanted."""


@dataclass(frozen=True, slots=True)
class MachineStatus:
    """One machine: `machine` in the exercise, `name` in vSphere; `configured` other: with something else."""

    machine: str
    name: str
    power: Power
    configured: Configured
    address: str
    networks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupStatus:
    """One group; `pending` is how many actions a provision would have, as far as vSphere can tell.

    The router itself is not asked: its push counts where the group's record knows of none.

    `unknown`: its place could not be looked at; a problem says why, and nothing is counted as pending.
    """

    group: int
    state: State
    machines: tuple[MachineStatus, ...]
    problems: tuple[LabError, ...]
    pending: int
    remarks: tuple[LabError, ...] = ()
    router_pending: bool = False  # the group's record knows of no lines on its router


@dataclass(frozen=True, slots=True)
class ClassStatus:
    """The groups that were asked about; `orphans` are there although the spec no longer has them.

    `colleagues`: groups of this class name that somebody else has made. `unread`: why some datastores could
    not be looked at.
    """

    groups: tuple[GroupStatus, ...]
    orphans: tuple[int, ...] = ()
    colleagues: Mapping[GroupId, Provenance] = field(default_factory=dict)
    unread: tuple[LabError, ...] = ()


def is_paused(wanted: Lab, found: Lab, pending: Sequence[Action]) -> bool:
    """Whether all its machines are there and as they should be, and nothing but their power is missing."""
    return (
        bool(pending)
        and len(pending) == len(wanted.machines)
        and all(isinstance(action, PowerOn) for action in pending)
        and not found.problems
    )


def standing_of(wanted: Lab, found: Lab) -> GroupStatus:
    """The status of one group: from what was found of it in vSphere."""
    if not found.seen:
        unseen = tuple(_unseen(machine) for machine in wanted.machines)
        return GroupStatus(wanted.group.number, "unknown", unseen, found.problems, 0)
    pending = plan_group(Difference(_without_router(wanted), found))
    machines = tuple(_machine(machine, found) for machine in wanted.machines)
    there = [machine for machine in machines if machine.power != "absent"]
    state: State = "ready"
    if not there:
        state = "absent"
    elif len(there) < len(machines) or any(machine.configured == "no" for machine in machines):
        state = "partial"
    elif is_paused(wanted, found, pending):
        state = "paused"
    elif pending or found.problems:
        state = "changed"
    without = router_unrecorded(wanted, found)
    if without and state == "ready":
        state = "partial"
    return GroupStatus(
        wanted.group.number, state, machines, found.problems, len(pending) + without, found.remarks, without
    )


def standing_or_why(lab: Lab, found: Lab) -> GroupStatus:
    """The same; of a group that cannot be told, why."""
    standing = attempt(partial(standing_of, lab, found))
    if isinstance(standing, LabError):
        return GroupStatus(lab.group.number, "unknown", (), (standing.at(str(lab.group)),), 0)
    return standing


def _without_router(lab: Lab) -> Lab:
    return replace(lab, router=None)


def _unseen(wanted: Machine) -> MachineStatus:
    return MachineStatus(wanted.owner.machine, wanted.name, "unknown", "unknown", "", ())


def _machine(wanted: Machine, found: Lab) -> MachineStatus:
    there = found.machine(wanted.owner.machine)
    if there is None:
        return MachineStatus(wanted.owner.machine, wanted.name, "absent", "no", "", ())
    configured: Configured = "yes"
    if not there.config_digest:
        configured = "no"
    elif there.config_digest != wanted.config_digest:
        configured = "other"
    elif there.restart_pending:
        configured = "restart"
    return MachineStatus(
        wanted.owner.machine,
        there.name,
        there.power,
        configured,
        there.runtime.address if there.runtime else "",
        tuple(nic.network for nic in there.nics),
    )
