"""vim-cmd vmsvc/snapshot.*: the inventory's snapshots, printed as the tree that a host prints.

Sources: `snapshot.get` of ESXi 7 and 8 hosts in Jim Klimov's VimCmdParsersTest: `|-ROOT`, fields after `--`,
a child below `--|-CHILD` with two dashes more, "Desciption" without its r; hours, minutes and seconds of 7.0
without leading zeros.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from esxlab.sim.esxi.programs.machines import fault, machine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from esxlab.sim.esxi.desk import Call
    from esxlab.sim.esxi.host import Host
    from esxlab.sim.esxi.world import Machine

Words = tuple[str, ...]
STATES = {"poweredOn": "powered on", "poweredOff": "powered off", "suspended": "suspended"}
YES = frozenset({"1", "true", "yes", "on"})


async def get(host: Host, call: Call, words: Words) -> int:
    """Get Snapshot:, and the tree."""
    found = await machine(host, words[0], "snapshot")
    call.out(f"Get Snapshot:\n{tree(host, found)}")
    return 0


async def create(host: Host, call: Call, words: Words) -> int:
    """Take one."""
    vmid, name, words_of_it, memory, quiesce = (*words, "", "", "", "")[:5]
    found = await machine(host, vmid)
    call.out("Create Snapshot:\n")
    await asyncio.to_thread(
        lambda: host.world.finish(
            found.reference.CreateSnapshot_Task(
                name=name,
                description=words_of_it,
                memory=memory.lower() in YES,
                quiesce=quiesce.lower() in YES,
            )
        )
    )
    return 0


async def revert(host: Host, call: Call, words: Words) -> int:
    """Go back to one; the third word says whether the machine stays off."""
    _, node = await _one(host, words)
    suppress = words[2].lower() in YES | {"suppresspoweron"}
    await asyncio.to_thread(
        lambda: host.world.finish(node.snapshot.RevertToSnapshot_Task(suppressPowerOn=suppress))
    )
    again = await machine(host, words[0], "snapshot")
    call.out(f"Revert Snapshot:\n{tree(host, again)}")
    return 0


async def remove(host: Host, call: Call, words: Words) -> int:
    """Delete one, and with a third word its children."""
    _, node = await _one(host, words)
    children = len(words) > 2 and words[2].lower() in YES  # noqa: PLR2004 - removeChildren
    await asyncio.to_thread(
        lambda: host.world.finish(node.snapshot.RemoveSnapshot_Task(removeChildren=children))
    )
    call.out(f"Remove Snapshot:\n{tree(host, await machine(host, words[0], 'snapshot'))}")
    return 0


async def removeall(host: Host, call: Call, words: Words) -> int:
    """Delete them all."""
    found = await machine(host, words[0])
    await asyncio.to_thread(lambda: host.world.finish(found.reference.RemoveAllSnapshots_Task()))
    call.out("Remove All Snapshots:\n")
    return 0


async def _one(host: Host, words: Words) -> tuple[Machine, Any]:
    found = await machine(host, words[0], "snapshot")
    node = next((node for node, _ in _walk(_roots(found), 0) if str(node.id) == words[1]), None)
    if node is None:
        raise fault("NotFound", "The object or item referred to could not be found.")
    return found, node


def _roots(found: Machine) -> Sequence[Any]:
    info = found.found.get("snapshot")
    return info.rootSnapshotList if info is not None else ()


def _walk(nodes: Sequence[Any], level: int) -> Iterator[tuple[Any, int]]:
    for node in nodes:
        yield node, level
        yield from _walk(node.childSnapshotList or (), level + 1)


def tree(host: Host, found: Machine) -> str:
    """All snapshots; nothing when there are none."""
    lines = []
    padded = not host.release.number.startswith("7.")
    for node, level in _walk(_roots(found), 0):
        dashes = "--" * (level + 1)
        lines += [
            f"{'--' * level}|-{'CHILD' if level else 'ROOT'}",
            f"{dashes}Snapshot Name        : {node.name}",
            f"{dashes}Snapshot Id        : {node.id}",
            f"{dashes}Snapshot Desciption  : {node.description}",
            f"{dashes}Snapshot Created On  : {_when(node.createTime, padded=padded)}",
            f"{dashes}Snapshot State       : {STATES[str(node.state)]}",
        ]
    return "".join(f"{line}\n" for line in lines)


def _when(moment: datetime, *, padded: bool) -> str:
    at = moment.astimezone(UTC)
    clock = f"{at:%H:%M:%S}" if padded else f"{at.hour}:{at.minute}:{at.second}"
    return f"{at.month}/{at.day}/{at.year} {clock}"
