"""What servers tell of their labs now: who holds an address that no machine has for good, what they count."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

from esxlab.engine.into import CONNECT_S, targets_of
from esxlab.errors import LabError
from esxlab.exercises.registry import handout_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from esxlab.engine.into import Going, Target
    from esxlab.exercises.handout import Mark, Question
    from esxlab.lab.guest import SshRoute
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.spec.resolved import GroupSpec

SHOW = ("ip", "-o", "-4", "addr", "show")
ANSWER_S = 20.0


class Heard(NamedTuple):
    """What the servers have told.

    - `holders`: group -> address -> machines; an address of which not all servers that are on have told is
      left out;
    - `marks`: group -> what those said that its exercise has a question for;
    - `silent`: why the others have not.
    """

    holders: dict[int, dict[str, tuple[str, ...]]]
    marks: dict[int, tuple[Mark, ...]]
    silent: tuple[LabError, ...]


class Told(NamedTuple):
    """What one server has told."""

    addresses: frozenset[str]
    marks: tuple[Mark, ...]


def ask_servers(
    specs: Sequence[GroupSpec], wanted: Sequence[Lab], found: Mapping[GroupId, Lab], going: Going
) -> Heard:
    """Every server that is on is asked for its addresses, and what its exercise wants to know of it.

    A machine that is off holds no address.
    """
    papers = {spec.group.number: handout_of(spec) for spec in specs}
    names = frozenset(m.key for spec in specs for m in spec.machines if m.role != "client")
    on = {(lab.group.number, m.owner.machine) for lab in found.values() for m in lab.machines if m.powered_on}
    targets = [
        target
        for target in targets_of(specs, wanted, found, names)
        if (target.group, target.machine) in on and papers[target.group].shared
    ]

    def ask(target: Target, route: SshRoute) -> Told:
        mine = [each for each in papers[target.group].questions if each.machine == target.machine]
        return _ask(going, route, mine)

    met = going.meet(targets, ask, lambda _: None)
    silent = {each.target.group for each in met if each.error}
    told = [(each.target, each.answer) for each in met if not isinstance(each.answer, LabError)]
    seen = {lab.group.number for lab in found.values() if lab.seen}
    holders = {
        group: {
            address: tuple(
                target.machine for target, said in told if target.group == group and address in said.addresses
            )
            for _, address in paper.shared
        }
        for group, paper in papers.items()
        if group in seen - silent
    }
    marks = {
        group: tuple(mark for target, said in told if target.group == group for mark in said.marks)
        for group in papers
    }
    return Heard(holders, marks, tuple(each.error for each in met if each.error))


def _ask(going: Going, route: SshRoute, questions: Sequence[Question]) -> Told:
    """One server. LabError guest.script when a command fails there, and those of dialling."""

    def printed(command: tuple[str, ...]) -> str:
        answer = going.backends.guests.run(route, command, timeout_s=ANSWER_S, connect_s=CONNECT_S)
        if answer.exit_status:
            said = f"{shlex.join(command)}: {(answer.stderr or answer.stdout).strip()}"
            raise LabError("guest.script", detail=said, status=answer.exit_status)
        return answer.stdout

    held = frozenset(word.partition("/")[0] for word in printed(SHOW).split())
    return Told(held, tuple(mark for each in questions for mark in each.read(printed(each.command))))
