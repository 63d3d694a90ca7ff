"""Where routers listen: SSH for all, telnet for those that the spec reaches by telnet or a serial line."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import asyncssh

from esxlab.sim.router.box import Box
from esxlab.sim.router.faults import Faults
from esxlab.sim.router.telnet import TelnetSession
from esxlab.sim.router.terminal import Terminal
from esxlab.sim.router.vty import Vty

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from ipaddress import IPv4Address
    from pathlib import Path

    from esxlab.sim.contracts import RouterShape, RouterView, StaticNatView

LOOPBACK = "127.0.0.1"
VTY_LINES = 5  # line vty 0 4, IOS's default


class RunningRouter:
    """One router that is switched on. `port` is telnet's for a telnet or serial device type, else SSH's."""

    def __init__(self, box: Box, *, password: str, secret: str) -> None:
        self.box = box
        self.host = LOOPBACK
        self.port = 0
        self.ssh_port = 0
        self._password = password
        self._secret = secret
        self._sessions: set[Any] = set()
        self._servers: list[Any] = []
        self.console: Terminal | None = None
        self.connections: set[asyncssh.SSHServerConnection] = set()
        box.disconnect_all = self._disconnect_all

    @property
    def name(self) -> str:
        """How the spec names this router."""
        return self.box.shape.host

    @property
    def faults(self) -> Faults:
        """The switches for tests."""
        return self.box.faults

    @property
    def commands(self) -> list[str]:
        """Every configuration command and every save that it was sent."""
        return self.box.log.commands

    @property
    def answers_ping(self) -> Callable[[IPv4Address], bool] | None:
        """Who answers the router's own ping; the network model sets it."""
        return self.box.answers_ping

    @answers_ping.setter
    def answers_ping(self, reach: Callable[[IPv4Address], bool] | None) -> None:
        self.box.answers_ping = reach

    def view(self) -> RouterView:
        """As the network model sees it now."""
        return self.box.view()

    def translation_used(self, static: StaticNatView) -> None:
        """The network model has sent a packet through this static entry."""
        self.box.translation_used(static)

    async def listen(self, key: asyncssh.SSHKey) -> None:
        """Open SSH, and telnet where it is the way in."""
        server = await asyncssh.listen(
            LOOPBACK,
            0,
            server_factory=lambda: _SshServer(self),
            server_host_keys=[key],
            line_editor=False,
            encoding="utf-8",
            server_version="Cisco-1.25",
            compression_algs=["none"],
            login_timeout=30,
            keepalive_interval=0,
        )
        self._servers.append(server)
        self.port = self.ssh_port = server.get_port()
        if self.box.shape.device_type.endswith(("_telnet", "_serial")):
            loop = asyncio.get_running_loop()
            telnet = await loop.create_server(lambda: TelnetSession(self), LOOPBACK, 0)
            self._servers.append(telnet)
            self.port = telnet.sockets[0].getsockname()[1]

    def accepts(self, user: str, password: str) -> bool:
        """Whether this login is right."""
        return user == self.box.shape.user and password == self._password

    def open_vty(
        self, session: Any, *, write: Callable[[str], None], hang_up: Callable[[], None]
    ) -> Vty | None:
        """A line for this session; None when all five are taken."""
        if self.all_taken or self.faults.cut_off:
            return None
        self._sessions.add(session)
        self.box.log.logins += 1
        terminal = self.console or Terminal(self.box, secret=self._secret)
        terminal.secret = self._secret  # a console's may be another one by now
        if self.is_console:
            self.console = terminal
        return Vty(self.box, terminal, write=write, hang_up=hang_up)

    @property
    def is_console(self) -> bool:
        """Whether the way in is a serial line: its session outlives the cable that is pulled."""
        return self.box.shape.device_type.endswith("_serial")

    def release(self, session: Any) -> None:
        """The session has ended."""
        self._sessions.discard(session)

    @property
    def all_taken(self) -> bool:
        """IOS gives a connection its line before it asks for a name (Cisco, `line vty`)."""
        return len(self._sessions) >= VTY_LINES

    @property
    def sessions(self) -> int:
        """How many of the five lines are taken."""
        return len(self._sessions)

    def _disconnect_all(self) -> None:
        for session in list(self._sessions):
            session.hang_up()

    async def close(self) -> None:
        """Switch it off: what was not written to startup-config is lost."""
        self._disconnect_all()
        for server in self._servers:
            server.close()
        connections = list(self.connections)
        for connection in connections:
            connection.abort()
        for connection in connections:
            await connection.wait_closed()
        for server in self._servers:
            await server.wait_closed()
        self._servers.clear()


class _SshServer(asyncssh.SSHServer):
    def __init__(self, router: RunningRouter) -> None:
        self._router = router

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._router.connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncssh's name
        self._router.connections.discard(self._connection)

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - asyncssh's name
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return self._router.accepts(username, password)

    def session_requested(self) -> asyncssh.SSHServerSession[str]:
        return _SshSession(self._router)


class _SshSession(asyncssh.SSHServerSession[str]):
    def __init__(self, router: RunningRouter) -> None:
        self._router = router
        self._vty: Vty | None = None
        self._width = 0
        self._channel: asyncssh.SSHServerChannel[str] | None = None

    def connection_made(self, chan: asyncssh.SSHServerChannel[str]) -> None:
        self._channel = chan

    def pty_requested(self, _kind: str, size: tuple[int, int, int, int], _modes: object) -> bool:
        self._width = size[0]
        return True

    def shell_requested(self) -> bool:
        self._vty = self._router.open_vty(self, write=self._write, hang_up=self.hang_up)
        return self._vty is not None

    def session_started(self) -> None:
        if self._vty:
            self._vty.terminal.width = self._width
            self._vty.start()

    def data_received(self, data: str, datatype: object) -> None:  # noqa: ARG002 - asyncssh's name
        if self._vty:
            self._vty.feed(data)

    def _write(self, text: str) -> None:
        if self._channel and not self._channel.is_closing():
            self._channel.write(text.replace("\n", "\r\n"))

    def hang_up(self) -> None:
        """Close the connection, as IOS does after `exit`."""
        self._router.release(self)
        if self._channel:
            self._channel.exit(0)
            self._channel.get_connection().close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncssh's name
        self._router.release(self)
        if self._vty:
            self._vty.closed()


async def start_routers(
    shapes: Sequence[RouterShape],
    *,
    password: str,
    secret: str,
    state_dir: Path,
    on_change: Callable[[RouterView], None],
) -> list[RunningRouter]:
    """Switch the routers on, all in the running loop, each on a port of its own on the loopback.

    A router's startup-config and host key are files below `state_dir`; `on_change` hears of every change that
    the network model can see, and of each router's first state.
    """
    loop = asyncio.get_running_loop()
    routers = []
    for shape in shapes:
        kept = _Kept(state_dir, shape.host)
        box = Box(shape, startup=kept.startup(), faults=Faults(), scheduler=loop)
        box.save, box.changed = kept.save, on_change
        router = RunningRouter(box, password=password, secret=secret)
        await router.listen(kept.host_key())
        box.tell()
        routers.append(router)
    return routers


class _Kept:
    """What a router keeps without power: its startup-config and its host key, as two files."""

    def __init__(self, directory: Path, host: str) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = re.sub(r"[^A-Za-z0-9.-]", "_", host)
        self._startup = directory / f"{name}.startup-config"
        self._key = directory / f"{name}.key"

    def startup(self) -> str:
        return self._startup.read_text(encoding="utf-8") if self._startup.exists() else ""

    def save(self, text: str) -> None:
        scratch = self._startup.with_suffix(".new")
        scratch.write_text(text, encoding="utf-8")
        scratch.replace(self._startup)

    def host_key(self) -> asyncssh.SSHKey:
        """Made once."""
        if not self._key.exists():
            self._key.touch(mode=0o600)
            self._key.write_bytes(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
        return asyncssh.import_private_key(self._key.read_bytes())
