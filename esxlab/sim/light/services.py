"""The units of a simulated machine: what starting and stopping each of them does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.sim.light import apache, cluster, ipvsfiles
from esxlab.sim.light.hostkeys import KEY_PATH
from esxlab.sim.light.ifupdown import bring_up_all, take_down_all
from esxlab.sim.light.units import UNITS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from esxlab.sim.light.machine import Machine

    Hook = Callable[[Machine], Awaitable[str]]


async def start_unit(machine: Machine, unit: str) -> bool:
    """Start a unit; False when it failed."""
    processes = machine.processes
    if unit in processes.active:
        return True
    processes.failed.discard(unit)
    problem = await STARTERS[unit](machine) if unit in STARTERS else ""
    if problem:
        machine.log("systemd[1]", f"{unit}.service: {problem}")
        machine.log("systemd[1]", f"Failed to start {UNITS[unit]}.")
        processes.failed.add(unit)
        return False
    processes.active.add(unit)
    machine.log("systemd[1]", f"Started {UNITS[unit]}.")
    return True


async def stop_unit(machine: Machine, unit: str) -> None:
    """Stop a unit; nothing happens when it does not run."""
    machine.processes.failed.discard(unit)
    if unit not in machine.processes.active:
        return
    if unit in STOPPERS:
        await STOPPERS[unit](machine)
    machine.processes.active.discard(unit)
    machine.log("systemd[1]", f"Stopped {UNITS[unit]}.")


async def _start_ssh(machine: Machine) -> str:
    paths = [KEY_PATH.format(kind=kind) for kind in ("ed25519", "ecdsa", "rsa")]
    found = [path for path in paths if machine.files.find(path) is not None]
    for path in found:
        if machine.files.node(path).mode & 0o077:
            machine.log(
                "sshd[411]", f"Permissions 0{machine.files.node(path).mode:o} for '{path}' are too open."
            )
    keys = tuple(machine.files.read(path) for path in found if not machine.files.node(path).mode & 0o077)
    if not keys:
        machine.log("sshd[411]", "error: Could not load host key: /etc/ssh/ssh_host_ed25519_key")
        return "sshd: no hostkeys available -- exiting."
    machine.processes.host_keys = keys
    return ""


async def _stop_ssh(machine: Machine) -> str:
    machine.processes.host_keys = ()
    return ""


async def _start_networking(machine: Machine) -> str:
    return "" if await bring_up_all(machine) else "control process exited, code=exited status=1"


async def _stop_networking(machine: Machine) -> str:
    await take_down_all(machine)
    return ""


STARTERS: dict[str, Hook] = {
    "networking": _start_networking,
    "ssh": _start_ssh,
    "apache2": apache.start,
    "heartbeat": cluster.start,
    "ipvsadm": ipvsfiles.start,
}
STOPPERS: dict[str, Hook] = {
    "networking": _stop_networking,
    "ssh": _stop_ssh,
    "heartbeat": cluster.stop,
    "ipvsadm": ipvsfiles.stop,
}
