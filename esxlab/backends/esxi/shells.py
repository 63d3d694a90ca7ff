"""Opens the shell of a host for whoever changes it: which address, whose login, which host key."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from esxlab.backends.esxi.connection import ShellConnection
from esxlab.backends.esxi.dialling import Login, shown_key
from esxlab.backends.esxi.limits import LIMITS, Limits
from esxlab.backends.esxi.link import Link, unreached
from esxlab.backends.esxi.writer import ShellWriter
from esxlab.backends.guest.dialling import NotYet
from esxlab.backends.host_keys import HostKeys, fingerprint
from esxlab.backends.login_keys import LoginKeys
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    import paramiko

    from esxlab.backends.credentials import Credentials
    from esxlab.backends.endpoints import Endpoints
    from esxlab.backends.vsphere.connection import Connection
    from esxlab.lab.machine import Server
    from esxlab.local.unwritten import Unwritten


class Shells:
    """All hosts that can be changed over SSH.

    Args:
        endpoints: what is dialled.
        credentials: the password is vSphere's; asked for once, tried once on each host.
        key_file: the host keys that were confirmed; None: known in this run only.
        login_keys: host -> a key's file, or `agent`, as the spec tells them.
        tell: hears of each host that is changed this way, and why: licence, spec or no_api (`tell_opened`).
    """

    def __init__(
        self,
        endpoints: Endpoints,
        credentials: Credentials,
        *,
        key_file: Path | None = None,
        login_keys: Mapping[str, str] | None = None,
        unwritten: Unwritten | None = None,
        tell: Callable[[str, str], None] = lambda host, why: None,  # noqa: ARG005 - a listener
        limits: Limits = LIMITS,
    ) -> None:
        self._endpoints = endpoints
        self._credentials = credentials
        self._known = HostKeys(key_file, unwritten)
        self._login_keys = login_keys or {}
        self._keys_of_hosts = LoginKeys(credentials, "guest_key")
        self._tell = tell
        self._limits = limits
        self._untold: dict[Server, str] = {}  # host -> why, of those that were opened; each is told once
        self._told: set[Server] = set()
        self._telling = threading.Lock()

    def reaches(self, server: Server) -> bool:
        """Whether there is a shell to be dialled, as far as one knows beforehand."""
        return self._endpoints.has_shell(server)

    def open(self, server: Connection, cancelled: threading.Event) -> ShellWriter:
        """What changes this host; nothing is dialled yet."""
        named = server.named
        self._note(named, "spec" if named.writes == "ssh" else "licence")
        return ShellWriter(server, self._link(named, cancelled))

    def connect(self, server: Server, cancelled: threading.Event, *, deadline_s: float) -> ShellConnection:
        """A host that is looked at by its shell too; nothing is dialled yet."""
        self._note(server, "no_api")
        return ShellConnection(server, self._link(server, cancelled), deadline_s=deadline_s)

    def tell_opened(self, servers: Iterable[Server]) -> None:
        """In this order, whichever host answered first."""
        for server in servers:
            with self._telling:
                why = self._untold.pop(server, "")
                if why and server not in self._told:
                    self._told.add(server)
                    self._tell(server.host, why)

    def _note(self, server: Server, why: str) -> None:
        with self._telling:
            self._untold[server] = why

    def _link(self, named: Server, cancelled: threading.Event) -> Link:
        login = Login(named.user, lambda: self._credentials.password("vsphere"), lambda: self._keys(named))
        return Link(
            named.host,
            self._endpoints.shell(named),
            login,
            lambda line: self._judge(named.host, line),
            cancelled=cancelled,
            limits=self._limits,
        )

    def shown(self, server: Server) -> str:
        """The host key that is shown now, `type base64`. LabError esxi.ssh_off, esxi.unreachable."""
        endpoint = self._endpoints.shell(server)
        try:
            return shown_key(endpoint, limits=self._limits)
        except NotYet as error:
            raise unreached(error, server.host, endpoint.port) from error

    def confirmed(self, server: Server) -> str:
        """The key that was confirmed; empty: none."""
        return self._known.known(server.host)

    def confirm(self, server: Server, line: str) -> None:
        """The user has agreed to this key."""
        self._known.pin(server.host, line)

    def _keys(self, server: Server) -> Sequence[paramiko.PKey]:
        return self._keys_of_hosts.of(self._login_keys.get(server.host, ""))

    def _judge(self, host: str, line: str) -> None:
        """Nobody is taken at the first meeting, unless the end points are vouched for."""
        vouched = self._endpoints.shell_keys.get(host, "")
        if vouched and (shown := fingerprint(line)) != vouched:
            raise LabError("esxi.host_key", where=host, host=host, pinned=vouched, shown=shown)
        if self._endpoints.accept_new:
            self._known.first(host, line)
        self._known.check(host, line, "esxi", host=host)
