"""The drills of part 1: the active server's card, its power, its Heartbeat, its apache2."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from esxlab import texts
from esxlab.drills.base import Drill, Findings, Takeover
from esxlab.drills.scene import Scene
from esxlab.drills.steps import CutPower, GivePower, PlugCard, StartService, StopService, UnplugCard
from esxlab.drills.timeline import entries, holder, longest_gap, longest_pause, lost, spells, window
from esxlab.errors import LabError
from esxlab.exercises.family.scene import APACHE, web_servers
from esxlab.exercises.ha.spec import ClusterSpec
from esxlab.exercises.ha.steps import StandBy, StartHeartbeat, StartWhereHeld, WatchService
from esxlab.lab.web import HTTP_PORT, http_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from esxlab.checks.asking import Ground
    from esxlab.drills.scene import WebServer
    from esxlab.drills.stage import Stage
    from esxlab.drills.steps import Step
    from esxlab.drills.timeline import Sample
    from esxlab.exercises.exercise import BuildDrill
    from esxlab.lab.lab import Lab
    from esxlab.spec.resolved import GroupSpec

STEADY = 10
"""Requests in a row that one server must have answered, 2 s: it holds the service."""
SLACK_S = 15.0
"""What a failover takes beyond deadtime at most: 18 to 24 s were measured with a deadtime of 10."""
TAKEOVER_LIMIT_S = 60.0
RETURN_LIMIT_S = 180.0
STEADY_LIMIT_S = 90.0
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
    services: tuple[str, ...]
    primary: str  # host name
    auto_failback: bool

    @property
    def bound_s(self) -> float:
        """The latest moment for a failover, counted from the first lost request."""
        return self.deadtime_s + SLACK_S + self.noticed_s

    def facts(self) -> dict[str, object]:
        """The bound."""
        return {"bound": round(self.bound_s)}

    def break_it(self, stage: Stage, active: WebServer) -> None:
        """The failure."""
        raise NotImplementedError

    def mend(self, active: WebServer) -> tuple[Step, ...]:
        """The repair of what `break_it` broke."""
        raise NotImplementedError

    def rehearse(self, stage: Stage) -> Findings:
        """The failure, the failover, the repair, the return; at the end the service is where it was."""
        with stage.probing():
            before = _steady(stage)
            active = self.scene.server(before)
            since = stage.now()
            self.break_it(stage, active)
            if self.fails_over:
                stage.wait(lambda s: _moved(s, since, before), limit_s=TAKEOVER_LIMIT_S)
            else:
                stage.watch(self.bound_s)
            mended = stage.now()
            stage.perform(*self.mend(active))
            back_since = stage.now()
            stage.wait(lambda s: self.settled(s, back_since), limit_s=RETURN_LIMIT_S)
            until = stage.now()
            ended = holder(window(stage.samples, 0, until), STEADY)
            back = self.give_back(stage, before)
        zero = stage.marks[0].begin
        failure, repair = window(stage.samples, since, mended), window(stage.samples, back_since, until)
        after = holder(failure, STEADY)
        recovered = bool(after) and after != before
        takeover = Takeover(
            before=before,
            after=after if recovered else "",
            outage_s=longest_gap(failure) if recovered else None,
            bound_s=self.bound_s,
            return_outage_s=longest_gap(repair) if ended else None,
            ended=ended,
            back=back,
            precision_s=longest_pause(window(stage.samples, since, until)),
        )
        lines = entries(stage.samples, stage.marks, zero=zero)
        watched = window(stage.samples, since, until)
        return Findings(
            good=self.is_good(takeover, failure),
            seen=self.sentence(takeover, failure),
            sent=len(watched),
            lost=lost(watched),
            takeover=takeover,
            entries=lines,
            unread=stage.unread,
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
        return samples[-1].at - since >= self.settle_s and bool(holder(window(samples, since), STEADY))

    def give_back(self, stage: Stage, before: str) -> bool:
        """Let the server that served first serve again; whether it does."""
        now = holder(stage.samples, STEADY)
        if now and now != before:
            stage.perform(StandBy(server=self.scene.server(now)))
        return stage.wait(lambda s: holder(s, STEADY) == before, limit_s=STEADY_LIMIT_S)

    def settle(self, stage: Stage) -> None:
        """After an interruption: wait until one serves steadily, and let it be the one that served first."""
        before = next((s.who for s in stage.samples if s.who), self.primary)
        with stage.probing():
            since = stage.now()
            stage.wait(lambda s: self.settled(s, since), limit_s=RETURN_LIMIT_S)
            self.give_back(stage, before)


def _steady(stage: Stage) -> str:
    """Who serves, once it is clear. LabError drill.unsteady."""
    if not stage.wait(lambda s: bool(holder(s, STEADY)), limit_s=STEADY_LIMIT_S):
        raise LabError("drill.unsteady", where=stage.scene.client, url=stage.scene.url)
    return holder(stage.samples, STEADY)


def _moved(samples: Sequence[Sample], since: float, before: str) -> bool:
    now = holder(window(samples, since), STEADY)
    return bool(now) and now != before


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOut(HeartbeatDrill):
    """The active server's card is disconnected, and connected again: a partition."""

    name: ClassVar[str] = "nic"

    def break_it(self, stage: Stage, active: WebServer) -> None:
        """Through vSphere: a guest whose card is down can no longer be told to bring it up."""
        stage.harm(UnplugCard(server=active))

    def mend(self, active: WebServer) -> tuple[Step, ...]:
        """The same way."""
        return (PlugCard(server=active),)

    def put_back(self) -> tuple[Step, ...]:
        """Every server's card."""
        return tuple(PlugCard(server=server) for server in self.scene.servers)


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanReturn(HeartbeatDrill):
    """A failure after which the server joins again as one that was away: auto_failback decides."""

    settle_s: ClassVar[float] = 30.0

    def settled(self, samples: Sequence[Sample], since: float) -> bool:
        """With auto_failback on, the primary serves; with off, nothing has moved for a while."""
        if self.auto_failback:
            return holder(window(samples, since), STEADY) == self.primary
        return HeartbeatDrill.settled(self, samples, since)


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCut(CleanReturn):
    """The active server loses its power, and gets it back."""

    name: ClassVar[str] = "power"

    def break_it(self, stage: Stage, active: WebServer) -> None:
        """Without a word to the guest."""
        stage.harm(CutPower(server=active))

    def mend(self, active: WebServer) -> tuple[Step, ...]:
        """Boot, until it answers."""
        return (GivePower(server=active),)

    def put_back(self) -> tuple[Step, ...]:
        """Every server's power."""
        return tuple(GivePower(server=server) for server in self.scene.servers)


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanStop(CleanReturn):
    """Heartbeat is stopped on the active server, and started again."""

    name: ClassVar[str] = "stop"

    def break_it(self, stage: Stage, active: WebServer) -> None:
        """As an administrator does."""
        stage.harm(StopService(server=active, service="heartbeat"))

    def mend(self, active: WebServer) -> tuple[Step, ...]:
        """The same way."""
        return (StartHeartbeat(server=active),)

    def put_back(self) -> tuple[Step, ...]:
        """On every server."""
        return tuple(StartHeartbeat(server=server) for server in self.scene.servers)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApacheStopped(HeartbeatDrill):
    """apache2 is stopped on the active server: the handout expects a failover, and there is none."""

    name: ClassVar[str] = "apache"
    fails_over: ClassVar[bool] = False
    settle_s: ClassVar[float] = 3.0  # Heartbeat does not move: nothing but apache2 has to start

    def break_it(self, stage: Stage, active: WebServer) -> None:
        """The service only; Heartbeat goes on."""
        stage.harm(StopService(server=active, service=APACHE))

    def mend(self, active: WebServer) -> tuple[Step, ...]:
        """By hand: nobody else does it."""
        return (StartService(server=active, service=APACHE),)

    def put_back(self) -> tuple[Step, ...]:
        """Where the cluster address is; a standby does not run it when haresources does."""
        return (StartWhereHeld(service=APACHE),)

    def is_good(self, takeover: Takeover, failure: Sequence[Sample]) -> bool:
        """As known of Heartbeat without a monitor: no failover, and not one answer once it was down."""
        down = spells(failure)[-1:]
        return takeover.outage_s is None and bool(down) and not down[0].who and takeover.back

    def sentence(self, takeover: Takeover, failure: Sequence[Sample]) -> str:
        """That nobody took over, and how requests failed."""
        down = [spell for spell in spells(failure) if not spell.who]
        if takeover.outage_s is not None or not down:
            return texts.say("drill.seen.apache_moved", after=takeover.after or takeover.before)
        return texts.say(
            "drill.seen.apache_down",
            seconds=f"{down[-1].seconds:.0f}",
            why=texts.say(f"drill.why.{down[-1].why}"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApacheWatched(ApacheStopped):
    """The same with what would make the handout right: a monitor that calls hb_standby."""

    name: ClassVar[str] = "apache-watched"
    fails_over: ClassVar[bool] = True
    noticed_s: ClassVar[float] = MONITOR_S

    def break_it(self, stage: Stage, active: WebServer) -> None:
        """Stop the service; a moment later esxlab plays the monitor, once."""
        stage.harm(StopService(server=active, service=APACHE))
        stage.watch(self.noticed_s)
        stage.perform(WatchService(server=active, service=APACHE))

    def mend(self, active: WebServer) -> tuple[Step, ...]:
        """With apache2 in haresources the next takeover starts it; else it has to be started."""
        return () if APACHE in self.services else (StartService(server=active, service=APACHE),)

    def put_back(self) -> tuple[Step, ...]:
        """As above, and on both when haresources does not name it."""
        if APACHE in self.services:
            return (StartWhereHeld(service=APACHE),)
        return tuple(StartService(server=server, service=APACHE) for server in self.scene.servers)

    def is_good(self, takeover: Takeover, failure: Sequence[Sample]) -> bool:
        """As of the other failures."""
        return HeartbeatDrill.is_good(self, takeover, failure)

    def sentence(self, takeover: Takeover, failure: Sequence[Sample]) -> str:
        """As of the other failures."""
        return HeartbeatDrill.sentence(self, takeover, failure)


def build_scene(spec: GroupSpec, wanted: Lab, ground: Ground) -> Scene:
    """ClientA through the router, as the exercise's final test; without a router the client inside."""
    address = str(spec.part(ClusterSpec).addresses[0].ip)
    if spec.router and spec.machine("ClientA"):
        client, target, port = "ClientA", str(spec.router.outside_address.ip), spec.router.outside_port
    elif spec.machine("ClientB"):
        client, target, port = "ClientB", address, HTTP_PORT
    else:
        raise LabError("drill.no_client", where=str(spec.group))
    return Scene(ground, client, http_url(target, port), address, web_servers(spec, wanted))


def _build(kind: type[HeartbeatDrill], spec: GroupSpec, scene: Scene) -> HeartbeatDrill:
    cluster = spec.part(ClusterSpec)
    return kind(
        group=spec.group,
        scene=scene,
        deadtime_s=float(cluster.deadtime_s),
        services=cluster.services,
        primary=next(m.hostname for m in spec.machines if m.key == cluster.primary),
        auto_failback=cluster.auto_failback,
    )


DRILLS: Mapping[str, BuildDrill] = {
    kind.name: partial(_build, kind) for kind in (CardOut, PowerCut, CleanStop, ApacheStopped, ApacheWatched)
}
"""A new drill is one class and its place here."""
