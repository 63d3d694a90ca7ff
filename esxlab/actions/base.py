"""What every action is: a key, what must be done before it, what limits it, a description.

An action is data and reaches nothing; the room `performing` carries it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from esxlab import texts

if TYPE_CHECKING:
    from esxlab.lab.identity import GroupId

BackendName = Literal["vsphere", "guest", "router"]
Stage = Literal["networks", "machines", "guests", "cutover", "router", "release"]
STAGES: tuple[Stage, ...] = ("networks", "machines", "guests", "cutover", "router")
"""The stages of a provision in their order; `release` is teardown's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One step of a plan.

    `needs` are keys of actions of the same group that must be done before; `after` are those of other
    groups, by number and key, where groups share something. Subclasses are frozen data: two equal actions do
    the same thing, and a plan can be written down, compared and pickled.
    """

    backend: ClassVar[BackendName] = "vsphere"
    verb: ClassVar[str] = ""
    stage: ClassVar[Stage] = "machines"

    group: GroupId
    needs: tuple[str, ...] = ()
    after: tuple[tuple[int, str], ...] = ()

    @property
    def subject(self) -> str:
        """What it acts on, in the exercise's terms: srvweb1, g07-inside."""
        return ""

    @property
    def word(self) -> str:
        """By what its sentence and its sign are found: the verb, or what it comes to on what is there."""
        return self.verb

    @property
    def key(self) -> str:
        """Unique within the group's plan: `copy-disk srvweb1`."""
        return f"{self.verb} {self.subject}".strip()

    @property
    def weight(self) -> int:
        """How long it takes against others: the scheduler starts long chains first."""
        return 1

    @property
    def limit_group(self) -> tuple[str, str]:
        """(kind, place): actions of one limit group run so many at once: ("copy", "datastore1")."""
        return ("vsphere", "")

    def facts(self) -> dict[str, object]:
        """The values that the description's sentence names."""
        return {"subject": self.subject}

    def describe(self) -> str:
        """One line for people, in the current language."""
        return texts.say(f"action.{self.word}", **self.facts())

    def details(self) -> tuple[str, ...]:
        """Further lines for a plan that is read closely: commands for a router, files of a guest."""
        return ()
