"""A machine's identifiers in its .vmx: what hostd writes there, and how it sees that one was moved or copied.

Sources: esxi-ssh.md ("Changing": uuid.location, uuid.action, msg.autoAnswer, vc.uuid [guess: kept by a lone
host]). How a host makes uuid.location of a place is its own matter; here it is a name-based UUID of the
.vmx's path.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from esxlab.sim.esxi.hardware import spaced
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
    before = vmx.render()
    if copied or vmx["uuid.action"].lower() == "create":
        vmx["uuid.bios"] = spaced(str(uuid.uuid4()))
        spec = pyvmomi().vim.vm.ConfigSpec(uuid=vmx["uuid.bios"].replace(" ", "").replace("-", ""))
        spec.uuid = str(uuid.UUID(spec.uuid))
        host.world.finish(machine.reference.ReconfigVM_Task(spec))
    config = host.world.read(machine.reference, "config.uuid", "config.instanceUuid")
    vmx["uuid.bios"] = vmx["uuid.bios"] or spaced(config["config.uuid"])
    vmx["vc.uuid"] = vmx["vc.uuid"] or spaced(config["config.instanceUuid"])
    vmx["uuid.location"] = location(host, machine.vmx)
    if vmx.render() != before:
        replace(file, vmx.render())


def read(file: Path) -> Vmx | None:
    """The .vmx, or None when it is not there."""
    try:
        return parse_vmx(file.read_text(encoding="utf-8", errors="surrogateescape"))
    except (FileNotFoundError, NotADirectoryError):
        return None


def replace(file: Path, text: str) -> None:
    """Write it anew, whole or not at all, as hostd does."""
    scratch = file.with_name(f"{file.name}~")
    scratch.write_text(text, encoding="utf-8", errors="surrogateescape")
    scratch.replace(file)
