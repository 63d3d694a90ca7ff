"""vim-cmd hostsvc/ and vimsvc/: the host itself, its datastores, settings and licence.

Sources: `hostsvc/hostsummary` of an ESXi 8.0.1 (Jim Klimov's EsxiHostStatsTest),
`hostsvc/datastore/listsummary` of ESXi 6.5 hosts, `vimsvc/license --show` of 4.1, 6.0 and 9.0 hosts (public
transcripts; esxi-ssh.md for the free one).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from esxlab.sim.esxi.disks import taken
from esxlab.sim.esxi.programs.machines import fault
from esxlab.sim.inventory import pyvmomi

if TYPE_CHECKING:
    from esxlab.sim.esxi.desk import Call
    from esxlab.sim.esxi.host import Host
    from esxlab.sim.esxi.world import Volume

Words = tuple[str, ...]
SERIAL = "0H48Q-SCHOOL-DOES-NOT-EXIST"
"""No serial number has this form; a real one is a secret, and so is this one to whoever tests for leaks."""
PREFIX = "UserVars."


async def hostsummary(host: Host, call: Call, _: Words) -> int:
    """vim.host.Summary."""
    summary = (await asyncio.to_thread(host.world.read, host.world.host, "summary"))["summary"]
    release, product = host.release, summary.config.product
    product.version, product.build = release.number, str(release.build)
    product.fullName = f"VMware ESXi {release.number} build-{release.build}"
    call.out(await host.show(summary))
    return 0


async def listsummary(host: Host, call: Call, _: Words) -> int:
    """vim.Datastore.Summary of each."""
    summaries = [await asyncio.to_thread(_summary, host, volume) for volume in host.world.volumes]
    shown = pyvmomi().VmomiSupport.GetVmodlType("vim.Datastore.Summary[]")(summaries)
    call.out(await host.show(shown))
    return 0


async def datastore_info(host: Host, call: Call, words: Words) -> int:
    """One datastore; "Datastore not found." when there is none of this name."""
    volume = host.world.volume(words[0])
    if volume is None:
        call.out("Datastore not found.\n")
        return 1
    call.out(await host.show(await asyncio.to_thread(_summary, host, volume)))
    return 0


def _summary(host: Host, volume: Volume) -> Any:
    vim = pyvmomi().vim
    free = 0 if host.faults.full else max(volume.capacity - taken(volume.place), 0)
    return vim.Datastore.Summary(
        datastore=vim.Datastore(volume.uuid, None),
        name=volume.name,
        url=f"/vmfs/volumes/{volume.uuid}",
        capacity=volume.capacity,
        freeSpace=free,
        uncommitted=0,
        accessible=True,
        type="VMFS",
        maintenanceMode="normal",
    )


async def advopt_view(host: Host, call: Call, words: Words) -> int:
    """An advanced option: UserVars.ESXiShellTimeOut and the like."""
    name = words[0].removeprefix(PREFIX)
    if not words[0].startswith(PREFIX) or name not in host.settings:
        raise fault("InvalidName", f"The name {words[0]} is invalid.", name=words[0])
    option = pyvmomi().vim.option.OptionValue(key=words[0], value=host.settings[name])
    shown = pyvmomi().VmomiSupport.GetVmodlType("vim.option.OptionValue[]")([option])
    call.out(await host.show(shown))
    return 0


async def nothing(_: Host, __: Call, ___: Words) -> int:
    """What is done already: whoever asks over SSH has it switched on."""
    return 0


async def licence(host: Host, call: Call, words: Words) -> int:
    """The free one. Its first line is a secret."""
    if words != ("--show",):
        call.err("license: the school's ESXi shows its licence only\n")
        return 1
    release = host.release
    version = ".".join(release.number.split(".")[:2])
    call.out(
        "[200] Sending request for installed licenses...[200] Complete, result is:\n"
        f"   serial: {SERIAL}\n"
        f"   vmodl key: {release.edition}\n"
        f"   name: {release.licence}\n"
        "   total: 0\n"
        "   used:  1\n"
        "   unit: cpuPackage:32core\n"
        "   Properties:\n"
        "     [ProductName] = VMware ESX Server\n"
        f"     [ProductVersion] = {version}\n"
        "     [count_disabled] = This license is unlimited\n"
        '     [feature] = vsmp:8 ("Up to 8-way virtual SMP")\n'
        "\n[200] End of report.\n"
    )
    return 0
