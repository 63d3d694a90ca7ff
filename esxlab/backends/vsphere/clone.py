"""CloneVM for the methods `clone` and `linked`: a vCenter makes the machine and its disk in one task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.devices import detached, ethernet_cards
from esxlab.backends.vsphere.found import PASSWORD_KEY
from esxlab.lab.password import password_at_birth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.backends.vsphere.seen import Place
    from esxlab.lab.machine import Hardware, Machine

LINKED = "createNewChildDiskBacking"
"""VirtualMachineRelocateDiskMoveOptions: a child disk on top of the snapshot."""


def birth_marks(machine: Machine) -> dict[str, str]:
    """What a new machine says of itself in extraConfig: whose it is, and which passwords it may have."""
    password = str(password_at_birth(machine.password.settled))
    return machine.owner.marks() | ({PASSWORD_KEY: password} if password else {})


def clone_spec(
    machine: Machine,
    *,
    devices: Any,
    hardware: Hardware,
    snapshot: Any,
    cards: Sequence[Any],
    place: Place,
    linked: bool,
) -> Any:
    """The order for CloneVM_Task; the model's cards (in its `devices`) are replaced by ours.

    The new machine's files go into a datastore folder of the machine's name (a vCenter leaves no choice).
    """
    location = vim.vm.RelocateSpec(datastore=place.datastore.ref, host=place.host.ref, pool=place.host.pool)
    if linked:
        location.diskMoveType = LINKED
    marks = [vim.option.OptionValue(key=k, value=v) for k, v in birth_marks(machine).items()]
    config = vim.vm.ConfigSpec(
        instanceUuid=machine.owner.instance_uuid,
        extraConfig=marks,
        deviceChange=[*(detached(card) for card in ethernet_cards(devices)), *cards],
        guestId=hardware.guest_id,
        numCPUs=hardware.cpus,
        memoryMB=hardware.memory_mib,
    )
    order = vim.vm.CloneSpec(location=location, config=config, powerOn=False, template=False)
    if linked:
        order.snapshot = snapshot
    return order
