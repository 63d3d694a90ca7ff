"""vim-cmd vmsvc/: what it shows of machines, and their devices' cables.

Sources: `getallvms` of ESXi 8.0 and 9.0 hosts in public transcripts (titles centred, columns as wide as their
longest entry, three blanks between), Apache VCL's VIM_SSH.pm for get.summary, esxi-ssh.md ("Reading")
for get.guest. What stands in the objects is the inventory's.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from esxlab.sim.esxi.hardware import FIRST_CARD
from esxlab.sim.esxi.programs.machines import fault, invalid_power, machine
from esxlab.sim.inventory import pyvmomi

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.sim.esxi.desk import Call
    from esxlab.sim.esxi.host import Host, Question

Words = tuple[str, ...]
TITLES = ("Vmid", "Name", "File", "Guest OS", "Version", "Annotation")
GAP = "   "
SIMULATOR = frozenset({"govcsim"})
"""What vcsim adds to extraConfig of its own."""
SWITCHES = {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False}


async def getallvms(host: Host, call: Call, _: Words) -> int:
    """All registered machines; those whose .vmx is gone are skipped, and named."""
    await asyncio.to_thread(host.write_changed)
    found = await asyncio.to_thread(host.machines, "config.guestId", "config.version", "config.annotation")
    rows = []
    for one in found:
        file, vmid = host.world.file(one.vmx), host.vmid(one.moref)
        if file is None or not file.exists():
            call.err(f"Skipping invalid VM '{vmid}'\n")
            continue
        config = (one.found.get(f"config.{name}") or "" for name in ("guestId", "version", "annotation"))
        rows.append((str(vmid), one.name, one.vmx, *config))
    call.out(table(rows))
    return 0


def table(rows: Sequence[Sequence[str]]) -> str:
    """The list as a host lays it out; an annotation may go over several lines."""
    widths = [
        max([len(title), *(len(row[n]) for row in rows)]) if n + 1 < len(TITLES) else _last(rows)
        for n, title in enumerate(TITLES)
    ]
    head = GAP.join(_centred(title, width) for title, width in zip(TITLES, widths, strict=True))
    lines = [GAP.join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "".join(f"{line}\n" for line in (head if rows else GAP.join(TITLES), *lines))


def _last(rows: Sequence[Sequence[str]]) -> int:
    return max([len(TITLES[-1]), *(len(line) for row in rows for line in row[-1].splitlines())])


def _centred(title: str, width: int) -> str:
    before = (width - len(title)) // 2
    return f"{' ' * before}{title}{' ' * (width - len(title) - before)}"


async def get_summary(host: Host, call: Call, words: Words) -> int:
    """Listsummary: vim.vm.Summary."""
    found = await machine(host, words[0], "summary", "guest", "config.annotation")
    summary, guest = found.found["summary"], found.found["guest"]
    summary.guest.toolsRunningStatus, summary.guest.ipAddress = guest.toolsRunningStatus, guest.ipAddress
    summary.config.annotation = found.found.get("config.annotation") or ""
    _tools(summary.guest, found.power)
    if found.power == "poweredOn" and summary.runtime.bootTime is not None:
        up = datetime.now(UTC) - summary.runtime.bootTime
        summary.quickStats.uptimeSeconds = max(int(up.total_seconds()), 0)
    call.out(f"Listsummary:\n\n{await host.show(summary)}")
    return 0


async def get_config(host: Host, call: Call, words: Words) -> int:
    """Configuration: vim.vm.ConfigInfo."""
    config = (await machine(host, words[0], "config")).found["config"]
    urls = {volume.name: f"/vmfs/volumes/{volume.uuid}" for volume in host.world.volumes}
    for pair in config.datastoreUrl or ():
        pair.url = urls.get(pair.name, pair.url)
    config.extraConfig = [option for option in config.extraConfig if option.key not in SIMULATOR]
    call.out(f"Configuration:\n\n{await host.show(config)}")
    return 0


async def get_guest(host: Host, call: Call, words: Words) -> int:
    """Guest information: vim.vm.GuestInfo."""
    found = await machine(host, words[0], "guest", "config.hardware.device")
    guest = found.found["guest"]
    _tools(guest, found.power)
    keys = {
        card.macAddress: card.key
        for card in found.found.get("config.hardware.device") or ()
        if isinstance(card, pyvmomi().vim.vm.device.VirtualEthernetCard)
    }
    if guest.toolsRunningStatus != "guestToolsRunning":
        guest.net = []
    for nic in guest.net or ():
        nic.deviceConfigId = keys.get(nic.macAddress, FIRST_CARD)
    call.out(f"Guest information:\n\n{await host.show(guest)}")
    return 0


def _tools(guest: Any, power: str) -> None:
    """What vcsim says of Tools where a host would say something else: their state, and no address at all."""
    running = power == "poweredOn" and guest.toolsRunningStatus == "guestToolsRunning"
    guest.toolsStatus = "toolsOk" if running else "toolsNotRunning"
    guest.toolsRunningStatus = "guestToolsRunning" if running else "guestToolsNotRunning"
    if not running or not guest.ipAddress:
        guest.ipAddress = None
    if not running:
        guest.hostName = None


async def get_runtime(host: Host, call: Call, words: Words) -> int:
    """Runtime information: vim.vm.RuntimeInfo, with the boot's time and a pending question."""
    found = await machine(host, words[0], "runtime", "summary.runtime.bootTime")
    runtime = found.found["runtime"]
    if found.power == "poweredOn":
        runtime.bootTime = found.found.get("summary.runtime.bootTime") or runtime.bootTime
    if (question := host.questions.get(found.moref)) is not None:
        runtime.question = _asked(question)
    call.out(f"Runtime information\n{await host.show(runtime)}")
    return 0


def _asked(question: Question) -> Any:
    """vim.vm.QuestionInfo."""
    vim = pyvmomi().vim
    choices = [
        vim.ElementDescription(key=str(number), label=label, summary=label)
        for number, (_, label) in enumerate(question.choices)
    ]
    choice = vim.option.ChoiceOption(choiceInfo=choices, defaultIndex=question.default)
    return vim.vm.QuestionInfo(id=str(question.number), text=question.text, choice=choice)


async def get_networks(host: Host, call: Call, words: Words) -> int:
    """The networks of its cards, a vim.Network.Summary each."""
    vim = pyvmomi().vim
    devices = (await machine(host, words[0], "config.hardware.device")).found["config.hardware.device"]
    cards = [card for card in devices if isinstance(card, vim.vm.device.VirtualEthernetCard)]
    call.out("Networks:\n\n")
    for name in dict.fromkeys(getattr(card.backing, "deviceName", "") for card in cards):
        network = vim.Network(f"HaNetwork-{name}", None)
        call.out(
            await host.show(vim.Network.Summary(network=network, name=name, accessible=True, ipPoolName=""))
        )
    return 0


async def get_datastores(host: Host, call: Call, words: Words) -> int:
    """Its datastores by name."""
    vmx = (await machine(host, words[0])).vmx
    volume = host.world.volume(vmx.partition("]")[0].removeprefix("["))
    if volume is not None:
        call.out(f"name                 {volume.name}\nurl                  /vmfs/volumes/{volume.uuid}\n")
    return 0


async def get_devices(host: Host, call: Call, words: Words) -> int:
    """Devices: vim.vm.VirtualHardware."""
    hardware = (await machine(host, words[0], "config.hardware")).found["config.hardware"]
    call.out(f"Devices:\n\n{await host.show(hardware)}")
    return 0


async def connection(host: Host, call: Call, words: Words) -> int:
    """Plug a card or a drive in or out while the machine runs, by its key; `vmid key 1|0`."""
    vim = pyvmomi().vim
    vmid, key, wanted = words
    if wanted.lower() not in SWITCHES or not key.isdigit():
        call.out("Invalid argument.\n")
        return 1
    found = await machine(host, vmid, "config.hardware.device")
    device = next((one for one in found.found["config.hardware.device"] if one.key == int(key)), None)
    if device is None or device.connectable is None:
        raise fault("NotFound", "The object or item referred to could not be found.")
    if found.power != "poweredOn":
        raise invalid_power("poweredOn", found.power)
    device.connectable.connected = SWITCHES[wanted.lower()]
    change = vim.vm.device.VirtualDeviceSpec(operation="edit", device=device)
    spec = vim.vm.ConfigSpec(deviceChange=[change])
    await asyncio.to_thread(lambda: host.world.finish(found.reference.ReconfigVM_Task(spec)))
    return 0
