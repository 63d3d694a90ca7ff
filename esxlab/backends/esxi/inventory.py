"""A host's inventory from what its shell has told; pure. Its objects have hostd's own names of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from esxlab.backends.esxi.machine import machine_of
from esxlab.backends.esxi.shown import within
from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.inventory import Inventory
from esxlab.backends.vsphere.seen import SeenDatacenter, SeenDatastore, SeenHost, SeenMachine
from esxlab.lab.inventory_names import plain_name
from esxlab.lab.machine import PortGroup

if TYPE_CHECKING:
    from collections.abc import Collection

    from esxlab.backends.esxi.host_look import HostLook, Path

HOST, CENTRE = vim.HostSystem("ha-host", None), vim.Datacenter("ha-datacenter", None)
ROOT = vim.Folder("ha-folder-vm", None)
NOT_FOR_MACHINES = ("VMFSOS", "VMFS-L", "vfat")
"""Volumes of the system itself: OSDATA since 7.0, the boot banks."""
ROW = re.compile(r"^(\d+) +")
BRACKET = re.compile(r" \[")
VERSION = r"(?:\S+ +)?vmx-\d+ "
BEHIND_FILE = re.compile(rf" *{VERSION}")
BARE_FILE = re.compile(r" \[([^\]]+)\] (.+?\.vmx)(?= |$)")
ANY_FILE = re.compile(rf" \[([^\]]+)\] (.+?\.vmx) +{VERSION}")


def inventory_of(look: HostLook) -> Inventory:
    """The whole host, from `asking.whole_look`."""
    stores = {each.moref: each for each in _datastores(look)}
    groups = {
        row["Name"]: PortGroup(row["Name"], int(row.get("VLANID") or 0), row.get("VirtualSwitch", ""))
        for row in look.groups
        if row.get("Name") and (row.get("VLANID") or "0").isdigit()
    }
    config = within(look.summary, "config") or {}
    host = SeenHost(
        ref=HOST,
        name=plain_name(str(config.get("name") or "localhost")),
        datacenter=CENTRE._GetMoId(),  # noqa: SLF001 - pyVmomi has no public name for it
        pool=None,
        network_system=None,
        connected=within(look.summary, "runtime", "connectionState") in {None, "connected"},
        maintenance=bool(within(look.summary, "runtime", "inMaintenanceMode")),
        datastores=frozenset(stores),
        networks=frozenset(),
        port_groups=groups,
        vswitches=frozenset(row["Name"] for row in look.switches if row.get("Name")),
        uuid=str(within(look.summary, "hardware", "uuid") or ""),
    )
    centre = SeenDatacenter(CENTRE, host.datacenter, "ha-datacenter", "ha-datacenter", ROOT)
    return Inventory(
        is_vcenter=False,
        datacenters={centre.moref: centre},
        hosts={"ha-host": host},
        datastores=stores,
        networks={},
        folders={},
        machines={machine.moref: machine for machine in machines_of(look)},
    )


def machines_of(look: HostLook) -> list[SeenMachine]:
    """Every machine of the list: with its configuration, or with no more than its name and its file."""
    spelled = {f" [{store}] {inside} ": (store, inside) for store, inside in look.vmx}
    volumes = {volume.get("VolumeName", "") for volume in look.volumes}
    found = []
    for row in look.machines.splitlines():
        if (begin := ROW.match(row)) is None:
            continue
        at, path = _file_in(f"{row} ", spelled, volumes)
        if path is None:
            continue
        name = plain_name(row[begin.end() : at].strip())
        found.append(machine_of(look, path, number=begin[1], name=name))
    return found


def _file_in(row: str, spelled: dict[str, Path], volumes: Collection[str]) -> tuple[int, Path | None]:
    """Where a row tells its file, and which.

    Names and annotations may hold brackets too: a file is a known one, or lies on a known datastore, and
    behind it stand the guest system and the version.
    """
    for begin in BRACKET.finditer(row):
        for words, path in spelled.items():
            if row.startswith(words, begin.start()) and BEHIND_FILE.match(row, begin.start() + len(words)):
                return begin.start(), path
    for begin in BRACKET.finditer(row):
        found = ANY_FILE.match(row, begin.start())
        if found and (found[1] in volumes or not volumes):
            return begin.start(), (found[1], found[2])
    found = BARE_FILE.search(row)
    return (found.start(), (found[1], found[2])) if found else (-1, None)


def _datastores(look: HostLook) -> list[SeenDatastore]:
    found = []
    for row in look.volumes:
        name, kind = row.get("VolumeName", ""), row.get("Type", "")
        if not name or kind.startswith(NOT_FOR_MACHINES):
            continue
        key = row.get("UUID") or row.get("MountPoint", "").rpartition("/")[2]
        found.append(
            SeenDatastore(
                ref=vim.Datastore(key, None),
                moref=key,
                name=plain_name(spelled_name(name)),
                datacenter=CENTRE._GetMoId(),  # noqa: SLF001 - pyVmomi has no public name for it
                free=int(row["Free"]) if row.get("Free", "").isdigit() else 0,
                accessible=row.get("Mounted", "true") == "true",
                browser=key,
                spelled=spelled_name(name),
                url=f"/vmfs/volumes/{key}",
                kind=kind.partition("-")[0],
            )
        )
    return found


def spelled_name(name: str) -> str:
    """A volume's name as the API spells it (lab/inventory_names.py), which `paths.volume` reads."""
    return name.replace("%", "%25").replace("\\", "%5c")


def adapters_of(look: HostLook) -> list[tuple[str, str]]:
    """(vmk0, its port group)."""
    rows: list[dict[str, Any]] = list(look.adapters)
    return [(row.get("Name", ""), row.get("Portgroup", "")) for row in rows]
