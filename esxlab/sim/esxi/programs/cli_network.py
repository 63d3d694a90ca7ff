"""esxcli network and vm: port groups, switches, the host's own address, and what runs.

Sources: `esxcli network vswitch standard portgroup list`, `add`, `set` and its usage, `network vswitch
standard list`, `network ip interface ipv4 get` and `vm process list` of hosts in public transcripts;
josenk/terraform-provider-esxi ("A portgroup with the name X already exists"). What is said of a port group in
use, or that is not there, was not seen word for word [guess].
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from esxlab.sim.esxi.hardware import spaced
from esxlab.sim.esxi.programs.formatter import Answer, Field
from esxlab.sim.esxi.programs.options import Command, Option, RefusalError
from esxlab.sim.inventory import pyvmomi

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.sim.esxi.host import Host
    from esxlab.sim.esxi.world import Machine

MOST_VLAN = 4095
PORT_GROUP = (
    Field("Name", "Name"),
    Field("Virtual Switch", "VirtualSwitch"),
    Field("Active Clients", "ActiveClients", numeric=True),
    Field("VLAN ID", "VLANID", numeric=True),
)
PROCESS = (
    Field("World ID", "WorldID"),
    Field("Process ID", "ProcessID"),
    Field("VMX Cartel ID", "VMXCartelID"),
    Field("UUID", "UUID"),
    Field("Display Name", "DisplayName"),
    Field("Config File", "ConfigFile"),
)
SWITCH = (
    Field("Name", "Name"),
    Field("Class", "Class"),
    Field("Num Ports", "NumPorts"),
    Field("Used Ports", "UsedPorts"),
    Field("Configured Ports", "ConfiguredPorts"),
    Field("MTU", "MTU"),
    Field("CDP Status", "CDPStatus"),
    Field("Beacon Enabled", "BeaconEnabled"),
    Field("Beacon Interval", "BeaconInterval"),
    Field("Beacon Threshold", "BeaconThreshold"),
    Field("Beacon Required By", "BeaconRequiredBy"),
    Field("Uplinks", "Uplinks"),
    Field("Portgroups", "Portgroups"),
)
ADDRESS = tuple(
    Field(title, title.replace(" ", ""))
    for title in (
        "Name",
        "IPv4 Address",
        "IPv4 Netmask",
        "IPv4 Broadcast",
        "Address Type",
        "Gateway",
        "DHCP DNS",
    )
)


INTERFACE = tuple(
    Field(title, name)
    for title, name in (
        ("Name", "Name"),
        ("MAC Address", "MACAddress"),
        ("Enabled", "Enabled"),
        ("Portset", "Portset"),
        ("Portgroup", "Portgroup"),
        ("Netstack Instance", "NetstackInstance"),
        ("MTU", "MTU"),
    )
)
"""Those of a standard switch's adapter that transcripts agree on."""


async def list_interfaces(host: Host, _: Mapping[str, str]) -> Answer:
    """The host's own adapters, a block each; hostd's networkInfo.vnic."""
    info = (await asyncio.to_thread(host.world.read, host.world.network, "networkInfo"))["networkInfo"]
    switches = {group.spec.name: group.spec.vswitchName for group in info.portgroup or ()}
    rows = [
        (
            nic.device,
            (nic.spec.mac if nic.spec else "") or "00:50:56:60:00:01",
            True,
            switches.get(nic.portgroup, ""),
            nic.portgroup or "",
            "defaultTcpipStack",
            1500,
        )
        for nic in info.vnic or ()
    ]
    return Answer("VMKernelInterface", INTERFACE, rows, layout="block", head="Name")


async def list_port_groups(host: Host, _: Mapping[str, str]) -> Answer:
    """The table of all of them."""
    groups, clients = await asyncio.to_thread(lambda: (host.world.port_groups(), _clients(host)))
    rows = [
        (group.spec.name, group.spec.vswitchName, clients.get(group.spec.name, 0), group.spec.vlanId)
        for group in sorted(groups, key=lambda group: group.spec.name)
    ]
    return Answer("PortGroup", PORT_GROUP, rows)


def _clients(host: Host) -> dict[str, int]:
    """How many plugged cards of running machines are on each, and the host's own card."""
    found = {"Management Network": 1}
    kind = pyvmomi().vim.vm.device.VirtualEthernetCard
    for machine in host.machines("config.hardware.device"):
        for card in machine.found.get("config.hardware.device") or ():
            if machine.power == "poweredOn" and isinstance(card, kind) and card.connectable.connected:
                name = getattr(card.backing, "deviceName", "")
                found[name] = found.get(name, 0) + 1
    return found


async def add_port_group(host: Host, given: Mapping[str, str]) -> None:
    """Make one, on VLAN 0."""
    name, switch = given["portgroup-name"], given["vswitch-name"]
    await asyncio.to_thread(_add, host, name, switch)


def _add(host: Host, name: str, switch: str) -> None:
    vim = pyvmomi().vim
    if switch not in {one.name for one in host.world.switches()}:
        raise RefusalError(f"Unable to find virtual switch: {switch}")
    if name in {group.spec.name for group in host.world.port_groups()}:
        raise RefusalError(f"A portgroup with the name {name} already exists")
    spec = vim.host.PortGroup.Specification(
        name=name, vlanId=0, vswitchName=switch, policy=vim.host.NetworkPolicy()
    )
    host.world.network.AddPortGroup(spec)


async def set_port_group(host: Host, given: Mapping[str, str]) -> None:
    """Give one its VLAN."""
    name, vlan = given["portgroup-name"], int(given.get("vlan-id", "0"))
    if not 0 <= vlan <= MOST_VLAN:
        raise RefusalError(f"Invalid VLAN ID {vlan}: it must be in the range 0 to {MOST_VLAN}")
    await asyncio.to_thread(_set, host, name, vlan)


def _set(host: Host, name: str, vlan: int) -> None:
    spec = _group(host, name).spec
    spec.vlanId = vlan
    host.world.network.UpdatePortGroup(name, spec)


async def remove_port_group(host: Host, given: Mapping[str, str]) -> None:
    """Take one away that no card is on."""
    await asyncio.to_thread(_remove, host, given["portgroup-name"], given["vswitch-name"])


def _remove(host: Host, name: str, switch: str) -> None:
    if _group(host, name).spec.vswitchName != switch:
        raise RefusalError(f"Portgroup {name} does not exist on {switch}")
    try:
        host.world.network.RemovePortGroup(name)
    except pyvmomi().vim.fault.ResourceInUse:
        raise RefusalError(f"Portgroup {name} is still in use: it has active ports") from None


def _group(host: Host, name: str) -> Any:
    group = next((one for one in host.world.port_groups() if one.spec.name == name), None)
    if group is None:
        raise RefusalError(f"Portgroup {name} does not exist")
    return group


async def list_switches(host: Host, given: Mapping[str, str]) -> Answer:
    """The standard switches, a block each."""
    switches, groups = await asyncio.to_thread(lambda: (host.world.switches(), host.world.port_groups()))
    rows = []
    for switch in switches:
        if given.get("vswitch-name", switch.name) != switch.name:
            continue
        names = tuple(group.spec.name for group in groups if group.spec.vswitchName == switch.name)
        ports = switch.spec.numPorts or 128
        row = (
            switch.name,
            "cswitch",
            6400,
            len(names) + 1,
            ports,
            1500,
            "listen",
            False,
            1,
            3,
            (),
            ("vmnic0",),
        )
        rows.append((*row, names))
    if given and not rows:
        raise RefusalError(f"Unable to find virtual switch: {given['vswitch-name']}")
    return Answer("VirtualSwitch", SWITCH, rows, layout="block", head="Name")


async def own_address(_: Host, __: Mapping[str, str]) -> Answer:
    """vmk0's address: the loopback's, for nothing of the school's leaves this computer."""
    row = ("vmk0", "127.0.0.1", "255.0.0.0", "127.255.255.255", "STATIC", "127.0.0.1", "false")
    return Answer("IPv4Interface", ADDRESS, [row])


async def list_processes(host: Host, _: Mapping[str, str]) -> Answer:
    """The machines that run, with their worlds."""
    found = await asyncio.to_thread(host.machines, "config.uuid")
    rows = []
    for machine in found:
        if machine.power == "poweredOn":
            world = host.world_id(machine.moref)
            store, inside = machine.vmx.removeprefix("[").partition("] ")[::2]
            volume = host.world.volume(store)
            path = f"/vmfs/volumes/{volume.uuid if volume else store}/{inside}"
            rows.append((world, 0, world - 1, spaced(machine.found["config.uuid"]), machine.name, path))
    return Answer("VirtualMachine", PROCESS, rows, layout="block", head="DisplayName")


async def kill_process(host: Host, given: Mapping[str, str]) -> None:
    """End a machine by its world."""
    if given["type"] not in {"soft", "hard", "force"}:
        raise RefusalError(f"'{given['type']}' is not one of soft, hard, force")
    found = await asyncio.to_thread(host.machines)
    wanted = int(given["world-id"])
    for machine in found:
        if host.world_id(machine.moref) == wanted and machine.power == "poweredOn":
            await asyncio.to_thread(_end, host, machine)
            return
    raise RefusalError(f"Unable to find a virtual machine with the world ID of {wanted}")


def _end(host: Host, machine: Machine) -> None:
    host.world.finish(machine.reference.PowerOffVM_Task())


_NAME = Option("-p", "--portgroup-name", "The name of the port group", required=True)
_SWITCH = Option("-v", "--vswitch-name", "The name of the virtual switch", required=True)
_GROUPS = "network vswitch standard portgroup"
NETWORK: Mapping[str, Command] = {
    f"{_GROUPS} list": Command(list_port_groups, "List all of the port groups currently on the system."),
    f"{_GROUPS} add": Command(
        add_port_group, "Allows the addition of a standard port group to a virtual switch.", (_NAME, _SWITCH)
    ),
    f"{_GROUPS} set": Command(
        set_port_group,
        "Set the vlan id for the given port group",
        (
            _NAME._replace(words="The name of the port group to set vlan id for."),
            Option(
                "-v",
                "--vlan-id",
                "The vlan id for this port group. This value is in the range (0 - 4095)",
                integer=True,
            ),
        ),
    ),
    f"{_GROUPS} remove": Command(
        remove_port_group, "Remove a port group from the given virtual switch", (_NAME, _SWITCH)
    ),
    "network vswitch standard list": Command(
        list_switches,
        "List the virtual switches current on the ESXi host.",
        (_SWITCH._replace(required=False),),
    ),
    "network ip interface list": Command(
        list_interfaces,
        "This command will list the VMkernel network interfaces currently known to the system.",
    ),
    "network ip interface ipv4 get": Command(own_address, "List the IPv4 addresses"),
    "vm process list": Command(list_processes, "List the virtual machines on this system."),
    "vm process kill": Command(
        kill_process,
        "Used to forcibly kill Virtual Machines that are stuck and not responding to normal stop operations.",
        (
            Option("-t", "--type", "The type of kill operation to attempt.", required=True),
            Option(
                "-w",
                "--world-id",
                "The World ID of the Virtual Machine to kill.",
                required=True,
                integer=True,
            ),
        ),
    ),
}
