"""The program on one page: what is wanted, what is found, the plan between them, and the run of that plan."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from esxlab.actions.guest import BOOT_TIMEOUT_S
from esxlab.backends.protocols import Records
from esxlab.bugs import attempt
from esxlab.diff.sharing import by_router
from esxlab.engine.ask import Asking, patience_s, unasked
from esxlab.engine.lock_groups import lock_groups
from esxlab.engine.locks import Locking, Locks
from esxlab.engine.observe import (
    find_at_rest,
    find_remains,
    look_at_rest,
    look_at_routers,
    look_deep,
    other_records,
    read_records,
    read_routers,
)
from esxlab.engine.rehearse import GroupRehearsal, Rehearsal
from esxlab.engine.run import Announcer, Runner, RunReport
from esxlab.errors import LabError
from esxlab.exercises.registry import (
    build_checks,
    build_drills,
    build_key_checks,
    build_lab,
    secret_of,
    start_s,
)
from esxlab.lab.password import MODEL
from esxlab.lab.provenance import NOBODY, Author
from esxlab.lab.router_logins import RouterLogins
from esxlab.planning.group_plan import colleagues_group, left_alone, or_refused, plan_of_group
from esxlab.planning.plan import GroupPlan, Plan, Seen
from esxlab.planning.provision import Difference
from esxlab.planning.roster import roster_of_labs
from esxlab.planning.standing import ClassStatus, standing_or_why
from esxlab.planning.teardown import Remains, plan_removals, removal_of, slots_of
from esxlab.spec.digest import spec_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from collections.abc import Set as AbstractSet
    from contextlib import AbstractContextManager

    from esxlab.actions.base import Action
    from esxlab.backends.protocols import Backends
    from esxlab.checks.base import Check, CheckResult
    from esxlab.drills.base import Drill
    from esxlab.engine.events import Listener
    from esxlab.lab.identity import GroupId
    from esxlab.lab.in_flight import InFlight
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Server
    from esxlab.lab.password import PasswordName
    from esxlab.lab.provenance import Provenance
    from esxlab.planning.roster import Roster
    from esxlab.spec.resolved import GroupSpec

WORLDS = ("machines", "guests", "router")


@dataclass(frozen=True, slots=True)
class Options:
    """How a command is carried out. `only` are worlds, `until` the last stage to do (empty: all)."""

    parallel: int = 32
    logins: int = 10  # router logins at once: AAA servers suffer above that (netmiko#3146)
    only: frozenset[str] = frozenset(WORLDS)
    until: str = ""
    deep: bool = False
    boot_timeout_s: float = BOOT_TIMEOUT_S  # how long a guest may take to answer after power-on
    wait_s: float = 0.0  # verify: how long a lab may take to answer; 0: as its machines' starts say
    speed: float = 1.0  # of the guests' clock, in the embedded school
    locking: Locking = field(default_factory=Locking)
    author: Author = NOBODY
    take_over: bool = False  # provision: also groups that somebody else has made
    stop: threading.Event = field(default_factory=threading.Event, compare=False)
    ready: Callable[[], None] = field(default=lambda: None, compare=False)  # before a change; may refuse
    tell: Callable[[InFlight], None] = field(default=lambda _: None, compare=False)
    """Hears what is waited for before anything is planned."""


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


def plan_provision(
    wanted: Sequence[Lab], backends: Backends, options: Options, roster: Roster | None = None
) -> Plan:
    """The plan that turns what is found into what is wanted; makes no mutating call of any world.

    `roster` is the whole class, of which `wanted` may be a part; None: there are no other groups.
    """
    roster = roster or roster_of_labs(wanted)
    found = look_at_rest(wanted, backends, tell=options.tell)
    records = _records(wanted, backends, options, roster)
    if "router" in options.only:
        found = look_at_routers(wanted, found, records, backends, logins=options.logins)
    sound = [lab for lab in wanted if not found[lab.group].problems]
    guests, silent = look_deep(sound, found, backends, workers=options.parallel) if options.deep else ({}, {})
    colleagues = roster.colleagues(records, options.author)
    users, servers = by_router(records.values()), roster.servers_by_group()

    def plan_of(lab: Lab) -> GroupPlan:
        here = found[lab.group]
        difference = Difference(
            wanted=lab,
            found=here,
            others=other_records(lab, users),
            guests=guests.get(lab.group, {}),
            boot_timeout_s=options.boot_timeout_s,
            earlier=records.get(lab.group),
            servers=servers.get(lab.group, ()),
            author=options.author,
        )
        problems = (*here.problems, *silent.get(lab.group, ()))
        group = plan_of_group(
            difference, problems, only=options.only, until=options.until, knows=backends.guests.knows
        )
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


def _colleagues(wanted: Sequence[Lab], backends: Backends, options: Options) -> dict[GroupId, Provenance]:
    """Those of these groups that somebody else has made."""
    roster = roster_of_labs(wanted)
    records = _records(wanted, backends, options, roster, again=True)
    made = roster.colleagues(records, options.author)
    return {lab.group: made[lab.group] for lab in wanted if lab.group in made}


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


def _records(
    wanted: Sequence[Lab], backends: Backends, options: Options, roster: Roster, *, again: bool = False
) -> Records:
    """The records of the class, on the servers of these groups and of those that share a router with them.

    Not `again`: right after these groups were looked at.
    """
    if not wanted:
        return Records()
    servers = roster.servers(lab.group for lab in wanted)
    name = wanted[0].group.class_name
    return read_records(servers, name, backends, workers=options.parallel, again=again)


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


def list_drills(specs: Sequence[GroupSpec], wanted: Sequence[Lab], names: Sequence[str]) -> list[Drill]:
    """The drills of these names, all without names, of each group; LabError drill.unknown."""
    pairs = zip(specs, wanted, strict=True)
    return [d for spec, lab in pairs for d in build_drills(spec, wanted=lab, found=lab, names=names)]


def drill(
    specs: Sequence[GroupSpec],
    wanted: Sequence[Lab],
    backends: Backends,
    listeners: Sequence[Listener],
    options: Options,
    *,
    names: Sequence[str] = (),
    only_mend: bool = False,
) -> tuple[GroupRehearsal, ...]:
    """Break each green lab on purpose, watch it from a client, put it back: groups side by side.

    `only_mend`: break nothing, put back what these drills break. Groups that are locked are left alone.
    """
    with closing(
        Locks(backends.vsphere, options.locking, stop=options.stop, workers=options.parallel)
    ) as locks:
        colleagues = _colleagues(wanted, backends, options)
        own = {lab.group: lab.site for lab in wanted if lab.group not in colleagues}
        refused = {group: colleagues_group(group, made) for group, made in colleagues.items()}
        refused |= locks.take(own)
        found = backends.vsphere.observe(wanted)
        drills, checks = {}, {}
        for spec, lab in zip(specs, wanted, strict=True):
            if lab.group not in refused:
                ready = attempt(partial(_programme, spec, lab, found[lab.group], names))
                if isinstance(ready, LabError):
                    refused[lab.group] = ready.at(str(lab.group))
                else:
                    drills[lab.group], checks[lab.group] = ready
        rehearsal = Rehearsal(backends, Announcer(listeners), options.stop)
        if only_mend:
            done = rehearsal.mend(drills, workers=options.parallel)
        else:
            done = rehearsal.run(drills, checks, workers=options.parallel)
    left = (GroupRehearsal(group.number, error=error) for group, error in refused.items())
    return tuple(sorted((*done, *left), key=lambda group: group.group))


def _programme(
    spec: GroupSpec, wanted: Lab, found: Lab, names: Sequence[str]
) -> tuple[Sequence[Drill], Sequence[Check]]:
    """The drills of a group, and the checks that must be green before."""
    checks = build_key_checks(spec, wanted=wanted, found=found)
    return build_drills(spec, wanted=wanted, found=found, names=names), checks


def status(
    wanted: Sequence[Lab], backends: Backends, roster: Roster | None = None, author: Author = NOBODY
) -> ClassStatus:
    """Where each group stands: one read of vSphere, and the records of the class; nothing else is asked."""
    roster = roster or roster_of_labs(wanted)
    found = backends.vsphere.observe(wanted)
    records = _records(wanted, backends, Options(), roster)
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
    known = {
        group: logins.of(record.router_address)
        for group, (_, record) in going.items()
        if record and record.router_address
    }
    routers = read_routers(slots_of(going, known), backends, logins=options.logins)
    actions = plan_removals(
        [
            Remains(lab, record, login, routers.get(login) if login else None)
            for group, (lab, record) in going.items()
            for login in (known.get(group),)
        ],
        [record for group, (_, record) in there.items() if record and group not in going],
    )
    seen = Seen(
        labs={group: lab for group, (lab, _) in there.items()},
        servers=tuple(servers),
        shared_routers=shared_hosts(
            r.router_address.host for _, r in there.values() if r and r.router_address
        ),
        again=again,
    )
    plans = tuple(removal_of(lab, actions.get(group, ()), there.silent) for group, (lab, _) in chosen.items())
    made = {group: record.provenance for group, (_, record) in chosen.items() if record}
    colleagues = {group: who for group, who in made.items() if who and who.is_colleagues(options.author)}
    return Plan(
        "teardown",
        class_name,
        plans,
        colleagues=colleagues,
        unread=there.unread,
        silent=there.silent,
        seen=seen,
    )
