"""What is done to a router: push the missing lines, or take exactly ours away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from esxlab import texts
from esxlab.actions.base import Action, BackendName, Stage

if TYPE_CHECKING:
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import RouterRecord
    from esxlab.lab.machine import Server
    from esxlab.lab.record import GroupRecord
    from esxlab.lab.router import Router, RouterAddress, RouterChange


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRouter(Action):
    """Send the missing lines to the group's router.

    `change` is what the plan has shown; None when the router could not be read then: it is planned when it
    can be. The running configuration is read again before: on a router that several groups share, another
    group's push may have made some of the lines superfluous. A line that the plan did not show is never sent
    (promise 6).
    """

    backend: ClassVar[BackendName] = "router"
    verb: ClassVar[str] = "push-router"
    stage: ClassVar[Stage] = "router"

    router: Router
    change: RouterChange | None
    record: GroupRecord
    others: tuple[RouterRecord, ...] = ()
    sharing: tuple[GroupId, ...] = ()  # the groups of the class behind this router
    servers: tuple[Server, ...] = ()  # theirs

    @property
    def weight(self) -> int:
        """Each line that is sent is waited for."""
        return 3

    @property
    def subject(self) -> str:
        """The router's host."""
        return self.router.address.host

    @property
    def limit_group(self) -> tuple[str, str]:
        """One at a time per router."""
        return ("router", self.router.address.host)

    def describe(self) -> str:
        """Sending lines, or only saving those that stand."""
        return _saving(self.change, self.router.address.host) or Action.describe(self)

    def details(self) -> tuple[str, ...]:
        """The commands, exactly."""
        return _commands(self.change)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRouter(Action):
    """Remove exactly the lines that this group brought, and put back what stood there before."""

    backend: ClassVar[BackendName] = "router"
    verb: ClassVar[str] = "release-router"
    stage: ClassVar[Stage] = "release"

    address: RouterAddress
    record: RouterRecord
    others: tuple[RouterRecord, ...]
    change: RouterChange | None
    servers: tuple[Server, ...] = ()  # where groups may be that use it too

    @property
    def subject(self) -> str:
        """The router's host."""
        return self.address.host

    @property
    def limit_group(self) -> tuple[str, str]:
        """One at a time per router."""
        return ("router", self.address.host)

    def describe(self) -> str:
        """Sending lines, or only saving those that stand."""
        return _saving(self.change, self.address.host) or Action.describe(self)

    def details(self) -> tuple[str, ...]:
        """The commands, exactly; and what stays of an interface that somebody else works with."""
        stays = self.change.stays if self.change else ()
        return (*_commands(self.change), *(texts.say("router.stays", line=line) for line in stays))


def _saving(change: RouterChange | None, host: str) -> str:
    return texts.say("action.save-router", subject=host) if change and change.save else ""


def _commands(change: RouterChange | None) -> tuple[str, ...]:
    if change is None:
        return ()
    return ("write memory",) if change.save else change.commands
