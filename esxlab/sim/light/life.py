"""How a machine boots and stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.sim.light.ifupdown import bring_up_all
from esxlab.sim.light.services import start_unit, stop_unit
from esxlab.sim.light.units import UNITS

if TYPE_CHECKING:
    from esxlab.sim.light.machine import Machine


async def boot(machine: Machine) -> None:
    """Everything between the kernel's start and the login prompt."""
    machine.files.clear_volatile()
    machine.hostname = machine.files.read_text("/etc/hostname").strip() or "localhost"
    machine.booted_at = machine.world.clock.now()
    _read_sysctl(machine)
    machine.log("kernel", "Linux version 4.9.0-19-686 (debian-kernel@lists.debian.org)")
    if "networking" in machine.disk.enabled:
        await bring_up_all(machine)
        machine.processes.active.add("networking")
    for unit in UNITS:
        if unit in machine.disk.enabled and unit not in machine.disk.masked and unit != "networking":
            await start_unit(machine, unit)
    machine.booted = True
    machine.save()


async def shut_down(machine: Machine) -> None:
    """Stop everything in order, as poweroff does."""
    machine.going_down = True
    for unit in reversed(UNITS):
        if unit in machine.processes.active:
            await stop_unit(machine, unit)
    machine.halt()


def _read_sysctl(machine: Machine) -> None:
    names = [*machine.files.glob("/etc/sysctl.d/*.conf"), "/etc/sysctl.conf"]
    settings = machine.stack.settings
    for name in names:
        for line in machine.files.read_text(name).splitlines():
            key, equals, value = line.partition("=")
            key = key.strip().lstrip("-").replace("/", ".")
            if equals and not line.lstrip().startswith(("#", ";")) and key in settings:
                settings[key] = value.strip()
