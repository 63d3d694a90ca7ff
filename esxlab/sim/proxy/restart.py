"""What a vSphere server forgets when it restarts: every session with its views, and every task of before."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from esxlab.sim.proxy.soap import Fault

if TYPE_CHECKING:
    from esxlab.sim.proxy.http import Message

TASK = re.compile(rb'type="Task"[^>]*>([^<]+)<')


@dataclass(slots=True)
class Forgetting:
    """Cookies and tasks that were seen, and those of them that belong to the time before the last restart."""

    _cookies: set[bytes] = field(default_factory=set)
    _tasks: set[bytes] = field(default_factory=set)
    _old_cookies: set[bytes] = field(default_factory=set)
    _old_tasks: set[bytes] = field(default_factory=set)

    def restart(self) -> None:
        """From now on all that was seen so far is of before."""
        self._old_cookies |= self._cookies
        self._old_tasks |= self._tasks

    def without_session(self, request: Message) -> None:
        """Take an old session's cookie out of the request: vcsim then says NotAuthenticated, or 401."""
        cookie = request.header(b"cookie")
        self._cookies.add(cookie)
        if cookie and cookie in self._old_cookies:
            request.headers = [(k, v) for k, v in request.headers if k.lower() != b"cookie"]

    def refusal(self, body: bytes) -> Fault | None:
        """ManagedObjectNotFound for whoever asks about an old task."""
        for task in TASK.findall(body) if self._old_tasks else ():
            if task in self._old_tasks:
                return Fault("ManagedObjectNotFound", fields=(("obj", f"Task:{task.decode()}"),))
        return None

    def note(self, answer: Message) -> None:
        """Remember the task that this answer names: those of the task methods are short."""
        if len(answer.body) < 4096:  # noqa: PLR2004 - a reference, not an inventory
            self._tasks.update(TASK.findall(answer.body))
