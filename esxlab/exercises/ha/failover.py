"""What all drills of part 1 do: break the active server, watch who takes over, repair, watch the return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from esxlab import texts
from esxlab.drills.base import Drill, Findings, Takeover
from esxlab.drills.timeline import (
    entries,
    holder,
    longest_gap,
    longest_pause,
    longest_seen_gap,
    lost,
    window,
)
from esxlab.errors import LabError
from esxlab.exercises.ha.steps import StandBy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.drills.drill_run import DrillRun
    from esxlab.drills.setup import WebServer
    from esxlab.drills.steps import Step
    from esxlab.drills.timeline import DoneStep, Sample


STEADY = 10
"""Requests in a row that one server must have answered, 2 s: it holds the service."""
SLACK_S = 15.0
"""What a failover takes beyond deadtime at most: 18 to 24 s were measured with a deadtime of 10."""
LATE_S = 35.0
"""So long beyond its bound a failover is looked for: one that comes late is told as late, not as none."""
RETURN_LIMIT_S = 180.0
STEADY_LIMIT_S = 90.0
MEASURED_KEEPALIVE_S = 2.0
"""With heartbeats as often as this the times of returns were measured."""
HEARTBEATS = 2
"""What a return waits for: the first heartbeat of the other node, and after a restart its first one again."""
MONITOR_S = 4.0
"""How long after the failure the monitor of `apache-watched` looks: one that looks every 5 s, on average."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatDrill(Drill):
    """A failure of the active server, watched by a client; `services` are those of haresources."""

    fails_over: ClassVar[bool] = True
    noticed_s: ClassVar[float] = 0.0  # after the failure, when Heartbeat does not see it by itself
    settle_s: ClassVar[float] = 60.0
    """So long after the repair the service may still move: 49 to 57 s were measured after a returned card."""

    deadtime_s: float
    keepalive_s: float
    services: tuple[str, ...]
    primary: str  # host name
    auto_failback: bool

    @property
    def bound_s(self) -> float:
        """The latest moment for a failover, counted from the first lost request."""
        return self.deadtime_s + SLACK_S + self.noticed_s

    @property
    def takeover_limit_s(self) -> float:
        """How long a failover is waited for."""
        return self.bound_s + LATE_S

    @property
    def return_limit_s(self) -> float:
        """How long a return is waited for: what was broken may have had to be noticed first."""
        return RETURN_LIMIT_S + self.deadtime_s + self.slower_s

    @property
    def slower_s(self) -> float:
        """By how much later than measured Heartbeat moves after a repair, with heartbeats so far apart."""
        return HEARTBEATS * max(0.0, self.keepalive_s - MEASURED_KEEPALIVE_S)

    def facts(self) -> dict[str, object]:
        """The bound."""
        return {"bound": round(self.bound_s)}

    def inject_failure(self, drill_run: DrillRun, active: WebServer) -> None:
        """The failure."""
        raise NotImplementedError

    def late_s(self, done_steps: Sequence[DoneStep]) -> float:  # noqa: ARG002 - for others
        """Seconds by which esxlab itself was late with what Heartbeat waited for, by the steps done."""
        return 0.0

    def recovery_of(self, active: WebServer) -> tuple[Step, ...]:
        """The repair of what `inject_failure` broke."""
        raise NotImplementedError

    def run(self, drill_run: DrillRun) -> Findings:
        """The failure, the failover, the repair, the return; at the end the service is where it was."""
        with drill_run.probing():
            before = steady_server(drill_run)
            active = self.setup.server(before)
            since = drill_run.now()
            self.inject_failure(drill_run, active)
            if self.fails_over:
                drill_run.wait(lambda s: _moved(s, since, before), limit_s=self.takeover_limit_s)
            else:
                drill_run.watch(self.bound_s)
            mended = drill_run.now()
            drill_run.perform(*self.recovery_of(active))
            back_since = drill_run.now()
            drill_run.wait(lambda s: self.settled(s, back_since), limit_s=self.return_limit_s)
            until = drill_run.now()
            ended = holder(window(drill_run.samples, 0, until), STEADY)
            back = self.give_back(drill_run, before)
        seen = (window(drill_run.samples, since, mended), window(drill_run.samples, back_since, until))
        failure, watched = seen[0], window(drill_run.samples, since, until)
        bound_s = self.bound_s + self.late_s(drill_run.done_steps)
        takeover = self._takeover(before, *seen, ended=ended, back=back, watched=watched, bound_s=bound_s)
        return Findings(
            good=self.is_good(takeover, failure),
            seen=self.sentence(takeover, failure),
            sent=len(watched),
            lost=lost(watched),
            takeover=takeover,
            entries=entries(drill_run.samples, drill_run.done_steps, zero=drill_run.done_steps[0].begin),
            unread=drill_run.unread,
        )

    def _takeover(
        self,
        before: str,
        failure: Sequence[Sample],
        repair: Sequence[Sample],
        *,
        ended: str,
        back: bool,
        watched: Sequence[Sample],
        bound_s: float,
    ) -> Takeover:
        after = holder(failure, STEADY)
        recovered = bool(after) and after != before
        return Takeover(
            before=before,
            after=after if recovered else "",
            outage_s=longest_gap(failure) if recovered else None,
            bound_s=bound_s,
            return_outage_s=longest_gap(repair) if ended else None,
            ended=ended,
            back=back,
            precision_s=longest_pause(watched),
            surely_s=longest_seen_gap(failure),
        )

    def is_good(self, takeover: Takeover, failure: Sequence[Sample]) -> bool:  # noqa: ARG002 - for others
        """Taken over in time, served by somebody after the repair, and given back."""
        return takeover.in_bound and bool(takeover.ended) and takeover.back

    def sentence(self, takeover: Takeover, failure: Sequence[Sample]) -> str:  # noqa: ARG002 - for others
        """What was seen, in a line."""
        if takeover.outage_s is None:
            return texts.say("drill.seen.no_takeover", before=takeover.before)
        key = "returned" if takeover.ended == takeover.before else "stayed"
        return texts.say(
            f"drill.seen.{key}",
            after=takeover.after,
            outage=round(takeover.outage_s, 1),
            ended=takeover.ended or texts.say("seen.nobody"),
            again=round(takeover.return_outage_s or 0.0, 1),
        )

    def settled(self, samples: Sequence[Sample], since: float) -> bool:
        """Long enough after the repair, and one server answers steadily."""
        long_enough = samples[-1].at - since >= self.settle_s + self.slower_s
        return long_enough and bool(holder(window(samples, since), STEADY))

    def give_back(self, drill_run: DrillRun, before: str) -> bool:
        """Let the server that served first serve again; whether it does."""
        now = holder(drill_run.samples, STEADY)
        if now and now != before:
            drill_run.perform(StandBy(server=self.setup.server(now)))
        return drill_run.wait(lambda s: holder(s, STEADY) == before, limit_s=STEADY_LIMIT_S + self.slower_s)

    def settle(self, drill_run: DrillRun) -> None:
        """After an interruption: wait until one serves steadily, and let it be the one that served first."""
        before = next((s.who for s in drill_run.samples if s.who), self.primary)
        with drill_run.probing():
            since = drill_run.now()
            drill_run.wait(lambda s: self.settled(s, since), limit_s=self.return_limit_s)
            self.give_back(drill_run, before)


def steady_server(drill_run: DrillRun) -> str:
    """Who serves, once it is clear. LabError drill.unsteady."""
    if not drill_run.wait(lambda s: bool(holder(s, STEADY)), limit_s=STEADY_LIMIT_S):
        raise LabError("drill.unsteady", where=drill_run.setup.client, url=drill_run.setup.url)
    return holder(drill_run.samples, STEADY)


def _moved(samples: Sequence[Sample], since: float, before: str) -> bool:
    now = holder(window(samples, since), STEADY)
    return bool(now) and now != before
