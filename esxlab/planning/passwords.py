"""What keeps a plan from the guests' passwords: another computer's secrets, or an older copy of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.actions.guest import ConfigureGuest
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from esxlab.actions.base import Action
    from esxlab.lab.lab import Lab
    from esxlab.lab.password import PasswordName


def latest(found: Lab, root: str) -> int:
    """The last generation of this root that a machine of the group has, or is about to have; -1: none."""
    names = (name for machine in found.machines for name in machine.password.names)
    return max((name.generation for name in names if name.group and name.root == root), default=-1)


def behind(wanted: Lab, found: Lab) -> LabError | None:
    """The machines' passwords were rotated on another computer: ours would turn them back to an old one."""
    ours = [m.password.settled for m in wanted.machines if m.password.settled.group]
    if not ours or latest(found, ours[0].root) <= ours[0].generation:
        return None
    return LabError("secret.behind", group=wanted.group.number)


def unknown(actions: Iterable[Action], known: AbstractSet[PasswordName]) -> LabError | None:
    """A guest on the way has a password that cannot be had on this computer."""
    stops = (hop for action in actions if isinstance(action, ConfigureGuest) for hop in action.route.hops)
    lost = [stop for stop in stops if known.isdisjoint(stop.passwords)]
    return LabError("secret.elsewhere", group=lost[0].owner.group.number) if lost else None
