"""Heartbeat's own commands: cl_status, hb_standby, hb_takeover."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from esxlab.sim.light.call import Call
    from esxlab.sim.light.heartbeat import HeartbeatNode, Which

WHICH = ("all", "local", "foreign", "failback")
NOT_RUNNING = 2


def cl_status(call: Call) -> int:
    """`cl_status hbstatus|listnodes|nodestatus N|rscstatus|hblinkstatus N L|listhblinks N|clientstatus`."""
    node = call.machine.processes.heartbeat
    verb, words = (call.args or [""])[0], call.args[1:]
    if verb == "hbstatus":
        call.print(f"Heartbeat is {'running' if node else 'stopped'} on machine {call.machine.hostname}")
        return 0 if node else NOT_RUNNING
    if verb not in QUESTIONS:
        return call.fail("usage: cl_status sub-command [options]", 1)
    if node is None:
        call.fail("cl_status[1203]: ERROR: Cannot signon with heartbeat")
        reason = "hb_api_signon: Can't initiate connection  to heartbeat"
        return call.fail(f"cl_status[1203]: ERROR: REASON: {reason}", NOT_RUNNING)
    return QUESTIONS[verb](call, node, words)


def _list_nodes(call: Call, node: HeartbeatNode, words: list[str]) -> int:  # noqa: ARG001 - one shape
    for name in node.config.nodes:
        call.print(name)
    return 0


def _node_status(call: Call, node: HeartbeatNode, words: list[str]) -> int:
    if not words or words[0] not in node.config.nodes:
        call.print("error")
        return call.fail(f"cl_status[1203]: ERROR: Cannot get node status for {words[0] if words else ''}")
    if words[0] == node.name:
        call.print("active" if node.phase == "running" else "up")
        return 0
    status = node.peers[words[0]].status
    call.print({"init": "up", "left": "dead"}.get(status, status))
    return 0


def _resources(call: Call, node: HeartbeatNode, words: list[str]) -> int:  # noqa: ARG001 - one shape
    call.print(node.resources)
    return 0


def _links(call: Call, node: HeartbeatNode, words: list[str]) -> int:  # noqa: ARG001 - one shape
    for nic in node.config.nics:
        call.print(f"\t{nic}")
    return 0


def _link_status(call: Call, node: HeartbeatNode, words: list[str]) -> int:
    peer = node.peers.get(words[0]) if words else None
    call.print("up" if peer is not None and peer.status == "active" else "dead")
    return 0


QUESTIONS = {
    "hblinkstatus": _link_status,
    "listhblinks": _links,
    "listnodes": _list_nodes,
    "nodestatus": _node_status,
    "rscstatus": _resources,
}


def hb_standby(call: Call) -> int:
    """`hb_standby [all|local|foreign|failback]`: hand the resources over."""
    return _move(call, give=True)


def hb_takeover(call: Call) -> int:
    """`hb_takeover [all|local|foreign|failback]`: take the resources."""
    return _move(call, give=False)


def _move(call: Call, *, give: bool) -> int:
    which = (call.args or ["all"])[0]
    node = call.machine.processes.heartbeat
    if which not in WHICH:
        return call.fail(f"usage:{call.name} [-h|--help|all|foreign|local|failback]", 1)
    if node is None:
        return call.fail("Heartbeat is not running.", 1)
    now = call.machine.world.clock.now()
    if give:
        call.print(f"Going standby [{which}].")
        node.standby(cast("Which", which), now)
    else:
        node.takeover(cast("Which", which), now)
    return 0
