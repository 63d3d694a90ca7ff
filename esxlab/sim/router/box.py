"""The router itself: running and startup configuration, NVRAM, the revert timer, translations in use."""

from __future__ import annotations

import copy
import hashlib
import time
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address
from typing import TYPE_CHECKING, Protocol

from esxlab.sim.router.configure import load
from esxlab.sim.router.state import Configuration, Interface

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from esxlab.sim.contracts import RouterShape, RouterView, StaticNatView, Translation
    from esxlab.sim.router.faults import Faults

MANAGEMENT = "FastEthernet1/0"

TRANSLATION_LIFE_S = 60.0  # ip nat translation finrst-timeout, IOS's default for TCP that was closed


class Timer(Protocol):
    """What a scheduler returns."""

    def cancel(self) -> None:
        """Forget it."""


class Scheduler(Protocol):
    """asyncio's loop, or a test's."""

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Timer:
        """Call it in so many seconds."""


@dataclass(slots=True)
class CallLog:
    """What the router was told: configuration commands, and exec commands that change something."""

    commands: list[str] = field(default_factory=list)
    logins: int = 0


class Box:
    """One router. `startup` is the text in NVRAM; running is lost with the power, as on the real thing."""

    def __init__(self, shape: RouterShape, *, startup: str, faults: Faults, scheduler: Scheduler) -> None:
        self.shape = shape
        self.startup = startup
        self.faults = faults
        self.log = CallLog()
        self.serial_number = f"FTX{abs(hash_of(shape.host)) % 10**8:08d}"
        self.scheduler = scheduler
        self.save: Callable[[str], None] = lambda _: None
        self.changed: Callable[[RouterView], None] = lambda _: None
        self.answers_ping: Callable[[IPv4Address], bool] | None = None
        self.disconnect_all: Callable[[], None] = lambda: None
        self.in_use: dict[str, float] = {}
        self.translations: Callable[[], Sequence[Translation]] | None = None  # on engine qemu: conntrack's
        self.archived: list[str] = []
        self.revert: tuple[Configuration, Timer] | None = None
        self.revert_minutes = 0
        self.armed_by = shape.user  # whom `show archive config rollback timer` names
        self.reload_timer: Timer | None = None
        self.booted = time.monotonic()
        self.running = self._from_nvram()
        self._told: RouterView | None = None

    def _from_nvram(self) -> Configuration:
        fresh = Configuration(_hostname(self.shape.host), _hardware(self.shape))
        if self.startup:
            return load(fresh, self.startup)
        for interface in fresh.interfaces.values():
            interface.shutdown = True
        return load(fresh, factory_lines(self.shape))

    def view(self) -> RouterView:
        """As the network model sees it now."""
        return self.running.view(self.shape.host)

    def tell(self) -> None:
        """Let the network model know, when something it can see has changed."""
        view = self.view()
        if view != self._told:
            self._told = view
            self.changed(view)

    def reload(self) -> None:
        """Power cycle: what was not saved is gone, and so is every session."""
        if self.revert:
            self.revert[1].cancel()
        self.revert, self.reload_timer = None, None
        self.running = self._from_nvram()
        self.booted = time.monotonic()
        self.in_use.clear()
        self.tell()
        self.disconnect_all()

    def write_memory(self) -> None:
        """Running to startup."""
        self.startup = self.running.render()
        self.save(self.startup)

    def arm_revert(self, minutes: int) -> str:
        """Keep a copy and put it back unless it is confirmed in time; the name of the archive file."""
        name = f"{self.running.archive_path}-{len(self.archived) + 1}"
        self.archived.append(name)
        timer = self.scheduler.call_later(minutes * 60, self.revert_now)
        self.revert, self.revert_minutes = (copy.deepcopy(self.running), timer), minutes
        return name

    def confirm(self) -> bool:
        """End the revert timer; False when there is none."""
        if self.revert is None:
            return False
        self.revert[1].cancel()
        self.revert = None
        return True

    def revert_now(self) -> bool:
        """Put the copy back; False when there is none."""
        if self.revert is None:
            return False
        kept, timer = self.revert
        timer.cancel()
        self.running, self.revert = kept, None
        self.tell()
        return True

    def translation_used(self, static: StaticNatView) -> None:
        """Somebody's packets go through this entry: for a while IOS does not like it to be removed."""
        key = f"{static.protocol} {static.outside}:{static.outside_port}"
        self.in_use[key] = time.monotonic() + TRANSLATION_LIFE_S

    def is_in_use(self, key: str) -> bool:
        """Whether packets went through the entry (`tcp 192.16.193.20:80`) lately."""
        if self.translations is not None:
            return any(f"{t.protocol} {t.outside}:{t.outside_port}" == key for t in self.translations())
        return self.in_use.get(key, 0.0) > time.monotonic()


def hash_of(text: str) -> int:
    """A number that is the same in every process, for serial numbers and MACs."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:5], "big")


def _hostname(host: str) -> str:
    last = host.rpartition(".")[2] or host
    return f"R{last}" if last.isdigit() else "Router"


def _hardware(shape: RouterShape) -> dict[str, Interface]:
    cables = {name.partition(".")[0]: vlan for name, vlan in shape.cables}
    if _management_address(shape.host):
        cables[MANAGEMENT] = 0
    return {name: Interface(name, cable=vlan) for name, vlan in cables.items()}


def _management_address(host: str) -> str:
    try:
        address = IPv4Address(host)
    except AddressValueError:
        return ""
    return str(address) if int(address) & 0xFF not in {0, 255} else ""


def factory_lines(shape: RouterShape) -> str:
    """What the school's technician has configured before anybody came.

    The management address is in a VRF: the school's network and the lab's inside overlap.
    """
    own = _management_address(shape.host)
    management = [
        "ip vrf management",
        f"interface {MANAGEMENT}",
        " ip vrf forwarding management",
        f" ip address {own} 255.255.255.0",
        " no shutdown",
    ]
    lines = [
        *(management if own else []),
        "enable secret 5 $1$esx$lab",
        f"username {shape.user} secret 5 $1$esx$lab",
        "no ip domain lookup",
        "line con 0",
        " logging synchronous",
        "line vty 0 4",
        " login local",
        " transport input telnet ssh",
        "end",
    ]
    return "\n".join(lines)
