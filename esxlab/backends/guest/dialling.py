"""One SSH connection: dialled layer by layer, so that a failure says which layer is missing."""

from __future__ import annotations

import logging
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from esxlab.backends.guest.faults import cut, told_as, within, words_of
from esxlab.backends.guest.limits import LIMITS, Limits
from esxlab.backends.guest.tunnel import Tunnel
from esxlab.backends.host_keys import fingerprint
from esxlab.backends.login_keys import names_of
from esxlab.errors import LabError
from esxlab.foreign import visible_line
from esxlab.local.shortages import shortage_of
from esxlab.plain import last_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import paramiko

    from esxlab.backends.endpoints import Endpoint
    from esxlab.lab.password import PasswordName

SIGNS = 100
"""Of what a server says it asks for, so many are shown."""
NO_ANSWER = re.compile(r"(?i)timeout|EOF")
"""paramiko says AuthenticationException too when the server never answered, or the connection went."""
HOST_KEY_KIND = "ssh-ed25519"
"""The only host key kind that is asked for: its fingerprint is what pins a guest. Debian 9 has it too."""
CHANNEL_LAYERS = {1: "forbidden", 2: "port", 3: "forbidden", 4: "port"}
"""SSH_OPEN_* reason (RFC 4254, 5.1) -> layer: prohibited, connect failed, unknown type, resource shortage."""


class NotYet(Exception):  # noqa: N818 - not an error: a machine that boots
    """A layer does not answer yet: worth another try until the deadline.

    `layer` is a key of the texts `guest.layer.*`; `detail` the foreign message. `odd`: no machine that boots
    does such a thing, so that it is not worth many tries.
    """

    def __init__(self, layer: str, detail: str, *, odd: bool = False) -> None:
        super().__init__(layer, detail)
        self.layer = layer
        self.detail = detail
        self.odd = odd


@dataclass(frozen=True, slots=True)
class Login:
    """Who logs in; a password is asked for only when a guest wants it."""

    user: str
    password: Callable[[PasswordName], str]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one login may try, in this order; `refused` hears at once of each that the guest refuses.

    Where there are `keys`, they are offered and no password is.
    """

    names: Sequence[PasswordName]
    refused: Callable[[PasswordName], None]
    keys: Sequence[paramiko.PKey] = ()


@dataclass(frozen=True, slots=True)
class Dialled:
    """An authenticated connection: the host key (fingerprint, `type base64`), the password that held."""

    transport: paramiko.Transport
    host_key: str
    key_line: str
    password: PasswordName


def hang_up(dialled: Dialled, *, limits: Limits = LIMITS) -> None:
    """Close one connection, without harm to the jump host that it goes through.

    paramiko does not wait for its reader, which may be answering still: what it then sends on a channel that
    is closed costs the whole connection to the jump host, with everybody who goes through it.
    """
    with suppress(Exception):  # what is gone already may say so in any way
        dialled.transport.stop_thread()
        if not isinstance(dialled.transport.sock, socket.socket):
            dialled.transport.join(limits.reader_s)
        dialled.transport.sock.close()


def quiet_paramiko() -> None:
    """Every fault is an exception here; paramiko's own log would show them a second time, as tracebacks."""
    logger = logging.getLogger("paramiko")
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False


def open_tcp(endpoint: Endpoint, *, limits: Limits = LIMITS) -> socket.socket:
    """A TCP connection from this machine. NotYet: network, port; LabError local.files and its like."""
    try:
        return socket.create_connection(endpoint, timeout=limits.tcp_s)
    except ConnectionRefusedError as error:
        raise NotYet("port", str(error)) from error
    except OSError as error:
        if shortage := shortage_of(error):
            raise shortage from error
        raise NotYet("network", str(error)) from error


def open_through(jump: paramiko.Transport, endpoint: Endpoint, *, limits: Limits = LIMITS) -> Tunnel:
    """A direct-tcpip channel from a jump host (RFC 4254, 7.2). NotYet: port, forbidden, jump."""
    import paramiko  # noqa: PLC0415 - slow import

    def not_yet(error: BaseException) -> NotYet:
        if isinstance(error, paramiko.ChannelException):
            return NotYet(CHANNEL_LAYERS.get(error.code, "port"), last_words(error.text))
        return NotYet("network" if jump.is_active() else "jump", words_of(error))

    with told_as(not_yet), within(jump, limits.ssh_s + limits.told_s):
        return Tunnel(jump.open_channel("direct-tcpip", endpoint, ("127.0.0.1", 0), timeout=limits.ssh_s))


def log_in(
    wire: socket.socket | Tunnel,
    login: Login,
    attempt: Attempt,
    *,
    judge: Callable[[str], None],
    limit_s: float = LIMITS.ssh_s,
    limits: Limits = LIMITS,
) -> Dialled:
    """Speak SSH over an open wire, have the host key judged (`type base64`), log in; each within `limit_s`.

    Raises:
        NotYet: banner, handshake.
        LabError: what `judge` raises, guest.login, secret.missing, secret.elsewhere.
    """
    quiet_paramiko()
    done = False
    transport = None
    try:
        transport, line = shake_hands(wire, limit_s=limit_s, limits=limits)
        judge(line)
        password = _authenticate(transport, login, attempt, limits)
        done = True
    finally:
        if not done:
            if transport is not None:
                with suppress(Exception):
                    transport.close()
            wire.close()
    return Dialled(transport, fingerprint(line), line, password)


def shake_hands(
    wire: socket.socket | Tunnel,
    *,
    key_kinds: tuple[str, ...] = (HOST_KEY_KIND,),
    limit_s: float,
    limits: Limits,
) -> tuple[paramiko.Transport, str]:
    """A connection that is not logged in yet, and the host key that it shows. NotYet: banner, handshake."""
    import paramiko  # noqa: PLC0415 - slow import

    from esxlab.backends.guest.packets import BoundedPacketizer  # noqa: PLC0415 - as above

    transport: paramiko.Transport | None = None

    def not_yet(error: BaseException) -> NotYet:
        said = transport.remote_version if transport else ""
        if transport:
            cut(transport)
        layer = "banner" if not said or "banner" in str(error) else "handshake"
        return NotYet(layer, words_of(error), odd=_is_odd(error))

    with told_as(not_yet):
        transport = paramiko.Transport(wire, packetizer_class=BoundedPacketizer)  # type: ignore[arg-type] # whatever sends and receives
        transport.daemon, transport.name = True, "esxlab-ssh"
        transport.banner_timeout = transport.handshake_timeout = limit_s
        transport.auth_timeout = limits.ssh_s
        transport.get_security_options().key_types = key_kinds
        transport.start_client(timeout=limit_s + limits.told_s)
        shown = transport.get_remote_server_key()
        return transport, f"{shown.get_name()} {shown.get_base64()}"


def _is_odd(error: BaseException) -> bool:
    """Whether the other side has sent what no SSH server sends, rather than nothing."""
    return not isinstance(error, EOFError | OSError) and not NO_ANSWER.search(str(error))


def _authenticate(
    transport: paramiko.Transport, login: Login, attempt: Attempt, limits: Limits
) -> PasswordName:
    """The name of the password that was taken.

    Raises:
        NotYet: handshake.
        LabError: guest.login, guest.login_key, guest.login_kind, secret.missing, secret.elsewhere.
    """
    kinds: tuple[str, ...] = ()
    for key in attempt.keys:
        if (
            kinds := try_login(transport, partial(transport.auth_publickey, login.user, key), limits)
        ) == TAKEN:
            return attempt.names[0]
    if attempt.keys:
        for name in attempt.names:
            attempt.refused(name)
        raise LabError("guest.login_key", user=login.user, keys=names_of(attempt.keys))
    for name in attempt.names:
        give = partial(transport.auth_password, login.user, login.password(name))
        if (kinds := try_login(transport, give, limits)) == TAKEN:
            return name
        attempt.refused(name)
        if kinds:
            asked = visible_line(", ".join(kinds)[:SIGNS])
            raise LabError("guest.login_kind", user=login.user, kinds=asked or "-")
    raise LabError("guest.login", user=login.user)


TAKEN = ("taken",)


def try_login(
    transport: paramiko.Transport, give: Callable[[], Sequence[str]], limits: Limits
) -> tuple[str, ...]:
    """TAKEN; empty when what was given was refused; else what the server asks for besides or instead."""
    import paramiko  # noqa: PLC0415 - slow import

    with (
        told_as(lambda error: NotYet("handshake", words_of(error), odd=_is_odd(error)), NotYet),
        within(transport, limits.ssh_s + limits.told_s),
    ):
        try:
            kinds = give()
        except paramiko.BadAuthenticationType as error:
            return tuple(error.allowed_types) or ("?",)
        except paramiko.AuthenticationException as error:
            if NO_ANSWER.search(str(error)):
                raise NotYet("handshake", words_of(error)) from error
            return ()
        if not transport.is_authenticated():
            return tuple(kinds) or ("?",)
        transport.packetizer.trusted = True  # type: ignore[attr-defined] # BoundedPacketizer's
        return TAKEN
