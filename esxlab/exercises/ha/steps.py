"""Steps that only part 1 has: what Heartbeat is told, and what follows the cluster address."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from esxlab.drills.steps import BOOT_PAUSE_S, CommandStep, StartService, Step, run_checked

if TYPE_CHECKING:
    from esxlab.backends.protocols import Backends
    from esxlab.drills.setup import DrillSetup

HEARTBEAT_TIMEOUT_S = 30.0
HB_STATUS = ("cl_status", "hbstatus")
HB_STANDBY = "/usr/share/heartbeat/hb_standby"


@dataclass(frozen=True, slots=True, kw_only=True)
class StartHeartbeat(StartService):
    """Heartbeat is started, and itself says that it runs.

    systemd's word does not count: in 232 (Debian 9) a unit with RemainAfterExit stays "active (exited)" when
    its process has died, and `systemctl start` then ends with 0 and starts nothing (seen; 247 says "failed"
    and starts). So a dead one is stopped first.
    """

    service: str = "heartbeat"

    def perform(self, setup: DrillSetup, backends: Backends) -> None:
        """Stop, start, and ask `cl_status` until it agrees. LabError drill.step."""
        if self._runs(setup, backends):
            return
        for word in ("stop", "start"):
            run_checked(setup, backends, self.subject, ("systemctl", word, self.service))
        deadline = time.monotonic() + HEARTBEAT_TIMEOUT_S
        while not self._runs(setup, backends):
            if time.monotonic() >= deadline:
                run_checked(setup, backends, self.subject, HB_STATUS)
                return
            time.sleep(BOOT_PAUSE_S)

    def _runs(self, setup: DrillSetup, backends: Backends) -> bool:
        return setup.run(backends, self.subject, HB_STATUS).exit_status == 0


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

    def perform(self, setup: DrillSetup, backends: Backends) -> None:
        """Ask every server for its addresses first."""
        for server in setup.servers:
            table = setup.run(backends, server.key, ("ip", "-o", "-4", "addr", "show")).stdout
            if f" {setup.address}/" in table:
                run_checked(setup, backends, server.key, ("systemctl", "start", self.service))
