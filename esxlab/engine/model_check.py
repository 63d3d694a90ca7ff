"""Looks into models by throw-away copies: those of dead runs go first, one's own at the end in any case."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from esxlab.engine.locks import Locks
from esxlab.engine.model_copy import model_copy, turn_of
from esxlab.engine.model_inside import Inside
from esxlab.engine.observe import observe_labs
from esxlab.engine.parallel import parallel_map
from esxlab.errors import LabError
from esxlab.lab.finding import Finding
from esxlab.lab.lock import TTL_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from esxlab.backends.protocols import Backends
    from esxlab.engine.options import Options
    from esxlab.engine.run import RunReport
    from esxlab.lab.lab import Lab
    from esxlab.planning.plan import Plan

COPIES_AT_ONCE = 4


def as_told(error: LabError) -> LabError:
    """Why a model's turn was not taken: its lock is no group's, and `unlock` does not break it."""
    if error.code not in {"lock.held", "lock.passing"}:
        return error
    who = error.facts.get("who", "-")
    return LabError("model.locked", where=error.where, who=who, minutes=round(TTL_S / 60))


class Moves(Protocol):
    """What this needs of the workflow, which makes plans and carries them out."""

    def plan_removal(self, numbers: Sequence[int] | None, options: Options) -> Plan:
        """What takes the copies of these numbers (None: all) away."""
        ...

    def plan_copies(self, copies: Sequence[Lab], options: Options) -> Plan:
        """What makes them, and powers them on."""
        ...

    def carry_out(self, plan: Plan, options: Options) -> RunReport:
        """Perform it."""
        ...


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """One check of the models of these labs, each another one; all labs of one class."""

    labs: tuple[Lab, ...]
    backends: Backends
    options: Options
    moves: Moves

    def run(self) -> tuple[Finding, ...]:
        """What each copy says of its model, and that it is gone again."""
        locks = Locks(self.backends.vsphere, self.options.locking, stop=self.options.stop)
        with closing(locks):
            turns = {turn_of(lab): lab for lab in (*self._left_behind(), *self.labs)}
            refused = locks.take({turn: lab.site for turn, lab in turns.items()})
            locked = [(lab, refused[turn_of(lab)]) for lab in self.labs if turn_of(lab) in refused]
            findings = [Finding("copy", lab.site.model_id, as_told(error)) for lab, error in locked]
            numbers = [turn.number for turn in turns if turn not in refused]
            findings += self._remove(numbers, self.options)
            if not findings:
                findings += self._look_into_and_remove(numbers)
        return tuple(findings)

    def _left_behind(self) -> Iterator[Lab]:
        """What dead runs have left, each by the group of the class that it was made for."""
        plan = self.moves.plan_removal(None, self.options)
        class_name = self.labs[0].group.class_name
        for group, lab in plan.seen.labs.items():
            yield replace(lab, group=replace(group, class_name=class_name))

    def _look_into_and_remove(self, numbers: Sequence[int]) -> list[Finding]:
        """What is taken away is taken away also when somebody wants to stop."""
        findings: list[Finding] = []
        try:
            findings += self._look_into()
        finally:
            for number in numbers:
                self.backends.guests.leave(number)
            left = self._remove(numbers, replace(self.options, stop=threading.Event()))
        gone = [Finding("copy", lab.site.model_id) for lab in self.labs]
        return [*findings, *(left or gone)]

    def _remove(self, numbers: Sequence[int], options: Options) -> list[Finding]:
        """Why something is still there; nothing when all is gone."""
        plan = self.moves.plan_removal(numbers, options)
        unread = [Finding("copy", error.where, error) for error in (*plan.unread, *plan.silent)]
        return [*unread, *self._failures(plan, options)]

    def _failures(self, plan: Plan, options: Options) -> list[Finding]:
        """Carry a plan out; of each copy that did not get there, why."""
        models = {lab.group.number: lab.site.model_id for lab in self.labs}
        problems = {group.group.number: group.problems for group in plan.groups if group.problems}
        if plan.changes:
            for group in self.moves.carry_out(plan, options).groups:
                if group.error or group.done < group.total:
                    error = group.error or LabError("model.stopped")
                    problems.setdefault(group.group, (error,))
        return [
            Finding("copy", models.get(number, plan.class_name), error)
            for number, errors in problems.items()
            for error in errors
        ]

    def _look_into(self) -> list[Finding]:
        copies = [model_copy(lab) for lab in self.labs]
        failures = self._failures(self.moves.plan_copies(copies, self.options), self.options)
        failed = {finding.where for finding in failures}
        standing = [copy for copy in copies if copy.site.model_id not in failed]
        guests = {lab.group.number: tuple(m.guest for m in lab.machines if m.guest) for lab in self.labs}
        wanted, found = observe_labs(standing, self.backends)

        def ask(copy: Lab) -> list[Finding]:
            inside = Inside(
                wanted=copy,
                found=found[copy.group],
                guests=guests[copy.group.number],
                backends=self.backends,
                boot_timeout_s=self.options.boot_timeout_s,
                speed=self.options.speed,
            )
            return list(inside.ask(self.options.stop))

        for copy, answer in zip(wanted, parallel_map(ask, wanted, workers=COPIES_AT_ONCE), strict=True):
            failures += (
                [Finding("copy", copy.site.model_id, answer)] if isinstance(answer, LabError) else answer
            )
        return failures
