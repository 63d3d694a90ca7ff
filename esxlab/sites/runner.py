"""What a site runs all day.

Takes messages in, sends answers out, and waits for the post when it is away.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.foreign import read_file
from esxlab.sites.job_store import LIMIT
from esxlab.sites.messages import CENTRE

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from esxlab.sites.desk import Desk
    from esxlab.sites.job_store import JobStore
    from esxlab.sites.post import Post

LISTEN_S = 0.5
DAY_S = 86_400.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0


def run_site(
    post: Post,
    desk: Desk,
    job_store: JobStore,
    stop: threading.Event,
    *,
    away: Callable[[LabError | None], None],
    daily: Callable[[], None] = lambda: None,
    once: bool = False,
) -> None:
    """Until `stop` is set.

    `away` hears once that the post cannot be reached, and once (None) that it can; `daily` is called at once
    and then every day. With `once`, until what is there was read and answered: for a stick. LabError
    site.away when it is gone.
    """
    desk.resume()
    pause, told, days = FIRST_PAUSE_S, False, _Days(job_store.tidy, daily)
    try:
        while not stop.is_set():
            try:
                days.look()
                heard = _hear_one(post, desk)
                _send_all(post, job_store)
            except LabError as error:
                if not told:
                    away(error)
                told = True
                if once and desk.is_idle():
                    raise
                post.close()  # what was not acknowledged comes again
                stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)
                continue
            if told:
                away(None)
            pause, told = FIRST_PAUSE_S, False
            if once and not heard and desk.is_idle():
                break
    finally:
        desk.close()
        _send_last(post, job_store, away)


def _send_last(post: Post, job_store: JobStore, away: Callable[[LabError | None], None]) -> None:
    """What was still to be said; a job may have taken longer to end than a connection lives."""
    post.close()
    try:
        _send_all(post, job_store)
    except LabError as error:  # they are in the outbox: the next start sends them
        away(error)
    post.close()


class _Days:
    """Calls what is due every day, the first time at once."""

    def __init__(self, *due: Callable[[], None]) -> None:
        self._due, self._next = due, time.monotonic()

    def look(self) -> None:
        if time.monotonic() >= self._next:
            self._next += DAY_S
            for call in self._due:
                call()


def _hear_one(post: Post, desk: Desk) -> bool:
    letter = post.receive(LISTEN_S)
    if letter is None:
        return False
    desk.hear(letter.content)
    letter.done()
    return True


def _send_all(post: Post, job_store: JobStore) -> None:
    for name, path in job_store.outbox():
        post.send(CENTRE, name, read_file(path, limit=LIMIT))
        path.unlink(missing_ok=True)
