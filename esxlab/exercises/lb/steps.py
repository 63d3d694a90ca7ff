"""Steps that only part 2 has: what is done to the director's table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from esxlab.drills.steps import ServerStep, Step, run_checked

if TYPE_CHECKING:
    from esxlab.backends.protocols import Backends
    from esxlab.drills.setup import DrillSetup
    from esxlab.exercises.family.ipvs import IpvsTable


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRules(Step):
    """The director's kernel table becomes this one."""

    verb: ClassVar[str] = "set-table"

    label: str
    table: IpvsTable

    def facts(self) -> dict[str, object]:
        """What the rules mean in one word."""
        return {"label": self.label}

    def perform(self, setup: DrillSetup, backends: Backends) -> None:
        """Clear and fill in one script; the files that are read at boot stay as they are."""
        script = " && ".join(["ipvsadm -C", *(f"ipvsadm {rule}" for rule in self.table.rules)])
        run_checked(setup, backends, setup.director, ("sh", "-c", script))


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreRules(LoadRules):
    """The director's table as the spec has it."""

    verb: ClassVar[str] = "restore-table"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveRealServer(ServerStep):
    """A real server is removed from the director's table by hand: `ipvsadm -d`."""

    verb: ClassVar[str] = "take-out"

    table: IpvsTable

    def perform(self, setup: DrillSetup, backends: Backends) -> None:
        """The handout's own command lacks -t, and ipvsadm refuses it (exit 2)."""
        real = self.table.real(self.server.address)
        run_checked(setup, backends, setup.director, ("ipvsadm", "-d", "-t", self.table.service, "-r", real))
