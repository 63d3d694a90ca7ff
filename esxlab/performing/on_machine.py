"""What is done to one virtual machine: its disk, its cards, its power."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.actions.machines import (
    GENTLY_S,
    AddNic,
    CopyDisk,
    CreateMachine,
    DeleteDisk,
    DestroyMachine,
    PowerCycle,
    PowerOff,
    PowerOn,
    ReconfigureMachine,
    SetHardware,
    ShutDown,
    Suspend,
)
from esxlab.lab.guest import SshHop, SshRoute
from esxlab.performing.base import leave, perform

if TYPE_CHECKING:
    from esxlab.backends.protocols import Backends


@perform.register(CopyDisk)
def copy_disk(action: CopyDisk, backends: Backends) -> None:
    """Copy it; that it is whole is seen by the machine, or written down when there will be none."""
    backends.vsphere.copy_disk(action.site, action.machine)


@perform.register(DeleteDisk)
def delete_disk(action: DeleteDisk, backends: Backends) -> None:
    """Delete it."""
    backends.vsphere.delete_disk(action.site, action.machine)


@perform.register(CreateMachine)
def create_machine(action: CreateMachine, backends: Backends) -> None:
    """Create it."""
    backends.vsphere.create_machine(action.site, action.machine)


@leave.register(CreateMachine)
def leave_create_machine(action: CreateMachine, backends: Backends) -> None:
    """Its disk has been copied, and need not be copied again."""
    backends.vsphere.confirm_disk(action.site, action.machine)


@perform.register(AddNic)
def add_nic(action: AddNic, backends: Backends) -> None:
    """Add it."""
    backends.vsphere.add_nic(action.site, action.machine, action.role)


@perform.register(PowerOn)
def power_on(action: PowerOn, backends: Backends) -> None:
    """Power it on."""
    backends.vsphere.power_on(action.site, action.machine)


@perform.register(SetHardware)
def set_hardware(action: SetHardware, backends: Backends) -> None:
    """Off, then changed; who sleeps is woken first, for its memory is of the old size."""
    if action.suspended:
        backends.vsphere.power_on(action.site, action.machine)
    backends.vsphere.power_off(action.site, action.machine, gently_s=GENTLY_S)
    backends.vsphere.set_hardware(action.site, action.machine)


@perform.register(PowerOff)
def power_off(action: PowerOff, backends: Backends) -> None:
    """Power it off."""
    backends.vsphere.power_off(action.site, action.machine, gently_s=0)


@perform.register(ShutDown)
def shut_down(action: ShutDown, backends: Backends) -> None:
    """Gently."""
    backends.vsphere.power_off(action.site, action.machine, gently_s=GENTLY_S)


@perform.register(Suspend)
def suspend(action: Suspend, backends: Backends) -> None:
    """Suspend it."""
    backends.vsphere.suspend(action.site, action.machine)


@perform.register(ReconfigureMachine)
def reconfigure_machine(action: ReconfigureMachine, backends: Backends) -> None:
    """Reconfigure the machine; its host key is the one that the guest showed in this run, or before."""
    route = SshRoute(action.group.number, (SshHop(action.subject, ""),))
    key = backends.guests.host_key(route)
    machine = replace(action.machine, host_keys=(key,) if key else action.machine.host_keys)
    backends.vsphere.reconfigure_machine(action.site, machine)


@perform.register(PowerCycle)
def power_cycle(action: PowerCycle, backends: Backends) -> None:
    """Off, then on."""
    backends.vsphere.power_off(action.site, action.machine, gently_s=action.gently_s)
    backends.vsphere.power_on(action.site, action.machine)


@perform.register(DestroyMachine)
def destroy_machine(action: DestroyMachine, backends: Backends) -> None:
    """Destroy it."""
    backends.vsphere.destroy_machine(action.site, action.machine)
