"""One running QEMU: its command line, its monitor, its guest's agent."""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any, Literal

from esxlab.sim.qemu import system
from esxlab.sim.qemu.channel import Channel

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from esxlab.sim.contracts import SimNic

Accelerator = Literal["kvm", "tcg"]
ACCELERATORS: dict[Accelerator, tuple[str, ...]] = {
    "kvm": ("-accel", "kvm", "-cpu", "host"),
    "tcg": ("-accel", "tcg,thread=multi,tb-size=128", "-cpu", "qemu64,-svm,-cx16"),
}
"""128 MiB hold what a server runs while it is set up: with 64 it is translated again and again.

No cx16: Linux 6.12 under QEMU 7.2 was seen to die of a double fault at its cmpxchg16b.
"""
MEMORY_MIB = 256
INSTALLER_MIB = 1024
"""An installer unpacks itself into memory; the sheet's model has as much."""
FIRST_SLOT = 160
SLOT_STEP = 32
"""ESXi's own: ens160, ens192, ens224, ens256."""
AGENT = "org.qemu.guest_agent.0"
AGENT_ANSWER_S = 8.0
MONITOR_ANSWER_S = 10.0
POLITE = ("nice", "-n", "5")
"""The school's process and its vcsim come first: they answer while eight machines boot on two cores."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card and the tap behind it."""

    nic: SimNic
    tap: str


@dataclass(frozen=True, slots=True)
class Media:
    """What an installer's machine has besides: the image in its drive, the file behind its serial port."""

    image: Path | None = None
    serial: Path | None = None

    def words(self, console: Path) -> list[str]:
        """Of QEMU's command line. The disk is tried first; an empty one falls through to the drive."""
        words = ["-serial", f"file:{_escaped(self.serial or console)}"]
        if self.image is None:
            return words
        words += ["-vga", "std", "-device", "ide-cd,drive=image,bootindex=2"]
        image = f"file={_escaped(self.image)},format=raw"
        return [*words, "-drive", f"{image},if=none,id=image,media=cdrom,readonly=on"]


NO_MEDIA = Media()


def command_line(
    name: str,
    disk: Path,
    cards: Sequence[Card],
    *,
    accelerator: Accelerator,
    monitor: int,
    agent: int,
    console: Path,
    media: Media = NO_MEDIA,
    throw_away: bool = False,
) -> list[str]:
    """QEMU as a machine of an ESXi host: paravirtual SCSI, vmxnet3 cards in ESXi's slots.

    `disk` is the descriptor; `monitor` and `agent` are file descriptors.
    """
    words = ["qemu-system-x86_64", "-name", name, "-nodefaults", "-no-user-config", "-display", "none"]
    memory_mib = INSTALLER_MIB if media.image else MEMORY_MIB
    words += ["-M", "q35", *ACCELERATORS[accelerator], "-smp", "1", "-m", str(memory_mib)]
    words += ["-global", "ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off"]  # else no slot numbers in names
    words += ["-device", "pvscsi,id=scsi", "-device", "scsi-hd,bus=scsi.0,drive=disk,bootindex=1"]
    words += ["-drive", f"file={_escaped(disk)},format=vmdk,if=none,id=disk,cache=unsafe"]
    words += ["-snapshot"] if throw_away else []
    for number, card in enumerate(cards):
        slot = FIRST_SLOT + SLOT_STEP * number
        words += ["-device", f"pcie-root-port,id=port{number},chassis={number + 1},slot={slot}"]
        words += ["-netdev", f"tap,id=net{number},ifname={card.tap},script=no,downscript=no"]
        words += [
            "-device",
            f"vmxnet3,id=card{number},bus=port{number},netdev=net{number},mac={card.nic.mac}",
        ]
    words += ["-device", "virtio-rng-pci", "-device", "virtio-serial-pci"]
    words += ["-chardev", f"socket,id=agent,fd={agent}"]
    words += ["-device", f"virtserialport,id=agent,chardev=agent,name={AGENT}"]
    words += ["-chardev", f"socket,id=monitor,fd={monitor}", "-mon", "chardev=monitor,mode=control"]
    return [*words, *media.words(console)]


def _escaped(path: Path) -> str:
    """A comma ends an option's value (qemu(1))."""
    return str(path).replace(",", ",,")


class Machine:
    """A QEMU from its start to its end. `heard` is told when the agent comes and goes, and of a restart."""

    def __init__(self, heard: Callable[[str], None]) -> None:
        self.agent_is_there = False
        self._heard = heard
        self._monitor = Channel(self._event)
        self._agent = Channel()
        self._process: subprocess.Popen[bytes] | None = None

    async def start(
        self,
        name: str,
        disk: Path,
        cards: Sequence[Card],
        *,
        accelerator: Accelerator,
        log: Path,
        media: Media = NO_MEDIA,
        throw_away: bool = False,
    ) -> None:
        """Power on; `throw_away`: nothing is written to the disk."""
        fds = (self._monitor.theirs.fileno(), self._agent.theirs.fileno())
        words = command_line(
            name,
            disk,
            cards,
            accelerator=accelerator,
            monitor=fds[0],
            agent=fds[1],
            console=log.with_suffix(".console"),
            media=media,
            throw_away=throw_away,
        )
        with log.open("ab") as opened:
            self._process = system.start(*POLITE, *words, log=opened.fileno(), pass_fds=fds)
        await self._monitor.open()
        await self._agent.open()
        await self._monitor.ask("qmp_capabilities", limit_s=MONITOR_ANSWER_S)
        for number, card in enumerate(cards):
            if not card.nic.connected:
                await self.set_link(number, connected=False)

    async def set_link(self, number: int, *, connected: bool) -> None:
        """The cable of a card, in or out: the guest sees its carrier."""
        await self._monitor.ask(
            "set_link", {"name": f"card{number}", "up": connected}, limit_s=MONITOR_ANSWER_S
        )

    async def picture(self, file: Path) -> bool:
        """What the screen shows, as a PNG (QMP's screendump); False: there is no screen, or no file."""
        told = await self._monitor.ask(
            "screendump", {"filename": str(file), "format": "png"}, limit_s=MONITOR_ANSWER_S
        )
        return told is not None

    async def addresses(self) -> dict[str, IPv4Address]:
        """MAC -> first IPv4 address, as the guest sees them; empty when its agent does not answer."""
        answer = await self._agent.ask("guest-network-get-interfaces", limit_s=AGENT_ANSWER_S)
        found: dict[str, IPv4Address] = {}
        for card in answer or ():
            for address in card.get("ip-addresses", ()):
                if address["ip-address-type"] == "ipv4" and "hardware-address" in card:
                    found.setdefault(card["hardware-address"].lower(), IPv4Address(address["ip-address"]))
        return found

    async def answers(self) -> bool:
        """Whether the guest's agent answers now."""
        return await self._agent.ask("guest-ping", limit_s=AGENT_ANSWER_S) is not None

    def shut_down(self) -> None:
        """Ask the guest to, as VMware Tools do, through its agent; else by the power button.

        Not guest-shutdown: its `shutdown +0` is a timer of systemd-logind, which a server has no need of.
        """
        if self.agent_is_there:
            self._agent.tell("guest-exec", {"path": "/sbin/shutdown", "arg": ["-h", "now"]})
        else:
            self._monitor.tell("system_powerdown")

    async def ended(self) -> int:
        """Wait until it is off; the exit code."""
        while self._process is not None and self._process.poll() is None:  # noqa: ASYNC110 - a process
            await asyncio.sleep(0.1)
        return self._process.returncode if self._process is not None else 0

    def cut(self) -> None:
        """Power off, as the plug does."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
        if self._process is not None:
            self._process.wait()
        self.close()

    def close(self) -> None:
        """Hang up on what has ended."""
        self._monitor.close()
        self._agent.close()

    def _event(self, said: dict[str, Any]) -> None:
        if said["event"] == "VSERPORT_CHANGE" and said["data"]["id"] == "agent":
            self.agent_is_there = bool(said["data"]["open"])
            self._heard("agent")
        elif said["event"] == "RESET" and said["data"].get("guest"):
            self._heard("restart")


async def choose_accelerator(disk: Path, directory: Path, *, limit_s: float = 12.0) -> Accelerator:
    """KVM when a machine really boots with it in a few seconds: /dev/kvm may exist and still hang."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "tcg"
    scratch = directory / "trial"
    scratch.mkdir(exist_ok=True)
    there = asyncio.Event()
    trial = Machine(lambda _: there.set())
    try:
        await trial.start("trial", disk, (), accelerator="kvm", log=scratch / "trial.log", throw_away=True)
        first, waiting = asyncio.create_task(there.wait()), asyncio.create_task(trial.ended())
        done, pending = await asyncio.wait(
            {first, waiting}, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED
        )
        for task in pending:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        return "kvm" if first in done and await trial.answers() else "tcg"
    finally:
        trial.cut()
