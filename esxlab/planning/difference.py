"""All that one group's plan of a provision is made from: its part of a look."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from esxlab.actions.guest import BOOT_TIMEOUT_S
from esxlab.errors import LabError
from esxlab.lab.provenance import NOBODY, Author
from esxlab.planning.roster import Sharing
from esxlab.planning.router_refusals import refusals
from esxlab.planning.sharing import RouterUsers, by_router, other_records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.lab.guest import GuestState
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab, RouterRecord
    from esxlab.lab.record import GroupRecord
    from esxlab.planning.observation import Observation
    from esxlab.planning.options import PlanOptions
    from esxlab.planning.roster import Roster


class Difference(NamedTuple):
    """All that one group's plan is made from. `guests` are observed states, only with --deep.

    `earlier` is the group's record as it stands; `others` are those of other groups on the same router, and
    `sharing` tells who of the class shall be on it. `author` is who plans. `problems` forbid the whole plan;
    `router_problems` say why the router could not be read, or must not be changed: `found` has none then.
    """

    wanted: Lab
    found: Lab
    others: tuple[RouterRecord, ...] = ()
    guests: Mapping[str, GuestState] = {}
    boot_timeout_s: float = BOOT_TIMEOUT_S
    earlier: GroupRecord | None = None
    sharing: Sharing = Sharing()
    author: Author = NOBODY
    problems: tuple[LabError, ...] = ()
    router_problems: tuple[LabError, ...] = ()


class Neighbourhood(NamedTuple):
    """What the groups of a class are to each other: who uses which router, and who shall."""

    users: RouterUsers
    sharing: Mapping[GroupId, Sharing]


def neighbourhood(roster: Roster, observation: Observation) -> Neighbourhood:
    """Computed once for all groups of a class."""
    return Neighbourhood(by_router(observation.records.values()), roster.sharing())


def difference_of(
    lab: Lab, observation: Observation, around: Neighbourhood, options: PlanOptions
) -> Difference:
    """One group's part of what was seen."""
    group, found = lab.group, observation.found[lab.group]
    others = other_records(lab, around.users)
    problems = _router_problems(lab, observation, others)
    answers = observation.guests.get(group, {})
    router = None if problems else observation.routers.get(group)
    return Difference(
        wanted=lab,
        found=found if isinstance(router, LabError | None) else replace(found, router=router),
        others=others,
        guests={name: state for name, state in answers.items() if not isinstance(state, LabError)},
        boot_timeout_s=options.boot_timeout_s,
        earlier=observation.records.get(group),
        sharing=around.sharing.get(group, Sharing()),
        author=options.author,
        problems=(*found.problems, *(silent for silent in answers.values() if isinstance(silent, LabError))),
        router_problems=problems,
    )


def _router_problems(
    lab: Lab, observation: Observation, others: tuple[RouterRecord, ...]
) -> tuple[LabError, ...]:
    """Why the router could not be read, or every reason not to push to it."""
    seen = observation.routers.get(lab.group)
    if seen is None or lab.router is None:
        return ()
    if isinstance(seen, LabError):
        return (seen.at(str(lab.group)),)
    refused = refusals(lab.router, seen.running_config, observation.found[lab.group].record, others)
    return tuple(error.at(str(lab.group)) for error in refused)
