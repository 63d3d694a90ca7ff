"""The connections to servers: each is made when it is first needed, and a refused login is not repeated."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from esxlab.backends.vsphere.api_connection import ApiConnection
from esxlab.backends.vsphere.session import Session
from esxlab.bugs import attempt
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from esxlab.backends.credentials import Credentials
    from esxlab.backends.endpoints import Endpoints
    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.limits import Limits
    from esxlab.backends.vsphere.writer import Shells
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Server

T = TypeVar("T")
REFUSED_LOGINS = frozenset({"vsphere.login", "vsphere.password_expired", "vsphere.permission"})
"""How a server refuses a login; it is not asked again, for it counts."""


@dataclass(slots=True)
class _PoolEntry:
    """A server's connection, or the error that the one try ended with."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: Connection | None = None
    refused: LabError | None = None


@dataclass(slots=True, kw_only=True)
class Servers:
    """One connection for each server; the arguments are those of `PyVmomiVSphere`."""

    endpoints: Endpoints
    credentials: Credentials
    workers: int
    deadline_s: float
    patience_s: float
    limits: Limits
    cancelled: threading.Event
    shells: Shells | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pool: dict[Server, _PoolEntry] = field(default_factory=dict)

    def connection(self, server: Server) -> Connection:
        """The connection to a server; after a failed login always the same error, without another try."""
        with self._lock:
            entry = self._pool.setdefault(server, _PoolEntry())
        with entry.lock:
            if entry.refused is not None:
                raise entry.refused.at(server.host)
            if entry.connection is None:
                try:
                    entry.connection = self._connect(server)
                except LabError as error:
                    entry.refused = error if error.code in REFUSED_LOGINS else None
                    raise
            return entry.connection

    def ask_each(self, labs: Sequence[Lab], ask: Callable[[Server, list[Lab]], T]) -> list[T]:
        """What `ask` makes of each server and its labs, side by side; in the order of the servers.

        Which of them are changed by their shell is told afterwards, in the order of the labs.
        """
        theirs = by_server(labs)
        if not theirs:
            return []
        workers = min(len(theirs), self.workers)
        with ThreadPoolExecutor(workers, thread_name_prefix="vsphere") as pool:
            answers = list(pool.map(lambda one: ask(*one), sorted(theirs.items(), key=lambda item: item[0])))
        self.tell_shells(theirs)
        return answers

    def tell_shells(self, servers: Iterable[Server]) -> None:
        """Whoever wants to know hears which of these are changed by their shell, in this order."""
        if self.shells is not None:
            self.shells.tell_opened(servers)

    def close(self) -> None:
        """Log out everywhere."""
        with self._lock:
            entries, self._pool = list(self._pool.values()), {}
        for entry in entries:
            if entry.connection is not None:
                attempt(entry.connection.close)

    def _connect(self, server: Server) -> Connection:
        if server.api == "none":
            if self.shells is None or not self.shells.reaches(server):
                raise LabError("esxi.no_shell", where=server.host, host=server.host)
            return self.shells.connect(server, self.cancelled, deadline_s=self.deadline_s)
        session = self.open_session(server)
        shells = self.shells
        opened = None if shells is None else lambda connection: shells.open(connection, self.cancelled)
        if shells is not None and not shells.reaches(server):
            opened = None
        return ApiConnection(session, deadline_s=self.deadline_s, cancelled=self.cancelled, open_shell=opened)

    def open_session(self, server: Server) -> Session:
        """A session at its API, of whoever asks for it; LabError."""
        return Session(
            server,
            self.endpoints.server(server),
            password=self.credentials.password("vsphere"),
            workers=self.workers,
            thumbprint=server.thumbprint or self.endpoints.thumbprints.get(server.host, ""),
            patience_s=self.patience_s,
            limits=self.limits,
        )


def by_server(labs: Sequence[Lab]) -> dict[Server, list[Lab]]:
    """These labs by the server that they are on."""
    found: dict[Server, list[Lab]] = {}
    for lab in labs:
        found.setdefault(lab.site.server, []).append(lab)
    return found
