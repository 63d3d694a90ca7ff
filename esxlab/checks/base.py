"""What every check is: a frozen question about a running lab, its answer, and the command to look further."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from esxlab import texts

if TYPE_CHECKING:
    from esxlab.backends.protocols import Backends
    from esxlab.errors import LabError
    from esxlab.lab.identity import GroupId

Verdict = Literal["ok", "failed", "error", "skipped"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check found: `seen` is a line of evidence; `look` the command to look further, on a failure."""

    verdict: Verdict
    seen: str
    look: str = ""
    error: LabError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question. `name` is a column of the table: the same check of all groups shares it."""

    name: ClassVar[str] = ""

    group: GroupId

    def facts(self) -> dict[str, object]:
        """The values that the description's sentence names."""
        return {}

    def describe(self) -> str:
        """The question, in the current language."""
        return texts.say(f"check.{self.name}", **self.facts())

    def ask(self, backends: Backends, *, wait_s: float = 0.0) -> Answer:
        """Ask the running lab; changes nothing. LabError when the question could not be asked.

        `wait_s` is what is left of the time that a lab is given to come up.
        """
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A check of a group with its answer and how long it took."""

    group: int
    check: str
    question: str
    answer: Answer
    elapsed_s: float
