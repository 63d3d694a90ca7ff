"""What every drill is: frozen data that is described, run, and recovered from; its findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from esxlab import texts

if TYPE_CHECKING:
    from esxlab.drills.drill_run import DrillRun
    from esxlab.drills.setup import DrillSetup
    from esxlab.drills.steps import Step
    from esxlab.drills.timeline import Entry
    from esxlab.errors import LabError
    from esxlab.lab.identity import GroupId

DrillVerdict = Literal["ok", "failed", "error", "cancelled"]


@dataclass(frozen=True, slots=True)
class Takeover:
    """Part 1, host names and the client's seconds; None: it did not happen while the client watched.

    `outage_s` is the time without an answer after the failure, `bound_s` what deadtime allows for it;
    `return_outage_s` the time without an answer after the repair; `ended` who served then, before the drill
    gave the service back to `before`. What happened between two requests nobody knows: either time may be
    longer or shorter by `precision_s`. `surely_s` is what of the outage was seen: first to last lost request.
    """

    before: str
    after: str = ""
    outage_s: float | None = None
    bound_s: float = 0.0
    return_outage_s: float | None = None
    ended: str = ""
    back: bool = False
    precision_s: float = 0.0
    surely_s: float = 0.0

    @property
    def in_bound(self) -> bool:
        """Whether somebody took over in time; a client not heard for a while has seen nothing late."""
        return self.outage_s is not None and self.surely_s <= self.bound_s


@dataclass(frozen=True, slots=True)
class Phase:
    """Part 2: requests under one condition. `counts` is host name -> answers; `expected` None: no promise.

    `table` is host name -> connections, as the director's own table counted them; None: it was not asked.
    """

    text: str
    counts: tuple[tuple[str, int], ...]
    lost: int = 0
    expected: tuple[tuple[str, int], ...] | None = None
    table: tuple[tuple[str, int], ...] | None = None

    @property
    def requests(self) -> int:
        """How many were sent."""
        return sum(number for _, number in self.counts) + self.lost

    @property
    def lost_share(self) -> float:
        """0 to 1."""
        return self.lost / self.requests if self.requests else 0.0


@dataclass(frozen=True, slots=True)
class Findings:
    """What a drill showed; `good` says that the lab did what is known of such labs.

    `unread` requests could not be read: they are neither among those that were sent nor among the lost ones.
    """

    good: bool
    seen: str
    sent: int = 0
    lost: int = 0
    takeover: Takeover | None = None
    phases: tuple[Phase, ...] = ()
    entries: tuple[Entry, ...] = ()
    unread: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One failure on purpose. `name` is what one types, and a row of the table."""

    name: ClassVar[str] = ""

    group: GroupId
    setup: DrillSetup

    def facts(self) -> dict[str, object]:
        """The values that the description's sentence names."""
        return {}

    def describe(self) -> str:
        """What is broken and watched, in the current language."""
        return texts.say(f"drill.{self.name}", **self.facts())

    def run(self, drill_run: DrillRun) -> Findings:
        """Inject, watch, recover, watch. StoppedError when interrupted, LabError when something fails."""
        raise NotImplementedError

    def recovery(self) -> tuple[Step, ...]:
        """The steps that mend all that this drill breaks, whatever it was in the middle of."""
        raise NotImplementedError

    def settle(self, drill_run: DrillRun) -> None:
        """After `recovery`: wait until the lab is as it was. Nothing by default: the checks wait as well."""


@dataclass(frozen=True, slots=True)
class DrillReport:
    """A drill of a group, how it ended, and how many seconds of this computer's clock it took.

    `outage_s`: for how long nobody answered, also of one that was cut off and put back, or after which nobody
    took over; None: it was not measured, or nobody has answered again.
    """

    group: int
    drill: str
    question: str
    verdict: DrillVerdict
    elapsed_s: float
    findings: Findings | None = None
    error: LabError | None = field(default=None, compare=False)
    outage_s: float | None = None
