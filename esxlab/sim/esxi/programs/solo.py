"""vim-cmd solo/registervm, vmsvc/reload, unregister and destroy: a .vmx becomes a machine, and no longer is.

Sources: Apache VCL's VIM_SSH.pm (registervm's faults: NotFound when there is no such file, AlreadyExists with
the number of the machine that has it), esxi-ssh.md ("Changing"): it prints the new number alone; a reload
reads the .vmx again; destroy deletes attached disks too. What a host says of a .vmx that it cannot read was
not seen [guess].
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from esxlab.sim.esxi.hardware import removals, specification
from esxlab.sim.esxi.programs.identity import read
from esxlab.sim.esxi.programs.machines import fault, invalid_power, machine
from esxlab.sim.esxi.world import Machine

if TYPE_CHECKING:
    from esxlab.sim.esxi.desk import Call
    from esxlab.sim.esxi.host import Host
    from esxlab.sim.esxi.vmx import Vmx

Words = tuple[str, ...]
VOLUMES = "/vmfs/volumes/"
GONE = "The object or item referred to could not be found."
ROOT_POOLS = frozenset({"", "ha-root-pool"})


async def register(host: Host, call: Call, words: Words) -> int:
    """Register the machine of a .vmx; prints its number."""
    path, name, pool = (*words, "", "")[:3]
    if pool not in ROOT_POOLS:
        raise fault("NotFound", GONE)
    found = await asyncio.to_thread(_register, host, datastore_path(host, path), name)
    call.out(f"{host.vmid(found.moref)}\n")
    return 0


async def reload(host: Host, _: Call, words: Words) -> int:
    """Read the .vmx again."""
    found = await machine(host, words[0], "config.hardware.device", "config.extraConfig")
    file = host.world.file(found.vmx)
    vmx = read(file) if file is not None else None
    if vmx is None:
        raise fault("NotFound", GONE)
    await asyncio.to_thread(_configure, host, found, vmx)
    return 0


async def unregister(host: Host, _: Call, words: Words) -> int:
    """Forget a machine that is off, or asleep; its files stay."""
    found = await machine(host, words[0])
    if found.power == "poweredOn":  # "if the virtual machine is running (powered on)": vcenter/vm, unregister
        raise invalid_power("poweredOff", found.power)
    await asyncio.to_thread(found.reference.UnregisterVM)
    host.questions.pop(found.moref, None)
    return 0


async def destroy(host: Host, _: Call, words: Words) -> int:
    """Delete a machine that is off, with every disk that is attached to it."""
    found = await machine(host, words[0])
    if found.power != "poweredOff":
        raise invalid_power("poweredOff", found.power)
    await asyncio.to_thread(lambda: host.world.finish(found.reference.Destroy_Task()))
    host.questions.pop(found.moref, None)
    return 0


def datastore_path(host: Host, path: str) -> str:
    """/vmfs/volumes/datastore1/a/b.vmx as hostd shows it, `[datastore1] a/b.vmx`; NotFound for any other."""
    if path.startswith("["):
        return path
    store, _, inside = path.removeprefix(VOLUMES).partition("/")
    volume = host.world.volume(store)
    if not path.startswith(VOLUMES) or volume is None or not inside:
        raise fault("NotFound", GONE)
    return f"[{volume.name}] {inside}"


def _register(host: Host, path: str, name: str) -> Machine:
    file = host.world.file(path)
    vmx = read(file) if file is not None else None
    if file is None or vmx is None:
        raise fault("NotFound", GONE)
    if twin := next((known for known in host.machines() if known.vmx == path), None):
        number = host.vmid(twin.moref)
        words = f"The specified key, name, or identifier '{number}' already exists."
        raise fault("AlreadyExists", words, name=str(number))
    if "config.version" not in vmx:
        raise fault("InvalidVmConfig", "Invalid virtual machine configuration.", property="config.version")
    shown = name or vmx["displayName"] or file.stem
    needed = [file.parent / f"{shown}.nvram", file.parent / "vmware.log"]  # vcsim looks for them
    made = [one for one in needed if not one.exists()]
    for one in made:
        one.touch()
    try:
        reference = host.world.register(path, shown)
    finally:
        for one in made:
            one.unlink(missing_ok=True)
    fresh = Machine(
        reference, host.world.read(reference, "name", "runtime.powerState", "config.hardware.device")
    )
    fresh.found["summary.config.vmPathName"] = path
    _configure(host, fresh, vmx)
    return fresh


def _configure(host: Host, found: Machine, vmx: Vmx) -> None:
    known = host.world.networks()
    for number in vmx.members("ethernet"):
        if (name := vmx[f"ethernet{number}.networkName"]) not in known:
            # a real host takes it, and leaves the card unplugged; the inventory has no such card
            raise fault("GenericVmConfigFault", f"The school's ESXi has no network {name}.")
    spec = specification(vmx, vmx_path=found.vmx, locate=host.world.file)
    if found.power != "poweredOn":
        changes: list[Any] = [*removals(found.found["config.hardware.device"]), *spec.deviceChange]
        spec.deviceChange = changes
    else:
        spec.deviceChange = []
    for option in found.found.get("config.extraConfig") or ():
        if option.key not in vmx and not option.key.startswith("guestinfo."):
            spec.extraConfig.append(type(option)(key=option.key, value=""))
    host.world.finish(found.reference.ReconfigVM_Task(spec))
