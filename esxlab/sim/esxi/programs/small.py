"""The small ones: vmware, hostname, uname, ps and df, as an ESXi has them; other options are refused.

What has no source is tagged as a guess. esxlab asks for none of it but `vmware -v` and `ps -c`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from esxlab.sim.esxi.disks import taken

if TYPE_CHECKING:
    from esxlab.sim.esxi.desk import Call
    from esxlab.sim.esxi.host import Host

KIB = 1024


def refuse(call: Call) -> int:
    """What the school does not play is refused aloud, so that a tool is not fooled."""
    call.err(f"{call.program}: unrecognized option: {' '.join(call.arguments)}\n")
    return 1


async def vmware(host: Host, call: Call) -> int:
    """`vmware -v`, -l and -vl (transcripts of 6.7 Update 3 and 8.0 Update 3e hosts)."""
    release = host.release
    lines = {
        "v": f"VMware ESXi {release.number} build-{release.build}\n",
        "l": f"{release.level}\n",
    }
    names = {"-v": "v", "--version": "v", "-l": "l", "--level": "l", "-vl": "vl", "-lv": "vl"}
    wanted = "".join(names.get(word, "?") for word in call.arguments)
    if not wanted or "?" in wanted:
        return refuse(call)
    call.out("".join(lines[key] for key in "vl" if key in wanted))
    return 0


async def hostname(host: Host, call: Call) -> int:
    """The whole name; -s the short one, -f the whole one [guess]."""
    if call.arguments in {(), ("-f",)}:
        call.out(f"{host.name}\n")
    elif call.arguments == ("-s",):
        call.out(f"{host.name.partition('.')[0]}\n")
    else:
        return refuse(call)
    return 0


async def uname(host: Host, call: Call) -> int:
    """The kernel is VMkernel; all of it as `uname -a` has it (Open-AudIT's audit of an ESXi).

    That an option shows one part alone is a [guess].
    """
    release = host.release
    name = host.name.partition(".")[0]
    whole = f"VMkernel {name} {release.number} #1 SMP Release build-{release.build} x86_64 x86_64 x86_64 ESXi"
    parts = {"-s": "VMkernel", "-n": name, "-r": release.number, "-m": "x86_64", "-a": whole}
    (wanted,) = call.arguments or ("-s",)
    if len(call.arguments) > 1 or wanted not in parts:
        return refuse(call)
    call.out(f"{parts[wanted]}\n")
    return 0


async def ps(host: Host, call: Call) -> int:
    """ESXi's own programs that run now. A row of -c is as ghettoVCB's handbook has one of a copy.

    The titles, and the rows without -c, are a [guess].
    """
    if call.arguments not in {(), ("-c",)}:
        return refuse(call)
    call.out("WID      CID      World Name            Command\n")
    for pid, running in sorted(host.desk.running.items()):
        if running is not call:
            command = f"/sbin/{running.line}" if call.arguments else running.program
            call.out(f"{pid} {pid} {running.program:<20} {command}\n")
    return 0


async def df(host: Host, call: Call) -> int:
    """One line a volume, as `df -h` on an ESXi 6.7; bytes, and KiB with -k, are a [guess]."""
    if call.arguments not in {(), ("-k",), ("-h",)}:
        return refuse(call)
    human, kib = call.arguments == ("-h",), call.arguments == ("-k",)
    unit = "  Size" if human else "1K-blocks" if kib else "       Bytes"
    call.out(f"Filesystem {unit:>12} {'Used':>12} {'Available':>12} Use% Mounted on\n")
    for volume in host.world.volumes:
        used = await asyncio.to_thread(taken, volume.place)
        free = 0 if host.faults.full else max(volume.capacity - used, 0)
        sizes = (volume.capacity, volume.capacity - free, free)
        shown = [_human(size) if human else str(size // KIB if kib else size) for size in sizes]
        percent = 100 * (volume.capacity - free) // max(volume.capacity, 1)
        sizes_shown = " ".join(f"{one:>12}" for one in shown)
        call.out(f"VMFS-6     {sizes_shown} {percent:>3}% /vmfs/volumes/{volume.name}\n")
    return 0


def _human(size: float) -> str:
    for unit in "BKMG":
        if size < KIB:
            return f"{size:.1f}{unit}"
        size /= KIB
    return f"{size:.1f}T"
