"""What is done inside a machine: observe it, and change only what differs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from esxlab.actions.base import Action, Stage, World
from esxlab.backends.pulse import watched
from esxlab.backends.roads import Traveller
from esxlab.diff.guest import diff_guest
from esxlab.errors import LabError
from esxlab.lab.password import UNMARKED, PasswordMark

if TYPE_CHECKING:
    from esxlab.backends.protocols import Backends
    from esxlab.backends.roads import Met
    from esxlab.lab.approach import Approach
    from esxlab.lab.guest import Guest
    from esxlab.lab.machine import Machine, Site

BOOT_TIMEOUT_S = 300.0
"""From power-on to an answer over SSH: a loaded ESXi host that boots a class of machines takes minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigureGuest(Action):
    """Bring a guest's files, packages and services to what is wanted; the network changes at its restart."""

    world: ClassVar[World] = "guest"
    verb: ClassVar[str] = "configure"
    stage: ClassVar[Stage] = "guests"

    site: Site
    machine: Machine
    approach: Approach
    stamped: bool = False  # the machine says that it was configured: no longer true once this has begun
    marked: PasswordMark = UNMARKED  # what the machine says of its password
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
    def lane(self) -> tuple[str, str]:
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

    def perform(self, backends: Backends) -> None:
        """One round trip to look, and only when something differs one batch and one script."""
        guest = self.machine.guest
        if guest is None:
            return
        traveller = Traveller(backends, self.site)
        met = traveller.meet(self.approach, self.machine, guest, timeout_s=self.boot_timeout_s)
        with watched(lambda: self._check_power(backends)):
            self._configure(guest, met, backends)

    def _check_power(self, backends: Backends) -> None:
        for stop in self.approach.stops:
            backends.vsphere.check_on(self.site, stop.owner)

    def _configure(self, guest: Guest, met: Met, backends: Backends) -> None:
        road, found = met
        if found.lacks:
            raise LabError("guest.no_ifupdown", programs=", ".join(found.lacks))
        if change := diff_guest(guest, found):
            mark = PasswordMark(found.password, change.password)
            keys = backends.guests.make_keys(road) if change.new_identity else ()
            if self.stamped or keys or (change.password and mark != self.marked):
                # a run that dies from here on must leave no wrong stamp, and all passwords and host keys that
                # may hold
                keys = keys or self.machine.host_keys
                unstamped = replace(self.machine, nics=(), stamp="", password=mark, host_keys=keys)
                backends.vsphere.connect_nics(self.site, unstamped)
            backends.guests.apply(road, change, nic_names=dict(found.nic_names))
