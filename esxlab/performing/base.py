"""The two things that can be done with an action: perform it, or leave it for the next run."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esxlab.actions.base import Action
    from esxlab.backends.protocols import Backends


@singledispatch
def perform(action: Action, backends: Backends) -> None:
    """Do it; raises LabError. Each verb has its own function, in the module of its backend."""
    raise NotImplementedError(f"nobody carries out {action!r}")


@singledispatch
def leave(action: Action, backends: Backends) -> None:
    """The run ends, and all that the action needs is done: write down what it would have shown."""
