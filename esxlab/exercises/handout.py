"""What an exercise says to students and teacher on paper: its steps, its pages, its moving address."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from esxlab.spec.resolved import GroupSpec


@dataclass(frozen=True, slots=True)
class HandoutStep:
    """One step; its text is `handout.<key>`, its answer `handout.<key>.answer`, of the same facts."""

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a machine is to others, as a line of its box in the drawing: the text `handout.<key>`.

    `differs`: it is not as the spec wants it; only of what was asked.
    """

    machine: str
    key: str
    facts: Mapping[str, object] = field(default_factory=dict)
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What one machine is asked when the drawing shows what is there; `read` makes marks of what it prints.

    The command only reads.
    """

    machine: str
    command: tuple[str, ...]
    read: Callable[[str], tuple[Mark, ...]]


@dataclass(frozen=True, slots=True)
class Handout:
    """The paper of one group.

    - `title`: the key of the part's name;
    - `steps`: in the order in which a group does them;
    - `pages`: (client, URL) to be tried;
    - `shared`: (key of a text, address) of what no machine has for good: a cluster's, a virtual one;
    - `marks`: what stands in the drawing beside names and addresses;
    - `questions`: what stands there beside them when what is there is shown too.
    """

    title: str = ""
    steps: tuple[HandoutStep, ...] = ()
    pages: tuple[tuple[str, str], ...] = ()
    shared: tuple[tuple[str, str], ...] = ()
    marks: tuple[Mark, ...] = ()
    questions: tuple[Question, ...] = ()


def no_handout(spec: GroupSpec) -> Handout:  # noqa: ARG001 - of every group
    """An exercise without words of its own for the paper: machines, addresses and router are on it."""
    return Handout()
