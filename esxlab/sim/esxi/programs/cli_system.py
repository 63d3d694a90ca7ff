"""esxcli storage and system: datastores, version, name, settings, maintenance.

Sources: `esxcli storage filesystem list` (esxi-ssh.md, and an ESXi 7 in Jim Klimov's FakeEsxiHost), `system
version get`, `system hostname get` of public transcripts; Broadcom, "ESXCLI Reference" for the rest.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from esxlab.sim.esxi.disks import taken
from esxlab.sim.esxi.programs.formatter import Answer, Field
from esxlab.sim.esxi.programs.options import Command, Option, RefusalError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.sim.esxi.host import Host

VOLUME = (
    Field("Mount Point", "MountPoint"),
    Field("Volume Name", "VolumeName"),
    Field("UUID", "UUID"),
    Field("Mounted", "Mounted", numeric=True),
    Field("Type", "Type"),
    Field("Size", "Size", numeric=True),
    Field("Free", "Free", numeric=True),
)
OSDATA = "6b6b6b6b-55555555-6666-001122334455"
OSDATA_SIZES = (128_580_583_424, 118_380_036_096)
SETTING = (
    Field("Path", "Path"),
    Field("Type", "Type"),
    Field("Int Value", "IntValue"),
    Field("Default Int Value", "DefaultIntValue"),
    Field("Min Value", "MinValue"),
    Field("Max Value", "MaxValue"),
    Field("String Value", "StringValue"),
    Field("Default String Value", "DefaultStringValue"),
    Field("Valid Characters", "ValidCharacters"),
    Field("Description", "Description"),
)
USER_VARS = "/UserVars/"


async def list_volumes(host: Host, _: Mapping[str, str]) -> Answer:
    """Every volume; since 7.0 the system's own too."""
    rows: list[tuple[str | int | bool, ...]] = []
    for volume in host.world.volumes:
        used = await asyncio.to_thread(taken, volume.place)
        free = 0 if host.faults.full else max(volume.capacity - used, 0)
        place = f"/vmfs/volumes/{volume.uuid}"
        rows.append((place, volume.name, volume.uuid, True, "VMFS-6", volume.capacity, free))
    if not host.release.number.startswith("6."):
        kind = "VMFSOS" if host.release.number.startswith("8.") else "VMFS-L"
        rows.append((f"/vmfs/volumes/{OSDATA}", f"OSDATA-{OSDATA}", OSDATA, True, kind, *OSDATA_SIZES))
    return Answer("VolumeInfo", VOLUME, rows)


async def version(host: Host, _: Mapping[str, str]) -> Answer:
    """Product, version and build."""
    release = host.release
    fields = tuple(Field(name, name) for name in ("Product", "Version", "Build", "Update", "Patch"))
    row = (
        "VMware ESXi",
        release.number,
        f"Releasebuild-{release.build}",
        str(release.update),
        str(release.patch),
    )
    return Answer("VersionGet", fields, [row], layout="block", single=True)


async def host_name(host: Host, _: Mapping[str, str]) -> Answer:
    """The host's name in its three forms."""
    short, domain = host.name.partition(".")[::2]
    fields = (
        Field("Domain Name", "DomainName"),
        Field("Fully Qualified Domain Name", "FullyQualifiedDomainName"),
        Field("Host Name", "HostName"),
    )
    return Answer("FullyQualifiedHostName", fields, [(domain, host.name, short)], layout="block", single=True)


async def list_settings(host: Host, given: Mapping[str, str]) -> Answer:
    """Advanced settings, one with -o."""
    wanted = given.get("option", "")
    names = [name for name in host.settings if wanted in {"", f"{USER_VARS}{name}"}]
    if wanted and not names:
        raise RefusalError(f"Unable to find option {wanted.rpartition('/')[2]}")
    rows = [
        (f"{USER_VARS}{name}", "integer", host.settings[name], 0, 0, 86400, "", "", "", name)
        for name in names
    ]
    return Answer("Option", SETTING, rows, layout="block")


async def maintenance(_: Host, __: Mapping[str, str]) -> Answer:
    """Never in the school."""
    field = Field("Maintenance Mode", "MaintenanceMode")
    return Answer("string", (field,), [("Disabled",)], layout="word", single=True)


SYSTEM: Mapping[str, Command] = {
    "storage filesystem list": Command(list_volumes, "List the volumes available to the host."),
    "system version get": Command(version, "Display the product name, version and build information."),
    "system hostname get": Command(
        host_name, "Get the host, domain or fully qualified name of the ESX host."
    ),
    "system settings advanced list": Command(
        list_settings,
        "List the advanced options available from the VMkernel.",
        (Option("-o", "--option", "Only get the information for a single VMkernel advanced option."),),
    ),
    "system maintenanceMode get": Command(maintenance, "Get the maintenance mode state of the system."),
}
