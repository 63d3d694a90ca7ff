"""A lock on a group or a router, as it lies on the datastore: who holds it, and until when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from esxlab.lab.identity import GroupId
    from esxlab.lab.machine import Site
    from esxlab.lab.record import GroupRecord

TTL_S = 120.0
"""How long a lock outlives its last sign of life. Longer than a lost connection, shorter than a coffee."""

SUFFIX = ".lock"
GROUP_LOCK = re.compile(r"-g([0-9]{1,3})\.lock$")


@dataclass(frozen=True, slots=True)
class LockClaim:
    """Who asks for a lock. `token` is random and new for every run.

    `computer_id` is the same for all runs of one user on one computer. `alone`: no other process of this user
    is at work on it here, so that a lock with the same `computer_id` was left by a run that died, and may be
    taken over at once.
    """

    token: str
    who: str
    computer_id: str
    ttl_s: float = TTL_S
    alone: bool = False


@dataclass(frozen=True, slots=True)
class LockHolder:
    """What a lock's owner file says. All times are the vSphere server's: laptops' clocks may be apart."""

    token: str
    who: str
    computer_id: str
    since: datetime
    refreshed: datetime
    expires: datetime

    def may_pass_to(self, claim: LockClaim, *, now: datetime) -> bool:
        """It has expired, or its holder is known to be dead."""
        return now >= self.expires or (claim.alone and claim.computer_id == self.computer_id)


def group_lock(group: GroupId) -> str:
    """Name of a group's lock: a folder beside its folder, because a teardown deletes the folder."""
    return f"{group.folder_name}{SUFFIX}"


def group_in(lock: str) -> str:
    """The number of the group whose lock it is, for `unlock --group`; N for a router's."""
    found = GROUP_LOCK.search(lock)
    return str(int(found[1])) if found else "N"


def router_lock(host: str) -> str:
    """Name of a router's lock, on the datastores of all groups that use it."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-.") else "_" for c in host)
    return f"esxlab-router-{safe}{SUFFIX}"


def router_places(host: str, own: Site, records: Iterable[GroupRecord]) -> tuple[Site, ...]:
    """Where a router is locked: a group's own datastore, and those of all groups whose records name it.

    One site for each datastore, in one order for everybody who locks several.
    """
    users = (r.site for r in records if r.router_address and r.router_address.host == host)
    places = {(site.server.host, site.datastore): site for site in (*users, own)}
    return tuple(places[key] for key in sorted(places))
