"""The routers' packets: what a simulated IOS says is carried out by Linux, in a namespace per router.

Static NAT is an nftables rule; conntrack keeps the translations that IOS shows; an interface that is shut
down is down. The management interface stays with the command line: it is not the lab's.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.sim.contracts import Translation
from esxlab.sim.qemu import system
from esxlab.sim.qemu.namespace import here

if TYPE_CHECKING:
    import subprocess

    from esxlab.sim.contracts import RouterInterfaceView, RouterView
    from esxlab.sim.qemu.cables import Cables

log = logging.getLogger(__name__)

NAMESPACE_LIMIT_S = 5.0
TRANSLATION = re.compile(
    r"^(tcp|udp) .*?src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)"
    r" .*?src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)"
)


@dataclass(slots=True)
class _Running:
    """One router's namespace, held by a process that sleeps, and what is in force there."""

    number: int
    holder: subprocess.Popen[bytes]
    interfaces: dict[str, int] = field(default_factory=dict)  # name here -> VLAN
    latest: RouterView | None = None
    work: asyncio.Task[None] | None = None

    def inside(self, *command: str) -> tuple[str, ...]:
        """A command in the router's namespace."""
        return ("nsenter", "--target", str(self.holder.pid), "--net", "--", *command)


class Routers:
    """All routers of a school. Views may come in any number: the last one of each router counts."""

    def __init__(self, cables: Cables) -> None:
        self._cables = cables
        self._running: dict[str, _Running] = {}

    def changed(self, view: RouterView) -> None:
        """A router's command line has changed something that packets would notice."""
        router = self._running.get(view.host)
        if router is None:
            router = self._running[view.host] = _Running(len(self._running) + 1, _hold_namespace())
        router.latest = view
        if router.work is None or router.work.done():
            router.work = asyncio.get_running_loop().create_task(self._follow(router))

    async def settled(self) -> None:
        """Wait until what was said is in force."""
        for router in self._running.values():
            if router.work is not None:
                await asyncio.wait({router.work})

    def ping(self, host: str, target: IPv4Address) -> bool:
        """Whether the target answers this router."""
        router = self._running.get(host)
        if router is None:
            return False
        try:
            system.run(*router.inside("ping", "-n", "-q", "-c", "2", "-i", "0.3", "-w", "2", str(target)))
        except LabError:
            return False
        return True

    def translations(self, host: str) -> tuple[Translation, ...]:
        """What conntrack of this router translates."""
        router = self._running.get(host)
        if router is None:
            return ()
        try:
            listed = system.run(*router.inside("conntrack", "-L", "--dst-nat"))
        except LabError as error:
            log.warning("%s: %s", host, error.detail)
            return ()
        return read_translations(listed)

    async def close(self) -> None:
        """End the routers; their namespaces, and all in them, go with the last process."""
        for router in self._running.values():
            if router.work is not None:
                router.work.cancel()
                await asyncio.wait({router.work})
            router.holder.kill()
            router.holder.wait()
        self._running.clear()

    async def _follow(self, router: _Running) -> None:
        done: RouterView | None = None
        while router.latest is not None and router.latest is not done:
            view = router.latest
            try:
                await self._apply(router, view)
            except LabError as error:
                log.warning("%s: %s", view.host, error.detail)
            done = view

    async def _apply(self, router: _Running, view: RouterView) -> None:
        wanted = {
            _name(interface): interface
            for interface in view.interfaces
            if interface.vlan > 0 and interface.address
        }
        for name, vlan in list(router.interfaces.items()):
            if name not in wanted or wanted[name].vlan != vlan:
                await system.run_async(*router.inside("ip", "link", "delete", "dev", name))
                del router.interfaces[name]
        for name, interface in wanted.items():
            if name not in router.interfaces:
                await self._connect(router, name, interface.vlan)
        said = "".join(_link_lines(name, interface) for name, interface in wanted.items())
        await system.run_async(*router.inside("ip", "-batch", "-"), said=said)
        await system.run_async(
            *router.inside("sysctl", "-q", "-w", f"net.ipv4.ip_forward={int(view.routing)}")
        )
        await system.run_async(*router.inside("nft", "-f", "-"), said=ruleset(view))
        await system.run_async(
            *router.inside("conntrack", "-F")
        )  # a translation that is gone carries nothing on

    async def _connect(self, router: _Running, name: str, vlan: int) -> None:
        """A cable from the router's interface into its VLAN."""
        end = f"r{router.number}v{vlan}"
        line = f"link add name {end} type veth peer name {name} netns {router.holder.pid}\n"
        await system.run_async("ip", "-batch", "-", said=line)
        await self._cables.attach(end, vlan)
        router.interfaces[name] = vlan


def _hold_namespace() -> subprocess.Popen[bytes]:
    holder = system.start("unshare", "--net", "--", "sleep", "infinity")
    deadline = time.monotonic() + NAMESPACE_LIMIT_S
    while str(Path(f"/proc/{holder.pid}/ns/net").readlink()) == here():
        if holder.poll() is not None or time.monotonic() > deadline:
            raise LabError("sim.command_failed", command="unshare --net", detail="")
        time.sleep(0.005)
    system.run("nsenter", "--target", str(holder.pid), "--net", "--", "ip", "link", "set", "lo", "up")
    return holder


def _name(interface: RouterInterfaceView) -> str:
    """A name that Linux takes: FastEthernet0/1.101 -> fa0-1.101."""
    return re.sub(r"^([A-Za-z]{2})[A-Za-z]*", lambda m: m[1].lower(), interface.name).replace("/", "-")


def _link_lines(name: str, interface: RouterInterfaceView) -> str:
    state = "up" if interface.up else "down"
    return (
        f"address flush dev {name}\naddress add {interface.address} dev {name}\nlink set dev {name} {state}\n"
    )


def ruleset(view: RouterView) -> str:
    """The router's nftables: what comes in on an outside interface for a static entry goes inside."""
    outside = ", ".join(
        f'"{_name(i)}"' for i in view.interfaces if i.nat == "outside" and i.vlan > 0 and i.address
    )
    rules = [
        f"    iifname {{ {outside} }} ip daddr {s.outside} {s.protocol} dport {s.outside_port}"
        f" dnat to {s.inside}:{s.inside_port}\n"
        for s in view.statics
        if outside
    ]
    head = "table ip ios\ndelete table ip ios\ntable ip ios {\n  chain prerouting {\n"
    return f"{head}    type nat hook prerouting priority dstnat;\n{''.join(rules)}  }}\n}}\n"


def read_translations(listed: str) -> tuple[Translation, ...]:
    """The output of `conntrack -L --dst-nat`."""
    found = (TRANSLATION.match(line) for line in listed.splitlines())
    return tuple(
        Translation(
            m[1], IPv4Address(m[2]), int(m[4]), IPv4Address(m[3]), int(m[5]), IPv4Address(m[6]), int(m[8])
        )
        for m in found
        if m
    )
