"""The heartbeat service of a machine: starts the daemon from /etc/ha.d, and runs the resources for it."""

from __future__ import annotations

import math
import re
import time
from ipaddress import AddressValueError, IPv4Address, IPv4Interface, NetmaskValueError
from typing import TYPE_CHECKING

from esxlab.sim.light import apache
from esxlab.sim.light.haconfig import HeartbeatConfigError, load_configuration
from esxlab.sim.light.heartbeat import RELEASE_S, HeartbeatNode
from esxlab.sim.light.heartbeat_clock import Quiet, advance
from esxlab.sim.light.kernel import Address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from esxlab.sim.light.heartbeat_config import Group
    from esxlab.sim.light.machine import Machine

DEFAULT_NIC = "eth0"
STRICT_DEBIAN = 11
"""From resource-agents 4.4.0 on IPaddr takes eth0 when no interface is named (seen on Debian 12)."""


async def start(machine: Machine) -> str:
    """Start Heartbeat; the reason when it refuses."""
    machine.world.settle()  # what the others did while this one was silent comes first
    node_host = NodeHost(machine)
    now = machine.world.clock.now()
    try:
        config, groups = load_configuration(machine)
    except HeartbeatConfigError as error:
        node_host.logfile = error.logfile
        for line in error.lines:
            level, colon, text = line.partition(": ")
            node_host.log(level if colon else "info", text or level, now)
        return error.lines[0].removeprefix("ERROR: ")
    node_host.logfile, node_host.debugfile = config.logfile, config.debugfile
    if machine.files.find("/var/lib/heartbeat/hb_uuid") is None:
        machine.files.make_directory("/var/lib/heartbeat", parents=True)
        machine.files.write(
            "/var/lib/heartbeat/hb_uuid", machine.files.read("/etc/machine-id")[:16], mode=0o600
        )
    machine.processes.heartbeat = HeartbeatNode(machine.hostname, config, groups, node_host, now)
    machine.world.settle()
    return ""


async def stop(machine: Machine) -> str:
    """Stop Heartbeat: it gives its resources up, tells the other node, and ends."""
    node = machine.processes.heartbeat
    if node is not None:
        machine.world.settle()
        node.stop(machine.world.clock.now())
        await machine.world.clock.sleep(RELEASE_S)
        machine.world.settle()
        node.host.log("info", f"{node.name} Heartbeat shutdown complete.", machine.world.clock.now())
        machine.processes.heartbeat = None
    return ""


Wires = dict[int, tuple[bool, float, frozenset[int]]]
"""Of each daemon: whether it speaks, when its next timer is due, and the VLANs that it is on."""


class Clusters:
    """Every Heartbeat of a school, and until when its time has passed."""

    def __init__(self) -> None:
        self._nodes: list[HeartbeatNode] = []
        self._wires: Wires = {}
        self._until = 0.0
        self._quiet = Quiet(0.0, [])

    def settle(self, machines: Iterable[Machine], until: float) -> None:
        """Let every Heartbeat of these machines do what was due until then.

        Asked before each command of each machine, by a class of 300 groups thousands of times a second:
        where no wire has changed and nothing is due, one look at the wires is all.
        """
        places = [
            (node, _segments(machine, node))
            for machine in machines if (node := machine.processes.heartbeat) is not None
        ]  # fmt: skip
        if until < self._quiet.due and _wires(places) == self._wires:
            self._until = until
            return
        for peer in self._quiet.heard:  # until then the wires were as they had been
            peer.heard = max(peer.heard, self._until)
        segments = {id(node): found for node, found in places}
        there: dict[tuple[str, int], list[HeartbeatNode]] = {}
        for node, found in places:
            for vlan in found:
                there.setdefault((node.name, vlan), []).append(node)

        def reach(node: HeartbeatNode) -> list[HeartbeatNode]:
            near = [there.get((name, vlan), ()) for name in node.config.nodes for vlan in segments[id(node)]]
            return [other for nodes in near for other in nodes if other is not node and hears(node, other)]

        self._nodes = [node for node, _ in places]  # kept, so that no other node gets the id of one
        self._quiet = advance(self._nodes, reach, since=self._until, until=until)
        self._wires, self._until = _wires(places), until


def _wires(places: Iterable[tuple[HeartbeatNode, frozenset[int]]]) -> Wires:
    return {
        id(node): (node.speaks, node.timers[0][0] if node.timers else math.inf, segments)
        for node, segments in places
    }


def hears(a: HeartbeatNode, b: HeartbeatNode) -> bool:
    """Whether two daemons on one segment believe each other: port, key, and names in both files."""
    return (
        a.speaks and b.speaks
        and (a.config.udpport, a.config.secret) == (b.config.udpport, b.config.secret)
        and a.name in b.config.nodes and b.name in a.config.nodes
    )  # fmt: skip


def _segments(machine: Machine, node: HeartbeatNode) -> frozenset[int]:
    cards = (machine.stack.cards.get(name) for name in node.config.nics)
    return frozenset(card.vlan for card in cards if card is not None and card.running and card.addresses)


class NodeHost:
    """What the daemon does on its machine (heartbeat.Host)."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.logfile = ""
        self.debugfile = ""

    def log(self, level: str, text: str, when: float) -> None:
        """A line in ha-log, in Heartbeat's format, with the time at which it happened."""
        machine = self._machine
        date = time.gmtime(machine.world.clock.wall() - machine.world.clock.now() + when)
        stamp = time.strftime("%b %d %H:%M:%S", date)
        line = f"{stamp} {machine.hostname} heartbeat: [1103]: {level}: {text}\n"
        for path in (self.logfile, self.debugfile):
            if path:
                machine.files.make_directory(path.rpartition("/")[0] or "/", parents=True)
                machine.files.write(path, line.encode(), append=True)
        machine.log("heartbeat[1103]", f"{level}: {text}")

    def take(self, group: Group, when: float) -> bool:
        """Start the resources, first to last; all of them stopped when one fails."""
        for resource in group.resources:
            problem = self._start(resource, when)
            if problem:
                self.log("ERROR", f"Return code 1 from {resource}: {problem}", when)
                self.release(group, when)
                return False
        self.log("info", f"Local resource acquisition completed: {group}", when)
        return True

    def release(self, group: Group, when: float) -> None:
        """Stop the resources, last to first, also those that do not run."""
        for resource in reversed(group.resources):
            self.log("info", f"Running {resource} stop", when)
            kind, address, _ = parse_resource(resource)
            if kind == "service":
                self._machine.processes.active.discard(resource.partition("::")[0])
                continue
            for card, found in list(self._machine.stack.each_address()):
                if address is not None and found.ip == address.ip and card.name != "lo":
                    self._machine.stack.remove_address(card.name, found.interface)

    def _start(self, resource: str, when: float) -> str:
        kind, address, nic = parse_resource(resource)
        self.log("info", f"Running {resource} start", when)
        if kind == "service":
            return self._start_service(resource.partition("::")[0])
        if address is None:
            return f"IP address [{resource}] not valid."
        return self._start_address(kind, address, nic, when)

    def _start_service(self, name: str) -> str:
        if not self._machine.has_unit(name):
            return f"Cannot locate resource script {name}"
        if name in self._machine.disk.masked:
            return f"{name}.service is masked"
        if name == "apache2" and (problem := apache.read_configuration(self._machine)):
            return problem
        self._machine.processes.active.add(name)
        return ""

    def _start_address(self, kind: str, address: IPv4Interface, nic: str, when: float) -> str:
        machine = self._machine
        if kind == "IPaddr" and not machine.has("net-tools"):
            return "Setup problem: Couldn't find utility ifconfig"
        if not machine.has("resource-agents"):
            return f"Cannot locate resource script {kind}"
        if not nic and kind == "IPaddr" and machine.debian >= STRICT_DEBIAN:
            nic = DEFAULT_NIC
        if not nic:
            near = [card.name for card, a in machine.stack.each_address()
                    if address.ip in a.interface.network and card.name != "lo"]  # fmt: skip
            if not near:
                return f"Unable to find nic for {address.ip}"
            nic = near[0]
        if nic not in machine.stack.cards:
            return f"Unknown interface [{nic}] No such device."
        card = machine.stack.cards[nic]
        if any(a.ip == address.ip for a in card.addresses):
            machine.stack.claim(nic, address.ip, when)
            return ""
        used = {a.label for a in card.addresses}
        free = next(f"{nic}:{n}" for n in range(len(used) + 1) if f"{nic}:{n}" not in used)
        label = free if kind == "IPaddr" else nic  # IPaddr2 gives no label
        machine.stack.add_address(nic, Address(address, label, when))
        return ""


def parse_resource(resource: str) -> tuple[str, IPv4Interface | None, str]:
    """(IPaddr, IPaddr2 or service; address; interface). `172.16.193.30/16/ens160` alone is an IPaddr too."""
    name, colons, argument = resource.partition("::")
    if not colons and re.match(r"\d+\.\d+\.\d+\.\d+", resource):
        name, argument = "IPaddr", resource
    if name not in ("IPaddr", "IPaddr2"):
        return "service", None, ""
    parts = argument.split("/")
    try:
        ip = IPv4Address(parts[0])
        prefix = parts[1] if len(parts) > 1 and parts[1] else "24"
        interface = IPv4Interface(f"{ip}/{prefix}")
    except (AddressValueError, NetmaskValueError, ValueError):
        return name, None, ""
    return name, interface, parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - address, prefix, interface
