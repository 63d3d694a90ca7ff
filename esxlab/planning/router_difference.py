"""The difference between two states of a router: pushes, releases, records, refusals; pure.

A slot that several groups use on one router is set by the first and put back by the last of them. A line
that is in a slot of ours but was changed by somebody since is left alone by the release.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.lab.ios import (
    ADDRESS,
    ENCAPSULATION,
    FOREIGN,
    INTERFACE,
    NAT,
    SHUTDOWN,
    commands_between,
)
from esxlab.lab.lab import RouterRecord
from esxlab.lab.router import RouterChange, RouterTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.lab.router import Router, Slot


def slots_to_read(wanted: RouterTable, record: RouterRecord | None) -> RouterTable:
    """All slots that a difference needs to see: the wanted ones, and those that the record still holds."""
    held = record.uses.lines if record else ()
    return RouterTable((*wanted.lines, *((slot, line) for slot, line in held if slot not in wanted.slots)))


def diff_router(
    wanted: RouterTable,
    found: RouterTable,
    record: RouterRecord | None = None,
    others: Sequence[RouterRecord] = (),
) -> RouterChange:
    """What has to be sent to reach the wanted table; empty when nothing differs.

    Args:
        wanted: from `build_router_table`.
        found: what stands in `slots_to_read(wanted, record)`.
        record: this group's own record. A slot that is wanted empty is emptied only of the line that the
            record calls ours; slots of the record that are no longer wanted are released.
        others: the records of other groups on the same router.
    """
    target = dict(wanted.lines)
    for slot, line in wanted.lines:
        if not line and found[slot] and not (record and record.uses[slot] == found[slot]):
            target[slot] = found[slot]
    if record:
        released = _released(record, found, others)
        target |= {s: line for s, line in released.items() if s not in target and s in found.slots}
    works = RouterTable(tuple((slot, line) for slot, line in wanted.lines if line))
    return _change(RouterTable(tuple(target.items())), found, works=works)


def diff_release(record: RouterRecord, found: RouterTable, others: Sequence[RouterRecord]) -> RouterChange:
    """What teardown sends: exactly our lines out, what stood there before back in.

    A slot that another group's record uses stays as it is; so does a line that somebody changed since.
    """
    target = _released(record, found, others)
    stays = tuple(
        f"{section}: {found[section, FOREIGN]}"
        for section, kind in target
        if kind == INTERFACE and found[section, FOREIGN] and not record.before[section, INTERFACE]
    )
    return _change(RouterTable(tuple(target.items())), found, stays=stays)


def _change(
    target: RouterTable, found: RouterTable, *, works: RouterTable | None = None, stays: tuple[str, ...] = ()
) -> RouterChange:
    before = RouterTable(tuple((slot, found[slot]) for slot, _ in target.lines))
    works = works or RouterTable()
    commands = commands_between(before, target)
    if not commands:
        return RouterChange(works=works, stays=stays)
    return RouterChange(commands, commands_between(target, before), target, works, stays=stays)


def or_save(change: RouterChange, router: Router) -> RouterChange:
    """The change; when there is none but the router's configuration was never saved, the saving of it."""
    if not router.unsaved or change:
        return change
    return replace(change, target=router.table, save=True)


def _released(record: RouterRecord, found: RouterTable, others: Sequence[RouterRecord]) -> dict[Slot, str]:
    """Slot -> the line that stands in it once this group has let go of it."""
    shared = {slot for other in others for slot, line in other.uses.lines if line}
    target: dict[Slot, str] = {}
    for slot, ours in record.uses.lines:
        is_ours = bool(ours) and found[slot] == ours and slot not in shared
        target[slot] = record.before[slot] if is_ours else found[slot]
    for section in {section for section, _ in target if section}:
        if readdressed := found[section, ADDRESS] not in {"", record.uses[section, ADDRESS]}:
            kept: tuple[str, ...] = (INTERFACE, ENCAPSULATION, SHUTDOWN)  # somebody else works with it now
        elif found[section, FOREIGN] or target.get((section, NAT)):
            kept = (INTERFACE, SHUTDOWN)
        else:
            continue
        if readdressed or not target.get((section, INTERFACE), section):
            target |= {(section, k): found[section, k] for k in kept if (section, k) in target}
    return target


def merge_record(
    earlier: RouterRecord | None, wanted: RouterTable, found: RouterTable, others: Sequence[RouterRecord]
) -> RouterRecord:
    """The record after this push, given the record of the pushes before it (None: this is the first).

    `uses` keeps the last line of ours of every slot, also of those that are now wanted empty or not at all:
    that is how the difference, and teardown, know what is ours. `before` keeps the oldest state, unless
    somebody else has changed the slot since. A slot that another group already uses holds that group's line:
    what stood there before is in its record.
    """
    uses: dict[Slot, str] = dict(earlier.uses.lines) if earlier else {}
    uses |= {slot: line or uses.get(slot, "") for slot, line in wanted.lines}
    before: dict[Slot, str] = {}
    for slot in uses:
        other = next((o for o in others if o.uses[slot]), None)
        if earlier and slot in earlier.before.slots and _still_as_left(slot, earlier, found):
            before[slot] = earlier.before[slot]
        elif other:
            before[slot] = other.before[slot]
        else:
            before[slot] = found[slot]
    return RouterRecord(RouterTable(tuple(uses.items())), RouterTable(tuple(before.items())))


def _still_as_left(slot: Slot, earlier: RouterRecord, found: RouterTable) -> bool:
    return slot not in found.slots or found[slot] in {earlier.uses[slot], earlier.before[slot]}
