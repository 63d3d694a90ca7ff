"""One look before a provision: vSphere in one read a server, a login for each router, guests when deep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.backends.route_finding import RouteFinder
from esxlab.bugs import attempt
from esxlab.engine.class_records import records_of_class
from esxlab.engine.parallel import parallel_map
from esxlab.errors import LabError
from esxlab.lab.origin import as_found
from esxlab.planning.observation import Observation
from esxlab.planning.questions import questions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from esxlab.backends.protocols import Backends
    from esxlab.engine.options import Options
    from esxlab.lab.guest import GuestState
    from esxlab.lab.identity import GroupId
    from esxlab.lab.in_flight import InFlight
    from esxlab.lab.lab import Lab
    from esxlab.lab.router import Router, RouterAddress
    from esxlab.planning.questions import GuestQuestion, RouterQuestion
    from esxlab.planning.roster import Wanted

PATIENCE_S = 20.0
"""How long a guest that is on may take to answer."""


def look(wanted: Wanted, backends: Backends, options: Options, *, changing: bool = False) -> Observation:
    """Everything that a plan of these labs may need, asked once; changes nothing.

    First vSphere; what it shows tells what else has to be asked. What cannot be asked is its error in the
    observation, never an exception. `changing`: every lab will be changed, whatever is found of it.
    """
    found = look_at_rest(wanted.labs, backends, tell=options.tell)
    records = records_of_class(wanted, backends, workers=options.parallel)
    here = wanted._replace(labs=as_found(wanted.labs, found))
    asked = questions(here, found, records, options, changing=changing)
    return Observation(
        {group: lab.with_problem(asked.unasked.get(group)) for group, lab in found.items()},
        dict(records),
        records.unread,
        ask_routers(asked.routers, backends, workers=options.logins),
        ask_guests(asked.guests, backends, workers=options.parallel),
        frozenset(name for name in asked.passwords if backends.guests.knows(name)),
        find_lacking(asked.privileges, backends),
    )


def look_at_rest(
    wanted: Sequence[Lab], backends: Backends, *, tell: Callable[[InFlight], None]
) -> dict[GroupId, Lab]:
    """The found labs, once nothing goes on any more that an earlier run, or somebody else, has begun."""
    found = backends.vsphere.observe(wanted)
    unfinished = {
        lab.group
        for lab in wanted
        if found[lab.group].has_record and len(found[lab.group].machines) < len(lab.machines)
    }
    waited = backends.vsphere.await_rest(list(found.values()), unfinished, tell=tell)
    if waited:
        found = backends.vsphere.observe(wanted)
    return {group: lab.with_problem(waited.get(group)) for group, lab in found.items()}


def ask_routers(
    asked: Sequence[RouterQuestion], backends: Backends, *, workers: int
) -> dict[GroupId, Router | LabError]:
    """The routers of these groups, one login for each router; or why one could not be read."""
    behind: dict[RouterAddress, list[RouterQuestion]] = {}
    for question in asked:
        behind.setdefault(question.address, []).append(question)

    def ask(item: tuple[RouterAddress, list[RouterQuestion]]) -> tuple[Router | LabError, ...]:
        return backends.routers.observe_each(item[0], [question.line_keys for question in item[1]])

    found: dict[GroupId, Router | LabError] = {}
    for groups, answers in zip(
        behind.values(), parallel_map(ask, behind.items(), workers=workers), strict=True
    ):
        each = [answers] * len(groups) if isinstance(answers, LabError) else answers
        found |= {question.group: answer for question, answer in zip(groups, each, strict=True)}
    return {question.group: found[question.group] for question in asked}


def ask_guests(
    asked: Sequence[GuestQuestion], backends: Backends, *, workers: int
) -> dict[GroupId, dict[str, GuestState | LabError]]:
    """The state of each of these guests; or why it could not be asked."""

    def ask(question: GuestQuestion) -> GuestState:
        site, machine, route = question
        if machine.guest is None:
            raise AssertionError
        return RouteFinder(backends, site).find(route, machine, machine.guest, timeout_s=PATIENCE_S).state

    states: dict[GroupId, dict[str, GuestState | LabError]] = {}
    for question, answer in zip(asked, parallel_map(ask, asked, workers=workers), strict=True):
        owner = question.machine.owner
        states.setdefault(owner.group, {})[owner.machine] = (
            answer.at(f"{owner.group}, {owner.machine}") if isinstance(answer, LabError) else answer
        )
    return states


def find_lacking(labs: Sequence[Lab], backends: Backends) -> dict[GroupId, tuple[LabError, ...]]:
    """The privileges that the account lacks on what these labs use; nothing when that cannot be told."""
    if not labs:
        return {}
    lacking = attempt(lambda: backends.vsphere.find_lacking(labs))
    return {} if isinstance(lacking, LabError) else lacking
