"""One run of a real installer under QEMU, judged by the same code that `esxlab model build` judges it by."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING

from esxlab.engine.model_install import SELECTED, Installation
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.real.installer_machine import InstallerMachine

DISK_GIB = 20
PAUSE_S = 2.0
LIMIT_S = 5400.0


def empty_disk(path: Path) -> Path:
    """The sheet's 20 GiB, without a byte written."""
    path.unlink(missing_ok=True)
    with path.open("xb") as file:
        os.truncate(file.fileno(), DISK_GIB << 30)
    return path


@dataclass
class Run:
    """`directory` keeps the pictures; `stages`: item -> seconds since power on, and of processors."""

    machine: InstallerMachine
    directory: Path
    proof: str = "no proof is waited for"
    stages: dict[str, tuple[float, float]] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def seconds(self) -> float:
        """Since power on."""
        return round(time.monotonic() - self.machine.began, 1)

    @property
    def items(self) -> list[str]:
        """The items of the installer's menu so far, in its order."""
        return SELECTED.findall(self.machine.installing().log)

    def judge(self, *, patience_s: float) -> LabError | None:
        """What `model build` would say at the end: why it failed, or None when it went well."""
        patience = SimpleNamespace(
            patience_s=patience_s, pause_s=PAUSE_S, clock=time.monotonic, keep=self.keep
        )
        wait = Installation(
            place=self.machine,
            wanted=SimpleNamespace(proof=self.proof),
            patience=patience,
            tell=self._heard,
            stop=self.stop,
        ).wait
        try:
            wait()
        except LabError as error:
            return error
        return None

    def keep(self, picture: bytes, name: str = "console") -> str:
        """A picture of the console, as PNG."""
        path = self.directory / f"{name}.png"
        path.write_bytes(picture)
        return str(path)

    def until(self, done: Callable[[], bool], *, patience_s: float) -> LabError | None:
        """Judge until something has come to pass. What stopped the installer before, if anything did."""
        found: list[LabError | None] = []
        judging = threading.Thread(target=lambda: found.append(self.judge(patience_s=patience_s)))
        judging.start()
        while judging.is_alive() and not done():
            assert self.seconds < LIMIT_S, self.machine.installing().log[-2000:]
            time.sleep(PAUSE_S)
        self.stop.set()
        judging.join()
        self.stop.clear()
        (error,) = found
        return None if error is not None and error.code == "model.halted" else error

    def _heard(self, _: float, item: str) -> None:
        if item and item not in self.stages:
            self.stages[item] = (self.seconds, self.machine.busy_s())
            print(f"{self.seconds:7.1f} s  {item}", flush=True)

    def times(self) -> dict[str, list[float]]:
        """How long each stage took: seconds of the clock, and of processors."""
        begun = {"boot": (0.0, 0.0), **self.stages}
        ended = [*self.stages.values(), (self.seconds, self.machine.busy_s())]
        return {
            item: [round(b - a, 1) for a, b in zip(mark, end, strict=True)]
            for (item, mark), end in zip(begun.items(), ended, strict=True)
        }
