"""The SSH server of a simulated host: logins as ESXi's sshd has them, and root's shell on every channel.

Sources: esxi-ssh.md ("Getting in"): password logins are keyboard-interactive, five wrong passwords lock the
account for 15 minutes over SSH too, an 8.x host refuses RSA with SHA-1 and, in FIPS mode, ed25519 keys;
sshd_config(5): MaxSessions 10. There is no terminal and no sftp: what asks for them is refused.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import asyncssh

from esxlab.sim.esxi.channel import Channel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from esxlab.sim.esxi.host import Host
    from esxlab.sim.proxy.refusals import LoginLock

LOOPBACK = "127.0.0.1"
MAX_SESSIONS = 10
SFTP_VERSION = 3  # asyncssh wants one, though there is no sftp
LOGIN_S = 30.0
NO_SHA1 = (
    "rsa-sha2-256",
    "rsa-sha2-512",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
)
KEYS = "ssh/keys-root/authorized_keys"


class _Login(asyncssh.SSHServer):
    """One connection to the host."""

    def __init__(self, sshd: Sshd) -> None:
        self._sshd = sshd
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._sshd.connections[conn] = set()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncssh's signature
        if self._connection is not None:
            for channel in self._sshd.lost(self._connection):
                channel.hang_up()

    def session_requested(self) -> asyncssh.SSHServerProcess[bytes]:
        """Refused when there are as many as one connection may have."""
        if self._connection is None or not self._sshd.admit(self._connection):
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_CONNECT_FAILED, "open failed")
        return asyncssh.SSHServerProcess(self._sshd.serve, None, SFTP_VERSION, False)

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - asyncssh's signature
        return True

    def kbdint_auth_supported(self) -> bool:
        return True

    def get_kbdint_challenge(
        self,
        username: str,  # noqa: ARG002 - asyncssh's signature
        lang: str,  # noqa: ARG002 - as above
        submethods: str,  # noqa: ARG002 - as above
    ) -> tuple[str, str, str, Sequence[tuple[str, bool]]]:
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        return len(responses) == 1 and self._sshd.accepts(username, responses[0])

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return self._sshd.knows(username, key)


class Sshd:
    """It listens on a loopback port; `lock` is the account's, which SOAP logins count for too."""

    def __init__(self, host: Host, *, user: str, password: str, lock: LoginLock) -> None:
        self.host = host
        self.connections: dict[asyncssh.SSHServerConnection, set[Channel]] = {}
        self._sessions: dict[asyncssh.SSHServerConnection, int] = {}
        self._serving: set[asyncio.Task[None] | None] = set()
        self.port = 0
        self.channels = 0  # that were opened so far: each is one command
        self.fingerprint = ""
        self._user, self._password, self._lock = user, password, lock
        self._key: asyncssh.SSHKey | None = None
        self._listener: asyncssh.SSHAcceptor | None = None
        host.cut = self.cut

    async def start(self, key_file: Path) -> None:
        """Listen, on a free port the first time and on the same one afterwards; the host key is made once."""
        self._key = await asyncio.to_thread(_host_key, key_file)
        self.fingerprint = self._key.get_fingerprint()
        await self.switch_on()

    async def switch_on(self) -> None:
        """The service TSM-SSH runs."""
        eight = self.host.release.number.startswith("8.")
        self._listener = await asyncssh.listen(
            LOOPBACK,
            self.port,
            server_factory=lambda: _Login(self),
            server_host_keys=[self._key],
            server_version=self.host.release.sshd,
            signature_algs=NO_SHA1 if eight else (),
            allow_pty=False,
            allow_scp=False,
            agent_forwarding=False,
            x11_forwarding=False,
            line_editor=False,
            encoding=None,
            login_timeout=LOGIN_S,
            reuse_address=True,
        )
        self.port = self._listener.sockets[0].getsockname()[1]

    async def switch_off(self) -> None:
        """The service is off: nobody listens. Sessions that are open go on, as a stopped sshd's do."""
        if self._listener is not None:
            self._listener.close()
            await self._listener.wait_closed()

    async def close(self) -> None:
        """Nobody listens, and every connection is cut."""
        await self.switch_off()
        for connection in tuple(self.connections):
            connection.abort()

    def cut(self, name: str) -> None:
        """Cut one connection, by the SSH_CONNECTION of its processes; empty: all of them."""
        for connection in tuple(self.connections):
            if not name or name == called(connection):
                reset(connection)

    def lost(self, connection: asyncssh.SSHServerConnection) -> set[Channel]:
        """A connection has gone; what was open on it."""
        self._sessions.pop(connection, None)
        return self.connections.pop(connection, set())

    def accepts(self, username: str, password: str) -> bool:
        """Whether this is root's password; a locked account accepts none."""
        if self.host.faults.refuse_login or self._lock.locked():
            return False
        good = username == self._user and password == self._password
        self._lock.note(accepted=good)
        return good

    def knows(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether this key stands in authorized_keys, and is of a kind that the host takes."""
        faults = self.host.faults
        algorithm = key.algorithm.decode()
        if faults.refuse_login or username != self._user:
            return False
        if self.host.release.number.startswith("8.") and algorithm == "ssh-ed25519":
            return False
        lines = (self.host.sandbox.directory / "etc" / KEYS).read_text(encoding="utf-8").splitlines()
        shown = key.export_public_key("openssh").decode().split()[:2]
        return any(line.split()[:2] == shown for line in lines)

    def admit(self, connection: asyncssh.SSHServerConnection) -> bool:
        """Whether one more session fits on this connection; it is counted until it ends."""
        open_now = self._sessions.get(connection, 0)
        if open_now >= MAX_SESSIONS:
            return False
        self._sessions[connection] = open_now + 1
        return True

    async def serve(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        """Run what a channel asks for."""
        connection = process.get_extra_info("connection")
        self.channels += 1
        channels = self.connections.get(connection)
        if channels is None:
            return
        channel = Channel(self.host, process, called(connection), cut=lambda: reset(connection))
        channels.add(channel)
        task = asyncio.current_task()
        self._serving.add(task)  # the loop holds a task weakly, and its connection may go
        try:
            await channel.run()
        finally:
            self._serving.discard(task)
            channels.discard(channel)
            if connection in self._sessions:
                self._sessions[connection] -= 1


def called(connection: asyncssh.SSHServerConnection) -> str:
    """SSH_CONNECTION as sshd(8) sets it: the client's address and port, the server's."""
    near, far = connection.get_extra_info("peername"), connection.get_extra_info("sockname")
    return f"{near[0]} {near[1]} {far[0]} {far[1]}" if near and far else ""


def reset(connection: asyncssh.SSHServerConnection) -> None:
    """Cut it, without a word."""
    plug: socket.socket | None = connection.get_extra_info("socket")
    if plug is not None:
        with suppress(OSError):
            plug.shutdown(socket.SHUT_RDWR)
    connection.abort()


def _host_key(file: Path) -> asyncssh.SSHKey:
    """Made once. ecdsa: what a host in FIPS mode has too."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(asyncssh.generate_private_key("ecdsa-sha2-nistp256").export_private_key())
    return asyncssh.import_private_key(file.read_bytes())
