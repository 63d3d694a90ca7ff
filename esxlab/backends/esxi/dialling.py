"""The SSH connection to a host: dialled, its key judged, logged in to with one try."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.esxi.limits import LIMITS, Limits
from esxlab.backends.guest.dialling import TAKEN, open_tcp, quiet_paramiko, shake_hands, try_login
from esxlab.backends.guest.faults import cut
from esxlab.backends.guest.limits import Limits as GuestLimits
from esxlab.errors import LabError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

    import paramiko

    from esxlab.backends.endpoints import Endpoint

KEY_KINDS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256")
"""Host keys that are asked for, best first: ESXi 6.7 has RSA only. None with SHA-1, which 8.0 refuses."""


class Login(NamedTuple):
    """Who logs in: with the first of the keys that is taken, or with the password. It is asked for once."""

    user: str
    password: Callable[[], str]
    offers: Callable[[], Sequence[paramiko.PKey]] = tuple


class _Tried(NamedTuple):
    """A connection that is logged in; or none, and what the server asks for instead of what was refused."""

    transport: paramiko.Transport | None
    asked: tuple[str, ...] = ()


def dial(
    endpoint: Endpoint, login: Login, judge: Callable[[str], None], *, limits: Limits = LIMITS
) -> paramiko.Transport:
    """A connection that is logged in: keys first, then the password, once.

    Each way is tried on a connection of its own: paramiko asks for the service again with each, which strict
    servers refuse. A way that the server does not know costs no try of the password.

    Raises:
        NotYet: network, port, banner, handshake.
        LabError: what `judge` raises of the host key (`type base64`); esxi.login, esxi.login_kind,
            secret.missing.
    """
    for key in login.offers():
        if (tried := _dial(endpoint, judge, limits, partial(_by_key, login.user, key))).transport:
            return tried.transport
    password = login.password()
    tried = _dial(endpoint, judge, limits, lambda t: t.auth_interactive(login.user, _Answering(password)))
    if tried.asked and "password" not in tried.asked:
        raise LabError("esxi.login_kind", user=login.user, kinds=", ".join(sorted(tried.asked)))
    if tried.asked:
        tried = _dial(
            endpoint, judge, limits, lambda t: t.auth_password(login.user, password, fallback=False)
        )
    if tried.transport is None:
        raise LabError("esxi.login", user=login.user)
    return tried.transport


def _by_key(user: str, key: paramiko.PKey, transport: paramiko.Transport) -> Sequence[str]:
    return transport.auth_publickey(user, key)


def _dial(
    endpoint: Endpoint,
    judge: Callable[[str], None],
    limits: Limits,
    give: Callable[[paramiko.Transport], Sequence[str]],
) -> _Tried:
    """One way to log in, on a connection of its own. NotYet; LabError of `judge`."""
    quiet_paramiko()
    as_guests = _as_guests(limits)
    wire = open_tcp(endpoint, limits=as_guests)
    transport, tried = None, _Tried(None)
    try:
        transport, line = _hands_shaken(wire, as_guests)
        judge(line)
        asked = try_login(transport, partial(give, transport), as_guests)
        tried = _Tried(transport) if asked == TAKEN else _Tried(None, asked)
    finally:
        if tried.transport is None:
            if transport is not None:
                cut(transport)
            wire.close()
    return tried


def shown_key(endpoint: Endpoint, *, limits: Limits = LIMITS) -> str:
    """The host key that is shown before any login, `type base64`. NotYet."""
    quiet_paramiko()
    as_guests = _as_guests(limits)
    wire = open_tcp(endpoint, limits=as_guests)
    try:
        transport, line = _hands_shaken(wire, as_guests)
        cut(transport)
    finally:
        wire.close()
    return line


def _as_guests(limits: Limits) -> GuestLimits:
    return GuestLimits(tcp_s=limits.tcp_s, ssh_s=limits.ssh_s, told_s=limits.told_s)


def _hands_shaken(wire: socket.socket, limits: GuestLimits) -> tuple[paramiko.Transport, str]:
    return shake_hands(wire, key_kinds=KEY_KINDS, limit_s=limits.ssh_s, limits=limits)


class _Answering:
    """Gives the password to the first question that is not shown on a screen, and to no other."""

    def __init__(self, password: str) -> None:
        self._left = [password]

    def __call__(self, _title: str, _words: str, asked: Sequence[tuple[str, bool]]) -> list[str]:
        return [self._left.pop() if self._left and not shown else "" for _, shown in asked]
