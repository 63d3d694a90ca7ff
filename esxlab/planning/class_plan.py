"""The plan of a provision for a class: a pure function of what is wanted and what one look has seen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from esxlab.bugs import attempt
from esxlab.lab.origin import as_found
from esxlab.planning.difference import difference_of, neighbourhood
from esxlab.planning.group_plan import as_permitted, left_alone, or_refused, plan_of_group
from esxlab.planning.plan import Plan, Seen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.provenance import Provenance
    from esxlab.planning.observation import Observation
    from esxlab.planning.options import PlanOptions
    from esxlab.planning.plan import GroupPlan
    from esxlab.planning.roster import Wanted


def plan(wanted: Wanted, observation: Observation, options: PlanOptions) -> Plan:
    """What turns the class that was seen into the one that is wanted. Nothing is asked, nothing waited for.

    A group that cannot be planned is refused, with the reason; the others are planned.
    """
    roster, labs = wanted.roster, as_found(wanted.labs, observation.found)
    around = neighbourhood(roster, observation)
    colleagues = roster.colleagues(observation.records, options.author)
    untouched: Mapping[GroupId, Provenance] = {} if options.take_over else colleagues

    def plan_one(lab: Lab) -> GroupPlan:
        difference = difference_of(lab, observation, around, options)
        group = left_alone(plan_of_group(difference, options, observation.known), untouched)
        return as_permitted(group, observation.lacking.get(lab.group, ()))

    return Plan(
        "provision",
        wanted.class_name,
        tuple(or_refused(lab.group, attempt(partial(plan_one, lab))) for lab in labs),
        orphans=roster.orphans(observation.records.keys() - colleagues.keys()),
        colleagues=colleagues,
        unread=observation.unread,
        seen=Seen(observation.found, wanted=wanted),
    )
