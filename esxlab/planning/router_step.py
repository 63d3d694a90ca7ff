"""What a router's action sends when the router has been read again: what is still due of the plan; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from esxlab.errors import LabError
from esxlab.planning.router_difference import diff_release, diff_router, lines_to_read, merge_record, or_save
from esxlab.planning.router_refusals import refusals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.actions.router import PushRouter, ReleaseRouter
    from esxlab.lab.lab import RouterRecord
    from esxlab.lab.record import GroupRecord
    from esxlab.lab.router import Router, RouterChange, RouterTable


class RouterStep(NamedTuple):
    """What is to be written down first (None: it stands there), and then sent."""

    record: GroupRecord | None
    change: RouterChange


def lines_of_push(action: PushRouter) -> RouterTable:
    """What has to be read before a push."""
    return lines_to_read(action.router.table, action.record.router)


def push_now(action: PushRouter, found: Router, others: Sequence[RouterRecord]) -> RouterStep:
    """The plan's lines; those that another group's push has brought meanwhile are left out.

    When the plan could not read the router, this is where it is planned: of the records of now (`others`).

    Raises:
        LabError: what forbids the push (`refusals`); plan.router_changed when other lines would be needed
            than the plan has shown (promise 6).
    """
    wanted, ours = action.router.table, action.record.router
    if refused := refusals(action.router, found.running_config, ours, others):
        raise refused[0]
    change = or_save(diff_router(wanted, found.table, ours, others), found)
    if action.change is not None:
        _refuse_stale(action, action.change, change)
        return RouterStep(None, change)
    address = action.router.address
    record = merge_record(ours, wanted, found.table, others)
    if (record, address) == (ours, action.record.router_address):
        return RouterStep(None, change)
    return RouterStep(action.record._replace(router_address=address, router=record), change)


def release_now(action: ReleaseRouter, found: Router) -> RouterChange:
    """The plan's lines; those that are gone by now are left out.

    LabError plan.router_changed when other lines would be needed than the plan has shown.
    """
    change = or_save(diff_release(action.record, found.table, action.others), found)
    if action.change is not None:
        _refuse_stale(action, action.change, change)
    return change


def _refuse_stale(action: PushRouter | ReleaseRouter, shown: RouterChange, now: RouterChange) -> None:
    if new := [line for line in now.commands if line not in shown.commands]:
        raise LabError("plan.router_changed", where=f"{action.group}, {action.subject}", line=new[0].strip())
