"""The heartbeat service of a machine: reads /etc/ha.d as strictly as Heartbeat does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esxlab.sim.light.machine import Machine


async def start(machine: Machine) -> str:
    """Start Heartbeat; the reason when it refuses."""
    return "" if machine.files.find("/etc/ha.d/ha.cf") else "Heartbeat not configured: /etc/ha.d/ha.cf not found."


async def stop(machine: Machine) -> str:  # noqa: ARG001
    """Stop Heartbeat."""
    return ""
