"""One simulated host behind its shell: what hostd knows beyond the inventory, and how programs are run."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from esxlab.sim.esxi.applets import HELD
from esxlab.sim.esxi.desk import KILLED, Desk
from esxlab.sim.esxi.faults import Faults
from esxlab.sim.esxi.keeping import Kept, kept
from esxlab.sim.esxi.sandbox import Sandbox
from esxlab.sim.esxi.vmodl import Printer
from esxlab.sim.inventory import pyvmomi

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from esxlab.sim.esxi.desk import Call
    from esxlab.sim.esxi.release import Release
    from esxlab.sim.esxi.world import Machine, World
    from esxlab.sim.light.clock import Clock

FIRST_VMID = 1
FIRST_WORLD = 2_099_000
HOSTD_GONE = "Connect to localhost failed: Connection failure"
"""What vim-cmd and esxcli say while hostd is away (Apache VCL, VIM_SSH.pm, _check_service_pid)."""
MOVED = (
    "This virtual machine might have been moved or copied. In order to configure certain management and"
    " networking features, VMware ESX needs to know if this virtual machine was moved or copied. If you don't"
    ' know, answer "I Copied It".'
)
MOVED_CHOICES = (
    ("button.uuid.cancel", "Cancel"),
    ("button.uuid.movedTheVM", "I Moved It"),
    ("button.uuid.copiedTheVM", "I Copied It"),
)


class Pace(NamedTuple):
    """How long a host's programs take, in seconds of the school's clock: a client of hostd, and a copy."""

    client_s: float = 0.0
    copy_s: float = 0.0


@dataclass(slots=True)
class Question:
    """What a machine waits for to be answered before it goes on; `answer` is the index of a choice."""

    number: int
    text: str = MOVED
    choices: tuple[tuple[str, str], ...] = MOVED_CHOICES
    default: int = 2
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    answer: int = -1


class Host:
    """The shell's side of one lone host."""

    def __init__(
        self,
        name: str,
        world: World,
        release: Release,
        *,
        programs: Mapping[str, Callable[[Host, Call], Awaitable[int]]],
        directory: Path,
        clock: Clock,
        pace: Pace,
        own_root: bool | None = None,
    ) -> None:
        self.name = name
        self.world = world
        self.release = release
        self._programs = programs
        self.clock = clock
        self.pace = pace
        self.faults = Faults()
        self.hostd_words = ""  # not empty: hostd is away, and this is what its clients say
        self.questions: dict[str, Question] = {}  # by the machine's moref
        self.snapshots: dict[str, list[Any]] = {}  # as programs/snapshots.py keeps them, by moref
        self.settings: dict[str, int] = {"ESXiShellTimeOut": 0, "ESXiShellInteractiveTimeOut": 0}
        self.copies: dict[Path, int] = {}  # disks that are being written, by how many
        self.cut: Callable[[str], None] = lambda _: None  # an SSH connection, by its SSH_CONNECTION
        self.printer = Printer(release.api, self._name_of)
        volumes = [(volume.name, volume.uuid, volume.place) for volume in world.volumes]
        self.sandbox = Sandbox(directory, volumes, own_root=own_root)
        self.desk = Desk(self.sandbox.directory / "school", self._serve)
        self._vmids: dict[str, int] = {}
        self._last_vmid = FIRST_VMID - 1
        self._numbering = threading.Lock()
        self._last_question = 0
        self._kept: dict[str, Kept] = {}  # what each machine's files stand for, by its moref
        self.keeping = threading.Lock()  # programs run side by side; whoever writes a file of hostd's has it

    async def start(self) -> None:
        """The datastores' machines get the .vmx that a host would have; process 1 starts."""
        await asyncio.to_thread(self.write_changed)
        await self.sandbox.start()
        await self.desk.start()

    async def close(self) -> None:
        """End every process, and the session with vcsim."""
        await self.desk.close()
        await self.sandbox.close()
        await asyncio.to_thread(self.world.close)

    # the machines' numbers

    def vmid(self, moref: str) -> int:
        """The number of a machine; each new one gets the next."""
        with self._numbering:
            if moref not in self._vmids:
                self._last_vmid += 1
                self._vmids[moref] = self._last_vmid
            return self._vmids[moref]

    def world_id(self, moref: str) -> int:
        """The world in which a running machine's monitor runs."""
        return FIRST_WORLD + 10 * _order(moref)

    def renumber(self) -> None:
        """Every machine has another number from now on, as after its registration anew."""
        known = list(self._vmids)
        self._vmids = {}
        for moref in reversed(known):
            self.vmid(moref)

    def machines(self, *paths: str) -> list[Machine]:
        """All machines in the order of their numbers; it blocks."""
        found = sorted(self.world.machines(*paths), key=lambda machine: _order(machine.moref))
        return sorted(found, key=lambda machine: self.vmid(machine.moref))

    def machine(self, vmid: str, *paths: str) -> Machine | None:
        """The one with this number; it blocks."""
        return next((found for found in self.machines(*paths) if str(self.vmid(found.moref)) == vmid), None)

    # hostd

    def ask(self, moref: str) -> Question:
        """A machine has a question now."""
        self._last_question += 1
        return self.questions.setdefault(moref, Question(self._last_question))

    # its programs

    async def _serve(self, call: Call) -> int:
        call.arguments = tuple(map(self.sandbox.outward, call.arguments))
        call.cwd, call.inward = self.sandbox.where(call.cwd), self.sandbox.inward
        if call.program == HELD:
            return await self._programs[HELD](self, call)
        strike = self.faults.strikes.strike(call)
        if strike.action == "cut":
            self.cut(call.connection)
            return KILLED
        if strike.action == "fail":
            call.out(strike.text)
            return strike.status
        call.muted = strike.action == "lose_reply"
        call.break_at = strike.percent if strike.action == "break_copy" else None
        status = await self._programs[call.program](self, call)
        if call.muted:
            self.cut(call.connection)
        return status

    async def show(self, value: Any) -> str:
        """An object as vim-cmd prints it."""
        return await asyncio.to_thread(self.printer.show, value)

    async def fault(self, fault: Any) -> str:
        """A fault as vim-cmd prints it."""
        return await asyncio.to_thread(self.printer.fault, fault)

    def _name_of(self, reference: Any) -> str:
        """How hostd calls an object; it blocks."""
        vim = pyvmomi().vim
        kind = pyvmomi().VmomiSupport.GetVmodlName(type(reference))
        name = str(reference._moId)  # noqa: SLF001 - pyVmomi has no other way
        if isinstance(reference, vim.VirtualMachine):
            name = str(self.vmid(name))
        elif isinstance(reference, vim.HostSystem):
            name = "ha-host"
        elif isinstance(reference, vim.ResourcePool):
            name = "ha-root-pool"
        elif isinstance(reference, vim.Datastore | vim.Network):
            name = self.world.local_name(reference)
        return f"{kind}:{name}"

    def write_changed(self) -> None:
        """Hostd's files follow what somebody changes by the API; it blocks."""
        with self.keeping:
            for machine in self.machines("config", "snapshot"):
                file = self.world.file(machine.vmx)
                if file is not None and machine.found.get("config"):
                    with suppress(FileNotFoundError):  # a script deletes it just now
                        self._kept[machine.moref] = kept(file, machine, self._kept.get(machine.moref))


def _order(moref: str) -> int:
    digits = moref.rpartition("-")[2]
    return int(digits) if digits.isdigit() else 0
