"""What happens during a run, in the past tense: the engine tells, listeners show or write it down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from esxlab.errors import LabError

Status = Literal["done", "failed", "skipped", "cancelled"]


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins; `groups` are their numbers, `steps` how many each has.

    `looked_s`: of questions, so long ago what they go by was read.
    """

    command: str
    class_name: str
    steps: dict[int, int]
    looked_s: float = 0.0


@dataclass(frozen=True, slots=True)
class StepStarted:
    """An action or check of a group begins; `text` is its description in the current language."""

    group: int
    step: str  # the action's key: copy-disk srvweb1
    text: str


@dataclass(frozen=True, slots=True)
class StepProgressed:
    """A long step moves on; `fraction` is 0 to 1; `text`, when it is not empty, what it waits for."""

    group: int
    step: str
    fraction: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step ended; `error` only when it failed; `elapsed_s` on the injected clock.

    `outage_s`: of a drill, for how long nobody answered. `said`: of a question, what was seen; `remedy`: the
    command that its error names.
    """

    group: int
    step: str
    text: str
    status: Status
    elapsed_s: float
    error: LabError | None = None
    outage_s: float | None = None
    said: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class DrillAnswered:
    """While a drill runs, others answer its client than before: from `at` on, seconds of the client's clock.

    `who` are host names; `lost`: requests without an answer are among them, `why` says why.
    """

    group: int
    drill: str
    at: float
    who: tuple[str, ...]
    lost: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class DrillStepped:
    """A drill has broken or mended something; `verb` names its text, `facts` are in it."""

    group: int
    drill: str
    at: float
    verb: str
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class RouterRemarked:
    """A router has something to say that is no failure; `remark` is the key of its text."""

    router: str
    remark: str


@dataclass(frozen=True, slots=True)
class BugMet:
    """A bug of esxlab: the error that stands for it, and where it came from; only journals take it."""

    error: LabError
    traceback: str


@dataclass(frozen=True, slots=True)
class GroupFinished:
    """How one group ended: `error` is its first failure, or the first problem that forbade its plan."""

    group: int
    done: int
    total: int
    elapsed_s: float
    error: LabError | None = None


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run is over; `failed` are the groups that did not reach the end."""

    failed: tuple[int, ...]
    elapsed_s: float
    interrupted: bool = False


Event = (
    RunStarted
    | StepStarted
    | StepProgressed
    | StepFinished
    | DrillAnswered
    | DrillStepped
    | RouterRemarked
    | BugMet
    | GroupFinished
    | RunFinished
)


class Listener(Protocol):
    """Receives every event, one at a time, from whichever thread; must be quick and must not raise."""

    def __call__(self, event: Event) -> None:
        """Take note."""
        ...
