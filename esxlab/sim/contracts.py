"""What the parts of the embedded school tell each other: its shape, its machines, its routers."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from pathlib import Path

TRUNK = -1
"""Cable of a router interface that carries all VLANs, tagged: its subinterfaces say which."""


@dataclass(frozen=True, slots=True)
class DatastoreShape:
    """One datastore: a local directory behind vcsim. Capacity in GiB is what the proxy enforces."""

    name: str
    esxi: tuple[str, ...]  # names of the hosts that mount it
    capacity_gib: int = 2000


@dataclass(frozen=True, slots=True)
class PortGroupShape:
    """A port group that an administrator has made: on each host's vSwitch, or on the distributed switch."""

    name: str
    vlan: int
    distributed: bool = False


@dataclass(frozen=True, slots=True)
class ServerShape:
    """One vCenter with its ESXi hosts, or one lone ESXi (then `esxi` has one name)."""

    host: str  # as the spec names it
    user: str
    kind: Literal["vcenter", "esxi"]
    esxi: tuple[str, ...]
    datastores: tuple[DatastoreShape, ...]
    datacenter: str = "ha-datacenter"
    staging: str = "VM Network"
    vswitch: str = "vSwitch0"
    model: str = "modeleD9"
    model_datastore: str = ""  # empty: the first datastore
    memory_gib: int = 1024  # of each host; machines that run there have to fit in it
    port_groups: tuple[PortGroupShape, ...] = ()
    staging_distributed: bool = False
    folders: tuple[str, ...] = ()  # of a vCenter's inventory, above the datacenter, from the root down
    cluster: str = ""  # that its hosts are in; empty: each stands alone


@dataclass(frozen=True, slots=True)
class RouterShape:
    """One router: how the spec names it, and which VLAN each interface is cabled to."""

    host: str
    user: str
    device_type: str
    cables: tuple[tuple[str, int], ...]  # (FastEthernet0/0, 201) or (FastEthernet0/1, TRUNK)


@dataclass(frozen=True, slots=True)
class SchoolShape:
    """All that the embedded school is built from; derived from a class spec."""

    name: str
    servers: tuple[ServerShape, ...]
    routers: tuple[RouterShape, ...]
    school_network: IPv4Network = field(default=IPv4Network("172.16.0.0/16"))
    school_gateway: IPv4Address = field(default=IPv4Address("172.16.253.253"))


@dataclass(frozen=True, slots=True)
class SimNic:
    """A card of a running machine: which VLAN it hears (0: the school's network), and if it is plugged."""

    mac: str
    vlan: int
    port_group: str
    connected: bool = True


@dataclass(frozen=True, slots=True)
class SimVm:
    """A machine as vcsim shows it to the hypervisor."""

    server: str  # ServerShape.host
    moref: str
    name: str
    disk: Path  # the local file behind the first disk's -flat.vmdk
    nics: tuple[SimNic, ...]
    image: Path | None = None  # in its CD-ROM drive
    serial: Path | None = None  # what its serial port is written to


@dataclass(frozen=True, slots=True)
class GuestNews:
    """What the guest tells the hypervisor through Tools; empty strings mean: not known yet.

    On engine light `address` is 127.0.0.1 and `ssh_port` a loopback port while a card is on the school's
    network; else `address` is the lab address, which nobody outside the model can dial, and the port is 22.
    `cards` are each card's own addresses, by its MAC in lower case.
    """

    tools: Literal["guestToolsRunning", "guestToolsNotRunning"] = "guestToolsNotRunning"
    address: str = ""
    ssh_port: int = 22
    cards: tuple[tuple[str, tuple[str, ...]], ...] = ()


class PowerSwitch(Protocol):
    """What a guest can do to its own machine, and what it can publish."""

    def guest_powered_off(self, vm: SimVm) -> None:
        """The guest has shut itself down."""
        ...

    def guest_restarted(self, vm: SimVm) -> None:
        """The guest has rebooted by itself (power stays on)."""
        ...

    def ask(self, vm: SimVm, question: str) -> None:
        """The machine stands still until somebody answers vSphere's question."""
        ...

    def publish(self, vm: SimVm, news: GuestNews) -> None:
        """Tools has something new to say."""
        ...


class Engine(Protocol):
    """Gives powered-on machines a life: light (a model) or qemu (the real thing)."""

    async def power_on(self, vm: SimVm) -> None:
        """Boot from vm.disk; returns when the boot has begun."""
        ...

    async def power_off(self, vm: SimVm, *, gently: bool) -> None:
        """End the machine; its state is on disk when this returns."""
        ...

    async def rewire(self, vm: SimVm) -> None:
        """The machine's cards have changed network, or were plugged or unplugged."""
        ...

    async def picture(self, vm: SimVm, file: Path) -> bool:
        """Write what the machine's screen shows as a PNG; False: it has none, and no file."""
        ...

    async def close(self) -> None:
        """End all machines."""
        ...


@dataclass(frozen=True, slots=True)
class RouterInterfaceView:
    """One interface of a simulated router, as the network model sees it."""

    name: str
    vlan: int  # from the cable, or the subinterface's encapsulation
    address: IPv4Interface | None
    up: bool
    nat: Literal["", "inside", "outside"] = ""


@dataclass(frozen=True, slots=True)
class StaticNatView:
    """One static NAT entry in force."""

    protocol: Literal["tcp", "udp"]
    inside: IPv4Address
    inside_port: int
    outside: IPv4Address
    outside_port: int


@dataclass(frozen=True, slots=True)
class Translation:
    """A connection that a router translates now: the outside peer, the address it knows, the one inside."""

    protocol: str
    peer: IPv4Address
    peer_port: int
    outside: IPv4Address
    outside_port: int
    inside: IPv4Address
    inside_port: int


@dataclass(frozen=True, slots=True)
class RouterView:
    """A router as the network model sees it: what it forwards and translates now."""

    host: str
    interfaces: tuple[RouterInterfaceView, ...] = ()
    statics: tuple[StaticNatView, ...] = field(default=())
    routing: bool = True
