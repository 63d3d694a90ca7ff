"""The program on one page: what is wanted, what is found, the plan between them, and the run of that plan."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from esxlab.bugs import attempt
from esxlab.engine.ask import Asking, patience_s, unasked
from esxlab.engine.class_records import records_of_class
from esxlab.engine.lock_groups import lock_groups
from esxlab.engine.locks import Locks
from esxlab.engine.look import look
from esxlab.engine.observe import look_at_remains, observe_labs
from esxlab.engine.options import Options
from esxlab.engine.run import Announcer, Runner, RunReport
from esxlab.errors import LabError
from esxlab.exercises.registry import build_checks, build_lab, secret_of, start_s
from esxlab.lab.password import MODEL
from esxlab.lab.provenance import NOBODY, Author
from esxlab.lab.router_logins import RouterLogins
from esxlab.planning.class_plan import plan
from esxlab.planning.class_teardown import Removal, plan_of_removal
from esxlab.planning.pause import plan_of_pause, plan_of_resume, puts_to_sleep
from esxlab.planning.roster import Wanted
from esxlab.planning.standing import ClassStatus, standing_or_why
from esxlab.spec.digest import spec_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet
    from contextlib import AbstractContextManager

    from esxlab.actions.base import Action
    from esxlab.backends.protocols import Backends
    from esxlab.checks.base import CheckResult
    from esxlab.engine.events import Listener
    from esxlab.lab.finding import Finding
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Server
    from esxlab.lab.password import PasswordName
    from esxlab.planning.plan import Plan
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


def plan_provision(
    wanted: Sequence[Lab], backends: Backends, options: Options, roster: Roster | None = None
) -> Plan:
    """The plan that turns what is found into what is wanted; makes no mutating call of any backend.

    `roster` is the whole class, of which `wanted` may be a part; None: there are no other groups.
    """
    whole = _in_class(wanted, roster)
    seen = look(whole, backends, options)
    return plan(whole, seen, options)


def _in_class(labs: Sequence[Lab], roster: Roster | None) -> Wanted:
    return Wanted(tuple(labs), roster)


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
    chosen = None if groups is None else frozenset(groups)
    removal = Removal(tuple(servers), class_name, chosen, logins, options.author)
    return plan_of_removal(removal, look_at_remains(removal, backends, options))


def plan_pause(
    wanted: Sequence[Lab],
    backends: Backends,
    options: Options,
    roster: Roster | None = None,
    *,
    suspend: bool = False,
) -> Plan:
    """The plan that takes the power of what is on, guests shut down first; or puts it to sleep."""
    whole = _in_class(wanted, roster)
    return plan_of_pause(whole, look(whole, backends, _without_router(options)), options, suspend=suspend)


def plan_resume(
    wanted: Sequence[Lab], backends: Backends, options: Options, roster: Roster | None = None
) -> Plan:
    """The plan that gives power to what is there, and waits until it answers."""
    whole = _in_class(wanted, roster)
    return plan_of_resume(whole, look(whole, backends, _without_router(options)), options)


def _without_router(options: Options) -> Options:
    return replace(options, only=options.only - {"router"})


def plan_again(made: Plan, groups: AbstractSet[GroupId], backends: Backends, options: Options) -> Plan:
    """The same plan for some of its groups, from a new look."""
    seen = made.seen
    if seen.wanted:
        labs, roster = [lab for lab in seen.wanted.labs if lab.group in groups], seen.wanted.roster
        if made.kind == "pause":
            return plan_pause(labs, backends, options, roster, suspend=puts_to_sleep(made))
        if made.kind == "resume":
            return plan_resume(labs, backends, options, roster)
        return plan_provision(labs, backends, options, roster)
    numbers = [group.number for group in groups]
    return plan_teardown(seen.servers, made.class_name, numbers, backends, options, logins=seen.logins)


def run_plan(made: Plan, backends: Backends, listeners: Sequence[Listener], options: Options) -> RunReport:
    """Perform a plan under the locks of its groups; groups fail one by one, as data.

    `options` are those that it was made with: of groups that have changed since, it is made again.
    """
    announce = Announcer(listeners)
    locks = Locks(backends.vsphere, options.locking, stop=options.stop, workers=options.parallel)
    with closing(locks):
        again = partial(plan_again, made, backends=backends, options=options)
        locked = lock_groups(made, backends, locks, again=again)

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
    looked_at = time.monotonic()
    wanted, found = observe_labs(wanted, backends)
    built = {
        spec.group: attempt(partial(build_checks, spec, wanted=lab, found=found[lab.group]))
        for spec, lab in zip(specs, wanted, strict=True)
    }
    checks = {
        group: tuple(
            check
            for check in asked
            if check.name in options.checks or not options.checks or found[group].problems
        )
        for group, asked in built.items()
        if not isinstance(asked, LabError)
    }
    failures = [unasked(group, error) for group, error in built.items() if isinstance(error, LabError)]
    wait_s = options.wait_s or patience_s(
        found.values(), now=datetime.now(UTC), start_s=start_s(specs), speed=options.speed
    )
    announce = Announcer(listeners)
    asking = Asking(
        backends, announce, stop=options.stop, wait_s=wait_s, command=options.asked_by, looked_at=looked_at
    )
    return (*asking.ask_all(checks, workers=options.parallel), *failures)


@dataclass(frozen=True, slots=True)
class _CopyMoves:
    """How throw-away copies come and go: as a group does, in a class of their own."""

    class_name: str
    servers: tuple[Server, ...]
    backends: Backends
    listeners: Sequence[Listener]

    def plan_removal(self, numbers: Sequence[int] | None, options: Options) -> Plan:
        return plan_teardown(self.servers, self.class_name, numbers, self.backends, options)

    def plan_copies(self, copies: Sequence[Lab], options: Options) -> Plan:
        return plan_provision(copies, self.backends, options)

    def carry_out(self, plan: Plan, options: Options) -> RunReport:
        return run_plan(plan, self.backends, self.listeners, options)


def check_models(
    labs: Sequence[Lab], backends: Backends, listeners: Sequence[Listener], options: Options
) -> tuple[Finding, ...]:
    """Make a throw-away copy of the model of each of these labs, ask it, and take it away again.

    Args:
        labs: of one class, each with another model; nothing stands in the way of a copy.
        backends: the outside worlds.
        listeners: hear of every step.
        options: how; `stop` ends the questions, and never leaves a copy behind.
    """
    from esxlab.engine.model_check import ModelCheck  # noqa: PLC0415 - every other command goes without
    from esxlab.engine.model_copy import class_of_copies  # noqa: PLC0415 - as above

    if not labs:
        return ()
    servers = tuple(sorted({lab.site.server for lab in labs}))
    moves = _CopyMoves(class_of_copies(labs[0].group.class_name), servers, backends, listeners)
    return ModelCheck(tuple(labs), backends, options, moves).run()


def status(
    wanted: Sequence[Lab], backends: Backends, roster: Roster | None = None, author: Author = NOBODY
) -> ClassStatus:
    """Where each group stands: one read of vSphere, and the records of the class; nothing else is asked."""
    whole = _in_class(wanted, roster)
    wanted, found = observe_labs(wanted, backends)
    records = records_of_class(whole, backends, workers=Options().parallel)
    groups = tuple(standing_or_why(lab, found[lab.group]) for lab in wanted)
    everybody = whole.roster
    colleagues = everybody.colleagues(records, author)
    orphans = everybody.orphans(records.keys() - colleagues.keys())
    return ClassStatus(groups, orphans, colleagues, records.unread)
