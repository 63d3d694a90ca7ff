"""A running machine: its disk mounted, its kernel's state, its processes."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from esxlab.sim.light.disk import Disk, save_disk
from esxlab.sim.light.filesystem import FileSystem, fail
from esxlab.sim.light.ipvs import IpvsTable
from esxlab.sim.light.kernel import Card, Stack
from esxlab.sim.light.packages import PACKAGES
from esxlab.sim.light.units import PORTS, STATIC

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from ipaddress import IPv4Address
    from pathlib import Path

    from esxlab.sim.contracts import SimNic
    from esxlab.sim.light.clock import Clock
    from esxlab.sim.light.heartbeat import HeartbeatNode
    from esxlab.sim.light.network import Lease, Network, Opened

SLOT_NAMES = (
    "ens160",
    "ens192",
    "ens224",
    "ens256",
    "ens161",
    "ens193",
    "ens225",
    "ens257",
    "ens162",
    "ens194",
)
"""Names of vmxnet3 cards by their order on ESXi (systemd's slot names for the PCI slots that ESXi gives)."""


@dataclass(slots=True)
class Processes:
    """What runs: units that are active, units that failed, and what each server read when it started."""

    active: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    host_keys: tuple[bytes, ...] = ()  # private files that sshd loaded
    ifstate: set[str] = field(default_factory=set)
    web: dict[int, str] = field(default_factory=dict)  # port of apache2 -> document root; empty: no pages
    heartbeat: HeartbeatNode | None = None
    journal: list[str] = field(default_factory=list)


class Surroundings(Protocol):
    """What a machine, and what runs on it, knows of the world around it."""

    clock: Clock
    machines: dict[str, Machine]
    on_power: Callable[[Machine, str], None]

    def stamp(self, pattern: str) -> str:
        """The machines' date as strftime writes it, in UTC."""

    def settle(self) -> None:
        """Let everything happen that was due until now; called before anything is asked or changed."""

    def changed(self, machine: Machine) -> None:
        """A machine may have changed in a way that others can see."""

    def later(self, seconds: float, machine: Machine, what: str) -> None:
        """Power a machine off or restart it after a while, as `shutdown +N` does."""

    async def run_script(
        self, machine: Machine, script: str, environment: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Run a script in a shell of its own, as init and ifup do: its exit status, what it has written."""

    def lease(self, machine: Machine, card: str) -> Lease | None:
        """A DHCP lease for this card; None off the school's network, and when it has no address left."""

    def network(self) -> Network:
        """All stacks as they are now."""

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

    def resolve(self, machine: Machine, name: str) -> IPv4Address | None:
        """A name or an address as a machine's resolver finds it."""

    def internet(self, machine: Machine) -> bool:
        """Whether the machine resolves names and gets to a mirror."""


class Machine:
    """One powered-on machine. `key` is unique in the world; `name` is for messages of the model."""

    def __init__(
        self, world: Surroundings, key: str, name: str, disk: Disk, path: Path | None = None
    ) -> None:
        self.world = world
        self.key = key
        self.name = name
        self.disk = disk
        self.path = path
        self.hostname = "localhost"
        self.booted = False
        self.booted_at = 0.0
        self.going_down = False
        self.flocks: set[str] = set()  # files that somebody holds a lock of now
        self.seen = 0
        self.files = FileSystem(disk, world.clock, self)
        self.stack = Stack(key, listening=self._listens, ipvs=IpvsTable())
        self.processes = Processes()

    @property
    def debian(self) -> int:
        """Debian's major version, from /etc/os-release."""
        for line in self.files.read_text("/etc/os-release").splitlines():
            if line.startswith("VERSION_ID="):
                return int(line.partition("=")[2].strip('"') or 0)
        return 0

    def has(self, package: str) -> bool:
        """Whether a package is installed."""
        return package in self.disk.packages

    def has_unit(self, unit: str) -> bool:
        """Whether systemd knows this unit."""
        if unit in STATIC or unit == "networking":
            return True
        return any(unit in PACKAGES[name].units for name in self.disk.packages if name in PACKAGES)

    def save(self) -> None:
        """Keep what was changed, unless the disk was deleted meanwhile; a power cut loses nothing."""
        if self.disk.changed and self.path is not None and self.path.exists():
            save_disk(self.path, self.disk)

    def fingerprint(self) -> int:
        """Changes whenever something changes that others can see of this machine."""
        cards = tuple(
            (c.name, c.vlan, c.carrier, c.up, tuple(c.addresses)) for c in self.stack.cards.values()
        )
        state = (cards, tuple(self.stack.routes), tuple(self.stack.rules), frozenset(self.processes.active),
                 tuple(self.stack.settings.values()), self.booted)  # fmt: skip
        return hash(state)

    def log(self, source: str, text: str) -> None:
        """A line in the journal."""
        stamp = self.world.stamp("%b %d %H:%M:%S")
        self.processes.journal.append(f"{stamp} {self.hostname} {source}: {text}")
        del self.processes.journal[:-500]

    # the life of a machine

    def plug(self, nics: tuple[SimNic, ...]) -> None:
        """Give the machine these cards: new ones appear, moved ones change VLAN, missing ones vanish."""
        wanted = {nic.mac.lower(): nic for nic in nics}
        for name, card in list(self.stack.cards.items()):
            if name != "lo" and card.mac not in wanted:
                self.stack.set_link(name, up=False)
                del self.stack.cards[name]
        known = {card.mac: card for card in self.stack.cards.values()}
        for mac, nic in wanted.items():
            if mac in known:
                known[mac].vlan, known[mac].carrier = nic.vlan, nic.connected
            else:
                name = next(n for n in SLOT_NAMES if n not in self.stack.cards)
                self.stack.cards[name] = Card(name, mac, nic.vlan, nic.connected)
                self.stack.add_card_settings(name)

    def halt(self) -> None:
        """The power is gone."""
        self.booted = False
        self.going_down = True
        for card in self.stack.cards.values():
            card.up = False
        self.processes = Processes()
        self.save()

    def _listens(self, port: int) -> bool:
        if not self.booted:
            return False
        if "apache2" in self.processes.active and port in self.processes.web:
            return True
        return any(port in PORTS.get(unit, ()) for unit in self.processes.active)

    # the kernel's files

    def read_kernel_file(self, path: str) -> bytes | None:
        """The files of /proc and /sys that a lab reads."""
        if path.startswith("/proc/sys/"):
            value = self.setting(path.removeprefix("/proc/sys/").replace("/", "."))
            return None if value is None else f"{value}\n".encode()
        name, _, key = path.removeprefix("/sys/class/net/").partition("/")
        if path.startswith("/sys/class/net/") and (card := self.stack.cards.get(name)) is not None:
            state = "unknown" if name == "lo" else ("up" if card.running else "down")
            values = {"address": card.mac, "operstate": state, "carrier": str(int(card.running))}
            return f"{values[key]}\n".encode() if key in values else None
        if path == "/proc/uptime":
            up = self.world.clock.now() - self.booted_at
            return f"{up:.2f} {up:.2f}\n".encode()
        if path == "/proc/mounts":
            return b"/dev/sda1 / ext4 rw,relatime,errors=remount-ro,data=ordered 0 0\n"
        return b"" if path == "/dev/null" else None

    def write_kernel_file(self, path: str, content: bytes) -> bool:
        """/proc/sys: a kernel setting."""
        key = path.removeprefix("/proc/sys/").replace("/", ".")
        if not path.startswith("/proc/sys/") or self.setting(key) is None:
            return False
        self.set_setting(key, content.decode(errors="replace").strip())
        return True

    def setting(self, key: str) -> str | None:
        """A kernel setting, or None when the kernel does not know it."""
        return self.hostname if key == "kernel.hostname" else self.stack.settings.get(key)

    def set_setting(self, key: str, value: str) -> None:
        """Change a kernel setting; OSError when the kernel does not know it, or refuses the value."""
        if self.setting(key) is None:
            fail(errno.ENOENT, f"/proc/sys/{key.replace('.', '/')}")
        if key == "kernel.hostname":
            self.hostname = value
            return
        if self.stack.settings[key].isdigit() and not value.lstrip("-").isdigit():
            fail(errno.EINVAL, key)
        self.stack.settings[key] = value
        if key.startswith("net.ipv4.conf.all."):
            self._for_every_card(key.rpartition(".")[2], value)

    def _for_every_card(self, name: str, value: str) -> None:
        if name == "forwarding":
            self.stack.settings["net.ipv4.ip_forward"] = value

    @property
    def addresses(self) -> list[IPv4Address]:
        """The addresses of its cards, without the loopback's."""
        return [a.ip for card, a in self.stack.each_address() if card.name != "lo"]
