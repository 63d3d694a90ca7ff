"""The address of a machine as VMware Tools report it: of this boot, and of the card that is meant.

`guest.ipAddress` is never believed: it is of whichever card came up first, and a client's lab card answers
nobody outside. `guest.net` tells each card by its MAC, but it is what Tools said last: while they do not run,
or the guest goes down, it is of another time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.found import SSH_PORT, ssh_port, usable
from esxlab.backends.vsphere.in_flight import GOING_DOWN
from esxlab.backends.vsphere.session import OUT_OF_REACH
from esxlab.errors import LabError
from esxlab.lab.addresses import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.seen import SeenMachine
    from esxlab.lab.identity import Owner
    from esxlab.lab.machine import Site

RUNNING = "guestToolsRunning"
WITHOUT_POWER = {"poweredOff": "vsphere.off", "suspended": "vsphere.suspended"}


def await_address(
    server: Connection, site: Site, owner: Owner, *, timeout_s: float, loopback: bool
) -> tuple[str, int]:
    """(IPv4 address, SSH port) of the machine's card on the school's network; of its first, without one.

    Raises:
        LabError: vsphere.no_machine, vsphere.off, vsphere.suspended; vsphere.no_address with what the server
            last said of Tools.
    """
    seen = server.inventory.with_uuid(owner.instance_uuid) or server.find(owner)
    if seen is None or seen.owner != owner:
        raise LabError("vsphere.no_machine", name=owner.machine)
    last: dict[str, Any] = {}

    def answer(properties: Mapping[str, Any]) -> str | None:
        last.update(properties)
        _check_power(properties, seen)
        return told_address(properties, card_of(seen, site), loopback=loopback) or None

    try:
        found = server.await_machine(seen, answer, limit_s=timeout_s)
    except LabError as error:
        if error.code != "vsphere.timed_out":
            raise
        facts = {
            "name": seen.name,
            "machine": owner.machine,
            "seconds": round(timeout_s),
            "power": last.get("runtime.powerState", "?"),
            "tools": last.get("guest.toolsRunningStatus", "?"),
        }
        raise LabError("vsphere.no_address", **facts) from error
    return found, _port(server, seen, found)


def check_on(
    server: Connection, site: Site, owner: Owner, *, dialled: str, port: int, loopback: bool
) -> None:
    """Whether the machine has power, as far as anybody can tell, and still the address that is dialled.

    On the loopback the `port` is a part of the address.

    Raises:
        LabError: vsphere.off, vsphere.suspended; vsphere.new_address; vsphere.unreachable, vsphere.silent
            when the server has been gone for so long that questions are no longer repeated: then nobody
            knows, and nobody waits on.
    """
    seen = server.inventory.with_uuid(owner.instance_uuid)
    if seen is None:
        return
    try:
        found = server.live(seen)
    except LabError as error:
        if error.code in OUT_OF_REACH:
            raise
        return
    _check_power(found, seen)
    now = told_address(found, card_of(seen, site), loopback=loopback)
    if dialled and now and (now != dialled or (port and _port(server, seen, now) != port)):
        raise LabError("vsphere.new_address", name=seen.name, old=dialled, new=now)


def _check_power(properties: Mapping[str, Any], seen: SeenMachine) -> None:
    """LabError vsphere.off or vsphere.suspended, as the server says."""
    if code := WITHOUT_POWER.get(properties.get("runtime.powerState", "")):
        raise LabError(code, name=seen.name)


def card_of(seen: SeenMachine, site: Site) -> str:
    """The MAC of the card that answers on the school's network."""
    macs = [nic.mac for nic in seen.nics if nic.network == site.staging] or [nic.mac for nic in seen.nics]
    return macs[0] if macs else ""


def told_address(properties: Mapping[str, Any], mac: str, *, loopback: bool) -> str:
    """The card's address, if Tools tell one that can be of this boot; empty: not yet."""
    if properties.get("guest.toolsRunningStatus") != RUNNING:
        return ""
    if (properties.get("guest.guestState") or "").lower() in GOING_DOWN:
        return ""
    cards = (nic for nic in properties.get("guest.net") or () if (nic.macAddress or "").lower() == mac)
    addresses = (str(found) for nic in cards for found in nic.ipAddress or ())
    return next((address for address in addresses if usable(address, loopback=loopback)), "")


def _port(server: Connection, seen: SeenMachine, found: str) -> int:
    """Asked for only on the loopback, where it is not always 22."""
    if not is_loopback(found):
        return SSH_PORT
    return ssh_port(found, server.extra_config(seen))
