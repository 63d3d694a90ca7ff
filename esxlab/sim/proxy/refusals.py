"""What real vSphere refuses and vcsim accepts, decided from the request alone.

The refusals that need the inventory are made inside vcsim itself (sim/vcsim): names taken in a folder, port
groups and switches in use, full datastores, full hosts, files of running machines, MACs that VMware keeps for
itself, missing privileges, Tools that do not run. Here are those that a proxy can decide, and the lock after
too many wrong passwords.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from esxlab.sim.proxy.soap import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["vcenter", "esxi"]

LOCK_AFTER = 5  # Security.AccountLockFailures, ESXi's default
LOCK_S = 900.0  # Security.AccountUnlockTime, ESXi's default
DEST_SPEC = re.compile(rb"<(?:\w+:)?destSpec[\s>]")


def refuse_clone(kind: Kind, _body: bytes) -> Fault | None:
    """CloneVM does not exist on a lone ESXi, whatever the licence (govmomi#1469)."""
    return Fault("NotSupported", "The operation is not supported on the object.") if kind == "esxi" else None


def refuse_dest_spec(kind: Kind, body: bytes) -> Fault | None:
    """CopyVirtualDisk with destSpec is for ESXi only; vCenter: NotImplemented (govmomi#1036, #3758)."""
    if kind == "vcenter" and DEST_SPEC.search(body):
        return Fault("NotImplemented", "The requested operation is not implemented by the server.")
    return None


REFUSALS: dict[str, Callable[[Kind, bytes], Fault | None]] = {
    "CloneVM_Task": refuse_clone,
    "CopyVirtualDisk_Task": refuse_dest_spec,
}


def refusal(kind: Kind, method: str, body: bytes) -> Fault | None:
    """The fault that a real server would answer this call with; None: let it pass."""
    decide = REFUSALS.get(method)
    return decide(kind, body) if decide else None


@dataclass(slots=True)
class LoginLock:
    """ESXi's lock on an account after wrong passwords: the right one is refused too for a while."""

    clock: Callable[[], float]
    failures: int = 0
    last_failure_s: float = field(default=0.0)

    def locked(self) -> bool:
        """Whether logins are refused now."""
        if self.clock() - self.last_failure_s >= LOCK_S:
            self.failures = 0
        return self.failures >= LOCK_AFTER

    def note(self, *, accepted: bool) -> None:
        """Count what came of a login."""
        self.failures = 0 if accepted else self.failures + 1
        if not accepted:
            self.last_failure_s = self.clock()
