"""vim-cmd vmsvc/power.* and message: power, and the questions that keep a machine from it.

Sources: Apache VCL's VIM_SSH.pm ("Powering on VM:"; "Power on failed" alone on 6.x), a transcript of an ESXi
9.0 ("Power on failed: (vim.fault...) {", "Reset VM:"), and a script that answers "moved or copied" for the
layout of `vmsvc/message`. An 8.0 is played with the later form: which one it prints
was not seen [guess].
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from esxlab.sim.esxi.programs.identity import moved, settle
from esxlab.sim.esxi.programs.machines import fault, invalid_power, machine
from esxlab.sim.inventory import pyvmomi

if TYPE_CHECKING:
    from esxlab.sim.esxi.desk import Call
    from esxlab.sim.esxi.host import Host
    from esxlab.sim.esxi.world import Machine

Words = tuple[str, ...]
STATES = {"poweredOn": "Powered on", "poweredOff": "Powered off", "suspended": "Suspended"}
NO_TOOLS = "Cannot complete operation because VMware Tools is not running in this virtual machine."
GENERATED = "00:0c:29"
"""VMware's range of generated addresses; as a static one it is refused (esxi-ssh.md, "Changing")."""


async def getstate(host: Host, call: Call, words: Words) -> int:
    """Retrieved runtime info, and the state."""
    found = await machine(host, words[0])
    call.out(f"Retrieved runtime info\n{STATES[found.power]}\n")
    return 0


async def turn_on(host: Host, call: Call, words: Words) -> int:
    """Power on; it waits as long as a question is pending."""
    found = await machine(host, words[0])
    call.out("Powering on VM:\n")
    try:
        if found.power == "poweredOn":
            raise invalid_power("poweredOn", found.power)
        await _settle_questions(host, found)
        await asyncio.to_thread(_start, host, found)
    except pyvmomi().vmodl.MethodFault as refusal:
        return await _failed(host, call, "Power on", refusal)
    return 0


async def turn_off(host: Host, call: Call, words: Words) -> int:
    """Power off, at once."""
    found = await machine(host, words[0])
    call.out("Powering off VM:\n")
    try:
        if found.power == "poweredOff":
            raise invalid_power("poweredOff", found.power)
        await asyncio.to_thread(lambda: host.world.finish(found.reference.PowerOffVM_Task()))
    except pyvmomi().vmodl.MethodFault as refusal:
        return await _failed(host, call, "Power off", refusal)
    return 0


async def reset(host: Host, call: Call, words: Words) -> int:
    """Off and on again."""
    found = await machine(host, words[0])
    call.out("Reset VM:\n")
    try:
        if found.power != "poweredOn":
            raise invalid_power("poweredOn", found.power)
        await asyncio.to_thread(lambda: host.world.finish(found.reference.ResetVM_Task()))
    except pyvmomi().vmodl.MethodFault as refusal:
        return await _failed(host, call, "Reset", refusal)
    return 0


async def suspend(host: Host, call: Call, words: Words) -> int:
    """Suspend."""
    found = await machine(host, words[0])
    call.out("Suspending VM:\n")
    try:
        if found.power != "poweredOn":
            raise invalid_power("poweredOn", found.power)
        await asyncio.to_thread(lambda: host.world.finish(found.reference.SuspendVM_Task()))
    except pyvmomi().vmodl.MethodFault as refusal:
        return await _failed(host, call, "Suspend", refusal)
    return 0


async def shutdown(host: Host, _: Call, words: Words) -> int:
    """Ask the guest, through Tools; nothing is printed when it is asked."""
    return await _ask_guest(host, words[0], "ShutdownGuest")


async def reboot(host: Host, _: Call, words: Words) -> int:
    """The same for a restart."""
    return await _ask_guest(host, words[0], "RebootGuest")


async def message(host: Host, call: Call, words: Words) -> int:
    """Show the pending question, or answer it by the number of a choice."""
    found = await machine(host, words[0])
    question = host.questions.get(found.moref)
    if question is None:
        call.out("No message.\n")
        return 0
    if len(words) == 1:
        call.out(f"Virtual machine message {question.number}:\n{question.text}\n")
        for number, (key, label) in enumerate(question.choices):
            mark = " [default]" if number == question.default else ""
            call.out(f"   {number}. {key} ({label}){mark}\n")
        return 0
    answer = int(words[2]) if len(words) > 2 and words[2].isdigit() else -1  # noqa: PLR2004 - the choice
    if words[1] != str(question.number) or not 0 <= answer < len(question.choices):
        raise fault("NotFound", "The object or item referred to could not be found.")
    question.answer = answer
    question.answered.set()
    host.questions.pop(found.moref, None)
    return 0


async def _ask_guest(host: Host, vmid: str, method: str) -> int:
    found = await machine(host, vmid, "guest.toolsRunningStatus")
    if found.power != "poweredOn":
        raise invalid_power("poweredOn", found.power)
    if found.found.get("guest.toolsRunningStatus") != "guestToolsRunning":
        raise fault("ToolsUnavailable", NO_TOOLS)
    await asyncio.to_thread(getattr(found.reference, method))
    return 0


async def _settle_questions(host: Host, found: Machine) -> None:
    if found.moref not in host.questions and await asyncio.to_thread(moved, host, found.vmx):
        host.ask(found.moref)
    question = host.questions.get(found.moref)
    if question is None:
        return
    await question.answered.wait()
    if question.answer == 0:
        raise fault("GenericVmConfigFault", "The operation was canceled by the user.")
    await asyncio.to_thread(settle, host, found, copied=question.answer == question.default)


def _start(host: Host, found: Machine) -> None:
    """What hostd does on the way: looks at the cards, makes the files that a running machine has."""
    devices = host.world.read(found.reference, "config.hardware.device")["config.hardware.device"]
    for card in devices:
        if isinstance(card, pyvmomi().vim.vm.device.VirtualEthernetCard):
            address = (card.macAddress or "").lower()
            if card.addressType == "manual" and address.startswith(GENERATED):
                words = f"The MAC address {address} is not an allowed static Ethernet address."
                raise fault("GenericVmConfigFault", words)
    settle(host, found, copied=False)
    file = host.world.file(found.vmx)
    if file is not None:
        for name in ("vmware.log", f"{file.stem}.nvram"):
            (file.parent / name).touch()
    host.world.finish(found.reference.PowerOnVM_Task())


async def _failed(host: Host, call: Call, what: str, refusal: Any) -> int:
    if host.release.number.startswith("8."):
        call.out(f"{what} failed: {await host.fault(refusal)}")
    else:
        call.out(f"{what} failed\n")
    return 1
