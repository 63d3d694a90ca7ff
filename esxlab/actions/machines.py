"""What can be done to one virtual machine of a group: its disk, its cards, its power."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from esxlab.actions.base import Action, Stage

if TYPE_CHECKING:
    from esxlab.lab.machine import Machine, Site


GENTLY_S = 100.0
"""How long a guest may take to shut down before its power is cut: systemd itself gives a service 90 s to stop
(DefaultTimeoutStopSec, systemd-system.conf(5))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineAction(Action):
    """An action on one machine."""

    stage: ClassVar[Stage] = "machines"

    site: Site
    machine: Machine

    @property
    def subject(self) -> str:
        """The machine's name in the exercise."""
        return self.machine.owner.machine


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerAction(MachineAction):
    """One that waits for its turn among the power operations of its ESXi host."""

    @property
    def limit_group(self) -> tuple[str, str]:
        """The host's."""
        return ("power", self.site.esxi or self.site.server.host)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyDisk(MachineAction):
    """Copy the model's disk into the machine's folder."""

    verb: ClassVar[str] = "copy-disk"

    @property
    def weight(self) -> int:
        """Gigabytes are copied."""
        return 20

    @property
    def limit_group(self) -> tuple[str, str]:
        """Copies wait for each other per datastore."""
        return ("copy", self.machine.datastore)

    def facts(self) -> dict[str, object]:
        """From where to where."""
        return {"subject": self.subject, "model": self.site.model, "path": self.machine.disk_path}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteDisk(MachineAction):
    """Delete a copy that was cut off half-way."""

    verb: ClassVar[str] = "delete-disk"

    def facts(self) -> dict[str, object]:
        """Which disk."""
        return {"subject": self.subject, "path": self.machine.disk_path}


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateMachine(MachineAction):
    """Create the virtual machine on its disk, its first card on the school's network."""

    verb: ClassVar[str] = "create-machine"

    def facts(self) -> dict[str, object]:
        """What it is made of."""
        return {"subject": self.subject, "name": self.machine.name, "staging": self.site.staging}


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNic(MachineAction):
    """Add the second card."""

    verb: ClassVar[str] = "add-nic"

    role: str

    @property
    def key(self) -> str:
        """A machine may lack several cards."""
        return f"{self.verb} {self.subject} {self.role}"

    def facts(self) -> dict[str, object]:
        """Which card, on which network."""
        nic = self.machine.nic(self.role)
        return {"subject": self.subject, "role": self.role, "network": nic.network if nic else ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerOn(PowerAction):
    """Power on; a machine that is suspended goes on where it was."""

    verb: ClassVar[str] = "power-on"

    suspended: bool = False

    @property
    def word(self) -> str:
        """Power on, or resume."""
        return "resume" if self.suspended else self.verb


@dataclass(frozen=True, slots=True, kw_only=True)
class SetHardware(PowerAction):
    """Shut a machine down and give it the hardware that the spec says; a power-on follows in the plan."""

    verb: ClassVar[str] = "set-hardware"

    differs: tuple[tuple[str, object, object], ...]  # (memory_mib, found, wanted)
    suspended: bool = False

    def facts(self) -> dict[str, object]:
        """What becomes what."""
        changes = ", ".join(f"{name} {found} -> {wanted}" for name, found, wanted in self.differs)
        return {"subject": self.subject, "changes": changes}


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerOff(MachineAction):
    """PowerOffVM at once, without telling the guest: the machine is about to be destroyed."""

    verb: ClassVar[str] = "power-off"
    stage: ClassVar[Stage] = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShutDown(PowerAction):
    """Ask the guest to shut down, and cut its power only when it does not: the lesson is over for today."""

    verb: ClassVar[str] = "shut-down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend(PowerAction):
    """Keep the memory of a running machine on its datastore, and take its power."""

    verb: ClassVar[str] = "suspend"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconfigureMachine(MachineAction):
    """Move the cards to the group's own port groups, and write down in extraConfig what its guest is."""

    verb: ClassVar[str] = "connect-nics"
    stage: ClassVar[Stage] = "cutover"

    def facts(self) -> dict[str, object]:
        """Which networks."""
        networks = ", ".join(dict.fromkeys(nic.network for nic in self.machine.nics))
        return {"subject": self.subject, "networks": networks}


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCycle(PowerAction):
    """Shut down and power on, so that the machine comes up with its final addresses."""

    verb: ClassVar[str] = "restart"
    stage: ClassVar[Stage] = "cutover"

    gently_s: float = field(default=GENTLY_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCycleFirst(PowerCycle):
    """One before anything else: an earlier run moved its cards, and it still has its old addresses."""

    verb: ClassVar[str] = "reboot"
    stage: ClassVar[Stage] = "guests"


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyMachine(MachineAction):
    """Destroy the machine, after detaching every disk that is not in its own folder."""

    verb: ClassVar[str] = "destroy-machine"
    stage: ClassVar[Stage] = "release"

    def facts(self) -> dict[str, object]:
        """Which machine, by both names."""
        return {"subject": self.subject, "name": self.machine.name}
