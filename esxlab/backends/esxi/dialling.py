"""The SSH connection to a host: dialled, its key judged, logged in to with one try."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.esxi.limits import LIMITS, Limits
from esxlab.backends.guest.dialling import NotYet, open_tcp, quiet_paramiko
from esxlab.backends.guest.faults import cut, told_as, within, words_of
from esxlab.backends.guest.limits import Limits as GuestLimits
from esxlab.errors import LabError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

    import paramiko

    from esxlab.backends.endpoints import Endpoint

KEY_KINDS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256")
"""Host keys that are asked for, best first: ESXi 6.7 has RSA only. None with SHA-1, which 8.0 refuses."""
NO_ANSWER = ("timeout", "EOF", "closed")


class Login(NamedTuple):
    """Who logs in: with the first of the keys that is taken, or with the password. It is asked for once."""

    user: str
    password: Callable[[], str]
    offers: Callable[[], Sequence[paramiko.PKey]] = tuple


class _Refused(Exception):  # noqa: N818 - it never leaves this module
    """One way to log in was not taken; `asked`: what the server takes instead, if not this way."""

    def __init__(self, asked: Sequence[str] = ()) -> None:
        super().__init__()
        self.asked = frozenset(asked)


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
        with suppress(_Refused):
            return _dial(endpoint, judge, limits, lambda t, key=key: t.auth_publickey(login.user, key))  # type: ignore[misc]
    password = login.password()
    try:
        answer = _Answering(password)
        return _dial(endpoint, judge, limits, lambda t: t.auth_interactive(login.user, answer))
    except _Refused as refused:
        if not refused.asked:
            raise LabError("esxi.login", user=login.user) from refused
        if "password" not in refused.asked:
            kinds = ", ".join(sorted(refused.asked))
            raise LabError("esxi.login_kind", user=login.user, kinds=kinds) from refused
    try:
        return _dial(endpoint, judge, limits, lambda t: t.auth_password(login.user, password, fallback=False))
    except _Refused as refused:
        raise LabError("esxi.login", user=login.user) from refused


def _dial(
    endpoint: Endpoint,
    judge: Callable[[str], None],
    limits: Limits,
    give: Callable[[paramiko.Transport], object],
) -> paramiko.Transport:
    quiet_paramiko()
    wire = open_tcp(endpoint, limits=GuestLimits(tcp_s=limits.tcp_s))
    transport, done = None, False
    try:
        transport, line = shake_hands(wire, limits)
        judge(line)
        _log_in(transport, limits, give)
        done = True
    finally:
        if not done:
            if transport is not None:
                cut(transport)
            wire.close()
    return transport


def shown_key(endpoint: Endpoint, *, limits: Limits = LIMITS) -> str:
    """The host key that is shown before any login, `type base64`. NotYet."""
    quiet_paramiko()
    wire = open_tcp(endpoint, limits=GuestLimits(tcp_s=limits.tcp_s))
    try:
        transport, line = shake_hands(wire, limits)
        cut(transport)
    finally:
        wire.close()
    return line


def shake_hands(wire: socket.socket, limits: Limits) -> tuple[paramiko.Transport, str]:
    """A connection that is not logged in yet, and the host key that it shows. NotYet: banner, handshake."""
    import paramiko  # noqa: PLC0415 - slow import

    from esxlab.backends.guest.packets import BoundedPacketizer  # noqa: PLC0415 - as above

    transport: paramiko.Transport | None = None

    def not_yet(error: BaseException) -> NotYet:
        said = transport.remote_version if transport else ""
        if transport:
            cut(transport)
        return NotYet("handshake" if said else "banner", words_of(error))

    with told_as(not_yet):
        transport = paramiko.Transport(wire, packetizer_class=BoundedPacketizer)
        transport.daemon, transport.name = True, "esxlab-esxi"
        transport.banner_timeout = transport.handshake_timeout = limits.ssh_s
        transport.auth_timeout = limits.ssh_s
        transport.get_security_options().key_types = KEY_KINDS
        transport.start_client(timeout=limits.ssh_s + limits.told_s)
        shown = transport.get_remote_server_key()
        return transport, f"{shown.get_name()} {shown.get_base64()}"


def _log_in(
    transport: paramiko.Transport, limits: Limits, give: Callable[[paramiko.Transport], object]
) -> None:
    """One way, once. _Refused; NotYet."""
    import paramiko  # noqa: PLC0415 - slow import

    with (
        told_as(lambda error: NotYet("handshake", words_of(error)), NotYet, _Refused),
        within(transport, limits.ssh_s + limits.told_s),
    ):
        try:
            give(transport)
        except paramiko.BadAuthenticationType as error:
            raise _Refused(error.allowed_types) from error
        except paramiko.AuthenticationException as error:
            if any(sign in str(error) for sign in NO_ANSWER):
                raise NotYet("handshake", words_of(error)) from error
            raise _Refused from error
        if not transport.is_authenticated():
            raise _Refused
        transport.packetizer.trusted = True  # type: ignore[attr-defined] # BoundedPacketizer's


class _Answering:
    """Gives the password to the first question that is not shown on a screen, and to no other."""

    def __init__(self, password: str) -> None:
        self._left = [password]

    def __call__(self, _title: str, _words: str, asked: Sequence[tuple[str, bool]]) -> list[str]:
        return [self._left.pop() if self._left and not shown else "" for _, shown in asked]
