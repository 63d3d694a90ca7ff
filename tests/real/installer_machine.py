"""A QEMU in which an installer runs, with no way out but to the local mirror: a place of `model build`.

`installing` and `screen` are what `esxlab model build` asks of vSphere: so its own judge judges here.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from esxlab.backends.model_protocol import Installing

if TYPE_CHECKING:
    from tests.real.installer_initrd import Installer

MIRROR = "10.0.2.100"
"""The mirror's address inside: QEMU's own network is 10.0.2.0/24 (QEMU's manual, -netdev user)."""
BOOT = "priority=critical norandmaps mitigations=off audit=0 ipv6.disable=1 clocksource=hpet tsc=unstable"
"""Not auto=true: with answers in the initrd it skips the question of the language, and English is taken."""
MONITOR_S = 30.0
LOOK_S = 5.0
TICK = os.sysconf("SC_CLK_TCK")


def caged() -> list[str]:
    """The words before a program that gets a network of its own, in which there is only a loopback.

    QEMU's own network needs that: it speaks with the mirror's program over it (libslirp, misc.c).
    """
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    up = ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    return ["unshare", *user, "--net", "--", *up, "setpriv", "--pdeathsig", "KILL"]


def command(disk: Path, mirror: Path, log: Path, monitor: int, boot: list[str]) -> list[str]:
    """As a machine of an ESXi host: paravirtual SCSI, a vmxnet3 card, a serial port into a file."""
    words = ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-vga", "std"]
    words += ["-M", "q35", "-accel", "tcg,thread=multi,tb-size=512", "-cpu", "qemu64,-svm"]
    words += ["-smp", "2", "-m", "1024", "-no-reboot", "-device", "virtio-rng-pci"]
    forward = f"guestfwd=tcp:{MIRROR}:80-cmd:socat - UNIX-CONNECT:{mirror}"
    words += ["-netdev", f"user,id=net0,{forward}", "-device", "vmxnet3,netdev=net0,mac=00:50:56:01:02:03"]
    words += ["-drive", f"file={disk},format=raw,if=none,id=disk,cache=unsafe,discard=unmap"]
    words += ["-device", "pvscsi,id=scsi", "-device", "scsi-hd,bus=scsi.0,drive=disk"]
    words += ["-chardev", f"socket,id=monitor,fd={monitor}", "-mon", "chardev=monitor,mode=control"]
    return [*words, "-serial", f"file:{log}", *boot]


class InstallerMachine:
    """Powered on when it is made. Use as a context: at its end the machine is off, whatever it was at."""

    def __init__(self, directory: Path, disk: Path, mirror: Path, boot: list[str]) -> None:
        self.log, self._directory = directory / "serial.log", directory
        self.log.unlink(missing_ok=True)
        self._ours, theirs = socket.socketpair()
        self._ours.settimeout(MONITOR_S)
        self._number, self._unread, self._busy_s = 0, b"", 0.0
        words = command(disk, mirror, self.log, theirs.fileno(), boot)
        with theirs, (directory / "qemu.log").open("ab") as told:
            self.process = subprocess.Popen(
                [*caged(), *words],
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self.began = time.monotonic()
        self.ask("qmp_capabilities")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def cut(self) -> None:
        """Power off, as the plug does."""
        self.process.kill()
        self.process.wait()
        self._ours.close()

    # what `model build` asks of a place

    def installing(self) -> Installing:
        """How far it is."""
        powered_on = self.process.poll() is None
        self.busy_s()
        log = self.log.read_text(errors="replace") if self.log.exists() else ""
        return Installing(powered_on, log=log.replace("\r", ""))

    def load(self) -> float | None:
        """How much of a processor its busiest thread takes, had it one alone: its turns are not waited for.

        (Linux, Documentation/scheduler/sched-stats.rst: /proc/PID/task/TID/schedstat, nanoseconds.)
        """
        began, before = time.monotonic_ns(), self._turns_ns()
        time.sleep(LOOK_S)
        passed, after = time.monotonic_ns() - began, self._turns_ns()
        shares = [0.0]
        for task in after.keys() & before.keys():
            ran, waited = (b - a for a, b in zip(before[task], after[task], strict=True))
            shares.append(ran / max(passed - waited, ran, 1))
        return max(shares)

    def _turns_ns(self) -> dict[str, tuple[int, int]]:
        """Thread -> how long it has run, and waited for its turn."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        told = {task.name: (task / "schedstat").read_text("ascii").split() for task in tasks}
        return {name: (int(fields[0]), int(fields[1])) for name, fields in told.items()}

    def screen(self) -> bytes:
        """A picture of its console."""
        picture = self._directory / "screen.png"
        self.ask("screendump", filename=str(picture), format="png")
        return picture.read_bytes()

    # what only the host knows

    def busy_s(self) -> float:
        """Seconds of processor time that it has had, as it was last seen (proc_pid_stat(5))."""
        if self.process.poll() is None:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
            self._busy_s = round((int(fields[11]) + int(fields[12])) / TICK, 1)
        return self._busy_s

    def ask(self, execute: str, **arguments: Any) -> Any:
        """QMP, one question and its answer."""
        self._number += 1
        said = {"execute": execute, "arguments": arguments, "id": self._number}
        self._ours.sendall(json.dumps(said).encode() + b"\n")
        while True:
            answer = self._line()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["return"]

    def _line(self) -> dict[str, Any]:
        while b"\n" not in self._unread:
            block = self._ours.recv(1 << 16)
            assert block, "QEMU has hung up"
            self._unread += block
        line, _, self._unread = self._unread.partition(b"\n")
        return json.loads(line)


def boot_words(installer: Installer, initrd: Path) -> list[str]:
    """Its kernel, and the initrd with the answers."""
    return ["-kernel", str(installer.kernel), "-initrd", str(initrd), "-append", f"{BOOT} --- quiet"]
