"""A change in many schools: their plans first, then exactly these, in one command or in two.

Between the two a stick is carried to the schools and back; the plans that came are in the centre's files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.cli.confirm import confirm, confirm_name
from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.fleet_session import show_result, tables
from esxlab.errors import LabError
from esxlab.lab.identity import LAST_GROUP
from esxlab.show.fleet import groups_of
from esxlab.sites.messages import CHECKSUM, LONGEST_GROUPS
from esxlab.spec.ranges import format_groups
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.cli.fleet_session import Asked, OpenFleet
    from esxlab.cli.options import Shown
    from esxlab.sites.centre import Heard
    from esxlab.sites.messages import Answer
    from esxlab.sites.requests import Request


@dataclass(frozen=True, slots=True)
class Plans:
    """What the schools say that they would do; `ready` is school -> what is sent to it, to do just that."""

    request: Request
    heard: Sequence[Heard]
    ready: dict[str, dict[str, str]]


def ask_for_plans(opened: OpenFleet, verb: str, asked: Asked, shown: Shown) -> Plans:
    """Every school's plan, as far as it comes in time."""
    request = opened.ask(verb, asked, dry_run=True)
    heard = opened.wait(request, shown)
    return Plans(request, heard, _ready(request, heard))


def take_up_plans(opened: OpenFleet, verb: str, name: str, shown: Shown) -> Plans:
    """Plans that were asked for before, without those that were sent already.

    LabError site.no_request, site.no_plans (it asked for something else), site.plans_sent.
    """
    request = opened.centre.requests.load(name)
    if request.verb != verb or not request.asks_for_plans:
        raise LabError("site.no_plans", request=request.name, verb=verb)
    opened.take_up(request.name, shown)
    heard = opened.centre.heard(request)
    ready, sent = _ready(request, heard), list(opened.centre.requests.of_plans(request.name))
    left = {site: facts for site, facts in ready.items() if not any(site in each.runs for each in sent)}
    if ready and not left:
        raise LabError("site.plans_sent", request=request.name, sent=sent[-1].name)
    return Plans(request, heard, left)


def carry_out(
    opened: OpenFleet, plans: Plans, asked: Asked, shown: Shown, *, dry_run: bool, yes: bool
) -> ExitCode:
    """Show them, ask, send them, and show how it ended."""
    verb = plans.request.verb
    if dry_run or not plans.ready:
        return show_result(plans.request, plans.heard, shown)
    shown.screen.complain(tables(plans.heard, shown))
    if not yes and not _sure(verb, list(plans.ready), shown):
        shown.screen.complain(say("confirm.declined"))
        return ExitCode.INTERRUPTED
    request = opened.ask(verb, asked, plans.ready, plans=plans.request.name)
    heard = opened.wait(request, shown)
    others = (each for each in plans.heard if each.site not in plans.ready)
    return show_result(request, [*others, *heard], shown)


def _ready(request: Request, heard: Sequence[Heard]) -> dict[str, dict[str, str]]:
    """For each school whose plan came whole: the plan's checksum, its groups, its spec's digest."""
    ready = {}
    for each in heard:
        answer = each.answer
        if answer and answer.state == "ended" and answer.code == ExitCode.DONE and answer.document:
            checksum = str(answer.document.get("checksum", ""))
            if re.fullmatch(CHECKSUM, checksum):
                ready[each.site] = {
                    "checksum": checksum,
                    "spec": answer.spec,
                    "class_name": answer.class_name,
                    "groups": _groups(answer) or request.job_of(each.site).groups,
                }
    return ready


def _groups(answer: Answer) -> str:
    """The plan's groups by number: a school that is killed in the middle goes on with these, and no other.

    Empty for more ranges than a message can carry.
    """
    numbers = {number for number, _ in groups_of(answer) if 0 < number <= LAST_GROUP}
    text = format_groups(tuple(numbers))
    return text if len(text) <= LONGEST_GROUPS else ""


def _sure(verb: str, sites: Sequence[str], shown: Shown) -> bool:
    """A provision is confirmed by y/N; a teardown by typing the names of its schools."""
    if verb == "provision":
        return confirm(say("fleet.provision", sites=", ".join(sites)), shown.screen)
    confirm_name(say("fleet.teardown", sites=", ".join(sites)), ",".join(sites), shown.screen)
    return True
