"""What the implementations of a lock share: its errors, and its owner file's form."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.lab.lock import LockHolder, group_in

if TYPE_CHECKING:
    from esxlab.lab.lock import LockClaim

FORMAT = 1


def holder_of(claim: LockClaim, *, now: datetime, since: datetime | None = None) -> LockHolder:
    """The holder that a claim becomes; `since` when it is a renewal."""
    expires = now + timedelta(seconds=claim.ttl_s)
    return LockHolder(claim.token, claim.who, claim.laptop, since or now, now, expires)


def held(name: str, holder: LockHolder) -> LabError:
    """LabError lock.held."""
    return LabError(
        "lock.held",
        lock=name,
        group=group_in(name),
        who=holder.who,
        since=shown_time(holder.since),
        refreshed=shown_time(holder.refreshed),
        expires=shown_time(holder.expires),
    )


def passing(name: str) -> LabError:
    """LabError lock.passing."""
    return LabError("lock.passing", lock=name, group=group_in(name))


def lock_file(holder: LockHolder) -> bytes:
    """The owner file of a lock."""
    times = {"since": holder.since, "refreshed": holder.refreshed, "expires": holder.expires}
    content = {
        "esxlab": FORMAT,
        "token": holder.token,
        "who": holder.who,
        "laptop": holder.laptop,
        **{key: moment.isoformat(timespec="milliseconds") for key, moment in times.items()},
    }
    return (json.dumps(content, indent=1) + "\n").encode()


def read_lock_file(content: bytes | None) -> LockHolder | None:
    """The holder; None when there is no file, or it was cut short."""
    try:
        found = json.loads(content or b"null")
        times = [datetime.fromisoformat(found[key]) for key in ("since", "refreshed", "expires")]
        words = [str(found[key]) for key in ("token", "who", "laptop")]
    except (KeyError, ValueError, TypeError):
        return None
    if any(moment.tzinfo is None for moment in times):
        return None
    return LockHolder(words[0], words[1], words[2], *(moment.astimezone(UTC) for moment in times))


def shown_time(moment: datetime) -> str:
    """As the reader's own clock would show it."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"
