"""df(1): how full the root file system is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.sim.light.commands.options import read_options

if TYPE_CHECKING:
    from esxlab.sim.light.call import Call

TOTAL_KIB = 20_511_312
"""An ext4 file system on the sheet's disk of 20 GB, as df(1) shows it."""
RESERVED_KIB = 1_048_576
BASE_KIB = 900_000
PACKAGE_KIB = 6_000
"""What a minimal Debian 9 and an average package take: round numbers, for there are no real files here."""


def df(call: Call) -> int:
    """`df -P [-k] [/]`: the one file system that a simulated machine has."""
    options = read_options(call, "Pk", {"portability": "P"})
    if isinstance(options, int):
        return options
    disk = call.machine.disk
    written = sum(len(node.content) for node in disk.nodes.values()) // 1024
    used = BASE_KIB + PACKAGE_KIB * len(disk.packages) + written
    free = max(0, TOTAL_KIB - RESERVED_KIB - used)
    call.print("Filesystem     1024-blocks    Used Available Capacity Mounted on")
    percent = -(-100 * used // (used + free))
    call.print(f"/dev/sda1         {TOTAL_KIB} {used:7} {free:9} {percent:7}% /")
    return 0
