"""What the implementations of a lock share: its errors, and its owner file's form."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from esxlab.backends.formats import newer, rendered
from esxlab.errors import LabError
from esxlab.foreign import read_json, table, texts_by_name
from esxlab.lab.inventory_names import is_fit
from esxlab.lab.lock import LockHolder, group_in

if TYPE_CHECKING:
    from esxlab.lab.lock import LockClaim

LONGEST = 200
_TOKEN = re.compile(r"[0-9A-Za-z-]{1,64}")
"""A dead holder's token becomes the name of a folder (backends/vsphere/locks.py)."""

FIRST_YEAR, LAST_YEAR = 2000, 9000
"""A time beyond them is nobody's, and cannot be turned into another zone's."""


def holder_of(claim: LockClaim, *, now: datetime, since: datetime | None = None) -> LockHolder:
    """The holder that a claim becomes; `since` when it is a renewal."""
    expires = now + timedelta(seconds=claim.ttl_s)
    return LockHolder(claim.token, claim.who, claim.computer_id, since or now, now, expires)


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
        "token": holder.token,
        "who": holder.who,
        "laptop": holder.computer_id,
        **{key: moment.isoformat(timespec="milliseconds") for key, moment in times.items()},
    }
    return rendered(content).encode()


def read_lock_file(content: bytes | None, *, file: str = "") -> LockHolder | None:
    """The holder; None when there is no file, or it was cut short. LabError record.newer, with the `file`."""
    try:
        found = table(read_json(content or b"null"))
        if problem := newer(found, file):
            raise problem
        times = [_moment(found[key]) for key in ("since", "refreshed", "expires")]
        token, who, computer_id = texts_by_name(
            {key: found[key] for key in ("token", "who", "laptop")}
        ).values()
    except (KeyError, ValueError):
        return None
    if not _TOKEN.fullmatch(token) or not _is_word(who) or not _is_word(computer_id):
        return None
    return LockHolder(token, who, computer_id, *times)


def _is_word(text: str) -> bool:
    """Short, and nothing in it moves a cursor: it is shown to whoever has to wait."""
    return len(text) <= LONGEST and is_fit(text)


def _moment(text: object) -> datetime:
    """A time with its zone, in UTC; ValueError for what is none, or too near the ends of the calendar."""
    moment = datetime.fromisoformat(text if isinstance(text, str) else "")
    if moment.tzinfo is None or not FIRST_YEAR < moment.year < LAST_YEAR:
        raise ValueError(text)
    return moment.astimezone(UTC)


def shown_time(moment: datetime) -> str:
    """As the reader's own clock would show it."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"
