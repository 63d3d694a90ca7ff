"""What is changed in a machine's configuration file while it is off: cards, cables, sizes; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.backends.esxi import vmx
from esxlab.errors import LabError

if TYPE_CHECKING:
    from esxlab.backends.esxi.sidecar import Sidecar
    from esxlab.backends.vsphere.writer import Change

SIZES = {"cpus": "numvcpus", "memory_mib": "memSize"}


def edited(text: str, *, change: Change) -> str:
    """The configuration with a change in it. LabError vsphere.no_such_card."""
    cards = vmx.cards_by_mac(vmx.read(text))
    values: dict[str, str] = {}
    for card in change.cards:
        values |= _wired(cards, card.nic.mac.lower(), vmx.network_name(card), connected=card.nic.connected)
    for mac, connected in change.cables.items():
        values[f"ethernet{_number(cards, mac)}.startConnected"] = vmx.truth(connected)
    free = max(cards.values(), default=-1) + 1
    for number, card in enumerate(change.new, free):
        if card.nic.mac.lower() not in cards:
            values |= vmx.card(number, card)
    values |= {SIZES[name]: str(value) for name, value in change.sizes.items() if name in SIZES}
    if "guest_id" in change.sizes:
        values["guestOS"] = vmx.guest_os(str(change.sizes["guest_id"]))
    return vmx.changed(text, values)


def moved(text: str, *, sidecar: Sidecar) -> str:
    """The configuration with the cards as they were noted while the machine ran."""
    cards = vmx.cards_by_mac(vmx.read(text))
    values: dict[str, str] = {}
    free = max(cards.values(), default=-1) + 1
    for mac, card in sidecar.cards.items():
        if mac in cards:
            values |= _wired(cards, mac, card.network, connected=card.connected)
        else:
            values |= vmx.card_values(
                free, kind=card.kind, network=card.network, mac=mac, connected=card.connected
            )
            free += 1
    return vmx.changed(text, values)


def _wired(cards: dict[str, int], mac: str, network: str, *, connected: bool) -> dict[str, str]:
    number = _number(cards, mac)
    return {
        f"ethernet{number}.networkName": network,
        f"ethernet{number}.startConnected": vmx.truth(connected),
    }


def _number(cards: dict[str, int], mac: str) -> int:
    if mac not in cards:
        raise LabError("vsphere.no_such_card", role=mac, name="-")
    return cards[mac]
