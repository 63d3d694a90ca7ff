"""Which machines hold the addresses that no machine has for good (a cluster's, a virtual one), asked now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.engine.into import CONNECT_S, targets_of
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from esxlab.engine.into import Going, Target
    from esxlab.lab.guest import SshRoute
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.spec.resolved import GroupSpec

SHOW = ("ip", "-o", "-4", "addr", "show")
ANSWER_S = 20.0
Holders = dict[int, dict[str, tuple[str, ...]]]
"""Group -> address -> machines; an address of which not all servers that are on have told is left out."""


def find_holders(
    specs: Sequence[GroupSpec],
    wanted: Sequence[Lab],
    found: Mapping[GroupId, Lab],
    shared: Mapping[int, Sequence[str]],
    going: Going,
) -> tuple[Holders, tuple[LabError, ...]]:
    """Every server that is on is asked for its addresses: a machine that is off holds none.

    `shared`: group -> the addresses. Also says which servers could not be asked, and why.
    """
    names = frozenset(m.key for spec in specs for m in spec.machines if m.role != "client")
    on = {(lab.group.number, m.owner.machine) for lab in found.values() for m in lab.machines if m.powered_on}
    targets = [
        target
        for target in targets_of(specs, wanted, found, names)
        if (target.group, target.machine) in on and shared.get(target.group)
    ]

    def ask(target: Target, route: SshRoute) -> frozenset[str]:
        del target
        answer = going.backends.guests.run(route, SHOW, timeout_s=ANSWER_S, connect_s=CONNECT_S)
        return frozenset(word.partition("/")[0] for word in answer.stdout.split())

    met = going.meet(targets, ask, lambda _: None)
    silent = {each.target.group for each in met if each.error}
    seen = {lab.group.number for lab in found.values() if lab.seen}
    holders = {
        group: {
            address: tuple(
                each.target.machine
                for each in met
                if each.target.group == group
                and not isinstance(each.answer, LabError)
                and address in each.answer
            )
            for address in addresses
        }
        for group, addresses in shared.items()
        if group in seen - silent
    }
    return holders, tuple(each.error for each in met if each.error)
