"""The drills of part 1: the active server's card, its power, its Heartbeat, its apache2."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from esxlab import texts
from esxlab.drills.setup import DrillSetup
from esxlab.drills.steps import ConnectNic, CutPower, DisconnectNic, GivePower, StartService, StopService
from esxlab.drills.timeline import holder, spells, window
from esxlab.errors import LabError
from esxlab.exercises.family.setup import APACHE, web_servers
from esxlab.exercises.ha.failover import MONITOR_S, STEADY, HeartbeatDrill
from esxlab.exercises.ha.spec import ClusterSpec
from esxlab.exercises.ha.steps import StartHeartbeat, StartWhereHeld, WatchService
from esxlab.lab.web import HTTP_PORT, http_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from esxlab.checks.asking import GuestAccess
    from esxlab.drills.base import Takeover
    from esxlab.drills.drill_run import DrillRun
    from esxlab.drills.setup import WebServer
    from esxlab.drills.steps import Step
    from esxlab.drills.timeline import DoneStep, Sample
    from esxlab.exercises.exercise import BuildDrill
    from esxlab.lab.lab import Lab
    from esxlab.spec.resolved import GroupSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class NicDisconnected(HeartbeatDrill):
    """The active server's card is disconnected, and connected again: a partition."""

    name: ClassVar[str] = "nic"

    def inject_failure(self, drill_run: DrillRun, active: WebServer) -> None:
        """Through vSphere: a guest whose card is down can no longer be told to bring it up."""
        drill_run.inject(DisconnectNic(server=active))

    def recovery_of(self, active: WebServer) -> tuple[Step, ...]:
        """The same way."""
        return (ConnectNic(server=active),)

    def recovery(self) -> tuple[Step, ...]:
        """Every server's card."""
        return tuple(ConnectNic(server=server) for server in self.setup.servers)


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

    def inject_failure(self, drill_run: DrillRun, active: WebServer) -> None:
        """Without a word to the guest."""
        drill_run.inject(CutPower(server=active))

    def recovery_of(self, active: WebServer) -> tuple[Step, ...]:
        """Boot, until it answers."""
        return (GivePower(server=active),)

    def recovery(self) -> tuple[Step, ...]:
        """Every server's power."""
        return tuple(GivePower(server=server) for server in self.setup.servers)


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanStop(CleanReturn):
    """Heartbeat is stopped on the active server, and started again."""

    name: ClassVar[str] = "stop"

    def inject_failure(self, drill_run: DrillRun, active: WebServer) -> None:
        """As an administrator does."""
        drill_run.inject(StopService(server=active, service="heartbeat"))

    def recovery_of(self, active: WebServer) -> tuple[Step, ...]:
        """The same way."""
        return (StartHeartbeat(server=active),)

    def recovery(self) -> tuple[Step, ...]:
        """On every server."""
        return tuple(StartHeartbeat(server=server) for server in self.setup.servers)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApacheStopped(HeartbeatDrill):
    """apache2 is stopped on the active server: the handout expects a failover, and there is none."""

    name: ClassVar[str] = "apache"
    fails_over: ClassVar[bool] = False
    settle_s: ClassVar[float] = 3.0  # Heartbeat does not move: nothing but apache2 has to start

    def inject_failure(self, drill_run: DrillRun, active: WebServer) -> None:
        """The service only; Heartbeat goes on."""
        drill_run.inject(StopService(server=active, service=APACHE))

    def recovery_of(self, active: WebServer) -> tuple[Step, ...]:
        """By hand: nobody else does it."""
        return (StartService(server=active, service=APACHE),)

    def recovery(self) -> tuple[Step, ...]:
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

    def inject_failure(self, drill_run: DrillRun, active: WebServer) -> None:
        """Stop the service; a moment later esxlab plays the monitor, once."""
        drill_run.inject(StopService(server=active, service=APACHE))
        drill_run.watch(self.noticed_s)
        drill_run.perform(WatchService(server=active, service=APACHE))

    def late_s(self, done_steps: Sequence[DoneStep]) -> float:
        """The monitor of esxlab looks over SSH: on a busy computer later than one in the guest."""
        failure, monitor = done_steps[:2]
        return max(0.0, monitor.end - failure.end - self.noticed_s)

    def recovery_of(self, active: WebServer) -> tuple[Step, ...]:
        """With apache2 in haresources the next takeover starts it; else it has to be started."""
        return () if APACHE in self.services else (StartService(server=active, service=APACHE),)

    def recovery(self) -> tuple[Step, ...]:
        """As above, and on both when haresources does not name it."""
        if APACHE in self.services:
            return (StartWhereHeld(service=APACHE),)
        return tuple(StartService(server=server, service=APACHE) for server in self.setup.servers)

    def is_good(self, takeover: Takeover, failure: Sequence[Sample]) -> bool:
        """As of the other failures."""
        return HeartbeatDrill.is_good(self, takeover, failure)

    def sentence(self, takeover: Takeover, failure: Sequence[Sample]) -> str:
        """As of the other failures."""
        return HeartbeatDrill.sentence(self, takeover, failure)


def build_setup(spec: GroupSpec, wanted: Lab, access: GuestAccess) -> DrillSetup:
    """ClientA through the router, as the exercise's final test; without a router the client inside."""
    address = str(spec.part(ClusterSpec).addresses[0].ip)
    if spec.router and spec.machine("ClientA"):
        client, target, port = "ClientA", str(spec.router.outside_address.ip), spec.router.outside_port
    elif spec.machine("ClientB"):
        client, target, port = "ClientB", address, HTTP_PORT
    else:
        raise LabError("drill.no_client", where=str(spec.group))
    return DrillSetup(access, client, http_url(target, port), address, web_servers(spec, wanted))


def _build(kind: type[HeartbeatDrill], spec: GroupSpec, setup: DrillSetup) -> HeartbeatDrill:
    cluster = spec.part(ClusterSpec)
    return kind(
        group=spec.group,
        setup=setup,
        deadtime_s=float(cluster.deadtime_s),
        keepalive_s=float(cluster.keepalive_s),
        services=cluster.services,
        primary=next(m.hostname for m in spec.machines if m.key == cluster.primary),
        auto_failback=cluster.auto_failback,
    )


DRILLS: Mapping[str, BuildDrill] = {
    kind.name: partial(_build, kind)
    for kind in (NicDisconnected, PowerCut, CleanStop, ApacheStopped, ApacheWatched)
}
"""A new drill is one class and its place here."""
