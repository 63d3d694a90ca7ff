"""What a server shows, as plain frozen nouns: machines, hosts, datastores, networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from esxlab.backends.vsphere.store import Store, split_path
from esxlab.lab.identity import owner_from_marks

if TYPE_CHECKING:
    from esxlab.lab.identity import Owner
    from esxlab.lab.machine import Hardware, NetworkKind, PortGroup


class SeenNic(NamedTuple):
    """A card as the server shows it."""

    mac: str
    network: str
    connected: bool
    addresses: tuple[str, ...] = ()
    kind: NetworkKind = ""


class Slots(NamedTuple):
    """PCI slots of the first disk's controller and of the first card, which guests name devices by; 0: none.

    ens33 is the card in slot 33 (systemd.net-naming-scheme(7), ID_NET_NAME_SLOT).
    """

    controller: int
    card: int


NO_SLOTS = Slots(0, 0)


@dataclass(frozen=True, slots=True)
class SeenMachine:
    """A virtual machine as the server shows it, whosever it is. `parent` and `host` are references' ids."""

    ref: Any
    moref: str
    name: str
    datacenter: str
    parent: str
    host: str
    uuid: str
    vmx_path: str
    extra: dict[str, str]
    hardware: Hardware
    disks: tuple[str, ...]
    nics: tuple[SeenNic, ...]
    disk_kib: int = 0
    powered_on: bool = False
    boot_time: str = ""
    tools: str = ""
    address: str = ""
    snapshot: Any = None
    committed: int = 0
    guest_state: str = ""
    tasks: tuple[str, ...] = ()  # the recent ones, over or not
    suspended: bool = False
    question: str = ""  # what it waits for an answer to, with the answers that it takes
    version: str = ""  # of the virtual hardware: vmx-13
    firmware: str = ""  # bios or efi
    slots: Slots = NO_SLOTS

    @property
    def owner(self) -> Owner | None:
        """The owner mark, if it carries one."""
        return owner_from_marks(self.extra)

    @property
    def nvram(self) -> str:
        """Datastore path of what its firmware remembers, boot entries above all; empty for a BIOS."""
        if self.firmware != "efi":
            return ""
        folder, _, vmx = self.vmx_path.rpartition("/")
        return f"{folder}/{self.extra.get('nvram') or vmx.removesuffix('.vmx') + '.nvram'}"

    @property
    def place(self) -> tuple[str, str]:
        """(datastore, folder) of its configuration file."""
        store, path = split_path(self.vmx_path)
        return store, path.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class SeenHost:
    """An ESXi host."""

    ref: Any
    name: str
    datacenter: str
    pool: Any
    network_system: Any
    connected: bool
    maintenance: bool
    datastores: frozenset[str]
    networks: frozenset[str]
    port_groups: dict[str, PortGroup]
    vswitches: frozenset[str]
    uuid: str = ""  # of its hardware


@dataclass(frozen=True, slots=True)
class SeenDatastore:
    """A datastore; `free` in bytes."""

    ref: Any
    moref: str
    name: str
    datacenter: str
    free: int
    accessible: bool
    browser: Any
    spelled: str = ""  # as the server does; `name` is plain
    url: str = ""  # its own locator, whatever its name
    kind: str = ""  # summary.type: VMFS, NFS, vsan


@dataclass(frozen=True, slots=True)
class SeenNetwork:
    """A network; `key` and `switch_uuid` are set for a port group of a distributed switch.

    `vlan` as one shows it: 107, 1-4094, 20 (private); empty where it may not be read.
    """

    moref: str
    name: str
    datacenter: str
    key: str = ""
    switch_uuid: str = ""
    spelled: str = ""  # as a card names it; empty: like `name`
    vlan: str = ""
    switch: str = ""
    ref: Any = None

    @property
    def kind(self) -> NetworkKind:
        """Of a standard or of a distributed switch."""
        return "distributed" if self.key else "standard"

    @property
    def told(self) -> str:
        """Its kind and its switch."""
        return f"{self.kind} ({self.switch})" if self.switch else self.kind


@dataclass(frozen=True, slots=True)
class SeenDatacenter:
    """A datacenter; `path` is its inventory path as the server spells it, `vm_folder` holds its machines."""

    ref: Any
    moref: str
    name: str
    path: str
    vm_folder: Any


class Place(NamedTuple):
    """A Site's names, found."""

    datacenter: SeenDatacenter
    host: SeenHost
    datastore: SeenDatastore

    @property
    def store(self) -> Store:
        """The datastore as file operations need it."""
        return store_of(self.datastore, self.datacenter)


def store_of(seen: SeenDatastore, datacenter: SeenDatacenter) -> Store:
    """A datastore as file operations need it."""
    return Store(seen.name, datacenter.ref, datacenter.path, seen.browser, seen.spelled)
