"""Reads a whole server into an Inventory: one view, two property reads, whatever the number of machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.devices import read_hardware, read_nics, read_slots
from esxlab.backends.vsphere.inventory import Inventory
from esxlab.backends.vsphere.seen import SeenDatacenter, SeenDatastore, SeenHost, SeenMachine, SeenNetwork
from esxlab.backends.vsphere.session import members_spec
from esxlab.backends.vsphere.store import plain_path
from esxlab.foreign import visible
from esxlab.lab.inventory_names import plain_name
from esxlab.lab.machine import PortGroup

if TYPE_CHECKING:
    from esxlab.backends.vsphere.session import Session

Properties = dict[str, Any]
DVS = vim.dvs.VmwareDistributedVirtualSwitch

NETWORKS = "configManager.networkSystem"
"""Optional (vSphere API reference, HostConfigManager): a host that was never connected may have none."""
MACHINE = [
    "name",
    "parent",
    "config.instanceUuid",
    "config.extraConfig",
    "config.files.vmPathName",
    "config.guestId",
    "config.version",
    "config.firmware",
    "config.hardware",
    "runtime.powerState",
    "runtime.host",
    "runtime.question",
    "summary.runtime.bootTime",  # runtime.bootTime is the same, but vcsim leaves it unset
    "summary.storage.committed",
    "guest.ipAddress",
    "guest.net",
    "guest.toolsRunningStatus",
    "guest.guestState",
    "recentTask",
    "snapshot",
]
PATHS: dict[type, list[str]] = {
    vim.VirtualMachine: MACHINE,
    vim.HostSystem: [
        "name",
        "parent",
        "runtime.connectionState",
        "runtime.inMaintenanceMode",
        "datastore",
        "network",
        NETWORKS,
        "summary.hardware.uuid",
    ],
    vim.ComputeResource: ["name", "parent", "resourcePool"],
    vim.Datastore: [
        "name",
        "parent",
        "browser",
        "summary.freeSpace",
        "summary.accessible",
        "summary.url",
        "summary.type",
    ],
    vim.Network: ["name", "parent"],
    vim.dvs.DistributedVirtualPortgroup: [
        "name",
        "parent",
        "key",
        "config.distributedVirtualSwitch",
        "config.defaultPortConfig",
    ],
    vim.DistributedVirtualSwitch: ["uuid", "name", "config.uplinkPortgroup"],
    vim.Datacenter: ["name", "parent", "vmFolder"],
    vim.Folder: ["name", "parent"],
}


NEEDED: dict[type, tuple[str, ...]] = {
    vim.Datastore: ("name", "browser"),
    vim.Datacenter: ("name", "vmFolder"),
    vim.VirtualMachine: (),
    vim.DistributedVirtualSwitch: (),
}
"""Without these an object is not there for this account, or for anybody; of all others it is the name."""


def _is_whole(ref: Any, told: Properties) -> bool:
    needed = next((names for kind, names in NEEDED.items() if isinstance(ref, kind)), ("name",))
    return all(name in told for name in needed)


def open_view(session: Session) -> Any:
    """A view of everything below the root; it lives as long as the session."""
    content = session.content
    return session.read(
        lambda: content.viewManager.CreateContainerView(content.rootFolder, list(PATHS), recursive=True),
        what="CreateContainerView",
    )


def read_inventory(session: Session, view: Any) -> Inventory:
    """Everything that is in the view now."""
    told = session.collect(members_spec(view, "view", PATHS), what=session.server.host)
    found = {ref: properties for ref, properties in told if _is_whole(ref, properties)}
    systems = {p[NETWORKS] for p in found.values() if NETWORKS in p}
    network_paths: dict[type, list[str]] = {
        vim.host.NetworkSystem: ["networkInfo.portgroup", "networkInfo.vswitch"]
    }
    wiring = session.retrieve(list(systems), network_paths, what=session.server.host) if systems else {}
    return Inventory(
        is_vcenter=session.is_vcenter,
        datacenters={
            moref(o): _datacenter(o, p, found) for o, p in found.items() if isinstance(o, vim.Datacenter)
        },
        hosts={
            moref(o): _host(o, p, found, wiring) for o, p in found.items() if isinstance(o, vim.HostSystem)
        },
        datastores={
            moref(o): _datastore(o, p, found) for o, p in found.items() if isinstance(o, vim.Datastore)
        },
        networks=_networks(found),
        folders={(moref(p["parent"]), p["name"]): o for o, p in found.items() if _is_inner_folder(o, p)},
        machines=_machines(found),
    )


def read_machine(session: Session, machine: Any, datacenter: str) -> SeenMachine | None:
    """One machine, read again; None while the server has nothing to say of its configuration."""
    paths: dict[type, list[str]] = {vim.VirtualMachine: MACHINE}
    found = session.retrieve([machine], paths, what=moref(machine)).get(machine)
    return build_machine(machine, found, datacenter, {}) if found and "config.hardware" in found else None


def moref(reference: Any) -> str:
    """The id of a managed object reference: vm-42."""
    return str(reference._GetMoId())  # noqa: SLF001 - pyVmomi has no public name for it


def build_machine(ref: Any, found: Properties, datacenter: str, port_groups: dict[str, str]) -> SeenMachine:
    """A machine from its properties; `port_groups` names the keys of distributed port groups."""
    boot = found.get("summary.runtime.bootTime")
    powered_on = found.get("runtime.powerState") == "poweredOn"
    options = found.get("config.extraConfig") or ()
    hardware, disks, disk_kib = read_hardware(found["config.hardware"], found.get("config.guestId") or "")
    return SeenMachine(
        ref=ref,
        moref=moref(ref),
        name=plain_name(found.get("name") or ""),
        datacenter=datacenter,
        parent=moref(found["parent"]) if found.get("parent") else "",
        host=moref(found["runtime.host"]) if found.get("runtime.host") else "",
        uuid=found.get("config.instanceUuid") or "",
        vmx_path=plain_path(found.get("config.files.vmPathName") or ""),
        extra={option.key: str(option.value) for option in options},
        hardware=hardware,
        disks=disks,
        nics=read_nics(
            found["config.hardware"], found.get("guest.net") or (), port_groups, powered_on=powered_on
        ),
        disk_kib=disk_kib,
        powered_on=powered_on,
        boot_time=boot.isoformat() if boot else "",
        tools=found.get("guest.toolsRunningStatus") or "",
        address=found.get("guest.ipAddress") or "",
        snapshot=found["snapshot"].currentSnapshot if found.get("snapshot") else None,
        committed=found.get("summary.storage.committed") or 0,
        guest_state=found.get("guest.guestState") or "",
        tasks=tuple(moref(task) for task in found.get("recentTask") or ()),
        question=question_asked(found.get("runtime.question")),
        suspended=found.get("runtime.powerState") == "suspended",
        version=found.get("config.version") or "",
        firmware=found.get("config.firmware") or "",
        slots=read_slots(found["config.hardware"]),
    )


def question_asked(asked: Any) -> str:
    """A pending question with its answers (VirtualMachineQuestionInfo); empty: none."""
    if asked is None:
        return ""
    choices = asked.choice.choiceInfo if asked.choice is not None else ()
    answers = " / ".join(str(choice.label or choice.summary or choice.key) for choice in choices or ())
    return visible(f"{asked.text} [{answers}]" if answers else str(asked.text))


def _machines(found: dict[Any, Properties]) -> dict[str, SeenMachine]:
    port_groups = {p["key"]: plain_name(p["name"]) for p in found.values() if "key" in p}
    return {
        moref(o): build_machine(o, p, _datacenter_of(o, found), port_groups)
        for o, p in found.items()
        if isinstance(o, vim.VirtualMachine) and "config.hardware" in p
    }


def _datacenter(ref: Any, found: Properties, everything: dict[Any, Properties]) -> SeenDatacenter:
    above = [everything[holder]["name"] for holder in _above(ref, everything) if holder in everything]
    names = [found["name"], *above]
    return SeenDatacenter(
        ref, moref(ref), plain_name(found["name"]), "/".join(reversed(names)), found["vmFolder"]
    )


def _host(
    ref: Any, found: Properties, everything: dict[Any, Properties], wiring: dict[Any, Properties]
) -> SeenHost:
    network = wiring.get(found.get(NETWORKS), {})
    specs = [port_group.spec for port_group in network.get("networkInfo.portgroup") or ()]
    return SeenHost(
        ref=ref,
        name=plain_name(found["name"]),
        datacenter=_datacenter_of(ref, everything),
        pool=everything.get(found.get("parent"), {}).get("resourcePool"),
        network_system=found.get(NETWORKS),
        connected=found.get("runtime.connectionState") == "connected" and NETWORKS in found,
        maintenance=bool(found.get("runtime.inMaintenanceMode")),
        datastores=frozenset(moref(d) for d in found.get("datastore") or ()),
        networks=frozenset(moref(n) for n in found.get("network") or ()),
        port_groups={s.name: PortGroup(s.name, s.vlanId, s.vswitchName) for s in specs},
        vswitches=frozenset(switch.name for switch in network.get("networkInfo.vswitch") or ()),
        uuid=found.get("summary.hardware.uuid") or "",
    )


def _datastore(ref: Any, found: Properties, everything: dict[Any, Properties]) -> SeenDatastore:
    return SeenDatastore(
        ref=ref,
        moref=moref(ref),
        name=plain_name(found["name"]),
        spelled=found["name"],
        kind=found.get("summary.type") or "",
        datacenter=_datacenter_of(ref, everything),
        free=found.get("summary.freeSpace") or 0,
        accessible=found.get("summary.accessible", True),
        browser=found["browser"],
        url=found.get("summary.url") or "",
    )


def _networks(found: dict[Any, Properties]) -> dict[str, SeenNetwork]:
    """All that a machine may be on: the port groups of a distributed switch's uplinks are the hosts' own."""
    uplinks = {
        moref(port_group) for p in found.values() for port_group in p.get("config.uplinkPortgroup") or ()
    }
    return {
        moref(o): _network(o, p, found)
        for o, p in found.items()
        if isinstance(o, vim.Network) and moref(o) not in uplinks
    }


def _network(ref: Any, found: Properties, everything: dict[Any, Properties]) -> SeenNetwork:
    switch = everything.get(found.get("config.distributedVirtualSwitch"), {})
    return SeenNetwork(
        moref(ref),
        plain_name(found["name"]),
        _datacenter_of(ref, everything),
        found.get("key", ""),
        switch.get("uuid", ""),
        found["name"],
        vlan_of(found.get("config.defaultPortConfig")),
        plain_name(switch.get("name", "")),
        ref,
    )


def vlan_of(setting: Any) -> str:
    """The VLAN of a VMwareDVSPortSetting: a number, a trunk's ranges, a private VLAN; empty: not told."""
    vlan = getattr(setting, "vlan", None)
    if isinstance(vlan, DVS.TrunkVlanSpec):
        ends = ({part.start, part.end} for part in vlan.vlanId or ())
        return ", ".join("-".join(str(end) for end in sorted(part)) for part in ends)
    if isinstance(vlan, DVS.PvlanSpec):
        return f"{vlan.pvlanId} (private)"
    return str(vlan.vlanId) if isinstance(vlan, DVS.VlanIdSpec) else ""


def _is_inner_folder(ref: Any, found: Properties) -> bool:
    return isinstance(ref, vim.Folder) and found.get("parent") is not None


def _datacenter_of(ref: Any, everything: dict[Any, Properties]) -> str:
    holders = (above for above in (ref, *_above(ref, everything)) if isinstance(above, vim.Datacenter))
    return next((moref(holder) for holder in holders), "")


def _above(ref: Any, everything: dict[Any, Properties]) -> list[Any]:
    """The objects above this one, from its parent to the root: each once, for a server may tell a circle."""
    above: dict[Any, None] = {}
    parent = everything.get(ref, {}).get("parent")
    while parent is not None and parent not in above:
        above[parent] = None
        parent = everything.get(parent, {}).get("parent")
    return list(above)
