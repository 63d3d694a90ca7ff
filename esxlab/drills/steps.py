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
    from esxlab.drills.scene import Scene, WebServer
    from esxlab.lab.ipvs import IpvsTable

BOOT_TIMEOUT_S = 300.0
BOOT_PAUSE_S = 1.0
STOP_TIMEOUT_S = 120.0
"""Stopping Heartbeat on the active node takes up to 18 s, on a loaded machine several times that."""
HEARTBEAT_TIMEOUT_S = 30.0
HB_STATUS = ("cl_status", "hbstatus")
HB_STANDBY = "/usr/share/heartbeat/hb_standby"


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

    def perform(self, scene: Scene, backends: Backends) -> None:
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
class UnplugCard(ServerStep):
    """The server's card is disconnected in vSphere: the cable is out, the guest keeps its addresses."""

    verb: ClassVar[str] = "unplug"
    connected: ClassVar[bool] = False

    def perform(self, scene: Scene, backends: Backends) -> None:
        """One reconfiguration of the card."""
        backends.vsphere.plug_nic(scene.ground.site, self.server.machine, "inside", connected=self.connected)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlugCard(UnplugCard):
    """The cable is in again."""

    verb: ClassVar[str] = "plug"
    connected: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CutPower(ServerStep):
    """The machine is powered off hard: the guest is not told."""

    verb: ClassVar[str] = "cut-power"

    def perform(self, scene: Scene, backends: Backends) -> None:
        """PowerOffVM at once."""
        backends.vsphere.power_off(scene.ground.site, self.server.machine, gently_s=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivePower(ServerStep):
    """The machine is powered on; done when its guest answers."""

    verb: ClassVar[str] = "give-power"

    def perform(self, scene: Scene, backends: Backends) -> None:
        """PowerOnVM, then ask the guest until it answers; LabError guest.* when it never does."""
        backends.vsphere.power_on(scene.ground.site, self.server.machine)
        deadline = time.monotonic() + BOOT_TIMEOUT_S
        while True:
            try:
                scene.run(backends, self.server.key, ("true",), timeout_s=10.0)
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

    def perform(self, scene: Scene, backends: Backends) -> None:
        """Run it. LabError drill.step."""
        insist(scene, backends, self.subject, self.command())


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StartHeartbeat(StartService):
    """Heartbeat is started, and itself says that it runs.

    systemd's word does not count: in 232 (Debian 9) a unit with RemainAfterExit stays "active (exited)" when
    its process has died, and `systemctl start` then ends with 0 and starts nothing (seen; 247 says "failed"
    and starts). So a dead one is stopped first.
    """

    service: str = "heartbeat"

    def perform(self, scene: Scene, backends: Backends) -> None:
        """Stop, start, and ask `cl_status` until it agrees. LabError drill.step."""
        if self._runs(scene, backends):
            return
        for word in ("stop", "start"):
            insist(scene, backends, self.subject, ("systemctl", word, self.service))
        deadline = time.monotonic() + HEARTBEAT_TIMEOUT_S
        while not self._runs(scene, backends):
            if time.monotonic() >= deadline:
                insist(scene, backends, self.subject, HB_STATUS)
                return
            time.sleep(BOOT_PAUSE_S)

    def _runs(self, scene: Scene, backends: Backends) -> bool:
        return scene.run(backends, self.subject, HB_STATUS).exit_status == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StandBy(CommandStep):
    """The active node hands everything over, by Heartbeat's own command."""

    verb: ClassVar[str] = "stand-by"

    def command(self) -> tuple[str, ...]:
        """The command's own path; it is not on PATH."""
        return (HB_STANDBY, "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchService(CommandStep):
    """What a monitor does each time it looks: hand over when the service does not run."""

    verb: ClassVar[str] = "watch-service"

    service: str

    def facts(self) -> dict[str, object]:
        """The service and its server."""
        return {"subject": self.server.key, "service": self.service}

    def command(self) -> tuple[str, ...]:
        """One line, as it would stand in a script that cron runs."""
        return ("sh", "-c", f"systemctl is-active {shlex.quote(self.service)} || {HB_STANDBY} all")


@dataclass(frozen=True, slots=True, kw_only=True)
class StartWhereHeld(Step):
    """A service is started on the node that holds the cluster address, and only there."""

    verb: ClassVar[str] = "start-where-held"

    service: str

    def facts(self) -> dict[str, object]:
        """The service."""
        return {"service": self.service}

    def perform(self, scene: Scene, backends: Backends) -> None:
        """Ask every server for its addresses first."""
        for server in scene.servers:
            table = scene.run(backends, server.key, ("ip", "-o", "-4", "addr", "show")).stdout
            if f" {scene.address}/" in table:
                insist(scene, backends, server.key, ("systemctl", "start", self.service))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTable(Step):
    """The balancer's kernel table becomes this one."""

    verb: ClassVar[str] = "set-table"

    label: str
    table: IpvsTable

    def facts(self) -> dict[str, object]:
        """What the rules mean in one word."""
        return {"label": self.label}

    def perform(self, scene: Scene, backends: Backends) -> None:
        """Clear and fill in one script; the files that are read at boot stay as they are."""
        script = " && ".join(["ipvsadm -C", *(f"ipvsadm {rule}" for rule in self.table.rules)])
        insist(scene, backends, scene.balancer, ("sh", "-c", script))


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreTable(SetTable):
    """The balancer's table as the spec has it."""

    verb: ClassVar[str] = "restore-table"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOut(ServerStep):
    """A real server is removed from the balancer's table by hand: `ipvsadm -d`."""

    verb: ClassVar[str] = "take-out"

    table: IpvsTable

    def perform(self, scene: Scene, backends: Backends) -> None:
        """The handout's own command lacks -t, and ipvsadm refuses it (exit 2)."""
        real = self.table.real(self.server.address)
        insist(scene, backends, scene.balancer, ("ipvsadm", "-d", "-t", self.table.service, "-r", real))


def insist(scene: Scene, backends: Backends, machine: str, command: tuple[str, ...]) -> None:
    """Run a command that must succeed. LabError drill.step."""
    answer = scene.run(backends, machine, command, timeout_s=STOP_TIMEOUT_S)
    if answer.exit_status:
        words = (answer.stderr or answer.stdout).strip()
        line = shlex.join(command)
        raise LabError("drill.step", where=machine, detail=words, command=line, status=answer.exit_status)
