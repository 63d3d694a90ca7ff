"""Run in a network namespace of its own: cards come at once; the gateway keeps its hardware address."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from esxlab.sim.contracts import SimNic
from esxlab.sim.qemu import system
from esxlab.sim.qemu.cables import SCHOOL_VLAN, Cables, bridge_of
from esxlab.sim.qemu.namespace import require_isolation

CARDS = 8
VLANS = range(101, 131)


def gateway() -> str:
    """Its hardware address now."""
    told = system.run("ip", "-j", "link", "show", "dev", bridge_of(SCHOOL_VLAN))
    return str(json.loads(told)[0]["address"])


async def at_once(cables: Cables) -> None:
    """Cards on networks that nobody has been on, two on each; LabError when one finds it missing."""
    cards = [SimNic("00:50:56:00:00:02", vlan, "inside") for vlan in VLANS for _ in range(2)]
    await asyncio.gather(*(cables.plug(f"new{number}", card) for number, card in enumerate(cards)))


async def addresses(cables: Cables) -> list[str]:
    """After each card that comes, and after each that goes."""
    taps = [f"tap{number}" for number in range(CARDS)]
    found = []
    for tap in taps:
        await cables.plug(tap, SimNic("00:50:56:00:00:01", SCHOOL_VLAN, "VM Network"))
        found.append(gateway())
    for tap in taps:
        await cables.unplug(tap)
        found.append(gateway())
    return found


if __name__ == "__main__":
    require_isolation()
    wires = Cables(IPv4Network("172.16.0.0/16"), IPv4Address("172.16.253.253"))
    with tempfile.TemporaryDirectory() as name:
        wires.open(Path(name))
        try:
            asyncio.run(at_once(wires))
            seen = {gateway(), *asyncio.run(addresses(wires))}
        finally:
            wires.close()
    sys.exit(len(seen) != 1)
