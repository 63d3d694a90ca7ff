"""Frozen steps of a drill: each breaks or mends one thing, and can be done again without harm."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from esxlab import texts
from esxlab.errors import LabError

if TYPE_CHECKING:
    from esxlab.backends.protocols import Backends
    from esxlab.drills.setup import DrillSetup, WebServer

BOOT_TIMEOUT_S = 300.0
BOOT_PAUSE_S = 1.0
STOP_TIMEOUT_S = 120.0
"""A service that hands over to another machine before it stops takes long, on a loaded one all the more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step; `verb` names its text, `step.<verb>`."""

    verb: ClassVar[str] = ""

    @property
    def subject(self) -> str:
        """What it acts on, in the exercise's terms."""
        return ""

    def facts(self) -> dict[str, object]:
        """The values that the sentence names."""
        return {"subject": self.subject}

    def describe(self) -> str:
        """One line for people, in the current language."""
        return texts.say(f"step.{self.verb}", **self.facts())

    def perform(self, setup: DrillSetup, backends: Backends) -> None:
        """Do it; raises LabError."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStep(Step):
    """A step on one of the servers."""

    server: WebServer

    @property
    def subject(self) -> str:
        """The server's name in the exercise."""
        return self.server.key


@dataclass(frozen=True, slots=True, kw_only=True)
class DisconnectNic(ServerStep):
    """The server's card is disconnected in vSphere: the cable is out, the guest keeps its addresses."""

    verb: ClassVar[str] = "unplug"
    connected: ClassVar[bool] = False

    def perform(self, setup: DrillSetup, backends: Backends) -> None:
        """One reconfiguration of the card."""
        backends.vsphere.set_nic_connected(
            setup.access.site, self.server.machine, "inside", connected=self.connected
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectNic(DisconnectNic):
    """The cable is in again."""

    verb: ClassVar[str] = "plug"
    connected: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CutPower(ServerStep):
    """The machine is powered off hard: the guest is not told."""

    verb: ClassVar[str] = "cut-power"

    def perform(self, setup: DrillSetup, backends: Backends) -> None:
        """PowerOffVM at once."""
        backends.vsphere.power_off(setup.access.site, self.server.machine, gently_s=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivePower(ServerStep):
    """The machine is powered on; done when its guest answers."""

    verb: ClassVar[str] = "give-power"

    def perform(self, setup: DrillSetup, backends: Backends) -> None:
        """PowerOnVM, then ask the guest until it answers; LabError guest.* when it never does."""
        backends.vsphere.power_on(setup.access.site, self.server.machine)
        deadline = time.monotonic() + BOOT_TIMEOUT_S
        while True:
            try:
                setup.run(backends, self.server.key, ("true",), timeout_s=10.0)
            except LabError:
                if time.monotonic() >= deadline:
                    raise
                time.sleep(BOOT_PAUSE_S)
            else:
                return


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandStep(ServerStep):
    """A step that is one command inside a guest; any exit status but 0 is an error."""

    def command(self) -> tuple[str, ...]:
        """The command and its arguments."""
        raise NotImplementedError

    def perform(self, setup: DrillSetup, backends: Backends) -> None:
        """Run it. LabError drill.step."""
        run_checked(setup, backends, self.subject, self.command())


@dataclass(frozen=True, slots=True, kw_only=True)
class StopService(CommandStep):
    """A service is stopped cleanly."""

    verb: ClassVar[str] = "stop-service"
    word: ClassVar[str] = "stop"

    service: str

    def facts(self) -> dict[str, object]:
        """The service and its server."""
        return {"subject": self.server.key, "service": self.service}

    def command(self) -> tuple[str, ...]:
        """Ask systemctl."""
        return ("systemctl", self.word, self.service)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartService(StopService):
    """A service is started."""

    verb: ClassVar[str] = "start-service"
    word: ClassVar[str] = "start"


def run_checked(setup: DrillSetup, backends: Backends, machine: str, command: tuple[str, ...]) -> None:
    """Run a command that must succeed. LabError drill.step."""
    answer = setup.run(backends, machine, command, timeout_s=STOP_TIMEOUT_S)
    if answer.exit_status:
        words = (answer.stderr or answer.stdout).strip()
        line = shlex.join(command)
        raise LabError("drill.step", where=machine, detail=words, command=line, status=answer.exit_status)
