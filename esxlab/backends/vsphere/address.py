"""Waits until VMware Tools report an address of a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.found import SSH_PORT, ipv4, is_loopback, ssh_port
from esxlab.backends.vsphere.session import OUT_OF_REACH
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.inventory import SeenMachine
    from esxlab.lab.identity import Owner


def await_address(server: Connection, owner: Owner, *, timeout_s: float) -> tuple[str, int]:
    """(IPv4 address, SSH port) of the machine's first card.

    Raises:
        LabError: vsphere.no_machine, vsphere.off; vsphere.no_address with what the server last said of Tools.
    """
    seen = server.inventory.with_uuid(owner.instance_uuid) or server.find(owner)
    if seen is None or seen.owner != owner:
        raise LabError("vsphere.no_machine", name=owner.machine)
    last: dict[str, Any] = {}
    mac = seen.nics[0].mac if seen.nics else ""
    try:
        found = server.waiter.machine(
            seen.ref, _address_of(seen.name, mac, last), what=seen.name, limit_s=timeout_s
        )
    except LabError as error:
        if error.code != "vsphere.timed_out":
            raise
        facts = {
            "name": seen.name,
            "seconds": round(timeout_s),
            "power": last.get("runtime.powerState", "?"),
            "tools": last.get("guest.toolsRunningStatus", "?"),
        }
        raise LabError("vsphere.no_address", **facts) from error
    return found, _port(server, seen, found)


def check_on(server: Connection, owner: Owner) -> None:
    """Whether the machine has power, as far as anybody can tell.

    Raises:
        LabError: vsphere.off; vsphere.unreachable, vsphere.silent when the server has been gone for so long
            that questions are no longer repeated: then nobody knows, and nobody waits on.
    """
    seen = server.inventory.with_uuid(owner.instance_uuid)
    if seen is None:
        return
    paths: dict[type, list[str]] = {vim.VirtualMachine: ["runtime.powerState"]}
    try:
        found = server.session.retrieve([seen.ref], paths, what=seen.name)[seen.ref]
    except LabError as error:
        if error.code in OUT_OF_REACH:
            raise
        return
    if found.get("runtime.powerState") == "poweredOff":
        raise LabError("vsphere.off", name=seen.name)


def _address_of(name: str, mac: str, last: dict[str, Any]) -> Callable[[dict[str, Any]], str | None]:
    """The first card's address by its MAC; failing that, the one that Tools call the machine's own."""

    def answer(properties: dict[str, Any]) -> str | None:
        last.update(properties)
        if properties.get("runtime.powerState") == "poweredOff":
            raise LabError("vsphere.off", name=name)
        for nic in properties.get("guest.net") or ():
            if (nic.macAddress or "").lower() == mac:
                for found in nic.ipAddress or ():
                    if ipv4(found):
                        return str(found)
        return ipv4(properties.get("guest.ipAddress") or "") or None

    return answer


def _port(server: Connection, seen: SeenMachine, found: str) -> int:
    """Asked for only on the loopback, that is in the embedded school."""
    if not is_loopback(found):
        return SSH_PORT
    paths: dict[type, list[str]] = {vim.VirtualMachine: ["config.extraConfig"]}
    options = server.session.retrieve([seen.ref], paths, what=seen.name)[seen.ref].get("config.extraConfig")
    return ssh_port(found, {option.key: str(option.value) for option in options or ()})
