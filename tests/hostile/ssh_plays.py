"""How bad SSH servers are played, on 127.0.0.1, until the test hangs up: raw, or paramiko's made worse."""

from __future__ import annotations

import io
import re
import socket
import struct
import threading
import time
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import paramiko
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from paramiko.common import (
    MSG_CHANNEL_DATA,
    MSG_CHANNEL_EXTENDED_DATA,
    MSG_DEBUG,
    MSG_IGNORE,
    MSG_USERAUTH_BANNER,
    cMSG_KEXINIT,
)
from paramiko.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VERSION = b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"
HOST_KEY = paramiko.Ed25519Key.from_private_key(
    io.StringIO(
        Ed25519PrivateKey.generate()
        .private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        .decode()
    )
)
PASSWORD = "s3same-of-a-peer"
PIECE = b"x" * 32_000
SOON_S = 0.02


class Line:
    """One connection: the socket, and whether the test is over."""

    def __init__(self, wire: socket.socket, over: threading.Event) -> None:
        self.wire, self.over = wire, over

    def repeat(self, send: Callable[[], object], *, every_s: float = 0.0) -> None:
        """Do it again and again until the other side has had enough."""
        while not self.over.is_set():
            send()
            if every_s:
                self.over.wait(every_s)

    def hold(self) -> None:
        """Keep the line open, take what comes, say nothing more."""
        self.wire.settimeout(0.1)
        while not self.over.is_set():
            with suppress(TimeoutError):
                if not self.wire.recv(65_536):
                    return


Play = "Callable[[Line], None]"


def packet(payload: bytes) -> bytes:
    """As RFC 4253, 6 has it before there are keys."""
    padding = 8 - (len(payload) + 5) % 8
    padding += 8 if padding < 4 else 0
    return struct.pack(">IB", len(payload) + padding + 1, padding) + payload + b"\0" * padding


def says(*pieces: bytes) -> Callable[[Line], None]:
    """These bytes, and then nothing more."""

    def play(line: Line) -> None:
        for piece in pieces:
            line.wire.sendall(piece)
        line.hold()

    return play


def floods(first: bytes, piece: bytes, *, every_s: float = 0.0) -> Callable[[Line], None]:
    """These bytes, and then the same piece without end."""

    def play(line: Line) -> None:
        line.wire.sendall(first)
        line.repeat(lambda: line.wire.sendall(piece), every_s=every_s)

    return play


def hangs_up(first: bytes) -> Callable[[Line], None]:
    def play(line: Line) -> None:
        line.wire.sendall(first)
        time.sleep(SOON_S)

    return play


def name_lists(*names: bytes) -> bytes:
    """A KEXINIT of RFC 4253, 7.1."""
    lists = b"".join(struct.pack(">I", len(name)) + name for name in names)
    return cMSG_KEXINIT + b"\0" * 16 + lists + b"\0" * 5


GOOD = (
    b"curve25519-sha256@libssh.org", b"ssh-ed25519", b"aes128-ctr", b"aes128-ctr",
    b"hmac-sha2-256", b"hmac-sha2-256", b"none", b"none", b"", b"",
)  # fmt: skip


def key_exchange(reply: bytes) -> Callable[[Line], None]:
    """Agrees on everything, and answers the client's half with something else than its own."""
    return says(VERSION, packet(name_lists(*GOOD)), packet(b"\x1f" + reply))


def string(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


class Server(paramiko.ServerInterface):
    """A whole SSH server; each peer overrides what it is bad at."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.transport: paramiko.Transport

    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_SUCCESSFUL

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        word = re.search(rb"esxlab-[0-9a-f]+", command)
        thread = threading.Thread(
            target=self._execute, args=(channel, word[0] if word else b""), daemon=True, name="peer"
        )
        thread.start()
        return True

    def _execute(self, channel: paramiko.Channel, word: bytes) -> None:
        with suppress(Exception):
            self.execute(channel, word)

    def execute(self, channel: paramiko.Channel, word: bytes) -> None:
        """What its login shell does; `word` is what sh would say at once."""

    def began(self) -> None:
        """The handshake is over; the client may be logging in."""

    # for those below

    def greet(self, channel: paramiko.Channel, word: bytes) -> None:
        """As sh does before it reads."""
        channel.sendall(word + b"\n")
        channel.sendall_stderr(word + b"\n")

    def message(self, kind: int, *fields: int | bytes) -> None:
        """Any message, whatever the rules say."""
        message = Message()
        message.add_byte(bytes([kind]))
        for each in fields:
            if isinstance(each, bytes):
                message.add_string(each)
            else:
                message.add_int(each)
        self.transport._send_message(message)


def served(kind: type[Server], **options: Any) -> Callable[[Line], None]:
    """The whole server."""

    def play(line: Line) -> None:
        transport = paramiko.Transport(line.wire)
        transport.daemon, transport.name = True, "peer-transport"
        for name, value in options.items():
            setattr(transport, name, value)
        transport.add_server_key(HOST_KEY)
        server = kind(line)
        server.transport = transport
        transport.start_server(event=threading.Event(), server=server)
        try:
            while transport.is_active() and not transport.initial_kex_done and not line.over.is_set():
                time.sleep(SOON_S)
            server.began()
            while transport.is_active() and not line.over.is_set():
                line.over.wait(0.05)
        finally:
            transport.active = False  # wakes paramiko's own waits
            transport.packetizer.close()
            line.wire.close()

    return play


class PartialForEver(Server):
    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_PARTIALLY_SUCCESSFUL


class KeysOnly(Server):
    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "publickey,\x1b[31mhostbased"


class AsksForEver(Server):
    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "keyboard-interactive"

    def check_auth_interactive(self, username: str, submethods: str) -> paramiko.InteractiveQuery:
        return paramiko.InteractiveQuery("", "again", ("Password: ", False))

    def check_auth_interactive_response(self, responses: list[str]) -> paramiko.InteractiveQuery:
        return paramiko.InteractiveQuery("", "again", ("Password: ", False))


class NeverDecides(Server):
    def check_auth_password(self, username: str, password: str) -> int:
        self.line.over.wait()
        return paramiko.AUTH_FAILED


class BannerFlood(Server):
    def check_auth_password(self, username: str, password: str) -> int:
        self.line.repeat(lambda: self.message(MSG_USERAUTH_BANNER, PIECE, b"en"))
        return paramiko.AUTH_FAILED


class RefusesChannels(Server):
    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED


class NeverOpens(Server):
    def check_channel_request(self, kind: str, chanid: int) -> int:
        self.line.over.wait()
        return paramiko.OPEN_SUCCEEDED


class RefusesCommands(Server):
    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        return False


class NeverBegins(Server):
    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        self.line.over.wait()
        return False


class NoWindow(Server):
    def execute(self, channel: paramiko.Channel, word: bytes) -> None:
        self.greet(channel, word)
        self.line.over.wait()


def nothing(size: int) -> int:
    """A window of no size, whatever was asked for."""
    return size * 0


class RekeyStorm(Server):
    def execute(self, channel: paramiko.Channel, word: bytes) -> None:
        self.line.over.wait(SOON_S)  # the answer to the request goes first
        self.greet(channel, word)
        self.line.repeat(self.transport.renegotiate_keys)


class SaysNothingMuch(Server):
    def execute(self, channel: paramiko.Channel, word: bytes) -> None:
        self.greet(channel, word)
        self.line.repeat(
            lambda: (self.message(MSG_IGNORE, b"x" * 100), self.message(MSG_DEBUG, b"\0", b"y", b""))
        )


class IgnoresTheWindow(Server):
    def execute(self, channel: paramiko.Channel, word: bytes) -> None:
        self.greet(channel, word)
        self.line.repeat(lambda: self.message(MSG_CHANNEL_DATA, channel.remote_chanid, PIECE))


class FloodsErrors(Server):
    def execute(self, channel: paramiko.Channel, word: bytes) -> None:
        self.greet(channel, word)
        self.line.repeat(lambda: self.message(MSG_CHANNEL_EXTENDED_DATA, channel.remote_chanid, 1, PIECE))


class Drips(Server):
    def execute(self, channel: paramiko.Channel, word: bytes) -> None:
        self.greet(channel, word)
        self.line.repeat(lambda: channel.sendall(b"."), every_s=SOON_S)


class NeverEnds(Server):
    def execute(self, channel: paramiko.Channel, word: bytes) -> None:
        self.greet(channel, word)
        channel.sendall(b"half an answer \x1b]0;title\x07\n")
        self.line.over.wait()


class ClosesAtOnce(Server):
    def execute(self, channel: paramiko.Channel, word: bytes) -> None:
        channel.close()


class HangsUpMidway(Server):
    def execute(self, channel: paramiko.Channel, word: bytes) -> None:
        self.greet(channel, word)
        channel.sendall(b"half")
        self.transport.packetizer.close()
        self.line.wire.close()


class UnknownChannel(Server):
    def execute(self, channel: paramiko.Channel, word: bytes) -> None:
        self.greet(channel, word)
        self.message(MSG_CHANNEL_DATA, 4_000_000_000, b"for nobody")


@contextmanager
def listening(play: Callable[[Line], None]) -> Iterator[int]:
    """The peer, on a port of 127.0.0.1; every connection of its is over at the end."""
    over, lines = threading.Event(), []

    def serve(wire: socket.socket) -> None:
        with closing(wire), suppress(Exception):
            play(Line(wire, over))

    def accept() -> None:
        while True:
            try:
                wire, _ = server.accept()
            except OSError:
                return
            lines.append(threading.Thread(target=serve, args=(wire,), name="peer", daemon=True))
            lines[-1].start()

    with closing(socket.create_server(("127.0.0.1", 0), backlog=64)) as server:
        accepting = threading.Thread(target=accept, name="peer", daemon=True)
        accepting.start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
    accepting.join(5)
    for line in lines:
        line.join(5)
