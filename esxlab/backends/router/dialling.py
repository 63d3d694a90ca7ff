"""How a router is dialled: whose key it must show, the three kinds of line, and the first prompt."""

from __future__ import annotations

import contextlib
import logging
import os.path
import socket
import threading
import warnings
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from esxlab.backends.host_keys import fingerprint
from esxlab.backends.login_keys import LoginKeys, names_of
from esxlab.backends.router.conversation import Conversation
from esxlab.backends.router.faults import CONNECTED, at_the_boundary
from esxlab.backends.router.keys import strategy_of
from esxlab.backends.router.limits import Limits
from esxlab.backends.router.login import Answers, log_in
from esxlab.backends.router.session import Session
from esxlab.backends.router.wires import MeteredSocket, SerialWire, SshWire, TelnetWire
from esxlab.errors import LabError
from esxlab.plain import last_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from esxlab.backends.credentials import Credentials
    from esxlab.backends.endpoints import Endpoints
    from esxlab.backends.host_keys import HostKeys
    from esxlab.backends.router.wires import Wire
    from esxlab.lab.router import RouterAddress

    Judge = Callable[[str], None]
    """Hears what a router identifies itself by, before it hears anything of us; may raise LabError."""

_IMPORT_LOCK = threading.Lock()
_READER_S = 2.0  # for a thread whose socket is closed
_LOGIN_SIZE = 2**20  # bytes before the first prompt: banners have some thousand


@dataclass(frozen=True, slots=True)
class Dialler:
    """How sessions are opened. `logins` limits how many are being opened at the same time."""

    endpoints: Endpoints
    credentials: Credentials
    host_keys: HostKeys
    logins: threading.Semaphore
    limits: Limits = field(default_factory=Limits)
    algorithms: dict[str, str] = field(default_factory=dict)  # by router, of its last login
    keys: LoginKeys = field(init=False)

    def __post_init__(self) -> None:
        """No key is read yet."""
        object.__setattr__(self, "keys", LoginKeys(self.credentials, "router_key"))

    def open(self, address: RouterAddress) -> Session:
        """Log in, leave a left-over configuration mode, reach privileged mode.

        Nothing is sent, no user name and no password, to a router that nobody has confirmed.

        Raises:
            LabError: router.unconfirmed, host_key, unreachable, refused, login, login_key, enable_secret,
                no_enable_secret, no_vty_password, algorithms, no_line, serial, no_prompt, cut, silent,
                endless, too_long, library.
        """
        if not _is_ssh(address):
            self._judge(address, way_of(address))
        elif not (self.host_keys.known(address.host) or self.endpoints.accept_new):
            with self.logins:
                self._judge(address, self._shown(address))
        keys = self._keys_of(address)
        password = "" if keys else self.credentials.password("router")
        secret = self.credentials.password("router_secret")
        with self.logins:
            wire = self._dial(address, password, keys)
            serial = address.device_type.endswith("_serial")
            session = Session(wire, talk := Conversation(wire, self.limits), stays=serial)
            try:
                if not _is_ssh(address):
                    answers = Answers(address.user, password)
                    talk.allow(self.limits.login_s)
                    log_in(talk, answers, silent_line=serial)
                talk.allow(self.limits.total_s)
                session.prepare(secret)
            except BaseException:
                session.close()
                raise
        return session

    def _keys_of(self, address: RouterAddress) -> Sequence[Any]:
        """The SSH keys that are offered in place of a password."""
        if self.endpoints.by_password or not _is_ssh(address):
            return ()
        return self.keys.of(address.key)

    def login_key(self, address: RouterAddress) -> str:
        """By which SSH keys one logs in, for people; empty: by password."""
        return self.keys.describe(address.key) if self._keys_of(address) else ""

    def identity(self, address: RouterAddress) -> str:
        """What a router can be known by before any login: its SSH host key (type and base64), else its way.

        A telnet or serial line has no key: that it is one, and at which port, is all that can be pinned.
        """
        with self.logins:
            return self._shown(address)

    def _shown(self, address: RouterAddress) -> str:
        if not _is_ssh(address):
            return way_of(address)
        seen: list[str] = []

        def look(key: str) -> None:
            seen.append(key)
            raise LabError("router.unconfirmed", where=address.host, shown=fingerprint(key))

        try:
            self._dial_ssh(address, "", (), look).close()  # it ends in `look`, before the user name
        except LabError:
            if not seen:
                raise
        return seen[0]

    def _judge(self, address: RouterAddress, shown: str) -> None:
        if self.endpoints.accept_new:
            self.host_keys.first(address.host, shown)
        self.host_keys.check(address.host, shown)

    def _dial(self, address: RouterAddress, password: str, keys: Sequence[Any]) -> Wire:
        if _is_ssh(address):
            try:
                return self._dial_ssh(address, password, keys, lambda key: self._judge(address, key))
            except LabError as error:
                if not keys or error.code != "router.login":
                    raise
                facts = {"user": address.user, "keys": names_of(keys)}
                raise LabError("router.login_key", where=address.host, **facts) from error
        if self.endpoints.is_serial(address):
            return self._dial_serial(address)
        return self._dial_telnet(address)

    @contextlib.contextmanager
    def _tcp(self, address: RouterAddress) -> Iterator[MeteredSocket]:
        """A connected socket with the limits of a login; closed again when what follows fails."""
        end = self.endpoints.router(address)
        with at_the_boundary(address.host):
            sock = MeteredSocket(socket.create_connection(end, timeout=self.limits.connect_s))
        sock.allow(seconds=self.limits.login_s, size=_LOGIN_SIZE)
        try:
            yield sock
        except Exception as error:
            sock.close()
            if sock.exceeded:
                raise _over_limit(address.host, sock) from error
            raise

    def _dial_ssh(self, address: RouterAddress, password: str, keys: Sequence[Any], judge: Judge) -> Wire:
        with self._tcp(address) as sock, contextlib.ExitStack() as undo:
            with at_the_boundary(address.host, cut=CONNECTED):
                connection = self._connection(address, password, sock=sock)
                undo.callback(
                    _disconnect, connection, sock, _remember_transport(connection, address.user, keys)
                )
                connection.key_policy = _key_policy(judge)
                connection.establish_connection()
                self.algorithms[address.host] = _agreed(connection)
            close = undo.pop_all().close
            return SshWire(address.host, connection.remote_conn, close=close, meter=sock)

    def _dial_telnet(self, address: RouterAddress) -> Wire:
        with self._tcp(address) as sock:
            return TelnetWire(address.host, sock, close=sock.close)

    def _dial_serial(self, address: RouterAddress) -> Wire:
        with contextlib.ExitStack() as undo, at_the_boundary(address.host):
            # pyserial lists devices by their real path, not by their by-id link
            settings = {"port": os.path.realpath(address.host)}
            connection = self._connection(address, "", serial_settings=settings)
            undo.callback(_disconnect, connection, None, [])
            connection.serial_login = lambda: ""  # see login.py
            connection.establish_connection()
            close = undo.pop_all().close
            return SerialWire(address.host, connection.remote_conn, close=close)

    def _connection(self, address: RouterAddress, password: str, **options: object) -> Any:
        login_s = self.limits.login_s + self.limits.connect_s  # the meter's limit comes first
        return _netmiko().ConnectHandler(
            device_type=address.device_type,
            host=address.host,
            username=address.user,
            password=password,
            conn_timeout=login_s,
            banner_timeout=self.limits.connect_s,
            auth_timeout=login_s,
            ssh_strict=True,
            auto_connect=False,
            **options,
        )


def way_of(address: RouterAddress) -> str:
    """What is pinned of a line without a key: `telnet 23`, `serial -`."""
    kind = address.device_type.rpartition("_")[2]
    return f"{kind} {'-' if kind == 'serial' else address.port}"


def _is_ssh(address: RouterAddress) -> bool:
    return not address.device_type.endswith(("_telnet", "_serial"))


def _over_limit(host: str, sock: MeteredSocket) -> LabError:
    readable = sock.first.isascii() and b"\0" not in sock.first  # no keys are exchanged yet
    detail = last_words(sock.first.decode("ascii")) if readable else ""
    return sock.error(host, detail)


def _remember_transport(connection: Any, user: str, keys: Sequence[Any]) -> list[Any]:
    """Where the paramiko transport will be found: netmiko forgets it when a connection fails.

    With `keys`, these are the login.
    """
    transports: list[Any] = []
    build = connection._build_ssh_client  # noqa: SLF001 - netmiko's seam for other clients

    def create(*arguments: Any, **options: Any) -> Any:
        import paramiko  # noqa: PLC0415 - only when a router is dialled

        transports.append(paramiko.Transport(*arguments, **options))
        return transports[-1]

    def build_remembering() -> Any:
        client = build()
        login = {"auth_strategy": strategy_of(user, keys)} if keys else {}
        client.connect = partial(client.connect, transport_factory=create, **login)
        return client

    connection._build_ssh_client = build_remembering  # noqa: SLF001 - as above
    return transports


def _disconnect(connection: Any, sock: MeteredSocket | None, transports: list[Any]) -> None:
    """End paramiko's reader first, whatever still comes; netmiko's own would ask it things.

    A key exchange that failed has left a timer of 15 s, which would hold the process at its end.
    """
    if sock:
        sock.hang_up()
    connection.cleanup = lambda *_: None
    connection.disconnect()
    if sock:
        sock.close()
    for transport in transports:
        transport.packetizer.complete_handshake()
        if transport.ident:
            transport.join(_READER_S)


def _netmiko() -> Any:
    """Import netmiko once, quietly: cryptography warns about the old ciphers that old routers need."""
    with _IMPORT_LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import netmiko  # noqa: PLC0415 - slow, and only needed when a router is dialled
        import paramiko  # noqa: F401, PLC0415

        quiet = logging.getLogger("paramiko")
        if not quiet.handlers:
            quiet.addHandler(logging.NullHandler())  # its tracebacks would reach the screen
        return netmiko


def _key_policy(judge: Judge) -> Any:
    from paramiko import MissingHostKeyPolicy  # noqa: PLC0415

    class Judged(MissingHostKeyPolicy):
        """Asked for every key, because the client itself knows none, and before the user name is sent."""

        def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:  # noqa: ARG002
            judge(f"{key.get_name()} {key.get_base64()}")

    return Judged()


def _agreed(connection: Any) -> str:
    """Cipher, digest and host key of an SSH connection (paramiko forgets the key exchange)."""
    transport = connection.remote_conn_pre.get_transport()
    key = transport.get_remote_server_key()
    return f"{transport.remote_cipher}, {transport.remote_mac}, {key.get_name()} {key.get_bits()}"
