"""The spec's structure for one group, as pydantic models: after ranges, overrides, defaults and expressions.

Nothing has a default here (the exercise's values are in exercise.py) except what may be absent. The JSON
Schema for editors comes from these models too: the descriptions are its help texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, create_model, field_validator

from esxlab.spec import fields as f
from esxlab.spec.part import Part
from esxlab.spec.parts import PARTS, ROLES

if TYPE_CHECKING:
    Role = str
else:
    Role = Literal[ROLES]  # what is installed is known at run time only


class VSpherePart(Part):
    """Where the group's machines live. Names are of what exists, letter by letter; `/` may be %2f."""

    host: f.Host = Field(description="vCenter or lone ESXi: DNS name or address")
    user: f.Account = Field(description="vSphere user; the password comes from ESXLAB_VSPHERE_PASSWORD")
    port: f.Port = Field(description="HTTPS port")
    thumbprint: f.Thumbprint = Field(description="SHA-256 of the server's certificate, to pin it")
    datacenter: f.OptionalExisting = Field(description="datacenter; empty: the only one")
    esxi: f.OptionalExisting = Field(description="ESXi host inside a vCenter; empty: the only one")
    datastore: f.Existing = Field(description="datastore of the group's machines")
    model: f.Existing = Field(description="golden machine whose disk is copied")
    staging: f.Existing = Field(description="port group of the school's network")
    staging_kind: f.NetworkKind | None = Field(
        default=None, description="which of two port groups with the name of `staging`"
    )
    vswitch: f.VSwitch = Field(description="standard vSwitch that gets the group's port groups")
    writes: Literal["auto", "api", "ssh"] = Field(
        description="how the server is changed; auto: by its API, or over SSH where the licence shuts that"
    )
    api: Literal["use", "none"] = Field(
        description="none: the host's API cannot be reached; everything, looking too, goes over SSH"
    )
    key: f.LoginKey = Field(description="SSH key for that: a file, or agent; empty: the password")
    method: Literal["copy", "clone", "linked"] = Field(description="copy works everywhere; the rest: vCenter")


class SegmentPart(Part):
    """One of the group's two isolated networks."""

    network: f.Network = Field(description="network with its prefix length: 172.16.0.0/16")
    existing: bool = Field(
        strict=True, description="true: an administrator has made the port group; esxlab only uses it"
    )
    kind: f.NetworkKind | None = Field(
        default=None, description="which of two existing port groups with one name"
    )
    port_group: f.Existing = Field(description="name of the port group in vSphere")
    vlan: f.Vlan = Field(description="VLAN of the port group, 1 to 4094; of an existing one only if said")

    @field_validator("port_group")
    @classmethod
    def _fit_to_be_made(cls, name: str, said: ValidationInfo) -> str:
        """What esxlab makes has a name that fits everywhere; what exists has the one that it has."""
        return name if said.data.get("existing") else f.check_name(name)


class HardwarePart(Part):
    """Virtual hardware, in vSphere's own terms."""

    guest_id: f.GuestIdentifier | None = Field(default=None, description="VirtualMachineGuestOsIdentifier")
    cpus: f.Cpus | None = Field(default=None, description="virtual CPUs")
    memory_mib: f.MemoryMib | None = Field(default=None, description="memory in MiB")
    disk_gib: f.DiskGib | None = Field(default=None, description="disk in GiB")
    nic_type: Literal["vmxnet3", "e1000", "e1000e"] | None = Field(
        default=None, description="network card type"
    )
    scsi_type: Literal["pvscsi", "lsilogic", "lsilogic-sas", "buslogic"] | None = Field(
        default=None, description="disk controller type"
    )


class MachinePart(Part):
    """A server of the exercise: a web server or the balancer."""

    hostname: f.Hostname = Field(description="host name inside the guest")
    role: Role = Field(description="what the machine is for")
    inside: f.Address | None = Field(default=None, description="address on the inside network")
    outside: f.Address | None = Field(default=None, description="address on the outside network (balancer)")
    hardware: HardwarePart = Field(default=HardwarePart(), description="where it differs from `hardware`")


class ClientPart(Part):
    """A station."""

    hostname: f.Hostname = Field(description="host name inside the guest")
    inside: f.Address | None = Field(default=None, description="address when it sits inside")
    outside: f.Address | None = Field(default=None, description="address when it sits outside")
    hardware: HardwarePart = Field(default=HardwarePart(), description="where it differs from `hardware`")


class ClientsPart(Part):
    """The two stations."""

    ClientA: ClientPart | None = Field(default=None, description="outside the router")
    ClientB: ClientPart | None = Field(default=None, description="inside or outside, as the exercise has it")


class RouterPart(Part):
    """The group's router, or its share of one."""

    host: f.RouterHost = Field(description="address of the router, or a serial line")
    device: Literal["cisco_ios", "cisco_ios_telnet", "cisco_ios_serial"] = Field(description="way in")
    port: f.Port = Field(description="TCP port of the way in")
    user: f.Login = Field(description="login; passwords come from ESXLAB_ROUTER_PASSWORD and _SECRET")
    key: f.LoginKey = Field(
        description="path of the SSH key that this login takes, or agent; empty: a password"
    )
    serial_number: f.SerialNumber = Field(description="processor board ID, to refuse another router")
    outside: f.Interface = Field(description="outside interface")
    outside_address: f.Address = Field(description="its address")
    outside_port: f.Port = Field(description="outside TCP port that leads to the cluster's port 80")
    inside: f.Interface = Field(description="inside interface, or a subinterface of a shared router")
    inside_address: f.Address = Field(description="its address")


class GuestPart(Part):
    """The way into the guests."""

    user: f.GuestLogin = Field(description="root; no other login will do")
    password: Literal["model", "generated"] = Field(
        description="model: the model's own, ESXLAB_GUEST_PASSWORD; generated: one for each group"
    )
    key: f.LoginKey = Field(
        description="path of the SSH key that the model's root takes, or agent; empty: its password"
    )
    host_key: f.HostKey = Field(
        description="the model's SSH host key, SHA256:...; none: it has none; empty: the first copy's counts"
    )
    mirror: f.Mirror = Field(description="package mirror; empty: what the model has")


class ModelPart(Part):
    """What `esxlab model build` makes the model of; packages come from `guest.mirror`, or from the ISO."""

    iso: f.IsoFile = Field(description="Debian's installer, netinst or DVD: path of the ISO; empty: none")
    sha256: f.Sha256 = Field(description="SHA-256 of the ISO, as SHA256SUMS beside it has it")
    release: Literal["stretch", "buster", "bullseye", "bookworm", "trixie"] = Field(
        description="Debian's release on the ISO"
    )
    locale: f.Locale = Field(description="language of the installed system")
    keymap: f.Keymap = Field(description="keyboard of its console")
    timezone: f.Timezone = Field(description="its time zone")


class SchoolPart(Part):
    """The school's network, on which machines are prepared."""

    network: f.Network = Field(description="the school's network")
    gateway: f.Address = Field(description="its gateway")
    dns: f.Address = Field(description="its name server")


class NamesPart(Part):
    """Names in vSphere, as expressions of `group` and `machine`; unset: chosen by esxlab."""

    vm: str | None = Field(default=None, description="inventory name: g{{ '%02d' % group }}-{{ machine }}")
    folder: str | None = Field(default=None, description="datastore folder, the same way")


def _none_router(value: object) -> object:
    return None if value == "none" else value


class CommonParts(Part):
    """One group's parts, without those that exercises add."""

    scenario: f.Scenario = Field(description="the exercise of the groups")
    vsphere: VSpherePart
    inside: SegmentPart
    outside: SegmentPart
    hardware: HardwarePart
    machines: dict[f.MachineName, MachinePart]
    clients: ClientsPart
    router: Annotated[RouterPart | None, BeforeValidator(_none_router)]
    guest: GuestPart
    model: ModelPart
    school: SchoolPart
    names: NamesPart
    seeds: f.Directory | None = Field(default=None, description="directory of the teacher's own seeds")


def _with_exercises() -> type[CommonParts]:
    fields: dict[str, Any] = {key: (part.model, ...) for key, part in PARTS.items()}
    return create_model("GroupParts", __base__=CommonParts, **fields)


GroupParts = _with_exercises()
"""All of one group's parts."""
