"""The SSH server of a simulated machine: on the loopback, and, for jump hosts, on a pair of sockets."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

import asyncssh

from esxlab.sim.light.bridge import Bridge
from esxlab.sim.light.call import Streams
from esxlab.sim.light.disk import password_matches
from esxlab.sim.light.session import Session
from esxlab.sim.light.sftp import MachineSftp
from esxlab.sim.light.terminal import Terminal
from esxlab.sim.light.tty import Tty

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from esxlab.sim.light.faults import Moment
    from esxlab.sim.light.machine import Machine

LOOPBACK = "127.0.0.1"
LOGIN_S = 20.0
MAX_SCRIPT = 1 << 20
PROMPT_END = b"# "


class MachineServer(asyncssh.SSHServer):
    """One connection to one machine."""

    def __init__(self, sshd: Sshd) -> None:
        self._sshd = sshd
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Remember the connection, so that a power cut can end it."""
        self._connection = conn
        self._sshd.connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncssh's signature
        """Forget it."""
        if self._connection is not None:
            self._sshd.connections.discard(self._connection)

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - asyncssh's signature
        """Everybody must log in."""
        return True

    def password_auth_supported(self) -> bool:
        """Passwords only."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """Against /etc/shadow, as PAM does."""
        good = self._sshd.accepts(username, password)
        what = "Accepted" if good else "Failed"
        self._sshd.machine.log("sshd[612]", f"{what} password for {username} from {LOOPBACK} port 22 ssh2")
        return good

    def connection_requested(
        self,
        dest_host: str,
        dest_port: int,
        orig_host: str,  # noqa: ARG002 - asyncssh's signature
        orig_port: int,  # noqa: ARG002 - asyncssh's signature
    ) -> Awaitable[asyncssh.SSHTCPSession[bytes]]:
        """A jump host opens a channel: the network model says where it leads from this machine."""
        return self._sshd.bridge(dest_host, dest_port)


class Sshd:
    """The SSH server of one running machine; `reachable`: whether a caller from outside gets through."""

    def __init__(
        self,
        machine: Machine,
        *,
        reachable: Callable[[], bool],
        resolve: Callable[[Machine, IPv4Address, int], Awaitable[Sshd]],
    ) -> None:
        self.machine = machine
        self.connections: set[asyncssh.SSHServerConnection] = set()
        self.port = 0
        self.wrong_password = False
        self.mute: Callable[[], bool] = lambda: False
        self.cuts: Callable[[str, str, Moment], bool] = lambda *_: False
        self._reachable = reachable
        self._resolve = resolve
        self._socket: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._options: tuple[tuple[bytes, ...], asyncssh.SSHServerConnectionOptions] | None = None

    # the wire

    def listen(self) -> int:
        """Listen on a free port of the loopback; returns it."""
        if self._socket is None:
            self._socket = socket.create_server((LOOPBACK, 0), backlog=16)
            self._socket.setblocking(False)
            self.port = self._socket.getsockname()[1]
            self.begin(self._accept(self._socket))
        return self.port

    def close(self) -> None:
        """Stop listening and cut every connection, as a power cut does."""
        for task in self._tasks:
            task.cancel()
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        for connection in list(self.connections):
            connection.abort()

    def cut_off(self) -> None:
        """The way from outside is gone: cut the connections that came by it."""
        if not self._reachable():
            for connection in list(self.connections):
                if connection.get_extra_info("peername"):
                    connection.abort()

    def begin(self, work: Awaitable[None]) -> None:
        """Do something until it ends or the machine does."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                wire, _ = await loop.sock_accept(listener)
            except OSError:
                return
            if self.mute():
                self.begin(_hold(wire))
            elif self._reachable():
                wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.begin(self.serve(wire))
            else:
                wire.close()

    async def serve(self, wire: socket.socket) -> None:
        """Speak SSH on an open socket until it is closed."""
        if not self.machine.processes.host_keys:
            wire.close()
            return
        with suppress(asyncssh.Error, OSError, TimeoutError):
            await asyncssh.run_server(wire, options=await self._connection_options())

    async def _connection_options(self) -> asyncssh.SSHServerConnectionOptions:
        keys = self.machine.processes.host_keys
        if self._options is None or self._options[0] != keys:
            options = asyncssh.SSHServerConnectionOptions(
                server_factory=lambda: MachineServer(self),
                server_host_keys=[asyncssh.import_private_key(keys[0])],
                server_version="OpenSSH_7.4p1 Debian-10+deb9u7",
                process_factory=self._process,
                sftp_factory=lambda chan: MachineSftp(chan, self.machine),
                allow_scp=False,
                encoding=None,
                login_timeout=LOGIN_S,
                line_editor=False,
                x11_forwarding=False,
                agent_forwarding=False,
            )
            self._options = (keys, options)
        return self._options[1]

    def accepts(self, username: str, password: str) -> bool:
        """Whether this user may log in with this password."""
        if self.wrong_password or username != "root":
            return False
        config = self.machine.files.read_text("/etc/ssh/sshd_config")
        permitted = [line.split()[1:2] for line in config.splitlines() if line.startswith("PermitRootLogin")]
        if permitted[:1] != [["yes"]]:
            return False
        shadow = self.machine.files.read_text("/etc/shadow")
        hashed = next((line.split(":")[1] for line in shadow.splitlines() if line.startswith("root:")), "*")
        return password_matches(password, hashed)

    async def bridge(self, host: str, port: int) -> asyncssh.SSHTCPSession[bytes]:
        """The other end of a direct-tcpip channel; ChannelOpenError as OpenSSH words it."""
        try:
            target = await self._resolve(self.machine, IPv4Address(host), port)
        except ValueError:
            reason = "Name or service not known"
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_CONNECT_FAILED, reason) from None
        except ConnectionError as error:
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_CONNECT_FAILED, str(error)) from None
        near, far = socket.socketpair()
        near.setblocking(False)
        far.setblocking(False)
        target.begin(target.serve(far))
        return Bridge(near)

    # the shell

    async def _process(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        session = Session(
            self.machine, Streams(_writer(process), lambda: process.stdin.read(MAX_SCRIPT)), "bash"
        )
        status = 255
        try:
            if process.command is None:
                status = await _interact(process, session)
            else:
                script = process.command

                async def read() -> bytes:
                    nonlocal script
                    said: bytes = await process.stdin.read()
                    script = said.decode(errors="replace")
                    self._cut(process, script, "before")
                    return said

                await session.read_startup_files()
                session.streams.read = read
                status = await session.run(process.command)
                self._cut(process, script, "after")
        except asyncssh.BreakReceived:
            status = 130
        finally:
            self.machine.save()
            process.exit(status)

    def _cut(self, process: asyncssh.SSHServerProcess[bytes], script: str, moment: Moment) -> None:
        """Where a test wants it: the connection breaks, the machine lives on."""
        if self.cuts(self.machine.name, script, moment):
            process.get_extra_info("connection").abort()
            raise asyncio.CancelledError


def _writer(process: asyncssh.SSHServerProcess[bytes]) -> Callable[[bytes, bytes], None]:
    def emit(out: bytes, err: bytes) -> None:
        with suppress(BrokenPipeError, OSError):
            if out:
                process.stdout.write(out)
            if err:
                process.stderr.write(err)

    return emit


async def _interact(process: asyncssh.SSHServerProcess[bytes], session: Session) -> int:
    machine = session.machine
    echo = process.get_terminal_type() is not None

    async def keys() -> bytes:
        while True:
            with suppress(asyncssh.TerminalSizeChanged):  # which the library raises where keys are read
                typed: bytes = await process.stdin.read(1024)
                return typed

    tty = Tty(lambda: process.get_terminal_size()[:2]) if echo else None
    session.tty = tty
    terminal = Terminal(keys, process.stdout.write, tty=tty)
    if echo:
        session.streams.emit = lambda out, err: terminal.write(out + err)
        terminal.write(f"Linux {machine.hostname} 4.9.0-19-686 (simulated by esxlab)\n".encode())
    while True:
        if echo:
            where = "~" if session.cwd == "/root" else session.cwd
            terminal.write(f"root@{machine.hostname}:{where}".encode() + PROMPT_END)
        line = await terminal.line()
        if line is None or line.split()[:1] in (["exit"], ["logout"]):
            return session.status
        await session.run(line)


async def _hold(wire: socket.socket) -> None:
    """Keep a connection open and say nothing, until the other side has had enough."""
    wire.setblocking(False)
    with wire, suppress(OSError):
        while await asyncio.get_running_loop().sock_recv(wire, 1024):
            pass
