"""The whole simulated school: its clock, its running machines, its leases, and when to look again."""

from __future__ import annotations

import asyncio
import time
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from esxlab.sim.light.call import ENVIRONMENT, Streams
from esxlab.sim.light.cluster import Clusters
from esxlab.sim.light.kernel import Address, Card, Stack
from esxlab.sim.light.network import Lease, Network, Opened, router_stack
from esxlab.sim.light.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from esxlab.sim.contracts import RouterView
    from esxlab.sim.light.clock import Clock
    from esxlab.sim.light.machine import Machine

SCHOOL_VLAN = 0
SSH, DNS, HTTP = 22, 53, 80
MIRROR = IPv4Address("151.101.130.132")
"""Every name of the internet leads here, in the model."""
STATION, LEASES = 253, 200
"""Where in the school's network, in 256ths, a station of the teacher's is and leases begin: 172.16.253.1 and
172.16.200.1 of a /16."""


def no_routers() -> Sequence[RouterView]:
    """A school without routers."""
    return ()


class World:
    """Everything that the machines share."""

    def __init__(
        self,
        clock: Clock,
        *,
        routers: Callable[[], Sequence[RouterView]] = no_routers,
        network: IPv4Network = IPv4Network("172.16.0.0/16"),  # noqa: B008 - immutable
        gateway: IPv4Address = IPv4Address("172.16.253.253"),  # noqa: B008 - immutable
    ) -> None:
        self.clock = clock
        self.routers = routers
        self.school_network = network
        self.school_gateway = gateway
        self._gateway = _school_stack("school gateway", IPv4Interface((gateway, network.prefixlen)), DNS)
        self._gateway.uplink = True
        self._gateway.settings["net.ipv4.ip_forward"] = "1"
        station = next(each for each in _hosts_from(network, STATION) if each != gateway)
        self._station = _school_stack("school station", IPv4Interface((station, network.prefixlen)))
        self._free = (each for each in _hosts_from(network, LEASES) if each not in {gateway, station})
        self.machines: dict[str, Machine] = {}
        self.on_change: Callable[[Machine], None] = lambda _machine: None
        self.on_power: Callable[[Machine, str], None] = lambda _machine, _what: None
        self._clusters = Clusters()
        self._router_stacks: dict[str, tuple[RouterView, Stack]] = {}
        self._tasks: set[asyncio.Future[None]] = set()
        self._leases: dict[str, IPv4Address] = {}

    def stamp(self, pattern: str) -> str:
        """The machines' date as strftime writes it, in UTC."""
        return time.strftime(pattern, time.gmtime(self.clock.wall()))

    def settle(self) -> None:
        """Let everything happen that was due until now; called before anything is asked or changed."""
        self._clusters.settle(self.machines.values(), self.clock.now())

    def changed(self, machine: Machine) -> None:
        """A machine may have changed in a way that others can see."""
        fingerprint = machine.fingerprint()
        if fingerprint != machine.seen:
            machine.seen = fingerprint
            self.on_change(machine)

    def later(self, seconds: float, machine: Machine, what: str) -> None:
        """Power a machine off or restart it after a while, as `shutdown +N` does."""

        async def wait() -> None:
            await self.clock.sleep(seconds)
            if machine.booted:
                self.on_power(machine, what)

        task = asyncio.ensure_future(wait())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def run_script(
        self, machine: Machine, script: str, environment: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Run a script in a shell of its own, as init and ifup do: its exit status, what it has written."""
        said = bytearray()
        streams = Streams(lambda out, err: said.extend(out + err))
        shell = Session(machine, streams, env={**ENVIRONMENT, **(environment or {})})
        return await shell.run(script), bytes(said)

    def lease(self, machine: Machine, card: str) -> Lease | None:
        """A DHCP lease for this card, the same one for the same MAC.

        None off the school's network, and when it has no address left.
        """
        device = machine.stack.cards[card]
        if device.vlan != SCHOOL_VLAN or not device.running:
            return None
        if device.mac not in self._leases:
            if (free := next(self._free, None)) is None:
                return None
            self._leases[device.mac] = free
        return Lease(
            IPv4Interface((self._leases[device.mac], self.school_network.prefixlen)), self.school_gateway
        )

    # the network

    def network(self) -> Network:
        """All stacks as they are now."""
        machines = (machine.stack for machine in self.machines.values())
        routers = map(self._router_stack, self.routers())
        return Network([*machines, *routers, self._gateway, self._station], now=self.clock.now())

    def _router_stack(self, view: RouterView) -> Stack:
        """A router's stack is made anew only when its view is another one: a class may have 300."""
        known = self._router_stacks.get(view.host)
        if known is None or known[0] is not view:
            known = self._router_stacks[view.host] = (view, router_stack(view))
        return known[1]

    def answers_school(self, machine: Machine, address: IPv4Address) -> bool:
        """Whether this address's SSH server answers a station of the school, and is this machine's."""
        opened = self.network().open_tcp(self._station, address, SSH)
        return opened.outcome == "open" and opened.server == machine.key

    def open_tcp(
        self,
        source: Machine,
        address: IPv4Address,
        port: int,
        *,
        bind: IPv4Address | None = None,
        oif: str = "",
    ) -> Opened:
        """Open a connection from a machine."""
        return self.network().open_tcp(source.stack, address, port, source=bind, oif=oif)

    def ping_from_router(self, host: str, address: IPv4Address) -> bool:
        """Whether a router of the school gets an echo reply."""
        view = next((view for view in self.routers() if view.host == host), None)
        if view is None:
            return False
        return self.network().ping(self._router_stack(view), address) == "open"

    def resolve(self, machine: Machine, name: str) -> IPv4Address | None:
        """A name or an address as a machine's resolver finds it: /etc/hosts, then the school's DNS server."""
        try:
            return IPv4Address(name)
        except ValueError:
            pass
        for line in machine.files.read_text("/etc/hosts").splitlines():
            words = line.partition("#")[0].split()
            if name in words[1:] and ":" not in words[0]:
                return IPv4Address(words[0])
        return MIRROR if "." in name and self._has_dns(machine) else None

    def internet(self, machine: Machine) -> bool:
        """Whether the machine resolves names and gets to a mirror."""
        return self._has_dns(machine) and self.open_tcp(machine, MIRROR, HTTP).outcome == "open"

    def _has_dns(self, machine: Machine) -> bool:
        for line in machine.files.read_text("/etc/resolv.conf").splitlines():
            words = line.split()
            if words[:1] == ["nameserver"] and len(words) > 1:
                try:
                    server = IPv4Address(words[1])
                except ValueError:
                    continue
                if self.open_tcp(machine, server, DNS).outcome == "open":
                    return True
        return False


def _hosts_from(network: IPv4Network, part: int) -> Iterator[IPv4Address]:
    """The network's host addresses, from so many 256ths of it on, and at its end from its beginning."""
    size = network.num_addresses
    first = (size * part >> 8) | 1
    for number in range(size):
        offset = (first + number) % size
        if 0 < offset < size - 1:
            yield network.network_address + offset


def _school_stack(name: str, interface: IPv4Interface, *ports: int) -> Stack:
    card = Card("eth0", "02:00:00:00:00:01", SCHOOL_VLAN, up=True)
    stack = Stack(name, {"eth0": card}, listening=lambda port: port in ports)
    stack.add_address("eth0", Address(interface, "eth0"))
    return stack
