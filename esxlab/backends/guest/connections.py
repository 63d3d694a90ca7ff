"""Open SSH connections by route, shared between threads, reused while they live, closed when idle."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from esxlab import texts
from esxlab.backends.endpoints import Endpoint
from esxlab.backends.guest.dialling import (
    Attempt,
    Dialled,
    NotYet,
    hang_up,
    log_in,
    open_tcp,
    open_through,
)
from esxlab.backends.guest.known_hosts import Shown
from esxlab.backends.guest.limits import LIMITS, Limits
from esxlab.backends.power_watch import poll_power_watch
from esxlab.errors import LabError
from esxlab.lab.password import MODEL, PasswordName

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import paramiko

    from esxlab.backends.endpoints import Endpoints
    from esxlab.backends.guest.dialling import Login
    from esxlab.lab.guest import SshHop, SshRoute

    Key = tuple[int, str]

IDLE_S = 20.0
"""paramiko polls every connection ten times a second: 90 idle ones would cost a tenth of a core."""
PAUSE_S = 1.0
ODD_TRIES = 3
"""So often a server may answer what no SSH server answers: to wait for its machine to boot is no use."""


@dataclass(slots=True)
class _PoolEntry:
    """The place of one connection; its lock is held while it is dialled."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    dialled: Dialled | None = None
    retired: list[Dialled] = field(default_factory=list)  # broken, but somebody still holds them
    users: int = 0
    last_used: float = 0.0


_RouteKey = tuple[int, tuple["SshHop", ...]]


@dataclass(slots=True)
class Connections:
    """All connections of one run. `clock` and `sleep` are seconds, monotonic."""

    endpoints: Endpoints
    login: Login
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    idle_s: float = IDLE_S
    pause_s: float = PAUSE_S
    judge: Callable[[SshHop, str], None] = lambda hop, line: None  # noqa: ARG005 - who may show which host key
    met: Callable[[int, str, Shown], None] = lambda group, machine, shown: None  # noqa: ARG005 - a listener
    keys: Callable[[int], Sequence[paramiko.PKey]] = lambda group: ()  # noqa: ARG005 - a group's login keys
    limits: Limits = LIMITS
    dialled: int = 0  # connections made so far: what a provision costs
    _pool: dict[_RouteKey, _PoolEntry] = field(default_factory=dict)
    _refused: set[tuple[Key, PasswordName]] = field(default_factory=set)
    _held: dict[Key, tuple[PasswordName, ...]] = field(default_factory=dict)  # known better than by marks
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def borrow(self, route: SshRoute, *, deadline: float) -> Dialled:
        """A living connection to the end of the route; give it back with `give_back`.

        Dials, and dials again while a layer does not answer, until `deadline` (on the clock).

        Raises:
            LabError: guest.unreachable (which layer of which hop), guest.no_address, guest.login,
                guest.key_changed, guest.model_key, guest.no_place, secret.missing, vsphere.off.
        """
        self._close_idle()
        key = (route.group, route.hops)
        with self._lock:
            entry = self._pool.setdefault(key, _PoolEntry())
            entry.users += 1
        try:
            with entry.lock:
                if entry.dialled is None or not entry.dialled.transport.is_active():
                    entry.dialled = None
                    entry.dialled = self._dial_until(route, deadline)
                return entry.dialled
        except BaseException:
            self.give_back(route)
            raise

    def give_back(self, route: SshRoute, *, broken: bool = False, leave: bool = False) -> None:
        """Somebody needs it no longer; `broken`: nobody gets it again, and its last user closes it.

        `leave` is the same, unless the connection is the way to others: their guests would be lost.
        """
        key = (route.group, route.hops)
        with self._lock:
            entry = self._pool.get(key)
            if entry is None:
                return
            entry.users = max(0, entry.users - 1)
            entry.last_used = self.clock()
            if (broken or (leave and not self._is_jump(key))) and entry.dialled:
                entry.retired.append(entry.dialled)
                entry.dialled = None
            ended: list[Dialled] = []
            if not entry.users:
                ended, entry.retired = entry.retired, []
                if entry.dialled is None:
                    del self._pool[key]  # else every route ever taken would be looked at, again and again
        for dialled in ended:
            hang_up(dialled, limits=self.limits)

    def password_of(self, route: SshRoute) -> PasswordName:
        """The password that the end of the route took last."""
        return self._held.get((route.group, route.machine), route.hops[-1].passwords)[0]

    def hold(self, route: SshRoute, *names: PasswordName) -> None:
        """From now on the end of the route has this password; or, while it is being changed, one of two."""
        self._held[route.group, route.machine] = names

    def leave(self, group: int) -> None:
        """Close this group's connections that nobody uses: its turn is over."""
        with self._lock:
            ended = [key for key, entry in self._pool.items() if key[0] == group and not entry.users]
            entries = [self._pool.pop(key) for key in sorted(ended, key=lambda key: -len(key[1]))]
        for entry in entries:
            if entry.dialled:
                hang_up(entry.dialled, limits=self.limits)

    def close(self) -> None:
        """Close everything, ends of routes before their jump hosts."""
        with self._lock:
            entries = sorted(self._pool.items(), key=lambda item: -len(item[0][1]))
            self._pool.clear()
        for _, entry in entries:
            for dialled in (entry.dialled, *entry.retired):
                if dialled:
                    with suppress(Exception):
                        dialled.transport.close()

    def _close_idle(self) -> None:
        now, idle = self.clock(), []
        with self._lock:
            for key, entry in list(self._pool.items()):
                unused = not entry.users and entry.dialled and now - entry.last_used > self.idle_s
                if unused and not self._is_jump(key):
                    idle.append(self._pool.pop(key))
        for entry in idle:
            if entry.dialled:
                hang_up(entry.dialled, limits=self.limits)

    def _is_jump(self, key: _RouteKey) -> bool:
        """Whether others go through this one, or are being dialled through it just now."""
        group, hops = key
        return any(
            other != key
            and other[0] == group
            and other[1][: len(hops)] == hops
            and (entry.dialled or entry.users)
            for other, entry in self._pool.items()
        )

    def _dial_until(self, route: SshRoute, deadline: float) -> Dialled:
        odd = 0
        while True:
            try:
                return self._dial(route, deadline)
            except NotYet as error:
                odd += error.odd
                if self.clock() + self.pause_s >= deadline or odd >= ODD_TRIES:
                    raise LabError(
                        "guest.unreachable",
                        where=_place(route),
                        detail=error.detail,
                        layer=texts.say(f"guest.layer.{error.layer}"),
                        machine=route.machine,
                        address=route.hops[-1].address,
                        port=route.hops[-1].port,
                    ) from error
            poll_power_watch()
            self.sleep(self.pause_s)

    def _dial(self, route: SshRoute, deadline: float) -> Dialled:
        hop, where = route.hops[-1], _place(route)
        if not hop.address:
            raise LabError("guest.no_address", where=where)
        try:
            dialled = self._dial_last(route, self._attempt(route), deadline)
        except LabError as error:
            raise self._explained(error, route).at(where) from error
        self.hold(route, dialled.password)
        with self._lock:
            self.dialled += 1
        direct = hop.address if len(route.hops) == 1 else ""
        self.met(route.group, hop.machine, Shown(dialled.host_key, dialled.key_line, direct, hop.port))
        return dialled

    def _attempt(self, route: SshRoute) -> Attempt:
        """What the end of the route may be asked to take: no password that it has refused already."""
        key = (route.group, route.machine)
        names = self._held.get(key, route.hops[-1].passwords)
        left = [name for name in names if (key, name) not in self._refused]
        if not left:
            raise self._explained(LabError("guest.login", user=self.login.user), route).at(_place(route))
        return Attempt(left, lambda name: self._refused.add((key, name)), self.keys(route.group))

    def _explained(self, error: LabError, route: SshRoute) -> LabError:
        """A refused login by what was refused: a generated password is mended in another way."""
        names = self._held.get((route.group, route.machine), route.hops[-1].passwords)
        if error.code != "guest.login" or MODEL in names or self.keys(route.group):
            return error
        return LabError("guest.login_generated", where=error.where, user=self.login.user, group=route.group)

    def _dial_last(self, route: SshRoute, attempt: Attempt, deadline: float) -> Dialled:
        hop = route.hops[-1]
        limits = self.limits
        limit_s = min(limits.ssh_s, max(limits.least_s, deadline - self.clock()))
        speak = partial(
            log_in,
            login=self.login,
            attempt=attempt,
            judge=partial(self.judge, hop),
            limit_s=limit_s,
            limits=limits,
        )
        if len(route.hops) == 1:
            return speak(open_tcp(self.endpoints.guest(hop.address, hop.port), limits=limits))
        jump_route = type(route)(route.group, route.hops[:-1])
        jump = self.borrow(jump_route, deadline=deadline)
        try:
            return speak(open_through(jump.transport, Endpoint(hop.address, hop.port), limits=limits))
        finally:
            self.give_back(jump_route, broken=not jump.transport.is_active())


def _place(route: SshRoute) -> str:
    return f"{texts.say('place.group', number=route.group)}, {route}"
