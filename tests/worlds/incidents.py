"""What no look could foresee: the command fails, says what it met, and the same command ends the work."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.sim.proxy.rules import Rule
from esxlab.sim.proxy.soap import Fault
from tests.worlds.values import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.worlds.room import Room

    Heal = Callable[[], bool]
    """Ends an incident; whether it has happened."""

HOW = "issue 13, 1; worlds.md, timing and Tools"


def _rule(rule: Rule) -> Callable[[Room], Heal]:
    def strike(room: Room) -> Heal:
        struck = []
        room.proxy.rules.add(replace(rule, before=struck.append))

        def heal() -> bool:
            room.proxy.rules.clear()
            return bool(struck)

        return heal

    return strike


def _router_cut(room: Room) -> Heal:
    """The session ends in mid-push; the cable is put back."""
    room.router.faults.cut_at = 2

    def heal() -> bool:
        left, room.router.faults.cut_at = room.router.faults.cut_at, 0
        return not left

    return heal


def _ssh_cut(room: Room) -> Heal:
    """The first connection that carries a script to a server breaks before its answer."""
    faults, kept = room.school.engine.faults, room.school.engine.faults.cuts
    left = [1]

    def cuts(machine: str, _command: str, moment: str) -> bool:
        if moment == "after" and "srvweb2" in machine and left[0]:
            left[0] -= 1
            return True
        return False

    def heal() -> bool:
        faults.cuts = kept
        return not left[0]

    faults.cuts = cuts
    return heal


def _incident(strike: Callable[[Room], Heal]) -> Value:
    return Value(source=HOW, facts={"strike": strike})


FULL = Fault("NoDiskSpace", "Insufficient disk space on datastore 'datastore1'.")
DIMENSIONS: dict[str, dict[str, Value]] = {
    "incident": {
        "none": Value(source=HOW),
        "a copy fails late": _incident(
            _rule(Rule("fail_task", "CopyVirtualDisk_Task", nth=3, fault=FULL, seconds=0.2))
        ),
        "a reply is lost": _incident(_rule(Rule("lose_reply", "CreateVM_Task", nth=2))),
        "the router is cut": _incident(_router_cut),
        "a guest is cut": _incident(_ssh_cut),
    }
}
