"""A router that only a record on a datastore names: nobody said that the password may go there."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from esxlab.actions.base import Action, BackendName, Stage
from esxlab.errors import LabError
from esxlab.lab.router_logins import write_router

if TYPE_CHECKING:
    from esxlab.lab.router import RouterAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveRouter(Action):
    """Leave the group's lines on the router for a run that is told how to log in there; dials nothing.

    The group's folder stays too, for only there is it written what the router had before.
    """

    backend: ClassVar[BackendName] = "router"
    verb: ClassVar[str] = "leave-router"
    stage: ClassVar[Stage] = "release"

    said: RouterAddress

    @property
    def subject(self) -> str:
        """The router's host, as the record has it."""
        return self.said.host

    @property
    def reason(self) -> LabError:
        """Why it is left, and the command that would not leave it."""
        written = write_router(replace(self.said, serial_number=""))  # which one it is, the router shows
        command = shlex.join(["esxlab", "trust", f"--router={written}"])
        where = f"{self.group}, {self.subject}"
        return LabError("router.only_in_record", where=where, host=self.subject, command=command)
