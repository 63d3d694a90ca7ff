"""The ipvsadm service: loads /etc/ipvsadm.rules at boot when /etc/default/ipvsadm says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esxlab.sim.light.machine import Machine


def default_value(text: str, key: str) -> str:
    """The value of KEY="value" in a file of /etc/default; empty when absent."""
    found = re.findall(rf"^\s*{key}=[\"']?([^\"'\n]*)", text, re.MULTILINE)
    return found[-1] if found else ""


async def start(machine: Machine) -> str:
    """`/etc/init.d/ipvsadm start`; it succeeds without doing anything when AUTO is not "true"."""
    default = machine.files.read_text("/etc/default/ipvsadm")
    rules = machine.files.read_text("/etc/ipvsadm.rules")
    if default_value(default, "AUTO") == "true":
        for line in rules.splitlines():
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            status, said = await machine.world.run_script(machine, f"ipvsadm {line}")
            if status:
                machine.log("ipvsadm[502]", said.decode(errors="replace").partition("\n")[0])
    return ""


async def stop(machine: Machine) -> str:
    """`/etc/init.d/ipvsadm stop`: clears the table."""
    if machine.stack.ipvs is not None:
        machine.stack.ipvs.services.clear()
    return ""
