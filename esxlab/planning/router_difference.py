"""The difference between two states of a router: pushes, releases, records, refusals; pure.

A line key that several groups use on one router is set by the first and put back by the last of them. A line
that is at a line key of ours but was changed by somebody since is left alone by the release.
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

    from esxlab.lab.router import LineKey, Router


def lines_to_read(wanted: RouterTable, record: RouterRecord | None) -> RouterTable:
    """All line keys that a difference needs to see: the wanted ones, and those that the record holds."""
    held = record.uses.lines if record else ()
    return RouterTable(
        (*wanted.lines, *((line_key, line) for line_key, line in held if line_key not in wanted.line_keys))
    )


def diff_router(
    wanted: RouterTable,
    found: RouterTable,
    record: RouterRecord | None = None,
    others: Sequence[RouterRecord] = (),
) -> RouterChange:
    """What has to be sent to reach the wanted table; empty when nothing differs.

    Args:
        wanted: from `build_router_table`.
        found: what stands in `lines_to_read(wanted, record)`.
        record: this group's own record. A line key that is wanted empty is emptied only of the line that the
            record calls ours; line keys of the record that are no longer wanted are released.
        others: the records of other groups on the same router.
    """
    target = dict(wanted.lines)
    for line_key, line in wanted.lines:
        if not line and found[line_key] and not (record and record.uses[line_key] == found[line_key]):
            target[line_key] = found[line_key]
    if record:
        released = _released(record, found, others)
        target |= {s: line for s, line in released.items() if s not in target and s in found.line_keys}
    works = RouterTable(tuple((line_key, line) for line_key, line in wanted.lines if line))
    return _change(RouterTable(tuple(target.items())), found, works=works)


def diff_release(record: RouterRecord, found: RouterTable, others: Sequence[RouterRecord]) -> RouterChange:
    """What teardown sends: exactly our lines out, what stood there before back in.

    A line key that another group's record uses stays as it is; so does a line that somebody changed since.
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
    before = RouterTable(tuple((line_key, found[line_key]) for line_key, _ in target.lines))
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


def _released(record: RouterRecord, found: RouterTable, others: Sequence[RouterRecord]) -> dict[LineKey, str]:
    """Line key -> the line that stands in it once this group has let go of it."""
    shared = {line_key for other in others for line_key, line in other.uses.lines if line}
    target: dict[LineKey, str] = {}
    for line_key, ours in record.uses.lines:
        is_ours = bool(ours) and found[line_key] == ours and line_key not in shared
        target[line_key] = record.before[line_key] if is_ours else found[line_key]
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

    `uses` keeps the last line of ours of every line key, also of those that are now wanted empty or not at
    all: that is how the difference, and teardown, know what is ours. `before` keeps the oldest state, unless
    somebody else has changed the line key since. A line key that another group already uses holds that
    group's line: what stood there before is in its record.
    """
    uses: dict[LineKey, str] = dict(earlier.uses.lines) if earlier else {}
    uses |= {line_key: line or uses.get(line_key, "") for line_key, line in wanted.lines}
    before: dict[LineKey, str] = {}
    for line_key in uses:
        other = next((o for o in others if o.uses[line_key]), None)
        if earlier and line_key in earlier.before.line_keys and _still_as_left(line_key, earlier, found):
            before[line_key] = earlier.before[line_key]
        elif other:
            before[line_key] = other.before[line_key]
        else:
            before[line_key] = found[line_key]
    return RouterRecord(RouterTable(tuple(uses.items())), RouterTable(tuple(before.items())))


def _still_as_left(line_key: LineKey, earlier: RouterRecord, found: RouterTable) -> bool:
    return line_key not in found.line_keys or found[line_key] in {
        earlier.uses[line_key],
        earlier.before[line_key],
    }
