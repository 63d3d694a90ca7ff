"""What is done to a router: push the missing lines, take exactly ours away, or leave them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.actions.leave_router import LeaveRouter
from esxlab.actions.router import PushRouter, ReleaseRouter
from esxlab.errors import LabError
from esxlab.performing.base import perform
from esxlab.planning.router_difference import diff_release, diff_router, merge_record, or_save, slots_to_read
from esxlab.planning.router_refusals import refusals
from esxlab.planning.sharing import router_records

if TYPE_CHECKING:
    from esxlab.backends.protocols import Backends
    from esxlab.lab.lab import RouterRecord


@perform.register(PushRouter)
def push_router(action: PushRouter, backends: Backends) -> None:
    """Read again, refuse what was not shown, push."""
    address, wanted = action.router.address, action.router.table
    ours, others = action.record.router, action.others
    found = backends.routers.observe(address, slots_to_read(wanted, ours))
    if action.change is None:
        others = _others_now(action, backends)  # another group of this run may have pushed since the plan
    if refused := refusals(action.router, found.running_config, ours, others):
        raise refused[0]
    change = or_save(diff_router(wanted, found.table, ours, others), found)
    if action.change is None:
        record = merge_record(ours, wanted, found.table, others)
        if (record, address) != (ours, action.record.router_address):
            backends.vsphere.claim(action.record._replace(router_address=address, router=record))
    elif new := [line for line in change.commands if line not in action.change.commands]:
        raise LabError("plan.router_changed", where=f"{action.group}, {action.subject}", line=new[0].strip())
    if change:
        backends.routers.push(address, change, change.target)


def _others_now(action: PushRouter, backends: Backends) -> tuple[RouterRecord, ...]:
    theirs = [
        record
        for server in action.servers
        for group, record in backends.vsphere.find_records(server, action.group.class_name).items()
        if record and group != action.group
    ]
    return (*router_records(action.router.address, theirs), *action.others)


@perform.register(ReleaseRouter)
def release_router(action: ReleaseRouter, backends: Backends) -> None:
    """Read again and remove what is still ours."""
    found = backends.routers.observe(action.address, action.record.uses)
    if change := or_save(diff_release(action.record, found.table, action.others), found):
        backends.routers.push(action.address, change, change.target)


@perform.register(LeaveRouter)
def leave_router(action: LeaveRouter, backends: Backends) -> None:  # noqa: ARG001 - it needs none of them
    """Say so."""
    raise action.reason
