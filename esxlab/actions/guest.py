"""What is done inside a machine: only what differs there once it has been looked at; or nothing but asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from esxlab.actions.base import Action, BackendName, Stage
from esxlab.lab.password import MODEL_PASSWORD, PasswordState

if TYPE_CHECKING:
    from esxlab.lab.machine import Machine, Site
    from esxlab.lab.planned_route import PlannedRoute

BOOT_TIMEOUT_S = 300.0
"""From power-on to an answer over SSH: a loaded ESXi host that boots a class of machines takes minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigureGuest(Action):
    """Bring a guest's files, packages and services to what is wanted; the network changes at its restart."""

    backend: ClassVar[BackendName] = "guest"
    verb: ClassVar[str] = "configure"
    stage: ClassVar[Stage] = "guests"

    site: Site
    machine: Machine
    route: PlannedRoute
    has_config_digest: bool = (
        False  # the machine says that it was configured: no longer true once this has begun
    )
    password_state: PasswordState = MODEL_PASSWORD  # what the machine says of its password
    boot_timeout_s: float = field(default=BOOT_TIMEOUT_S, repr=False, compare=False)  # is not what is done

    @property
    def subject(self) -> str:
        """The machine's name in the exercise."""
        return self.machine.owner.machine

    @property
    def weight(self) -> int:
        """Packages, services and files take their time: web servers come first, clients last."""
        guest = self.machine.guest
        return 10 + (len(guest.packages) + len(guest.services) + len(guest.files) if guest else 0)

    @property
    def limit_group(self) -> tuple[str, str]:
        """SSH sessions are limited over the whole class."""
        return ("ssh", "")

    def facts(self) -> dict[str, object]:
        """Host name, and how many files and packages."""
        guest = self.machine.guest
        return {
            "subject": self.subject,
            "hostname": guest.hostname if guest else "",
            "packages": len(guest.packages) if guest else 0,
            "files": len(guest.files) if guest else 0,
        }

    def details(self) -> tuple[str, ...]:
        """The files and the packages that it will have."""
        guest = self.machine.guest
        if guest is None:
            return ()
        own = (f"root: {guest.password}",) if guest.password.group else ()
        return (*(file.path for file in guest.files), "apt: " + " ".join(guest.packages), *own)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitGuest(Action):
    """Wait until a guest that was configured before answers over SSH; nothing in it is changed."""

    backend: ClassVar[BackendName] = "guest"
    verb: ClassVar[str] = "await-guest"
    stage: ClassVar[Stage] = "guests"

    site: Site
    machine: Machine
    route: PlannedRoute
    boot_timeout_s: float = field(default=BOOT_TIMEOUT_S, repr=False, compare=False)  # is not what is done

    @property
    def subject(self) -> str:
        """The machine's name in the exercise."""
        return self.machine.owner.machine

    @property
    def limit_group(self) -> tuple[str, str]:
        """SSH sessions are limited over the whole class."""
        return ("ssh", "")
