"""Lets Heartbeat's time pass: which packets arrive, which timers are due, in their order."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from esxlab.sim.light.heartbeat import START_S, HeartbeatNode, Peer, Reach

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Quiet(NamedTuple):
    """What goes on while no wire changes: when something is due, and who is heard all the time."""

    due: float
    heard: list[Peer]


def advance(nodes: Sequence[HeartbeatNode], reach: Reach, *, since: float, until: float) -> Quiet:
    """Let everything happen that is due until this time; `since` is the `until` of the last call.

    The wires are taken as constant in between: call this before each change. What is due next
    may be nothing: infinity.
    """
    for node in nodes:
        node.reach = reach
    _listen(nodes, since)
    for _ in range(10_000):
        due = min((event for node in nodes for event in _due(node, until)), key=lambda e: e[0], default=None)
        if due is None or due[0] > until:
            break
        _listen(nodes, due[0])
        due[1](due[0])
    heard = _listen(nodes, until)
    return Quiet(min((when for node in nodes for when, _ in _due(node, until)), default=math.inf), heard)


def _listen(nodes: Sequence[HeartbeatNode], when: float) -> list[Peer]:
    """Packets arrive all the time from those that are linked; gives these."""
    heard = []
    for node in nodes:
        if not node.speaks:
            continue
        reached = {other.name: other for other in node.heard_nodes()}
        for name, peer in node.peers.items():
            other = reached.get(name)
            if other is None:
                peer.linked_since = None
            elif peer.linked_since is None:
                peer.linked_since = when
            if other is not None and peer.status == "active" and peer.incarnation == other.incarnation:
                peer.heard = max(peer.heard, when)
                heard.append(peer)
    return heard


def _due(node: HeartbeatNode, until: float) -> list[tuple[float, Callable[[float], None]]]:
    found: list[tuple[float, Callable[[float], None]]] = [
        (when, _fire(node, key)) for when, key, _ in node.timers[:1]
    ]
    if not node.speaks:
        return found
    reached = {other.name: other for other in node.heard_nodes()}
    for name, peer in node.peers.items():
        other = reached.get(name)
        if other is not None and (peer.status != "active" or peer.incarnation != other.incarnation):
            since = peer.linked_since if peer.linked_since is not None else until
            begun = max(since, other.started, node.started)
            found.append((begun + START_S, partial(node.hears, other)))
        elif other is None and peer.status == "active":
            found.append((peer.heard + node.config.deadtime_s, partial(node.declare_dead, name)))
        elif other is None and peer.status == "init":
            limit = max(node.config.initdead_s, node.config.deadtime_s)
            found.append((node.started + START_S + limit, partial(node.declare_dead, name)))
    return found


def _fire(node: HeartbeatNode, key: int) -> Callable[[float], None]:
    def fire(_at: float) -> None:
        index = next(i for i, timer in enumerate(node.timers) if timer[1] == key)
        when, _, action = node.timers.pop(index)
        action(when)

    return fire
