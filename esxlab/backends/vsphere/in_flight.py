"""What goes on on a server although nobody of this run has asked for it: tasks, and guests that shut down.

A run that was killed leaves behind what it had asked for: copies go on for minutes, a guest that was told to
shut down leaves no task at all. Whoever decides by what is there in the middle of that decides wrongly.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from esxlab.backends.vsphere.found import APPLIED_KEY
from esxlab.errors import LabError
from esxlab.lab.in_flight import InFlight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.seen import SeenMachine
    from esxlab.lab.identity import GroupId, Owner
    from esxlab.lab.in_flight import Kind
    from esxlab.lab.lab import Lab

KINDS: dict[str, Kind] = {
    "copyvirtualdisk": "copy",
    "clone": "copy",
    "clonevm": "copy",
    "createvm": "create",
    "registervm": "create",
    "delete": "delete",
    "deletefile": "delete",
    "deletedatastorefile": "delete",
    "deletevirtualdisk": "delete",
    "destroy": "delete",
    "poweron": "power",
    "poweroff": "power",
    "reset": "power",
    "suspend": "power",
    "reconfigure": "reconfigure",
    "reconfigvm": "reconfigure",
    "createsnapshot": "snapshot",
    "createsnapshotex": "snapshot",
    "removesnapshot": "snapshot",
    "removeallsnapshots": "snapshot",
    "consolidatedisks": "snapshot",
    "reverttocurrentsnapshot": "snapshot",
}
"""The last word of a task's descriptionId, in small letters: those of a vCenter as govmomi has recorded them
(simulator/vpx/task_manager.go), and the simulator's own."""
NAMELESS = frozenset({"copy", "create"})
"""A task does not tell which file it makes: these concern a group that has begun and is not whole."""
GOING_DOWN = frozenset({"shuttingdown", "resetting"})
"""VirtualMachineGuestState: "Guest has a pending shutdown command", "... reset command"."""
SHUTDOWN_S = 150.0
"""How long a guest that shuts down is waited for; whoever wants it off then cuts its power."""
WAITERS = 16


class Pending(NamedTuple):
    """One thing that goes on, and what to ask about it: a task, or a machine whose guest shuts down."""

    what: InFlight
    subject: Any


def await_rest(
    server: Connection,
    labs: Sequence[Lab],
    unfinished: AbstractSet[GroupId],
    tell: Callable[[InFlight], None],
) -> dict[GroupId, LabError | None]:
    """Wait for all that goes on and concerns these labs as found; the groups, and whose wait was in vain."""
    pending = [*_tasks(server, labs, unfinished), *_shutdowns(server, labs)]
    for what in sorted({one.what for one in pending}):
        tell(what)
    if not pending:
        return {}
    with ThreadPoolExecutor(min(len(pending), WAITERS), thread_name_prefix="vsphere-rest") as pool:
        ends = list(pool.map(lambda one: _await(server, one), pending))
    found: dict[GroupId, LabError | None] = {}
    for one, error in zip(pending, ends, strict=True):
        found[one.what.group] = found.get(one.what.group) or error
    return found


def is_going_down(seen: SeenMachine) -> bool:
    """Its guest has been told to shut down and is not off yet, as far as anybody can see.

    While Tools run the server says so. When they have stopped, the proof is our own config digest: it was
    written for a restart in this very boot, in which Tools had run.
    """
    if not seen.powered_on:
        return False
    _, _, digest_boot = seen.extra.get(APPLIED_KEY, "").partition(" ")
    stopped = bool(digest_boot) and digest_boot == seen.boot_time and seen.tools == "guestToolsNotRunning"
    return seen.guest_state.lower() in GOING_DOWN or stopped


def await_off(server: Connection, seen: SeenMachine, *, limit_s: float) -> bool:
    """Whether the machine is off within this time."""
    try:
        server.await_machine(
            seen, lambda p: True if p.get("runtime.powerState") == "poweredOff" else None, limit_s=limit_s
        )
    except LabError as error:
        if error.code != "vsphere.timed_out":
            raise
        return False
    return True


def _tasks(server: Connection, labs: Sequence[Lab], unfinished: AbstractSet[GroupId]) -> Iterator[Pending]:
    pending = list(server.pending(files=bool(unfinished)))
    ours = _ours(server, labs)
    for task, moref, word in pending:
        kind = KINDS.get(word, "other")
        if owner := ours.get(moref):
            yield Pending(InFlight(owner.group, kind, owner.machine), task)
        elif kind == "delete" or kind in NAMELESS:
            for lab in labs:
                if kind == "delete" or lab.group in unfinished:
                    yield Pending(InFlight(lab.group, kind), task)


def _ours(server: Connection, labs: Sequence[Lab]) -> dict[str, Owner]:
    """The recent tasks of the machines that carry these groups' marks, by reference."""
    groups = {lab.group for lab in labs}
    machines = [(seen, seen.owner) for seen in list(server.inventory.machines.values())]
    return {task: owner for seen, owner in machines if owner and owner.group in groups for task in seen.tasks}


def _shutdowns(server: Connection, labs: Sequence[Lab]) -> Iterator[Pending]:
    groups = {lab.group for lab in labs}
    for seen in list(server.inventory.machines.values()):
        if seen.owner is not None and seen.owner.group in groups and is_going_down(seen):
            yield Pending(InFlight(seen.owner.group, "shutdown", seen.owner.machine), seen)


def _await(server: Connection, one: Pending) -> LabError | None:
    """Wait; how another's task ends is not our failure, but one that never ends is."""
    where = str(one.what.group)
    try:
        if one.what.kind == "shutdown":
            await_off(server, one.subject, limit_s=SHUTDOWN_S)
        else:
            server.await_task(one.subject, what=one.what.subject or where)
    except LabError as error:
        return error.at(where)
    return None
