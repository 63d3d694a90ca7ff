"""What is there: vSphere in one read a server, routers one login each, guests only when looking deep."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.roads import Traveller
from esxlab.backends.vsphere_protocol import Leftovers, Records
from esxlab.engine.spread import spread
from esxlab.errors import LabError
from esxlab.planning.approach import approach_to
from esxlab.planning.router_difference import slots_to_read
from esxlab.planning.router_refusals import refusals
from esxlab.planning.sharing import by_router

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from esxlab.backends.protocols import Backends
    from esxlab.lab.guest import GuestState
    from esxlab.lab.identity import GroupId
    from esxlab.lab.in_flight import InFlight
    from esxlab.lab.lab import Lab, RouterRecord
    from esxlab.lab.machine import Machine, Server
    from esxlab.lab.record import GroupRecord
    from esxlab.lab.router import Router, RouterAddress, RouterTable
    from esxlab.planning.plan import Seen
    from esxlab.planning.sharing import RouterUsers


def read_records(
    servers: Sequence[Server], class_name: str, backends: Backends, *, workers: int, again: bool = True
) -> Records:
    """The groups of a class that these servers hold, and their records; a silent server is left out.

    Of several servers that show one datastore, the one where the group is at home has its record. Not
    `again`: after `look_at_rest`, which has read most of them.
    """
    answers = spread(
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


def look_at_rest(
    wanted: Sequence[Lab], backends: Backends, *, tell: Callable[[InFlight], None]
) -> dict[GroupId, Lab]:
    """The found labs, once nothing goes on any more that an earlier run, or somebody else, has begun."""
    found = backends.vsphere.observe(wanted)
    unfinished = {
        lab.group
        for lab in wanted
        if found[lab.group].claimed and len(found[lab.group].machines) < len(lab.machines)
    }
    waited = backends.vsphere.await_rest(list(found.values()), unfinished, tell=tell)
    if waited:
        found = backends.vsphere.observe(wanted)
    return {group: _with_problem(lab, waited.get(group)) for group, lab in found.items()}


def find_at_rest(
    server: Server,
    class_name: str,
    groups: Sequence[int] | None,
    backends: Backends,
    *,
    tell: Callable[[InFlight], None],
) -> Leftovers:
    """What is left of a class on a server, once nothing goes on any more in these groups (None: all)."""
    there = backends.vsphere.find_class(server, class_name)
    chosen = [lab for group, (lab, _) in there.items() if groups is None or group.number in groups]
    waited = backends.vsphere.await_rest(chosen, {lab.group for lab in chosen}, tell=tell)
    if waited:
        there = backends.vsphere.find_class(server, class_name)
    ended = {group: (_with_problem(lab, waited.get(group)), record) for group, (lab, record) in there.items()}
    return Leftovers(ended, there.unread)


def _with_problem(lab: Lab, problem: LabError | None) -> Lab:
    return replace(lab, problems=(*lab.problems, problem)) if problem else lab


def find_remains(servers: Sequence[Server], look: Callable[[Server], Leftovers]) -> Leftovers:
    """What these servers hold of a class; a group that several of them show is where it is at home.

    A server that cannot be asked costs its own groups only: the error is in `silent`. LabError when none can.
    """
    found = Leftovers()
    answers = spread(look, servers, workers=len(servers))
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


def look_at_routers(
    wanted: Sequence[Lab],
    found: dict[GroupId, Lab],
    records: Mapping[GroupId, GroupRecord | None],
    backends: Backends,
    *,
    logins: int,
) -> dict[GroupId, Lab]:
    """The found labs with their routers; what cannot be read, or must not be changed, is said in its lab."""
    found = dict(found)
    users = by_router(records.values())
    asking = [(lab, lab.router) for lab in wanted if lab.router and not found[lab.group].problems]

    def ask(question: tuple[Lab, Router]) -> Router:
        lab, router = question
        record = found[lab.group].record
        there = backends.routers.observe(router.address, slots_to_read(router.table, record))
        for refused in refusals(router, there.running_config, record, other_records(lab, users)):
            raise refused
        return there

    for (lab, _), answer in zip(asking, spread(ask, asking, workers=logins), strict=True):
        here = found[lab.group]
        if isinstance(answer, LabError):
            found[lab.group] = replace(here, router_problem=answer.at(str(lab.group)))
        else:
            found[lab.group] = replace(here, router=answer)
    return found


def overtaken(seen: Seen, backends: Backends, groups: AbstractSet[GroupId]) -> tuple[GroupId, ...]:
    """Those of these groups that vSphere shows otherwise than when the plan was made: one more look at it."""
    if not groups:
        return ()
    now: dict[GroupId, Lab] = {}
    if seen.wanted:
        now = backends.vsphere.observe([lab for lab in seen.wanted if lab.group in groups])
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
    """The slots of each router that can be read; a router that cannot be is left out."""
    answers = spread(lambda item: backends.routers.observe(*item), list(uses.items()), workers=logins)
    return {answer.address: answer for answer in answers if not isinstance(answer, LabError)}


def other_records(lab: Lab, users: RouterUsers) -> tuple[RouterRecord, ...]:
    """What the other groups' records say of this lab's router."""
    if lab.router is None:
        return ()
    return tuple(
        record for group, record in users.get(lab.router.address.host, {}).items() if group != lab.group
    )


class _Question(NamedTuple):
    machine: Machine
    wanted: Lab
    found: Lab


def look_deep(
    wanted: Sequence[Lab],
    found: Mapping[GroupId, Lab],
    backends: Backends,
    *,
    workers: int,
    timeout_s: float = 20.0,
) -> tuple[dict[GroupId, dict[str, GuestState]], dict[GroupId, list[LabError]]]:
    """The state of every guest that is on; and for each group, why some of its guests could not be asked."""
    questions = [
        _Question(machine, lab, found[lab.group])
        for lab in wanted
        for machine in lab.machines
        if machine.guest and (there := found[lab.group].machine(machine.owner.machine)) and there.powered_on
    ]

    def ask(question: _Question) -> GuestState:
        machine, lab, here = question
        way = approach_to(machine, wanted=lab, found=here)
        if machine.guest is None:
            raise AssertionError
        traveller = Traveller(backends, lab.site)
        return traveller.meet(way, machine, machine.guest, timeout_s=timeout_s).state

    states: dict[GroupId, dict[str, GuestState]] = {lab.group: {} for lab in wanted}
    silent: dict[GroupId, list[LabError]] = {lab.group: [] for lab in wanted}
    for question, answer in zip(questions, spread(ask, questions, workers=workers), strict=True):
        group, name = question.wanted.group, question.machine.owner.machine
        if isinstance(answer, LabError):
            silent[group].append(answer.at(f"{group}, {name}"))
        else:
            states[group][name] = answer
    return states, silent
