"""What is done to a router: push the missing lines, take exactly ours away, or leave them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.actions.leave_router import LeaveRouter
from esxlab.actions.router import PushRouter, ReleaseRouter
from esxlab.performing.base import perform
from esxlab.planning.router_step import lines_of_push, push_now, release_now
from esxlab.planning.sharing import router_records

if TYPE_CHECKING:
    from esxlab.backends.protocols import Backends
    from esxlab.lab.lab import RouterRecord


@perform.register(PushRouter)
def push_router(action: PushRouter, backends: Backends) -> None:
    """Read again, have it told what of the plan's lines is still due, and send that."""
    found = backends.routers.observe(action.router.address, lines_of_push(action))
    others = action.others
    if action.change is None:  # another group of this run may have pushed since the plan
        others = _others_now(action, backends)
    record, change = push_now(action, found, others)
    if record:
        backends.vsphere.write_group_record(record)
    if change:
        backends.routers.push(action.router.address, change, change.target)


def _others_now(action: PushRouter, backends: Backends) -> tuple[RouterRecord, ...]:
    sharing, name = frozenset(action.sharing) - {action.group}, action.group.class_name
    theirs = [
        record
        for server in (action.servers if sharing else ())
        for record in backends.vsphere.find_records(server, name, groups=sharing).values()
        if record
    ]
    return (*router_records(action.router.address, theirs), *action.others)


@perform.register(ReleaseRouter)
def release_router(action: ReleaseRouter, backends: Backends) -> None:
    """Read again, have it told what of the plan's lines is still due, and send that."""
    found = backends.routers.observe(action.address, action.record.uses)
    if change := release_now(action, found):
        backends.routers.push(action.address, change, change.target)


@perform.register(LeaveRouter)
def leave_router(action: LeaveRouter, backends: Backends) -> None:  # noqa: ARG001 - it needs none of them
    """Say so."""
    raise action.reason
