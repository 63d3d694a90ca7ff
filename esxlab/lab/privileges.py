"""The least role: every vSphere privilege that esxlab uses, by its API name, and on what it is needed.

Source: the "Required Privileges" of each method in the vSphere API reference; not tried on a real vCenter.
What `pause` and `resume` need (Interact.Suspend, PowerOn, PowerOff) and `console` (CreateScreenshot): vSphere
Security 6.7, "Virtual Machine Interaction Privileges", where Power On says that it also resumes a
suspended machine; vSphere Automation API, "Vcenter Vm Power suspend": VirtualMachine.Interact.Suspend.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Place = Literal["datacenter", "datastore", "host", "network", "pool"]


class Privilege(NamedTuple):
    """One privilege; `vcenter`: not on a lone ESXi.

    `cloning`: only with method clone or linked; `networks`: only where esxlab makes port groups itself.
    `command`: only of this one, without which a lesson goes on.
    """

    name: str
    place: Place
    cloning: bool = False
    vcenter: bool = False
    networks: bool = False
    command: str = ""


PRIVILEGES = (
    Privilege("Datastore.AllocateSpace", "datastore"),
    Privilege("Datastore.Browse", "datastore"),
    Privilege("Datastore.FileManagement", "datastore"),
    Privilege("Folder.Create", "datacenter", vcenter=True),
    Privilege("Folder.Delete", "datacenter", vcenter=True),
    Privilege("Host.Config.Network", "host", networks=True),
    Privilege("Network.Assign", "datacenter", networks=True),
    Privilege("Network.Assign", "network"),
    Privilege("Resource.AssignVMToPool", "pool"),
    Privilege("VirtualMachine.Config.AddExistingDisk", "datacenter"),
    Privilege("VirtualMachine.Config.AddNewDisk", "datacenter", cloning=True),
    Privilege("VirtualMachine.Config.AddRemoveDevice", "datacenter"),
    Privilege("VirtualMachine.Config.AdvancedConfig", "datacenter"),
    Privilege("VirtualMachine.Config.CPUCount", "datacenter"),
    Privilege("VirtualMachine.Config.EditDevice", "datacenter"),
    Privilege("VirtualMachine.Config.Memory", "datacenter"),
    Privilege("VirtualMachine.Config.RemoveDisk", "datacenter"),
    Privilege("VirtualMachine.Config.Settings", "datacenter"),
    Privilege("VirtualMachine.Interact.CreateScreenshot", "datacenter", command="console"),
    Privilege("VirtualMachine.Interact.DeviceConnection", "datacenter"),
    Privilege("VirtualMachine.Interact.PowerOff", "datacenter"),
    Privilege("VirtualMachine.Interact.PowerOn", "datacenter"),
    Privilege("VirtualMachine.Interact.Suspend", "datacenter", command="pause"),
    Privilege("VirtualMachine.Inventory.Create", "datacenter"),
    Privilege("VirtualMachine.Inventory.CreateFromExisting", "datacenter", cloning=True),
    Privilege("VirtualMachine.Inventory.Delete", "datacenter"),
    Privilege("VirtualMachine.Provisioning.Clone", "datacenter", cloning=True),
)


def needed(*, vcenter: bool, cloning: bool, networks: bool = True) -> tuple[Privilege, ...]:
    """Those that a class needs on this kind of server."""
    return tuple(
        p
        for p in PRIVILEGES
        if (vcenter or not p.vcenter) and (cloning or not p.cloning) and (networks or not p.networks)
    )
