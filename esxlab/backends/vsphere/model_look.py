"""What of a model's virtual hardware makes copies awkward, as the server shows it.

`obstacles.model_problems` says why no machine could be made from it at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.backends.vsphere.devices import NIC_TYPES
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.seen import SeenMachine


def awkward(server: Connection, model: SeenMachine) -> Iterator[LabError]:
    """Warnings about the model: cards, firmware, Tools, an ISO in the drive. One more read of the server."""
    found = server.drives(model)
    yield from _cards(model)
    if model.firmware == "efi" and "64" not in model.hardware.guest_id:
        yield LabError("model.firmware", guest_id=model.hardware.guest_id)
    if found.no_tools:
        yield LabError("model.no_tools")
    for iso in found.isos:
        yield LabError("model.iso", iso=iso)


def _cards(model: SeenMachine) -> Iterator[LabError]:
    """The sheet's model has one card; its copies get one of the same type in the same slot."""
    if len(model.nics) != 1:
        yield LabError("model.cards", count=len(model.nics))
    if model.nics and model.hardware.nic_type not in NIC_TYPES:
        yield LabError("model.card_type", type=model.hardware.nic_type, known=", ".join(NIC_TYPES))
