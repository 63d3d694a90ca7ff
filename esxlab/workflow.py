"""The program on one page: what is wanted, what is found, the plan between them, and the run of that plan."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from esxlab.bugs import attempt
from esxlab.engine.ask import Asking, patience_s, unasked
from esxlab.engine.class_records import records_of_class
from esxlab.engine.lock_groups import lock_groups
from esxlab.engine.locks import Locks
from esxlab.engine.observe import (
    find_at_rest,
    find_remains,
    look_at_rest,
    look_at_routers,
    look_deep,
    other_records,
    read_routers,
)
from esxlab.engine.options import Options
from esxlab.engine.run import Announcer, Runner, RunReport
from esxlab.errors import LabError
from esxlab.exercises.registry import build_checks, build_lab, secret_of, start_s
from esxlab.lab.password import MODEL
from esxlab.lab.provenance import NOBODY, Author
from esxlab.lab.router_logins import RouterLogins
from esxlab.planning.difference import Difference
from esxlab.planning.group_plan import left_alone, or_refused, plan_of_group
from esxlab.planning.plan import GroupPlan, Plan, Seen
from esxlab.planning.roster import roster_of_labs
from esxlab.planning.sharing import by_router
from esxlab.planning.standing import ClassStatus, standing_or_why
from esxlab.planning.teardown import Remains, known_logins, plan_removals, removal_of, slots_of
from esxlab.spec.digest import spec_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from contextlib import AbstractContextManager

    from esxlab.actions.base import Action
    from esxlab.backends.protocols import Backends
    from esxlab.backends.vsphere_protocol import Leftovers, Records
    from esxlab.checks.base import CheckResult
    from esxlab.engine.events import Listener
    from esxlab.lab.guest import GuestState
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Server
    from esxlab.lab.password import PasswordName
    from esxlab.lab.provenance import Provenance
    from esxlab.lab.record import GroupRecord
    from esxlab.planning.roster import Roster
    from esxlab.spec.resolved import GroupSpec


def wanted_labs(
    specs: Sequence[GroupSpec],
    phrase: Callable[[GroupId, str], str],
    password: Callable[[GroupId], PasswordName] | None = None,
) -> tuple[Lab, ...]:
    """What each group's lab is meant to be.

    Args:
        specs: the groups.
        phrase: gives a group's secret of the name that its exercise has for it; empty: it needs none.
        password: names a group's generated password, for those whose spec asks for one; None: nobody's does.
    """
    names = {s.group: password(s.group) for s in specs if password and s.generated_password}
    return tuple(
        replace(
            build_lab(
                spec, phrase=phrase(spec.group, secret_of(spec)), password=names.get(spec.group, MODEL)
            ),
            spec_digest=spec_digest(spec),
        )
        for spec in specs
    )


class Looked(NamedTuple):
    """What a provision is planned from: labs as found, the class's records, guests (with --deep).

    `silent`: why guests of a group could not be asked.
    """

    found: Mapping[GroupId, Lab]
    records: Records
    guests: Mapping[GroupId, Mapping[str, GuestState]]
    silent: Mapping[GroupId, Sequence[LabError]]


def _look(wanted: Sequence[Lab], backends: Backends, options: Options, roster: Roster) -> Looked:
    found = look_at_rest(wanted, backends, tell=options.tell)
    records = records_of_class(wanted, backends, options, roster)
    if "router" in options.only:
        found = look_at_routers(wanted, found, records, backends, logins=options.logins)
    sound = [lab for lab in wanted if not found[lab.group].problems]
    guests, silent = look_deep(sound, found, backends, workers=options.parallel) if options.deep else ({}, {})
    return Looked(found, records, guests, silent)


def plan_provision(
    wanted: Sequence[Lab], backends: Backends, options: Options, roster: Roster | None = None
) -> Plan:
    """The plan that turns what is found into what is wanted; makes no mutating call of any world.

    `roster` is the whole class, of which `wanted` may be a part; None: there are no other groups.
    """
    roster = roster or roster_of_labs(wanted)
    found, records, guests, silent = _look(wanted, backends, options, roster)
    colleagues = roster.colleagues(records, options.author)
    users, servers = by_router(records.values()), roster.servers_by_group()

    def difference_of(lab: Lab) -> Difference:
        return Difference(
            wanted=lab,
            found=found[lab.group],
            others=other_records(lab, users),
            guests=guests.get(lab.group, {}),
            boot_timeout_s=options.boot_timeout_s,
            earlier=records.get(lab.group),
            servers=servers.get(lab.group, ()),
            author=options.author,
        )

    def plan_of(lab: Lab) -> GroupPlan:
        group = _plan_of(difference_of(lab), silent.get(lab.group, ()), backends, options)
        return group if options.take_over else left_alone(group, colleagues)

    def again(groups: AbstractSet[GroupId]) -> Plan:
        return plan_provision([lab for lab in wanted if lab.group in groups], backends, options, roster)

    groups = [or_refused(lab.group, attempt(partial(plan_of, lab))) for lab in wanted]
    class_name = wanted[0].group.class_name if wanted else ""
    return Plan(
        "provision",
        class_name,
        _warn_of_privileges(groups, wanted, backends),
        orphans=roster.orphans(records.keys() - colleagues.keys()),
        colleagues=colleagues,
        unread=records.unread,
        seen=Seen(found, wanted=tuple(wanted), again=again),
    )


def _plan_of(
    difference: Difference, silent: Sequence[LabError], backends: Backends, options: Options
) -> GroupPlan:
    problems, knows = (*difference.found.problems, *silent), backends.guests.knows
    return plan_of_group(difference, problems, only=options.only, until=options.until, knows=knows)


def _warn_of_privileges(
    groups: Sequence[GroupPlan], wanted: Sequence[Lab], backends: Backends
) -> tuple[GroupPlan, ...]:
    """A warning, no refusal: a server may grant on other objects what is asked for on these."""
    busy = {group.group for group in groups if any(action.world == "vsphere" for action in group.actions)}
    if not busy:
        return tuple(groups)
    lacking = attempt(lambda: backends.vsphere.find_lacking([lab for lab in wanted if lab.group in busy]))
    if isinstance(lacking, LabError):
        return tuple(groups)
    return tuple(
        replace(group, warnings=(*group.warnings, *map(str, lacking.get(group.group, ()))))
        for group in groups
    )


def shared_hosts(hosts: Iterable[str]) -> frozenset[str]:
    """Those of the groups' routers that more than one group has."""
    return frozenset(host for host, groups in Counter(hosts).items() if groups > 1)


def run_plan(plan: Plan, backends: Backends, listeners: Sequence[Listener], options: Options) -> RunReport:
    """Perform a plan under the locks of its groups; groups fail one by one, as data."""
    announce = Announcer(listeners)
    locks = Locks(backends.vsphere, options.locking, stop=options.stop, workers=options.parallel)
    with closing(locks):
        locked = lock_groups(plan, backends, locks)

        def guard(action: Action) -> AbstractContextManager[None]:
            options.ready()
            return locks.around(action)

        runner = Runner(backends, announce, stop=options.stop, workers=options.parallel, guard=guard)
        return runner.run(locked)


def verify(
    specs: Sequence[GroupSpec],
    wanted: Sequence[Lab],
    backends: Backends,
    listeners: Sequence[Listener],
    options: Options,
) -> tuple[CheckResult, ...]:
    """Ask the running labs what the exercise's tests ask; changes nothing."""
    found = backends.vsphere.observe(wanted)
    built = {
        spec.group: attempt(partial(build_checks, spec, wanted=lab, found=found[lab.group]))
        for spec, lab in zip(specs, wanted, strict=True)
    }
    checks = {group: asked for group, asked in built.items() if not isinstance(asked, LabError)}
    failures = [unasked(group, error) for group, error in built.items() if isinstance(error, LabError)]
    wait_s = options.wait_s or patience_s(
        found.values(), now=datetime.now(UTC), start_s=start_s(specs), speed=options.speed
    )
    asking = Asking(backends, Announcer(listeners), stop=options.stop, wait_s=wait_s)
    return (*asking.ask_all(checks, workers=options.parallel), *failures)


def status(
    wanted: Sequence[Lab], backends: Backends, roster: Roster | None = None, author: Author = NOBODY
) -> ClassStatus:
    """Where each group stands: one read of vSphere, and the records of the class; nothing else is asked."""
    roster = roster or roster_of_labs(wanted)
    found = backends.vsphere.observe(wanted)
    records = records_of_class(wanted, backends, Options(), roster)
    groups = tuple(standing_or_why(lab, found[lab.group]) for lab in wanted)
    colleagues = roster.colleagues(records, author)
    orphans = roster.orphans(records.keys() - colleagues.keys())
    return ClassStatus(groups, orphans, colleagues, records.unread)


def plan_teardown(
    servers: Sequence[Server],
    class_name: str,
    groups: Sequence[int] | None,
    backends: Backends,
    options: Options,
    *,
    logins: RouterLogins = RouterLogins(),  # noqa: B008 - frozen
) -> Plan:
    """The plan that removes these groups of a class (None: all), by their marks alone: no spec, no guest.

    `logins` are the routers that may be logged in to; one that only a group's record names is left alone.
    """

    def again(late: AbstractSet[GroupId]) -> Plan:
        numbers = [group.number for group in late]
        return plan_teardown(servers, class_name, numbers, backends, options, logins=logins)

    look = partial(find_at_rest, class_name=class_name, groups=groups, backends=backends, tell=options.tell)
    there = find_remains(servers, look)
    chosen = {group: there[group] for group in sorted(there) if groups is None or group.number in groups}
    going = {group: remains for group, remains in chosen.items() if not remains[0].problems}
    known = known_logins(going, logins)
    routers = read_routers(slots_of(going, known), backends, logins=options.logins)
    remains = [
        Remains(lab, record, login, routers.get(login) if login else None)
        for group, (lab, record) in going.items()
        for login in (known.get(group),)
    ]
    records = {group: record for group, (_, record) in there.items() if record}
    actions = plan_removals(remains, [records[group] for group in records if group not in going])
    plans = tuple(removal_of(lab, actions.get(group, ()), there.silent) for group, (lab, _) in chosen.items())
    colleagues = _made_by_others(chosen, options.author)
    seen = replace(_seen(there), servers=tuple(servers), again=again)
    return Plan(
        "teardown",
        class_name,
        plans,
        colleagues=colleagues,
        unread=there.unread,
        silent=there.silent,
        seen=seen,
    )


def _seen(there: Leftovers) -> Seen:
    records = [record for _, record in there.values() if record]
    hosts = shared_hosts(record.router_address.host for record in records if record.router_address)
    return Seen({group: lab for group, (lab, _) in there.items()}, shared_routers=hosts)


def _made_by_others(
    remains: Mapping[GroupId, tuple[Lab, GroupRecord | None]], author: Author
) -> dict[GroupId, Provenance]:
    made = {group: record.provenance for group, (_, record) in remains.items() if record}
    return {group: who for group, who in made.items() if who and who.is_colleagues(author)}
