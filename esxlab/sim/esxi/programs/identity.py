"""A machine's identifiers in its .vmx: what hostd writes there, and how it sees that one was moved or copied.

Sources: esxi-ssh.md ("Changing": uuid.location, uuid.action, msg.autoAnswer, vc.uuid [guess: kept by a lone
host]). That `uuid.action = "create"` makes another uuid.bios without a question, and that all of them are
written when the machine gets its power, is a [guess]. How a host makes uuid.location of a place is its own
matter; here it is a name-based UUID of the .vmx's path.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from esxlab.sim.esxi.hardware import spaced
from esxlab.sim.esxi.keeping import write
from esxlab.sim.esxi.vmx import Vmx, parse_vmx
from esxlab.sim.inventory import pyvmomi

if TYPE_CHECKING:
    from pathlib import Path

    from esxlab.sim.esxi.host import Host
    from esxlab.sim.esxi.world import Machine


def location(host: Host, path: str) -> str:
    """uuid.location of a .vmx that lies at this datastore path of this host."""
    return spaced(str(uuid.uuid5(uuid.NAMESPACE_URL, f"{host.name} {path}")))


def moved(host: Host, path: str) -> bool:
    """Whether the .vmx says that it lay elsewhere, and not what is to be done then."""
    file = host.world.file(path)
    vmx = read(file) if file is not None else None
    if vmx is None or not vmx["uuid.location"] or vmx["uuid.action"] or vmx.is_true("msg.autoAnswer"):
        return False
    return vmx["uuid.location"] != location(host, path)


def settle(host: Host, machine: Machine, *, copied: bool) -> None:
    """Hostd writes into the .vmx what is missing there; a copy gets identifiers of its own. It blocks."""
    file = host.world.file(machine.vmx)
    vmx = read(file) if file is not None else None
    if file is None or vmx is None:
        return
    own = str(uuid.uuid4()) if copied or vmx["uuid.action"].lower() == "create" else ""
    if own:
        host.world.finish(machine.reference.ReconfigVM_Task(pyvmomi().vim.vm.ConfigSpec(uuid=own)))
    config = host.world.read(machine.reference, "config.uuid", "config.instanceUuid")
    with host.keeping:
        vmx = read(file)  # hostd may have written it meanwhile
        if vmx is None:
            return
        before = vmx.render()
        vmx["uuid.bios"] = spaced(own) if own else vmx["uuid.bios"] or spaced(config["config.uuid"])
        vmx["vc.uuid"] = vmx["vc.uuid"] or spaced(config["config.instanceUuid"])
        vmx["uuid.location"] = location(host, machine.vmx)
        if vmx.render() != before:
            write(file, vmx)


def read(file: Path) -> Vmx | None:
    """The .vmx, or None when it is not there."""
    try:
        return parse_vmx(file.read_text(encoding="utf-8", errors="surrogateescape"))
    except (FileNotFoundError, NotADirectoryError):
        return None
