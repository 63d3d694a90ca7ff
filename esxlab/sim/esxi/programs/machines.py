"""What the commands of vmsvc/ share: the machine of a number, or the fault that there is none."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from esxlab.sim.inventory import pyvmomi

if TYPE_CHECKING:
    from esxlab.sim.esxi.host import Host
    from esxlab.sim.esxi.world import Machine


async def machine(host: Host, vmid: str, *paths: str) -> Machine:
    """The machine with this number, and these properties of it; vim.fault.NotFound in vim-cmd's words."""
    found = await asyncio.to_thread(host.machine, vmid, *paths)
    if found is None:
        raise fault("NotFound", f'Unable to find a VM corresponding to "{vmid}"')
    return found


def fault(kind: str, words: str, **facts: Any) -> Any:
    """One of vim.fault's, with what it says."""
    return getattr(pyvmomi().vim.fault, kind)(msg=words, **facts)


def invalid_power(requested: str, existing: str) -> Any:
    """vim.fault.InvalidPowerState; the words of Apache VCL's transcript and of one of an ESXi 9.0."""
    state = {"poweredOn": "Powered on", "poweredOff": "Powered off"}.get(existing, "Suspended")
    words = f"The attempted operation cannot be performed in the current state ({state})."
    return fault("InvalidPowerState", words, requestedState=requested, existingState=existing)
