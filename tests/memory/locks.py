"""Locks of the vSphere in memory."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from esxlab.backends.locking import held, holder_of
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.lab.lock import LockClaim, LockHolder
    from esxlab.lab.machine import Site

Place = tuple[str, str, str]
"""(server, datastore, name)."""


@dataclass(slots=True)
class MemoryLocks:
    """All locks of all datastores; `now` is the servers' clock."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    held: dict[Place, LockHolder] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def take(self, site: Site, name: str, claim: LockClaim) -> bool:
        """Take, or take over (True); lock.held."""
        with self._lock:
            there, now = self.held.get(_place(site, name)), self.now()
            if there and there.token != claim.token and not there.may_pass_to(claim, now=now):
                raise held(name, there)
            self.held[_place(site, name)] = holder_of(claim, now=now)
            return there is not None and there.token != claim.token

    def renew(self, site: Site, name: str, claim: LockClaim) -> None:
        """New times; lock.lost."""
        with self._lock:
            there = self.held.get(_place(site, name))
            if there is None or there.token != claim.token:
                raise LabError("lock.lost", lock=name, who=there.who if there else "-")
            self.held[_place(site, name)] = holder_of(claim, now=self.now(), since=there.since)

    def give_back(self, site: Site, name: str, claim: LockClaim | None) -> None:
        """Forget it, if it is the claim's; without a claim, whosever it is."""
        with self._lock:
            there = self.held.get(_place(site, name))
            if there and (claim is None or there.token == claim.token):
                del self.held[_place(site, name)]

    def holder(self, site: Site, name: str) -> LockHolder | None:
        """Who holds it."""
        with self._lock:
            return self.held.get(_place(site, name))


def _place(site: Site, name: str) -> Place:
    return site.server.host, site.datastore, name
