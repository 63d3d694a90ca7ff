"""The plan of a teardown for a class: a pure function of what one look has found by its marks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from esxlab.lab.provenance import NOBODY, Author
from esxlab.lab.router import RouterTable
from esxlab.lab.router_logins import RouterLogins
from esxlab.planning.plan import Plan, Seen
from esxlab.planning.roster import Roster
from esxlab.planning.teardown import Remains, plan_removals, removal_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.errors import LabError
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Server
    from esxlab.lab.record import GroupRecord
    from esxlab.lab.router import LineKey, Router, RouterAddress

Found = tuple["Lab", "GroupRecord | None"]
"""A group by its marks: what there is of it, and its record."""


class Removal(NamedTuple):
    """What is to go: these groups of a class (None: all) on these servers.

    `logins` are the routers that may be logged in to; one that only a group's record names is left alone.
    """

    servers: tuple[Server, ...]
    class_name: str
    groups: frozenset[int] | None = None
    logins: RouterLogins = RouterLogins()
    author: Author = NOBODY

    def includes(self, group: GroupId) -> bool:
        """Whether this group is to go."""
        return self.groups is None or group.number in self.groups


@dataclass(frozen=True, slots=True)
class Remnants:
    """All that one look has found of a class: a value, as an Observation is.

    `unread` says which datastores could not be read, and why; `silent` which servers could not be asked.
    `routers` are those that could be read.
    """

    groups: Mapping[GroupId, Found] = field(default_factory=dict)
    unread: tuple[LabError, ...] = ()
    silent: tuple[LabError, ...] = ()
    routers: Mapping[RouterAddress, Router] = field(default_factory=dict)


def line_keys_of(removal: Removal, groups: Mapping[GroupId, Found]) -> dict[RouterAddress, RouterTable]:
    """All line keys of each router that the records of the groups that go use, by how it is logged in to."""
    uses: dict[RouterAddress, dict[LineKey, str]] = {}
    for _, record in _going(removal, groups).values():
        login = _login(record, removal.logins)
        if login and record and record.router:
            uses.setdefault(login, {}).update(record.router.uses.lines)
    return {login: RouterTable(tuple(lines.items())) for login, lines in uses.items()}


def plan_of_removal(removal: Removal, seen: Remnants) -> Plan:
    """What takes these groups away, of what was found. Nothing is asked, nothing waited for."""
    chosen = _chosen(removal, seen.groups)
    going = _going(removal, seen.groups)
    remains = [
        Remains(lab, record, login, seen.routers.get(login) if login else None)
        for lab, record in going.values()
        for login in (_login(record, removal.logins),)
    ]
    records = {group: record for group, (_, record) in seen.groups.items() if record}
    staying = [records[group] for group in records if group not in going]
    actions = plan_removals(remains, staying, servers=removal.servers)
    return Plan(
        "teardown",
        removal.class_name,
        tuple(removal_of(lab, actions.get(group, ()), seen.silent) for group, (lab, _) in chosen.items()),
        colleagues=Roster(()).colleagues(
            {group: record for group, (_, record) in chosen.items()}, removal.author
        ),
        unread=seen.unread,
        silent=seen.silent,
        seen=Seen(
            {group: lab for group, (lab, _) in seen.groups.items()},
            servers=removal.servers,
            logins=removal.logins,
        ),
    )


def _chosen(removal: Removal, groups: Mapping[GroupId, Found]) -> dict[GroupId, Found]:
    return {group: groups[group] for group in sorted(groups) if removal.includes(group)}


def _going(removal: Removal, groups: Mapping[GroupId, Found]) -> dict[GroupId, Found]:
    """Those with nothing in their way."""
    return {group: found for group, found in _chosen(removal, groups).items() if not found[0].problems}


def _login(record: GroupRecord | None, logins: RouterLogins) -> RouterAddress | None:
    """How the router of a record may be logged in to; None: not at all."""
    return logins.of(record.router_address) if record and record.router_address else None
