"""Holds the locks of the groups that a run changes: takes them, keeps them alive, gives them back."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from esxlab.actions.vsphere import WriteGroupRecord
from esxlab.backends.lease_guard import lease_guard
from esxlab.bugs import attempt, failure_of
from esxlab.engine.parallel import parallel_map
from esxlab.errors import LabError
from esxlab.lab.lock import TTL_S, LockClaim, group_lock, router_lock, router_places
from esxlab.local.author import who_am_i
from esxlab.local.lock import LocalLock, computer_id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from esxlab.actions.base import Action
    from esxlab.backends.vsphere_protocol import VSphere
    from esxlab.lab.identity import GroupId
    from esxlab.lab.machine import Server, Site
    from esxlab.lab.record import GroupRecord

PAUSE_S = 1.0
PASSING_S = 65.0
"""How long a lock is waited for in any case when it is just changing hands.
One who dies while he takes it over blocks it for the rest of a minute (backends/vsphere/locks.py)."""
ROUTER_S = 180.0
"""How long a push waits for its turn at a router that another group's run holds: pushes take seconds."""


@dataclass(frozen=True, slots=True)
class Locking:
    """How a run locks. `directory`: of this computer's name; None: without local locks.

    `namespace` tells apart what has the same name and is not the same: servers, and simulated ones.
    """

    directory: Path | None = None
    locks: Path | None = None  # where the local ones are; None: in the same
    namespace: str = ""
    wait_s: float = 0.0
    ttl_s: float = TTL_S


@dataclass(slots=True)
class _Held:
    site: Site
    name: str
    claim: LockClaim
    local: LocalLock | None
    confirmed: float
    taken_over: bool = False  # from a run that died
    lost: LabError | None = None
    unanswered: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


class Locks:
    """The locks of one run. `clock` is the wall's, in seconds: it goes on while a laptop sleeps."""

    def __init__(
        self,
        vsphere: VSphere,
        how: Locking,
        *,
        stop: threading.Event,
        workers: int = 32,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._vsphere = vsphere
        self._how = how
        self._stop = stop
        self._workers = workers
        self._clock = clock
        self._claim = LockClaim(
            token=secrets.token_hex(16),
            who=who_am_i(),
            computer_id=computer_id_of(how.directory) if how.directory else "",
            ttl_s=how.ttl_s,
            alone=how.directory is not None,
        )
        self._groups: dict[GroupId, _Held] = {}
        self._records: dict[Server, tuple[GroupRecord, ...]] = {}
        self._stale: list[tuple[Site, str]] = []  # where dead runs may have left a router's lock
        self._unreturned: list[_Held] = []  # routers' locks whose giving back has failed
        self._guard = threading.Lock()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def take(
        self,
        groups: Mapping[GroupId, Site],
        *,
        idle: Mapping[GroupId, Site] | None = None,
        servers: Iterable[Server] = (),
    ) -> dict[GroupId, LabError]:
        """Lock these groups side by side; those that could not be, with the reason.

        What a dead run held beside a group's lock that is taken over, a router's, goes at the end with it.

        Args:
            groups: what is to be changed, and where it is locked.
            idle: groups in which there is nothing to do. Those are locked too whose lock a dead run of this
                user has left, so that it is given back.
            servers: where groups may be that share a router with these.
        """

        def take_one(item: tuple[GroupId, Site]) -> _Held:
            return self._take(item[1], group_lock(item[0]), wait_s=self._how.wait_s)

        refused: dict[GroupId, LabError] = {}
        answers = parallel_map(take_one, groups.items(), workers=self._workers)
        for group, answer in zip(groups, answers, strict=True):
            if isinstance(answer, LabError):
                refused[group] = answer.at(str(group))
            else:
                self._groups[group] = answer
        left = idle or {}
        found = parallel_map(self._take_own, left.items(), workers=self._workers)
        self._groups |= {g: held for g, held in zip(left, found, strict=True) if isinstance(held, _Held)}
        attempt(partial(self._note_stale, servers))
        if self._groups:
            self._thread = threading.Thread(target=self._refresh, name="esxlab-locks", daemon=True)
            self._thread.start()
        return refused

    def _take_own(self, idle: tuple[GroupId, Site]) -> _Held | None:
        """The lock that a dead run of this user has left; somebody else's may be of a laptop that sleeps."""
        site, name = idle[1], group_lock(idle[0])
        holder = self._vsphere.lock_holder(site, name)
        own = holder is None or holder.computer_id == self._claim.computer_id
        return self._take(site, name, wait_s=0.0) if own else None

    def _note_stale(self, servers: Iterable[Server]) -> None:
        """The places of the routers whose locks those may have left from whom a group's lock was taken over.

        They are noted before the run: a teardown takes the records away that tell them.
        """
        inherited = {group: held.site for group, held in self._groups.items() if held.taken_over}
        if not inherited:
            return
        records = self._records_of({*servers, *(site.server for site in inherited.values())})
        hosts = {(r.group, r.router_address.host) for r in records if r.router_address}
        self._stale = [
            (site, router_lock(host))
            for group, host in sorted(hosts)
            if group in inherited
            for site in router_places(host, inherited[group], records)
        ]

    def check(self, group: GroupId) -> None:
        """Before a step: LabError lock.lost when the group's lock may be somebody else's by now."""
        if (held := self._groups.get(group)) is not None:
            self._check(held)

    def _check(self, held: _Held) -> None:
        if held.lost is None and self._age(held) > self._how.ttl_s / 2:
            self._renew(held, every_s=self._how.ttl_s / 2)
        if held.lost is not None:
            raise held.lost
        if self._age(held) > self._how.ttl_s:
            raise LabError("lock.lost", detail=held.unanswered, lock=held.name, who="-")

    @contextmanager
    def around(self, action: Action) -> Iterator[None]:
        """While a step is performed: the group's lock is ours, and so is the router's.

        Before every change the lease is checked: a laptop may fall asleep in the middle of a step.
        """
        self.check(action.group)
        held = self._groups.get(action.group)
        if held is None:
            yield
            return
        mine: list[_Held] = []
        kind, host = action.limit_group
        try:
            for site in self._router_places(action, host, held.site) if kind == "router" else ():
                mine.append(self._take(site, router_lock(host), wait_s=ROUTER_S))  # noqa: PERF401 - given back one by one
            with lease_guard(lambda: self._check(held)):
                yield
        finally:
            for lock in reversed(mine):
                if isinstance(attempt(partial(self._give_back, lock)), LabError):
                    self._unreturned.append(lock)
            if isinstance(action, WriteGroupRecord):
                with self._guard:
                    self._records.clear()

    def _router_places(self, action: Action, host: str, own: Site) -> tuple[Site, ...]:
        """Where a router is locked for a step, by the records of now.

        A group's record names its router before the group asks who else uses it, and its own datastore is
        always among the places. So of two runs that begin at once, the one that asks later sees the other's
        record, and waits for its lock. What was read is good for every group whose record was written before.
        """
        servers = tuple(dict.fromkeys((own.server, *getattr(action, "servers", ()))))
        return router_places(host, own, self._records_of(servers))

    def _records_of(self, servers: Iterable[Server]) -> Sequence[GroupRecord]:
        servers = tuple(servers)
        with self._guard:
            for server in servers:
                if server not in self._records:
                    self._records[server] = self._vsphere.find_all_records(server)
            return [record for server in servers for record in self._records[server]]

    def close(self) -> None:
        """Give everything back, side by side; a server that does not answer keeps it until it expires."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join(timeout=30)
        # first what dead runs left: a group's lock, taken over, is what tells of it
        parallel_map(self._remove_stale, self._stale, workers=self._workers)
        parallel_map(self._give_back, self._unreturned, workers=self._workers)
        parallel_map(self._give_back, self._taken(), workers=self._workers)
        self._groups.clear()

    def _remove_stale(self, place: tuple[Site, str]) -> None:
        """Give a router's lock back that a dead run has left; one that somebody alive holds stays."""
        if self._vsphere.lock_holder(*place) is not None:
            self._give_back(self._take(*place, wait_s=0.0))

    def _take(self, site: Site, name: str, *, wait_s: float) -> _Held:
        began = self._clock()
        while True:
            try:
                return self._try(site, name)
            except LabError as error:
                if error.code not in {"lock.held", "lock.held_here", "lock.passing"}:
                    raise
                patience_s = max(wait_s, PASSING_S if error.code == "lock.passing" else 0.0)
                if self._clock() - began >= patience_s or self._stop.wait(min(PAUSE_S, patience_s)):
                    raise

    def _try(self, site: Site, name: str) -> _Held:
        local = LocalLock(self._file(site, name), who=self._claim.who) if self._how.directory else None
        try:
            taken_over = self._vsphere.lock(site, name, self._claim)
        except BaseException:
            if local is not None:
                local.close()
            raise
        return _Held(site, name, self._claim, local, self._clock(), taken_over)

    def _file(self, site: Site, name: str) -> Path:
        if self._how.directory is None:
            raise AssertionError
        place = f"{self._how.namespace}/{site.server.host}/{site.datastore}"
        mark = hashlib.sha256(place.encode()).hexdigest()[:12]
        return (self._how.locks or self._how.directory) / "locks" / mark / name

    def _give_back(self, held: _Held) -> None:
        try:
            if held.lost is None:
                sure = self._age(held) < held.claim.ttl_s / 4
                self._vsphere.unlock(held.site, held.name, held.claim, sure=sure)
        finally:
            if held.local is not None:
                held.local.close()

    def _refresh(self) -> None:
        """Every quarter of the locks' life; what cannot be renewed is found out by `check`."""
        every_s = self._how.ttl_s / 4
        while not self._closed.wait(every_s):
            attempt(lambda: parallel_map(lambda h: self._renew(h, every_s=every_s), self._taken(), workers=8))

    def _taken(self) -> list[_Held]:
        return list(self._groups.values())

    def _renew(self, held: _Held, *, every_s: float) -> None:
        with held.lock:
            if held.lost is not None or self._age(held) < every_s * 0.9:
                return
            asked = self._clock()
            try:
                self._vsphere.renew_lock(held.site, held.name, held.claim)
            except BaseException as raised:  # noqa: BLE001 - the boundary of a renewal
                error = failure_of(raised)
                if error.code == "lock.lost":
                    held.lost = error
                held.unanswered = error.brief  # nobody takes a lock on a server that nobody reaches
                return
            held.confirmed = asked

    def _age(self, held: _Held) -> float:
        return self._clock() - held.confirmed
