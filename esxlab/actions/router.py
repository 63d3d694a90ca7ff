"""What is done to a router: push the missing lines, or take exactly ours away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from esxlab import texts
from esxlab.actions.base import Action, Stage, World
from esxlab.diff.router import diff_release, diff_router, merge_record, or_save, slots_to_read
from esxlab.diff.router_refusals import refusals
from esxlab.diff.sharing import router_records
from esxlab.errors import LabError

if TYPE_CHECKING:
    from esxlab.backends.protocols import Backends
    from esxlab.lab.lab import RouterRecord
    from esxlab.lab.machine import Server
    from esxlab.lab.record import GroupRecord
    from esxlab.lab.router import Router, RouterAddress, RouterChange


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRouter(Action):
    """Send the missing lines to the group's router.

    `change` is what the plan has shown; None when the router could not be read then. The running
    configuration is read again here: on a router that several groups share, another group's push may have
    made some of the lines superfluous. A line that the plan did not show is never sent (promise 6).
    """

    world: ClassVar[World] = "router"
    verb: ClassVar[str] = "push-router"
    stage: ClassVar[Stage] = "router"

    router: Router
    change: RouterChange | None
    record: GroupRecord
    others: tuple[RouterRecord, ...] = ()
    servers: tuple[Server, ...] = ()  # those of all groups behind this router

    @property
    def weight(self) -> int:
        """Each line that is sent is waited for."""
        return 3

    @property
    def subject(self) -> str:
        """The router's host."""
        return self.router.address.host

    @property
    def lane(self) -> tuple[str, str]:
        """One at a time per router."""
        return ("router", self.router.address.host)

    def describe(self) -> str:
        """Sending lines, or only saving those that stand."""
        return _saving(self.change, self.router.address.host) or Action.describe(self)

    def details(self) -> tuple[str, ...]:
        """The commands, exactly."""
        return _commands(self.change)

    def perform(self, backends: Backends) -> None:
        """Read again, refuse what was not shown, push."""
        address, wanted = self.router.address, self.router.table
        ours, others = self.record.router, self.others
        found = backends.routers.observe(address, slots_to_read(wanted, ours))
        if self.change is None:
            others = self._others_now(backends)  # another group of this run may have pushed since the plan
        if refused := refusals(self.router, found.running_config, ours, others):
            raise refused[0]
        change = or_save(diff_router(wanted, found.table, ours, others), found)
        if self.change is None:
            record = merge_record(ours, wanted, found.table, others)
            if (record, address) != (ours, self.record.router_address):
                backends.vsphere.claim(self.record._replace(router_address=address, router=record))
        elif new := [line for line in change.commands if line not in self.change.commands]:
            raise LabError("plan.router_changed", where=f"{self.group}, {self.subject}", line=new[0].strip())
        if change:
            backends.routers.push(address, change, change.target)

    def _others_now(self, backends: Backends) -> tuple[RouterRecord, ...]:
        theirs = [
            record
            for server in self.servers
            for group, record in backends.vsphere.find_records(server, self.group.class_name).items()
            if record and group != self.group
        ]
        return (*router_records(self.router.address, theirs), *self.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRouter(Action):
    """Remove exactly the lines that this group brought, and put back what stood there before."""

    world: ClassVar[World] = "router"
    verb: ClassVar[str] = "release-router"
    stage: ClassVar[Stage] = "release"

    address: RouterAddress
    record: RouterRecord
    others: tuple[RouterRecord, ...]
    change: RouterChange | None

    @property
    def subject(self) -> str:
        """The router's host."""
        return self.address.host

    @property
    def lane(self) -> tuple[str, str]:
        """One at a time per router."""
        return ("router", self.address.host)

    def describe(self) -> str:
        """Sending lines, or only saving those that stand."""
        return _saving(self.change, self.address.host) or Action.describe(self)

    def details(self) -> tuple[str, ...]:
        """The commands, exactly; and what stays of an interface that somebody else works with."""
        stays = self.change.stays if self.change else ()
        return (*_commands(self.change), *(texts.say("router.stays", line=line) for line in stays))

    def perform(self, backends: Backends) -> None:
        """Read again and remove what is still ours."""
        found = backends.routers.observe(self.address, self.record.uses)
        if change := or_save(diff_release(self.record, found.table, self.others), found):
            backends.routers.push(self.address, change, change.target)


def _saving(change: RouterChange | None, host: str) -> str:
    return texts.say("action.save-router", subject=host) if change and change.save else ""


def _commands(change: RouterChange | None) -> tuple[str, ...]:
    if change is None:
        return ()
    return ("write memory",) if change.save else change.commands
