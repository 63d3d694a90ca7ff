"""vim-cmd: the tree of its commands, what it says of those that it does not know, and who plays each.

Sources: `vim-cmd`, `vim-cmd vmsvc` and `vim-cmd hostsvc` as hosts list them (public transcripts): names in
columns of one width, filled downwards. "Insufficient arguments." and the usage line are vim-cmd's own. What a
host says of an unknown command was not seen word for word; it is one line, and the exit code is 1
[guess].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from esxlab.errors import LabError
from esxlab.sim.esxi.programs import hostsvc, power, snapshots, solo, tasks, vmsvc
from esxlab.sim.esxi.programs.names import KNOWN
from esxlab.sim.inventory import pyvmomi

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from esxlab.sim.esxi.desk import Call
    from esxlab.sim.esxi.host import Host

    Runs = Callable[[Host, Call, tuple[str, ...]], Awaitable[int]]

WIDTH = 79


class Command(NamedTuple):
    """One command: its arguments as the usage line shows them, how many it takes, what it is for."""

    run: Runs
    usage: str
    least: int
    most: int
    words: str


COMMANDS: Mapping[str, Command] = {
    "vmsvc/getallvms": Command(vmsvc.getallvms, "", 0, 0, "Get the list of virtual machines on the host"),
    "vmsvc/get.summary": Command(vmsvc.get_summary, "vmid", 1, 1, "Get virtual machine summary"),
    "vmsvc/get.config": Command(vmsvc.get_config, "vmid", 1, 1, "Get virtual machine configuration"),
    "vmsvc/get.guest": Command(vmsvc.get_guest, "vmid", 1, 1, "Get guest information"),
    "vmsvc/get.runtime": Command(vmsvc.get_runtime, "vmid", 1, 1, "Get runtime information"),
    "vmsvc/get.networks": Command(vmsvc.get_networks, "vmid", 1, 1, "Get the virtual machine's networks"),
    "vmsvc/get.datastores": Command(
        vmsvc.get_datastores, "vmid", 1, 1, "Get the virtual machine's datastores"
    ),
    "vmsvc/get.tasklist": Command(tasks.get_tasklist, "vmid", 1, 1, "Get the virtual machine's recent tasks"),
    "vmsvc/device.getdevices": Command(vmsvc.get_devices, "vmid", 1, 1, "Get the virtual machine's devices"),
    "vmsvc/device.connection": Command(
        vmsvc.connection, "vmid deviceKey connected", 3, 3, "Connect or disconnect a device"
    ),
    "vmsvc/message": Command(
        power.message, "vmid [messageId] [choiceId]", 1, 3, "Display or answer a message"
    ),
    "vmsvc/reload": Command(solo.reload, "vmid", 1, 1, "Reload the configuration file"),
    "vmsvc/unregister": Command(solo.unregister, "vmid", 1, 1, "Unregister the virtual machine"),
    "vmsvc/destroy": Command(solo.destroy, "vmid", 1, 1, "Delete the virtual machine"),
    "vmsvc/power.getstate": Command(power.getstate, "vmid", 1, 1, "Get the power state"),
    "vmsvc/power.on": Command(power.turn_on, "vmid", 1, 1, "Power on the specified virtual machines"),
    "vmsvc/power.off": Command(power.turn_off, "vmid", 1, 1, "Power off the specified virtual machines"),
    "vmsvc/power.shutdown": Command(power.shutdown, "vmid", 1, 1, "Shutdown the guest OS"),
    "vmsvc/power.reboot": Command(power.reboot, "vmid", 1, 1, "Reboot the guest OS"),
    "vmsvc/power.reset": Command(power.reset, "vmid", 1, 1, "Reset the specified virtual machines"),
    "vmsvc/power.suspend": Command(power.suspend, "vmid", 1, 1, "Suspend the specified virtual machines"),
    "vmsvc/snapshot.get": Command(snapshots.get, "vmid", 1, 1, "Get the snapshots"),
    "vmsvc/snapshot.create": Command(
        snapshots.create,
        "vmid [snapshotName] [snapshotDescription] [includeMemory] [quiesced]",
        1,
        5,
        "Create a snapshot",
    ),
    "vmsvc/snapshot.revert": Command(
        snapshots.revert, "vmid snapshotId suppressPowerOn", 3, 3, "Revert to a snapshot"
    ),
    "vmsvc/snapshot.remove": Command(
        snapshots.remove, "vmid snapshotId [removeChildren]", 2, 3, "Remove a snapshot"
    ),
    "vmsvc/snapshot.removeall": Command(snapshots.removeall, "vmid", 1, 1, "Remove all snapshots"),
    "solo/registervm": Command(
        solo.register, "vmpath [name] [resourcepool]", 1, 3, "Register a virtual machine"
    ),
    "hostsvc/hostsummary": Command(hostsvc.hostsummary, "", 0, 0, "Get the host's summary"),
    "hostsvc/datastore/listsummary": Command(hostsvc.listsummary, "", 0, 0, "List the datastores"),
    "hostsvc/datastore/info": Command(hostsvc.datastore_info, "datastore", 1, 1, "Show a datastore"),
    "hostsvc/advopt/view": Command(hostsvc.advopt_view, "option", 1, 1, "View an advanced option"),
    "hostsvc/enable_ssh": Command(hostsvc.nothing, "", 0, 0, "Enable SSH"),
    "hostsvc/start_ssh": Command(hostsvc.nothing, "", 0, 0, "Start SSH"),
    "vimsvc/task_list": Command(tasks.task_list, "", 0, 0, "List the recent tasks"),
    "vimsvc/task_info": Command(tasks.task_info, "taskId", 1, 1, "Show a task"),
    "vimsvc/license": Command(hostsvc.licence, "--show", 1, 1, "Show or set licences"),
}
FOLDERS = ("hbrsvc/", "hostsvc/", "internalsvc/", "proxysvc/", "solo/", "vimsvc/", "vmsvc/", "help")


async def vim_cmd(host: Host, call: Call) -> int:
    """Find the command and run it; a client of hostd takes its time."""
    await host.clock.sleep(host.pace.client_s)
    if host.hostd_words:
        call.err(f"{host.hostd_words}\n")
        return 1
    name, *words = call.arguments or ("",)
    command = COMMANDS.get(name.removeprefix("/"))
    if command is None:
        return _list(call, name.strip("/"))
    if not command.least <= len(words) <= command.most:
        trouble = "Insufficient arguments." if len(words) < command.least else "Too many arguments."
        short = name.rpartition("/")[2]
        call.out(f"{trouble}\nUsage: {short} {command.usage}\n\n\n{command.words}\n")
        return 1
    try:
        return await command.run(host, call, tuple(words))
    except pyvmomi().vmodl.MethodFault as fault:
        call.out(await host.fault(fault))
        return 1
    except LabError as error:
        call.err(f"{error.brief}\n")
        return 1


def _list(call: Call, folder: str) -> int:
    names = FOLDERS if not folder else sorted(_below(folder))
    if not names:
        known = folder in KNOWN
        call.err(f"{folder}: the school does not play it\n" if known else f"Invalid command '{folder}'.\n")
        return 1
    call.out(f"Commands available under {folder}/:\n{columns(names)}")
    return 0


def _below(folder: str) -> set[str]:
    every = {*COMMANDS, *KNOWN}
    inside = {name.removeprefix(f"{folder}/") for name in every if name.startswith(f"{folder}/")}
    return {f"{name.partition('/')[0]}/" if "/" in name else name for name in inside}


def columns(names: tuple[str, ...] | list[str]) -> str:
    """Names in columns of one width, filled downwards, on a screen of 79."""
    width = max(map(len, names)) + 2
    rows = -(-len(names) // max(WIDTH // width, 1))
    lines = [names[row::rows] for row in range(rows)]
    return "".join("".join(f"{name:<{width}}" for name in line) + "\n" for line in lines)
