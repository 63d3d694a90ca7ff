"""What is there of a class: its records, and what is left of it by its marks; who was overtaken meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.backends.vsphere_protocol import Leftovers, Records
from esxlab.engine.parallel import parallel_map
from esxlab.errors import LabError
from esxlab.lab.origin import as_found
from esxlab.planning.class_teardown import Remnants, line_keys_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from esxlab.backends.protocols import Backends
    from esxlab.engine.options import Options
    from esxlab.lab.identity import GroupId
    from esxlab.lab.in_flight import InFlight
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Server
    from esxlab.lab.router import Router, RouterAddress, RouterTable
    from esxlab.planning.class_teardown import Removal
    from esxlab.planning.plan import Seen


def observe_labs(wanted: Sequence[Lab], backends: Backends) -> tuple[tuple[Lab, ...], Mapping[GroupId, Lab]]:
    """What vSphere shows of these labs, and they themselves under the origins that it shows them under."""
    found = backends.vsphere.observe(wanted)
    return as_found(wanted, found), found


def read_records(
    servers: Sequence[Server], class_name: str, backends: Backends, *, workers: int, again: bool = True
) -> Records:
    """The groups of a class that these servers hold, and their records; a silent server is left out.

    Of several servers that show one datastore, the one where the group belongs has its record. Not
    `again`: after `look_at_rest`, which has read most of them.
    """
    answers = parallel_map(
        lambda server: backends.vsphere.find_records(server, class_name, again=again),
        servers,
        workers=workers,
    )
    found = Records()
    for answer in answers:
        if not isinstance(answer, LabError):
            found.update({group: record or found.get(group) for group, record in answer.items()})
            found.unread += answer.unread
    return found


def find_at_rest(
    server: Server, removal: Removal, backends: Backends, *, tell: Callable[[InFlight], None]
) -> Leftovers:
    """What is left of a class on a server, once nothing goes on any more in the groups that are to go."""
    there = backends.vsphere.find_class(server, removal.class_name)
    chosen = [lab for group, (lab, _) in there.items() if removal.includes(group)]
    waited = backends.vsphere.await_rest(chosen, {lab.group for lab in chosen}, tell=tell)
    if waited:
        there = backends.vsphere.find_class(server, removal.class_name)
    ended = {group: (lab.with_problem(waited.get(group)), record) for group, (lab, record) in there.items()}
    return Leftovers(ended, there.unread)


def look_at_remains(removal: Removal, backends: Backends, options: Options) -> Remnants:
    """Everything that a teardown's plan may need, asked once; changes nothing.

    A server that cannot be asked costs its own groups only. LabError when none can.
    """
    there = find_remains(
        removal.servers, lambda server: find_at_rest(server, removal, backends, tell=options.tell)
    )
    routers = read_routers(line_keys_of(removal, there), backends, logins=options.logins)
    return Remnants(dict(there), there.unread, there.silent, routers)


def find_remains(servers: Sequence[Server], look: Callable[[Server], Leftovers]) -> Leftovers:
    """What these servers hold of a class; a group that several of them show is where it belongs.

    A server that cannot be asked costs its own groups only: the error is in `silent`. LabError when none can.
    """
    found = Leftovers()
    answers = parallel_map(look, servers, workers=len(servers))
    for server, there in zip(servers, answers, strict=True):
        if isinstance(there, LabError):
            found.silent += (there.at(server.host),)
            continue
        found.unread += there.unread
        for group, remains in there.items():
            if group not in found or not _is_elsewhere(remains[0]):
                found[group] = remains
    if found.silent and len(found.silent) == len(servers):
        raise found.silent[0]
    return found


def _is_elsewhere(lab: Lab) -> bool:
    return any(problem.code == "record.elsewhere" for problem in lab.problems)


def overtaken(seen: Seen, backends: Backends, groups: AbstractSet[GroupId]) -> tuple[GroupId, ...]:
    """Those of these groups that vSphere shows otherwise than when the plan was made: one more look at it."""
    if not groups:
        return ()
    now: dict[GroupId, Lab] = {}
    if seen.wanted:
        now = backends.vsphere.observe([lab for lab in seen.wanted.labs if lab.group in groups])
    if seen.servers:
        class_name = next(iter(groups)).class_name
        there = find_remains(seen.servers, lambda server: backends.vsphere.find_class(server, class_name))
        now |= {group: lab for group, (lab, _) in there.items()}
    return tuple(group for group in sorted(groups) if _gist(now.get(group)) != _gist(seen.labs[group]))


def _gist(lab: Lab | None) -> Lab | None:
    return replace(lab, router=None) if lab else None


def read_routers(
    uses: Mapping[RouterAddress, RouterTable], backends: Backends, *, logins: int
) -> dict[RouterAddress, Router]:
    """The line keys of each router that can be read; a router that cannot be is left out."""
    answers = parallel_map(lambda item: backends.routers.observe(*item), list(uses.items()), workers=logins)
    return {answer.address: answer for answer in answers if not isinstance(answer, LabError)}
