"""Every verb of a plan is carried out by a function of its own; a plan's rooms reach nothing."""

from __future__ import annotations

import pytest

from esxlab.actions import guest, leave_router, machines, router, vsphere
from esxlab.actions.base import Action
from esxlab.performing import perform

ROOMS = (guest, leave_router, machines, router, vsphere)
VERBS = sorted(
    {
        kind
        for room in ROOMS
        for kind in vars(room).values()
        if isinstance(kind, type) and issubclass(kind, Action) and kind.verb
    },
    key=lambda kind: kind.verb,
)
SAME = {machines.PowerCycleFirst: machines.PowerCycle}
"""What is done for these is what is done for the others; only when it is done differs."""


@pytest.mark.parametrize("kind", VERBS, ids=lambda kind: kind.verb)
def test_a_verb_is_never_carried_out_as_the_one_that_it_inherits_from(kind) -> None:
    """A DeleteFolder is a MakeFolder by its data: what is done must not be inherited by oversight."""
    assert SAME.get(kind, kind) in perform.registry


def test_verbs_are_told_apart() -> None:
    assert len({kind.verb for kind in VERBS}) == len(VERBS) > 15
    done = [perform.registry[kind] for kind in VERBS if kind not in SAME]
    assert len(set(done)) == len(done)


def test_what_nobody_carries_out_is_told() -> None:
    with pytest.raises(NotImplementedError):
        perform(Action(group=None), None)
