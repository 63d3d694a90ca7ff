"""The school's wires, in its namespace: a Linux bridge per VLAN, a tap per card, the school's own network."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.sim.qemu import system

if TYPE_CHECKING:
    import subprocess
    from ipaddress import IPv4Address, IPv4Network
    from pathlib import Path

    from esxlab.sim.contracts import SimNic

SCHOOL_VLAN = 0


def bridge_of(vlan: int) -> str:
    """The name of a VLAN's bridge."""
    return f"vlan{vlan}"


class Cables:
    """Bridges are made when something is first plugged into them, and stay."""

    def __init__(self, network: IPv4Network, gateway: IPv4Address) -> None:
        self._network = network
        self._gateway = gateway
        self._bridges: set[int] = set()
        self._making = asyncio.Lock()
        self._dhcp: subprocess.Popen[bytes] | None = None

    def open(self, directory: Path) -> None:
        """The loopback, the school's network with its gateway, which answers pings, and its DHCP server."""
        own = f"{self._gateway}/{self._network.prefixlen}"
        name = bridge_of(SCHOOL_VLAN)
        system.run("ip", "link", "set", "lo", "up")
        system.run("ip", "-batch", "-", said=_new_bridge(SCHOOL_VLAN) + f"address add {own} dev {name}\n")
        self._bridges.add(SCHOOL_VLAN)
        with (directory / "dhcp.log").open("ab") as log:
            self._dhcp = system.start(*self._dnsmasq(name, directory / "dhcp.leases"), log=log.fileno())

    def _dnsmasq(self, bridge: str, leases: Path) -> list[str]:
        """Addresses from the last fifth of the network: of a /16 machines of the exercise have theirs at 193.

        --no-daemon: it stays the user that it is; a user namespace has no other.
        """
        size = self._network.num_addresses
        first = self._network.network_address + (size * 200 // 256 | 1)
        last = self._network.network_address + (size * 208 // 256 - 1)
        return [
            "dnsmasq", "--no-daemon", "--conf-file=/dev/null",
            "--port=0", f"--interface={bridge}", "--bind-interfaces", "--except-interface=lo",
            f"--dhcp-range={first},{last},{self._network.netmask},12h",
            f"--dhcp-option=option:router,{self._gateway}", "--dhcp-authoritative", "--no-ping",
            f"--dhcp-leasefile={leases}", "--pid-file=", "--log-facility=-",
        ]  # fmt: skip

    async def plug(self, tap: str, nic: SimNic) -> None:
        """A new tap for a card, on its VLAN."""
        bridge = await self._bridge(nic.vlan)
        await _batch(f"tuntap add dev {tap} mode tap\nlink set dev {tap} master {bridge} up\n")

    async def move(self, tap: str, vlan: int) -> None:
        """The tap to another VLAN."""
        await _batch(f"link set dev {tap} master {await self._bridge(vlan)}\n")

    async def unplug(self, tap: str) -> None:
        """The tap goes away."""
        await system.run_async("ip", "link", "delete", "dev", tap)

    async def attach(self, end: str, vlan: int) -> None:
        """An end of a cable that exists (a router's) into a VLAN."""
        await _batch(f"link set dev {end} master {await self._bridge(vlan)} up\n")

    async def _bridge(self, vlan: int) -> str:
        """A VLAN's bridge, which is there when this returns: a router and machines come at once."""
        async with self._making:
            if vlan not in self._bridges:
                await _batch(_new_bridge(vlan))
                self._bridges.add(vlan)
        return bridge_of(vlan)

    def require_dhcp(self) -> None:
        """LabError sim.command_failed when the DHCP server has not stayed; its log says why."""
        if self._dhcp is None or self._dhcp.poll() is not None:
            raise LabError("sim.command_failed", command="dnsmasq")

    def close(self) -> None:
        """The DHCP server ends; the rest goes with the namespace."""
        if self._dhcp is not None:
            system.end(self._dhcp)
            self._dhcp = None


async def _batch(lines: str) -> None:
    await system.run_async("ip", "-batch", "-", said=lines)


def _new_bridge(vlan: int) -> str:
    """No spanning tree, so no delay before a port forwards, and an address of its own.

    A bridge without one takes the lowest of its ports' (Linux, br_stp_if.c): the gateway's changes when a
    machine comes or goes, and who knows the old one talks to nobody for up to two minutes (110 s were seen).
    """
    name = bridge_of(vlan)
    address = f"02:00:00:00:{vlan >> 8:02x}:{vlan & 255:02x}"  # locally administered
    made = f"link add name {name} address {address} type bridge stp_state 0 forward_delay 0\n"
    return f"{made}link set dev {name} up\n"
