"""ifupdown: reads /etc/network/interfaces and brings interfaces up and down, with its own words."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from esxlab.sim.light.kernel import ANYWHERE, Address, Route, Rule

if TYPE_CHECKING:
    from esxlab.sim.light.filesystem import FileSystem
    from esxlab.sim.light.machine import Machine

HOOKS = ("pre-up", "up", "post-up", "down", "pre-down", "post-down")
DHCP_WAIT_S = 8.0
"""School seconds until dhclient gives up here; the real one tries for a minute or more."""


class InterfacesError(Exception):
    """/etc/network/interfaces cannot be read: ifup's own words."""


@dataclass(slots=True)
class Stanza:
    """One `iface` stanza."""

    name: str
    method: str
    options: list[tuple[str, str]] = field(default_factory=list)

    def get(self, key: str) -> str:
        """The last value of an option, empty when absent."""
        return next((value for name, value in reversed(self.options) if name == key), "")

    def hooks(self, *names: str) -> list[str]:
        """The commands of these hooks, in the order of the file."""
        return [value for name, value in self.options if name in names]


@dataclass(slots=True)
class Interfaces:
    """What the file says: which interfaces come up at boot, and how."""

    auto: list[str] = field(default_factory=list)
    hotplug: list[str] = field(default_factory=list)
    stanzas: list[Stanza] = field(default_factory=list)

    def of(self, name: str) -> list[Stanza]:
        """The stanzas of one interface."""
        return [stanza for stanza in self.stanzas if stanza.name == name]


def load_interfaces(files: FileSystem) -> Interfaces:
    """Read /etc/network/interfaces and what it sources; InterfacesError."""
    interfaces = Interfaces()
    _load("/etc/network/interfaces", files, interfaces)
    return interfaces


def _load(path: str, files: FileSystem, interfaces: Interfaces) -> None:
    stanza: Stanza | None = None
    text = files.read_text(path).replace("\\\n", "")
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] in ("auto", "allow-auto", "allow-hotplug"):
            (interfaces.hotplug if words[0] == "allow-hotplug" else interfaces.auto).extend(words[1:])
            stanza = None
        elif words[0] in ("source", "source-directory") and len(words) > 1:
            _load_others(words, files, interfaces)
            stanza = None
        elif words[0] == "iface":
            if len(words) < 4:  # noqa: PLR2004 - iface NAME FAMILY METHOD
                raise InterfacesError(f"{path}:{number}: too few parameters for iface line")
            stanza = Stanza(words[1], words[3])
            if words[2] == "inet":
                interfaces.stanzas.append(stanza)
        elif stanza is not None:
            stanza.options.append((words[0], line.split(None, 1)[1].strip() if len(words) > 1 else ""))
        else:
            raise InterfacesError(f"{path}:{number}: misplaced option")


def _load_others(words: list[str], files: FileSystem, interfaces: Interfaces) -> None:
    pattern = posixpath.join("/etc/network", words[1])
    for found in files.glob(pattern if words[0] == "source" else f"{pattern}/*"):
        _load(found, files, interfaces)


async def bring_up_all(machine: Machine) -> bool:
    """`ifup -a` and the hotplugged ones, as at boot; False when one of them failed."""
    try:
        interfaces = load_interfaces(machine.files)
    except InterfacesError as error:
        machine.log("ifup[301]", f"/sbin/ifup: {error}")
        return False
    good = True
    for name in dict.fromkeys([*interfaces.auto, *interfaces.hotplug]):
        if name in interfaces.hotplug and name not in interfaces.auto and name not in machine.stack.cards:
            continue
        status, messages = await bring_up(machine, name)
        for message in messages:
            machine.log("ifup[301]", message)
        good = good and status == 0
    return good


async def take_down_all(machine: Machine) -> None:
    """`ifdown -a`: everything but the loopback."""
    for name in sorted(machine.processes.ifstate - {"lo"}, reverse=True):
        await take_down(machine, name)


async def bring_up(machine: Machine, name: str) -> tuple[int, list[str]]:
    """`ifup NAME`: (exit status, messages)."""
    try:
        stanzas = load_interfaces(machine.files).of(name)
    except InterfacesError as error:
        return 1, [f"ifup: {error}", 'ifup: couldn\'t read interfaces file "/etc/network/interfaces"']
    if not stanzas:
        return 1, [f"ifup: unknown interface {name}"]
    if name in machine.processes.ifstate:
        return 0, [f"ifup: interface {name} already configured"]
    messages: list[str] = []
    for stanza in stanzas:
        messages += await _hooks(machine, stanza, "pre-up")
        problem = await _configure(machine, stanza)
        if problem:
            return 1, [*messages, problem, f"ifup: failed to bring up {name}"]
        messages += await _hooks(machine, stanza, "up", "post-up")
    machine.processes.ifstate.add(name)
    return 0, messages


async def take_down(machine: Machine, name: str) -> tuple[int, list[str]]:
    """`ifdown NAME`: (exit status, messages)."""
    if name not in machine.processes.ifstate:
        known = name in machine.stack.cards or load_interfaces(machine.files).of(name)
        return (
            (0, [f"ifdown: interface {name} not configured"])
            if known
            else (1, [f"ifdown: unknown interface {name}"])
        )
    messages: list[str] = []
    card = name.partition(":")[0]
    for stanza in load_interfaces(machine.files).of(name):
        messages += await _hooks(machine, stanza, "down", "pre-down")
        if card in machine.stack.cards and card != "lo":
            for address in [a for a in machine.stack.cards[card].addresses if a.label == name]:
                machine.stack.remove_address(card, address.interface)
            if name == card:
                machine.stack.set_link(card, up=False)
        messages += await _hooks(machine, stanza, "post-down")
    machine.processes.ifstate.discard(name)
    return 0, messages


async def _configure(machine: Machine, stanza: Stanza) -> str:
    card = stanza.name.partition(":")[0]
    if stanza.method == "loopback":
        return ""
    if card not in machine.stack.cards:
        return f'Cannot find device "{card}"'
    if stanza.method == "static":
        return _static(machine, stanza, card)
    machine.stack.set_link(card, up=True)
    if stanza.method == "dhcp":
        return await _lease(machine, card)
    return "" if stanza.method == "manual" else f"ifup: unknown method {stanza.method}"


def parse_address(stanza: Stanza) -> IPv4Interface | None:
    """The address of a static stanza: `address A/P`, or `address A` and `netmask M` (default: classful)."""
    address, netmask = stanza.get("address"), stanza.get("netmask")
    try:
        if "/" in address:
            return IPv4Interface(address)
        first = int(IPv4Address(address)) >> 24
        classful = 8 if first < 128 else 16 if first < 192 else 24  # noqa: PLR2004 - classes A, B and C
        return IPv4Interface(f"{address}/{netmask or classful}")
    except ValueError:
        return None


def _static(machine: Machine, stanza: Stanza, card: str) -> str:
    interface = parse_address(stanza)
    if interface is None:
        return f'Error: any valid prefix is expected rather than "{stanza.get("address")}".'
    machine.stack.set_link(card, up=True)
    try:
        machine.stack.add_address(card, Address(interface, stanza.name, machine.world.clock.now()))
    except OSError:
        return "RTNETLINK answers: File exists"
    gateway = stanza.get("gateway")
    if not gateway:
        return ""
    via = IPv4Address(gateway)
    if not any(via in a.interface.network for a in machine.stack.cards[card].addresses):
        return "RTNETLINK answers: Network is unreachable"
    if any(r.destination == ANYWHERE and r.table == "main" for r in machine.stack.routes):
        return "RTNETLINK answers: File exists"
    machine.stack.routes.append(Route(ANYWHERE, card, via))
    return ""


async def _lease(machine: Machine, card: str) -> str:
    lease = machine.world.lease(machine, card)
    if lease is None:
        machine.log("dhclient[320]", "No DHCPOFFERS received.")
        machine.log("dhclient[320]", "No working leases in persistent database - sleeping.")
        await machine.world.clock.sleep(DHCP_WAIT_S)
        return "No DHCPOFFERS received."
    now = machine.world.clock.now()
    machine.log("dhclient[320]", f"bound to {lease.interface.ip} -- renewal in 21600 seconds.")
    table = administration_table(machine.files, card)
    if table:
        alone = IPv4Interface(f"{lease.interface.ip}/32")
        machine.stack.add_address(card, Address(alone, card, now, dynamic=True))
        machine.stack.rules = [rule for rule in machine.stack.rules if rule.priority != int(table)]
        machine.stack.rules.append(Rule(int(table), table, IPv4Network(lease.interface.ip)))
        machine.stack.routes = [route for route in machine.stack.routes if route.table != table]
        machine.stack.routes.append(Route(lease.interface.network, card, None, lease.interface.ip, table))
        machine.stack.routes.append(Route(ANYWHERE, card, lease.gateway, table=table))
        return ""
    machine.stack.add_address(card, Address(lease.interface, card, now, dynamic=True))
    if not any(r.destination == ANYWHERE and r.table == "main" for r in machine.stack.routes):
        machine.stack.routes.append(Route(ANYWHERE, card, lease.gateway))
    machine.files.write("/etc/resolv.conf", f"nameserver {lease.gateway}\n".encode())
    return ""


def administration_table(files: FileSystem, card: str) -> str:
    """The routing table that dhclient's hooks give this card's lease; empty when they leave it alone.

    The hooks are scripts of real sh, which the simulated machines do not run: the pair that the seeds ship is
    recognised by what it says (a /32 for this interface on entry, `lookup TABLE` on exit).
    """
    enter, leave = (
        "\n".join(files.read_text(path) for path in files.glob(f"/etc/dhcp/dhclient-{when}-hooks.d/*"))
        for when in ("enter", "exit")
    )
    mine = f'"$interface" = "{card}"'
    table = re.search(r"^[^#\n]*lookup (\d+)", leave, re.MULTILINE)
    return table[1] if mine in enter and mine in leave and "255.255.255.255" in enter and table else ""


async def _hooks(machine: Machine, stanza: Stanza, *names: str) -> list[str]:
    messages: list[str] = []
    environment = {"IFACE": stanza.name, "LOGICAL": stanza.name, "METHOD": stanza.method}
    for command in stanza.hooks(*names):
        status, said = await machine.world.run_script(machine, command, environment)
        messages += said.decode(errors="replace").splitlines()
        if status:
            messages.append(f"ifup: failed to execute: {command}")
    return messages
