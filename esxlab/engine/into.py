"""Into the machines of many groups at once: which are meant, by which way, and what each has answered."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from esxlab.backends.power_watch import power_watch
from esxlab.backends.route_finding import resolve_route
from esxlab.bugs import attempt
from esxlab.engine.class_records import colleagues_of
from esxlab.engine.observe import observe_labs
from esxlab.engine.parallel import parallel_map
from esxlab.errors import LabError
from esxlab.exercises.registry import guest_access
from esxlab.lab.identity import machine_label
from esxlab.planning.group_plan import colleagues_group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from esxlab.backends.protocols import Backends
    from esxlab.lab.guest import SshRoute
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Site
    from esxlab.lab.planned_route import PlannedRoute
    from esxlab.lab.provenance import Author
    from esxlab.spec.resolved import GroupSpec

T = TypeVar("T")

ALL = "all"
CONNECT_S = 20.0
"""How long a machine may take to tell its address and to take a login: one that is on answers at once."""
LOOK_S = 0.5


@dataclass(frozen=True, slots=True)
class Target:
    """One machine that is meant. `problem`: why it cannot be gone to; else `route` leads there."""

    group: int
    machine: str
    site: Site
    route: PlannedRoute | None = None
    problem: LabError | None = None

    @property
    def name(self) -> str:
        """g07-srvweb1: what one says of it in a line, and in a file's name."""
        return machine_label(self.group, self.machine)


@dataclass(frozen=True, slots=True)
class Met(Generic[T]):
    """What a machine has answered, or why it has not."""

    target: Target
    answer: T | LabError
    elapsed_s: float

    @property
    def error(self) -> LabError | None:
        """Why it has not; None when it has."""
        return self.answer if isinstance(self.answer, LabError) else None


@dataclass(frozen=True, slots=True)
class Going:
    """How machines are gone to: at most `workers` at once, until `stop`."""

    backends: Backends
    workers: int
    stop: threading.Event
    connect_s: float = CONNECT_S
    clock: Callable[[], float] = time.monotonic

    def meet(
        self,
        targets: Sequence[Target],
        work: Callable[[Target, SshRoute], T],
        tell: Callable[[Met[T]], None],
    ) -> tuple[Met[T], ...]:
        """Do the work at every target; answers in their order.

        `tell` hears of each as it ends, in one thread at a time.
        """
        left, lock = Counter(target.group for target in targets), threading.Lock()

        def go(target: Target) -> Met[T]:
            began = self.clock()
            answer = attempt(partial(self._go, target, work))
            if isinstance(answer, LabError):
                answer = answer.at(_place(target))
            met = Met(target, answer, self.clock() - began)
            with lock:
                left[target.group] -= 1
                over = not left[target.group]
                tell(met)
            if over:
                self.backends.guests.leave(target.group)
            return met

        answers = parallel_map(go, targets, workers=self.workers)
        return tuple(
            Met(target, answer, 0.0) if isinstance(answer, LabError) else answer
            for target, answer in zip(targets, answers, strict=True)
        )

    def _go(self, target: Target, work: Callable[[Target, SshRoute], T]) -> T:
        self._check()
        if target.problem or target.route is None:
            raise target.problem or LabError("guest.not_there")
        with power_watch(self._check, every_s=LOOK_S):
            vsphere = self.backends.vsphere
            route = resolve_route(target.route, vsphere, target.site, timeout_s=self.connect_s)
            return work(target, route)

    def _check(self) -> None:
        if self.stop.is_set():
            raise LabError("guest.stopped")


def find_targets(
    specs: Sequence[GroupSpec],
    wanted: Sequence[Lab],
    backends: Backends,
    names: Iterable[str],
    *,
    changed_by: Author | None = None,
    workers: int = 1,
) -> tuple[Target, ...]:
    """The machines of these names (or all of them) in these groups, as vSphere shows them; group by group.

    `changed_by`: who may change something there; machines of a group that a colleague has made have the
    problem safety.colleagues_group then. None: nothing will be changed.

    Raises:
        LabError: usage.machine, when no group has one of this name, and those of looking at vSphere.
    """
    chosen = _chosen(wanted, list(names))
    labs, found = observe_labs(wanted, backends)
    if changed_by is not None:
        made = colleagues_of(wanted, backends, author=changed_by, workers=workers, again=False)
        refused = {
            group: replace(found[group], problems=(colleagues_group(group, who),))
            for group, who in made.items()
        }
        found = {**found, **refused}
    return targets_of(specs, labs, found, chosen)


def targets_of(
    specs: Sequence[GroupSpec], wanted: Sequence[Lab], found: Mapping[GroupId, Lab], chosen: frozenset[str]
) -> tuple[Target, ...]:
    """The same, of what one look has found, under the origins that it shows them under."""
    return tuple(
        target
        for spec, lab in zip(specs, wanted, strict=True)
        for target in _targets(spec, lab, found[lab.group], chosen)
    )


def _chosen(wanted: Sequence[Lab], names: Sequence[str]) -> frozenset[str]:
    """As the exercise calls them, however they were typed."""
    asked = [name.strip() for name in names if name.strip()]
    if ALL in asked:
        return frozenset(m.owner.machine for lab in wanted for m in lab.machines)
    return frozenset(machine_named(name, wanted) for name in asked or [""])


def machine_named(name: str, wanted: Sequence[Lab]) -> str:
    """A machine's name as the exercise has it, however it was typed. LabError usage.machine."""
    known = {m.owner.machine.casefold(): m.owner.machine for lab in wanted for m in lab.machines}
    if name.casefold() not in known:
        raise LabError("usage.machine", name=name, known=", ".join(known.values()))
    return known[name.casefold()]


def _targets(spec: GroupSpec, lab: Lab, found: Lab, chosen: frozenset[str]) -> Iterator[Target]:
    access = attempt(partial(guest_access, spec, wanted=lab, found=found))
    for machine in lab.machines:
        name = machine.owner.machine
        if name not in chosen:
            continue
        there = found.machine(name)
        problem = next(iter(found.problems), None) or (access if isinstance(access, LabError) else None)
        if problem is None and there is None:
            problem = LabError("guest.not_there")
        if problem is None and there and not there.powered_on:
            problem = LabError("vsphere.off", name=there.name)
        route = None if problem or isinstance(access, LabError) else access.routes[name]
        yield Target(lab.group.number, name, spec.site, route, problem)


def _place(target: Target) -> str:
    from esxlab.texts import say  # noqa: PLC0415 - only for those that failed

    return f"{say('place.group', number=target.group)}, {target.machine}"
