"""Machines and what they stand on: where a group lives in vSphere, its port groups, folders, disks, NICs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from esxlab.lab.addresses import in_url
from esxlab.lab.password import MODEL_PASSWORD, PasswordState

if TYPE_CHECKING:
    from esxlab.lab.guest import Guest
    from esxlab.lab.identity import Owner

HTTPS_PORT = 443
Method = Literal["copy", "clone", "linked"]
Writes = Literal["auto", "api", "ssh"]
Api = Literal["use", "none"]
"""Whether an end point's API is asked at all; none: a lone host is looked at over SSH too."""
NetworkKind = Literal["", "standard", "distributed"]
"""Of a port group's switch: a host's own one (HostVirtualSwitch), or a DistributedVirtualSwitch."""


@dataclass(frozen=True, slots=True, order=True)
class Server:
    """One vSphere end point (a vCenter, or a lone ESXi), as the spec names it; no secret in it."""

    host: str
    user: str
    port: int = HTTPS_PORT
    thumbprint: str = ""  # SHA-256 of the certificate, pinned; empty: the system's trust store
    writes: Writes = "auto"  # how it is changed: by its API, over SSH, or as its licence lets one
    api: Api = "use"

    @property
    def authority(self) -> str:
        """The host, and the port where it is not that of https (RFC 3986, 3.2)."""
        host = in_url(self.host)
        return host if self.port == HTTPS_PORT else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Site:
    """Where one group's machines live. Names are vSphere inventory names, not references."""

    server: Server
    datastore: str
    model: str  # the machine whose disk is copied, modeleD9
    staging: str  # port group of the school's network
    esxi: str = ""  # the ESXi host that runs the machines; empty: the only one
    datacenter: str = ""  # empty: the only one
    vswitch: str = "vSwitch0"
    method: Method = "copy"
    staging_kind: NetworkKind = ""  # empty: the only one of its name

    @property
    def model_id(self) -> str:
        """The model's full name: vcenter.example/modeleD9."""
        return f"{self.server.host}/{self.model}"


@dataclass(frozen=True, slots=True, order=True)
class PortGroup:
    """A port group of a standard vSwitch; `vlan` 0 is untagged."""

    name: str
    vlan: int
    vswitch: str
    ours: bool = True  # found: recorded as created by this group


@dataclass(frozen=True, slots=True)
class Network:
    """A port group that an administrator has made: it is used, and never made, changed or removed.

    `kind` is empty where the name alone must do, `vlan` 0 where the spec says none.
    """

    name: str
    kind: NetworkKind = ""
    vlan: int = 0


RESIZABLE = frozenset({"guest_id", "cpus", "memory_mib"})
"""Hardware that a machine may get at any time while it is off: a guest finds its devices where they were."""
FIXED = frozenset({"nic_type", "scsi_type"})
"""Hardware that a guest knows its card and its disk by: it is chosen when a machine is made."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """A machine's virtual hardware: sizes in MiB and GiB, vSphere's own identifiers.

    `given`: the fields that the spec itself says; the others are the exercise's, and the model's come first.
    """

    guest_id: str = "debian9Guest"  # 32-bit Debian 9 (VirtualMachineGuestOsIdentifier)
    cpus: int = 1
    memory_mib: int = 1024
    disk_gib: int = 20
    nic_type: str = "vmxnet3"
    scsi_type: str = "pvscsi"
    given: frozenset[str] = field(default=frozenset(), compare=False)

    def around(self, model: Hardware) -> Hardware:
        """What a machine on a copy of this model's disk gets: the model's, but for what the spec says."""
        return replace(model, **{name: getattr(self, name) for name in self.given - {"disk_gib"}})

    def changed(self, found: Hardware, names: frozenset[str]) -> dict[str, tuple[object, object]]:
        """Of these fields, what the spec says otherwise than it was found: name -> (found, wanted)."""
        pairs = {name: (getattr(found, name), getattr(self, name)) for name in sorted(self.given & names)}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@dataclass(frozen=True, slots=True)
class Nic:
    """One network card: `role` is management or lab (clients), inside or outside; `network` a port group.

    `added`: it comes in a step of its own, as the exercise has it for the balancer's second card; the others
    are there when the machine is created. A found card does not tell.
    """

    role: str
    mac: str
    network: str
    connected: bool = True
    added: bool = field(default=False, compare=False)
    kind: NetworkKind = ""  # of the network; empty: its name is enough


@dataclass(frozen=True, slots=True)
class Runtime:
    """What only a found machine has; it takes no part in comparisons."""

    moref: str = ""
    boot_time: str = ""  # the server's own runtime.bootTime, ISO 8601; empty when off
    tools: str = ""  # guest.toolsRunningStatus
    address: str = ""  # guest.ipAddress
    ssh_port: int = 22
    disks: tuple[str, ...] = ()  # datastore paths of all attached disks
    vmx_path: str = ""
    host: str = ""
    suspended: bool = False  # without power, its memory kept on disk


@dataclass(frozen=True, slots=True)
class Machine:
    """One virtual machine, wanted or found.

    `config_digest` is the digest of what the guest was last configured with (Guest.digest); a found machine
    carries it in extraConfig, so that a plan needs no SSH to an isolated machine. `restart_pending` says that
    the digest was written but the machine has not been restarted since (its bootTime is still the one that
    was noted with it). `host_keys` are two while the guest's key is being changed, and none before it is
    first configured.
    """

    owner: Owner
    name: str  # inventory name
    datastore: str
    folder: str  # datastore folder, srvweb1 or g07-srvweb1
    hardware: Hardware
    nics: tuple[Nic, ...]
    powered_on: bool = True
    config_digest: str = ""
    restart_pending: bool = False
    host_keys: tuple[str, ...] = ()  # SHA256:... of ed25519 keys that the guest may show
    password: PasswordState = MODEL_PASSWORD
    addresses: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """Wanted machines only: (inside or outside, IPv4 address without prefix) as the scenario gives them."""
    guest: Guest | None = field(default=None, compare=False)
    runtime: Runtime | None = field(default=None, compare=False)

    @property
    def disk_path(self) -> str:
        """Datastore path of the machine's disk."""
        return f"[{self.datastore}] {self.folder}/{self.name}.vmdk"

    @property
    def vmx_path(self) -> str:
        """Datastore path of the machine's configuration file; always given in full at creation."""
        return f"[{self.datastore}] {self.folder}/{self.name}.vmx"

    @property
    def first_nics(self) -> tuple[Nic, ...]:
        """The cards that the machine is created with; the first of them starts on the school's network."""
        return tuple(nic for nic in self.nics if not nic.added)

    @property
    def is_suspended(self) -> bool:
        """A found machine that somebody has put to sleep."""
        return self.runtime is not None and self.runtime.suspended

    @property
    def power(self) -> Literal["on", "off", "suspended"]:
        """How a found machine is."""
        return "on" if self.powered_on else "suspended" if self.is_suspended else "off"

    def nic(self, role: str) -> Nic | None:
        """The card with this role, if the machine has one."""
        return next((nic for nic in self.nics if nic.role == role), None)

    def address(self, segment: str) -> str:
        """The machine's address on this segment (inside, outside); empty when it has none."""
        return dict(self.addresses).get(segment, "")


DiskState = Literal["absent", "partial", "complete"]
"""`partial`: nothing says that the disk is whole, or something says so of one that is not there."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A datastore folder of one machine, with the owner file that esxlab keeps in it."""

    datastore: str
    path: str
    owner: Owner | None
    disk: DiskState = "complete"
