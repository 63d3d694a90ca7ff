"""CloneVM for the methods `clone` and `linked`: a vCenter makes the machine and its disk in one task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.devices import added, detached, ethernet_cards, new_nic

if TYPE_CHECKING:
    from esxlab.backends.vsphere.inventory import Place, SeenMachine, SeenNetwork
    from esxlab.lab.machine import Machine

LINKED = "createNewChildDiskBacking"
"""VirtualMachineRelocateDiskMoveOptions: a child disk on top of the snapshot."""


def clone_spec(
    machine: Machine,
    *,
    model: SeenMachine,
    hardware: Any,
    network: SeenNetwork,
    place: Place,
    linked: bool,
) -> Any:
    """The order for CloneVM_Task; the cards of the model (`hardware`) are replaced by our first one.

    The new machine's files go into a datastore folder of the machine's name (a vCenter leaves no choice).
    """
    location = vim.vm.RelocateSpec(datastore=place.datastore.ref, host=place.host.ref, pool=place.host.pool)
    if linked:
        location.diskMoveType = LINKED
    cards = ethernet_cards(hardware)
    nic = new_nic(model.hardware.nic_type, mac=machine.nics[0].mac, network=network)
    marks = [vim.option.OptionValue(key=k, value=v) for k, v in machine.owner.marks().items()]
    config = vim.vm.ConfigSpec(
        instanceUuid=machine.owner.instance_uuid,
        extraConfig=marks,
        deviceChange=[*(detached(card) for card in cards), added(nic)],
    )
    order = vim.vm.CloneSpec(location=location, config=config, powerOn=False, template=False)
    if linked:
        order.snapshot = model.snapshot
    return order
