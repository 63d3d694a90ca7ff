"""Heartbeat's behaviour over time, as a pure model: who hears whom, who is dead, who holds the resources.

The times are those that were measured on real nodes (seconds): a takeover 10 after the death is declared, a
release 5, a join 24 after both have heard each other. deadtime, initdead and keepalive come from ha.cf.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from esxlab.sim.light.heartbeat_config import Config, Group

TAKEOVER_S = 10.0
RELEASE_S = 5.0
JOIN_S = 24.0
START_S = 2.0
"""From the start of the daemon to its first packet."""
PARTITION_S = 12.0
"""From the first packet after a partition until both nodes give everything up."""
RESTART_S = 2.0
"""From there to the daemon's start: 37 to 41 s without service were measured, stable 49 to 57 s after."""

Phase = Literal["starting", "running", "stopping", "down"]
Hold = Literal["released", "acquiring", "held", "releasing"]
PeerStatus = Literal["init", "active", "dead", "left"]
Which = Literal["all", "local", "foreign", "failback"]

_incarnations = count(1)

Reach = Callable[["HeartbeatNode"], Sequence["HeartbeatNode"]]
"""The nodes that a node hears now."""


class Host(Protocol):
    """What a node does on its machine."""

    def take(self, group: Group, when: float) -> bool:
        """Start the resources; False (and all of them stopped) when one fails."""
        ...

    def release(self, group: Group, when: float) -> None:
        """Stop the resources, last first; also those that do not run."""
        ...

    def log(self, level: str, text: str, when: float) -> None:
        """A line in the log file."""
        ...


@dataclass(slots=True)
class Peer:
    """What a node knows of another one."""

    status: PeerStatus = "init"
    heard: float = 0.0
    incarnation: int = 0
    linked_since: float | None = None


@dataclass(slots=True)
class HeartbeatNode:
    """One Heartbeat daemon. All times are school seconds."""

    name: str
    config: Config
    groups: tuple[Group, ...]
    host: Host
    started: float
    phase: Phase = "starting"
    incarnation: int = field(default_factory=lambda: next(_incarnations))
    peers: dict[str, Peer] = field(default_factory=dict)
    holds: dict[Group, Hold] = field(default_factory=dict)
    timers: list[tuple[float, int, Callable[[float], None]]] = field(default_factory=list)
    reach: Reach = lambda _node: ()
    _order: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        """Nothing is known yet."""
        self._begin(self.started)

    @property
    def speaks(self) -> bool:
        """Whether its packets are on the wire."""
        return self.phase in ("starting", "running")

    def _begin(self, when: float) -> None:
        self.started = when
        self.phase = "starting"
        self.incarnation = next(_incarnations)
        self.peers = {name: Peer() for name in self.config.nodes if name != self.name}
        self.holds = dict.fromkeys(self.groups, "released")
        self.host.log("info", "Configuration validated. Starting heartbeat 3.0.6", when)
        self.host.log("info", "Local status now set to: 'up'", when)
        if not self.peers:
            self._at(when + START_S, self._joined)

    def _at(self, when: float, action: Callable[[float], None]) -> None:
        self.timers.append((when, next(self._order), action))
        self.timers.sort(key=lambda timer: timer[:2])

    # what others tell it

    def hears(self, other: HeartbeatNode, when: float) -> None:
        """Packets of another node arrive, after a time without."""
        peer = self.peers[other.name]
        again = peer.status == "dead" and peer.incarnation == other.incarnation
        reborn = peer.status == "active" and peer.incarnation != other.incarnation
        peer.incarnation, peer.heard = other.incarnation, when
        if again:
            self.returned(other.name, when)
            mirror = other.peers[self.name]
            if mirror.status == "dead" and mirror.incarnation == self.incarnation:
                other.returned(self.name, when)
            return
        nic = (self.config.nics or ("?",))[0]
        self.host.log("info", f"Link {other.name}:{nic} up.", when)
        self.host.log("info", f"Status update for node {other.name}: status active", when)
        peer.status = "active"
        if reborn and self.phase == "running":  # it died and came back within deadtime: what it held is free
            self._acquire([group for group in self.groups if self._orphan(group)], when)
        if self.phase == "starting" and all(p.status != "init" for p in self.peers.values()):
            self._at(when + JOIN_S, self._joined)

    def returned(self, name: str, when: float) -> None:
        """A node that was dead is heard again, and never stopped: both sides start over."""
        self.host.log("CRIT", f"Cluster node {name} returning after partition.", when)
        self.host.log(
            "info",
            "For information on cluster partitions, See URL: http://linux-ha.org/wiki/Split_Brain",
            when,
        )
        self.host.log("WARN", "Deadtime value may be too small.", when)
        self.host.log("info", "Heartbeat shutdown in progress.", when)
        self.peers[name].status = "active"  # it is heard: only once is it a return
        self.timers = []
        self._at(when + PARTITION_S, self._fall)

    def _fall(self, when: float) -> None:
        """The end of both sides of a partition: everything is given up, then the daemon starts over."""
        self._release_all(when)
        self.phase = "down"
        self.timers = []
        self._at(when + RESTART_S, self._begin)

    def declare_dead(self, name: str, when: float) -> None:
        """Deadtime (or initdead) is over without a packet: take what it had."""
        peer = self.peers[name]
        first = peer.status == "init"
        peer.status = "dead"
        peer.linked_since = None
        self.host.log("WARN", f"node {name}: is dead", when)
        if first and any(p.status == "init" for p in self.peers.values()):
            return
        if self.phase == "starting":
            self.phase = "running"
            self.host.log("info", "Local status now set to: 'active'", when)
        self.host.log("WARN", "No STONITH device configured.", when)
        self.host.log("WARN", "Shared disks are not protected.", when)
        self.host.log("info", f"Resources being acquired from {name}.", when)
        self._acquire([g for g in self.groups if self._orphan(g)], when)

    def _orphan(self, group: Group) -> bool:
        """Whether this node is the one to take a group that nobody holds: its own, or one of a dead node."""
        return group.owner == self.name or self.peers.get(group.owner, Peer("dead")).status in (
            "dead",
            "left",
        )

    # its own steps

    def _joined(self, when: float) -> None:
        if self.phase != "starting":
            return
        self.phase = "running"
        self.host.log("info", "Local status now set to: 'active'", when)
        for group in filter(self._orphan, self.groups):
            holder = next(
                (n for n in self.heard_nodes() if n.holds.get(group) in ("held", "acquiring")), None
            )
            if holder is None:
                self._acquire([group], when)
            elif self.config.auto_failback:
                self.host.log("info", f"remote resource transition completed; failback of {group}", when)
                holder.give([group], self, when)

    def heard_nodes(self) -> Sequence[HeartbeatNode]:
        """Those that this node hears now."""
        return self.reach(self)

    def _acquire(self, groups: Sequence[Group], when: float) -> None:
        for group in groups:
            if self.holds[group] in ("released", "releasing"):
                self.holds[group] = "acquiring"
                self.host.log("info", f"Acquiring resource group: {group}", when)
                self._at(when + TAKEOVER_S, partial(self._acquired, group))

    def _acquired(self, group: Group, when: float) -> None:
        if self.holds[group] != "acquiring" or self.phase != "running":
            return
        good = self.host.take(group, when)
        self.holds[group] = "held" if good else "released"
        if not good:
            self.host.log("CRIT", f"Giving up resources due to failure of {group}", when)

    def give(self, groups: Sequence[Group], to: HeartbeatNode, when: float) -> None:
        """Hand groups over: release them here, then the other node takes them."""
        mine = [g for g in groups if self.holds.get(g) in ("held", "acquiring")]
        for group in mine:
            self._release(group, when)
        if mine:
            to._at(when + RELEASE_S, partial(to._acquire, mine))

    def _release(self, group: Group, when: float) -> None:
        self.host.log("info", f"Releasing resource group: {group}", when)
        self.host.release(group, when)
        self.holds[group] = "releasing"
        self._at(when + RELEASE_S, partial(self._released, group))

    def _released(self, group: Group, when: float) -> None:  # noqa: ARG002 - a timer's signature
        if self.holds[group] == "releasing":
            self.holds[group] = "released"

    def _release_all(self, when: float) -> None:
        for group in self.groups:
            self.host.release(group, when)
            self.holds[group] = "released"

    # what an operator asks

    def stop(self, when: float) -> None:
        """A clean stop: resources go, the others are told and take over without waiting for deadtime."""
        others = list(self.heard_nodes())
        self.host.log("info", "Heartbeat shutdown in progress.", when)
        self._release_all(when)
        self.phase = "stopping"
        self.timers = []
        for other in others:
            other._at(when + RELEASE_S, partial(other._left, self.name))  # noqa: SLF001 - the same class

    def _left(self, name: str, when: float) -> None:
        peer = self.peers[name]
        peer.status, peer.incarnation, peer.linked_since = "left", 0, None
        self.host.log("info", f"Received shutdown notice from '{name}'.", when)
        if self.phase == "running":
            self.host.log("info", f"Resources being acquired from {name}.", when)
            self._acquire([g for g in self.groups if self._orphan(g)], when)
        elif self.phase == "starting" and all(p.status != "init" for p in self.peers.values()):
            self._at(when + JOIN_S, self._joined)

    def standby(self, which: Which, when: float) -> bool:
        """`hb_standby`: the other node takes over; False when there is nobody to take over."""
        other = next((n for n in self.heard_nodes() if n.phase == "running"), None)
        if other is None or self.phase != "running":
            self.host.log("WARN", "standby request ignored: no other active node", when)
            return False
        self.host.log("info", f"{self.name} wants to go standby [{which}]", when)
        self.give([g for g in self.groups if self._is(which, g)], other, when)
        return True

    def takeover(self, which: Which, when: float) -> bool:
        """`hb_takeover`: this node takes over."""
        other = next((n for n in self.heard_nodes() if n.phase == "running"), None)
        if other is None or self.phase != "running":
            return False
        chosen = [g for g in self.groups if which == "all" or (g.owner == self.name) == (which != "foreign")]
        other.give(chosen, self, when)
        return True

    def _is(self, which: Which, group: Group) -> bool:
        return which == "all" or (group.owner == self.name) == (which == "local")

    @property
    def resources(self) -> str:
        """What `cl_status rscstatus` says: all, local, foreign, none or transition."""
        if self.phase != "running" or {"acquiring", "releasing"} & set(self.holds.values()):
            return "transition"
        local = all(self.holds[g] == "held" for g in self.groups if g.owner == self.name)
        foreign = [g for g in self.groups if g.owner != self.name]
        away = all(self.holds[g] == "held" for g in foreign)
        mine = [g for g in self.groups if g.owner == self.name]
        if local and away:
            return "all"
        return "local" if mine and local else "foreign" if foreign and away else "none"
