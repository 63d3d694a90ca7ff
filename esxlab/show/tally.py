"""How far each group of a run is, read off the events; every progress display is drawn from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from esxlab.engine.events import (
    GroupFinished,
    RunFinished,
    RunStarted,
    StepFinished,
    StepProgressed,
    StepStarted,
)

if TYPE_CHECKING:
    from esxlab.engine.events import Event

Phase = Literal["waiting", "running", "done", "failed", "cancelled"]


@dataclass(slots=True)
class GroupTally:
    """One group: its phase, steps done of all, what it does now, since when (on the caller's clock)."""

    group: int
    total: int
    phase: Phase = "waiting"
    done: int = 0
    since_s: float = 0.0
    elapsed_s: float = 0.0
    last: str = ""
    failures: int = 0
    open_steps: dict[str, tuple[str, float]] = field(default_factory=dict)  # key -> (text, fraction)

    @property
    def fraction(self) -> float:
        """0 to 1: finished steps, and the parts of those that run."""
        parts = sum(fraction for _, fraction in self.open_steps.values())
        return min(1.0, (self.done + parts) / self.total) if self.total else 1.0

    @property
    def word(self) -> str:
        """The last word: a failed group's error, else the oldest step that runs, else the last that ended."""
        if self.phase == "failed" or not self.open_steps:
            return self.last
        text, fraction = next(iter(self.open_steps.values()))
        return f"{fraction:.0%} {text}" if fraction else text

    def seconds(self, now_s: float) -> float:
        """How long the group has been at work."""
        return now_s - self.since_s if self.phase == "running" else self.elapsed_s


@dataclass(slots=True)
class Tally:
    """All groups of a run."""

    command: str = ""
    groups: dict[int, GroupTally] = field(default_factory=dict)
    finished: bool = False

    def take(self, event: Event, now_s: float) -> None:
        """Take note of an event at this moment."""
        match event:
            case RunStarted():
                self.command = event.command
                self.groups = {number: GroupTally(number, steps) for number, steps in event.steps.items()}
            case StepStarted() | StepProgressed() | StepFinished() | GroupFinished():
                group = self.groups.setdefault(event.group, GroupTally(event.group, 0))
                _take_group(group, event, now_s)
                if isinstance(event, GroupFinished):
                    group.phase = self._ended(group, event)
            case RunFinished():
                self.finished = True

    def _ended(self, group: GroupTally, event: GroupFinished) -> Phase:
        """A provision that stops half-way was interrupted; a verify just leaves out what makes no sense."""
        if event.error or group.failures:
            return "failed"
        return "cancelled" if event.done < event.total and self.command != "verify" else "done"

    def count(self, phase: Phase) -> int:
        """How many groups are in this phase."""
        return sum(1 for group in self.groups.values() if group.phase == phase)


def _take_group(
    group: GroupTally, event: StepStarted | StepProgressed | StepFinished | GroupFinished, now_s: float
) -> None:
    if group.phase == "waiting":
        group.phase, group.since_s = "running", now_s
    match event:
        case StepStarted():
            group.open_steps[event.step] = (event.text, 0.0)
        case StepProgressed():
            text, _ = group.open_steps.get(event.step, (event.step, 0.0))
            group.open_steps[event.step] = (event.text or text, event.fraction)
        case StepFinished():
            group.open_steps.pop(event.step, None)
            group.done += event.status == "done"
            group.failures += event.status == "failed"
            group.last = event.text
        case GroupFinished():
            group.done, group.total, group.elapsed_s = event.done, event.total, event.elapsed_s
            group.open_steps.clear()
            if event.error:
                group.last = str(event.error).splitlines()[0]
