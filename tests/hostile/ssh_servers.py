"""SSH servers that are none, or bad ones: each is played on 127.0.0.1 until the test hangs up."""

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

from tests.hostile.peers import Peer

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


UNREACHABLE = ("guest.unreachable",)
FOUND = "found by playing it to paramiko 4.0.0"
RFC = "read: RFC 4253"


def peer(name: str, does: str, esxlab: str, play: Any, *codes: str, source: str = FOUND) -> Peer:
    return Peer("ssh-server", name, does, esxlab, codes or UNREACHABLE, source, play)


WAITS = "waits for the machine's patience, then names the layer that is missing"
SOON = "gives it up after three tries: no machine that boots does that"
CUT = "hangs up at the limit and says so with the last words"

PEERS: tuple[Peer, ...] = (
    peer("says-nothing", "takes the connection and says nothing", WAITS, says(), source=RFC),
    peer("hangs-up", "takes the connection and closes it", WAITS, hangs_up(b""), source="read: sshd_config(5), MaxStartups"),
    peer("another-protocol", "greets as a mail server", WAITS, hangs_up(b"220 mail.example ESMTP\r\n"), source="read: RFC 5321"),
    peer("endless-banner", "sends a first line without end", SOON, floods(b"", PIECE), source="read: RFC 4253, 4.2"),
    peer("many-lines", "sends lines before its version without end", SOON, floods(b"", b"welcome\r\n" * 1000), source="read: RFC 4253, 4.2"),
    peer("drips-its-banner", "sends its version a byte at a time, without end", WAITS, floods(b"SSH-2.0-", b"x", every_s=SOON_S), source="read: endlessh, an SSH tarpit"),
    peer("version-of-bytes", "its version is not UTF-8", WAITS, hangs_up(b"SSH-2.0-\xff\xfe\xfd\r\n")),
    peer("version-1", "speaks SSH 1.5 only", SOON, hangs_up(b"SSH-1.5-Cisco-1.25\r\n"), source="read: RFC 4253, 5"),
    peer("junk", "sends random bytes after its version", SOON, says(VERSION, bytes(range(256)) * 64)),
    peer("two-gibibytes", "announces a packet of 2 GiB", SOON, floods(VERSION + struct.pack(">IB", 0x7FFFFFFC, 4), PIECE), source="shared issue of this program: measured, 2.9 GB"),
    peer("empty-packet", "announces a packet of no bytes", SOON, says(VERSION, b"\0" * 64)),
    peer("padding-longer-than-packet", "says that all of its packet is padding", SOON, says(VERSION, struct.pack(">IB", 12, 255) + b"\x14" * 11)),
    peer("short-kexinit", "sends a KEXINIT that ends after its cookie", SOON, says(VERSION, packet(cMSG_KEXINIT + b"\0" * 16))),
    peer("kexinit-of-bytes", "sends \\xff in the names of its KEXINIT", SOON, says(VERSION, packet(name_lists(b"\xff\xfe", *GOOD[1:])))),
    peer("kexinit-of-a-gibibyte", "says that a name list of its KEXINIT has 1 GiB", SOON, says(VERSION, packet(cMSG_KEXINIT + b"\0" * 16 + struct.pack(">I", 1 << 30)))),
    peer("nothing-in-common", "offers no algorithm that anybody knows", SOON, says(VERSION, packet(name_lists(*(b"x",) * 10)))),
    peer("another-host-key", "has no Ed25519 host key", SOON, says(VERSION, packet(name_lists(GOOD[0], b"ssh-rsa", *GOOD[2:]))), source="read: sshd_config(5), HostKey"),
    peer("closes-after-kexinit", "closes the connection after its KEXINIT", WAITS, hangs_up(VERSION + packet(name_lists(*GOOD)))),
    peer("unknown-message", "sends a message of type 255", SOON, says(VERSION, packet(b"\xff" * 20))),
    peer("key-exchange-of-nothing", "answers the key exchange with an empty message", SOON, key_exchange(b"")),
    peer("host-key-of-junk", "shows a host key that is none", SOON, key_exchange(string(b"junk") + string(b"\x09" * 32) + string(b"s"))),
    peer("zero-point", "answers the key exchange with the point zero", SOON, key_exchange(string(HOST_KEY.asbytes()) + string(b"\0" * 32) + string(b"s")), source="read: RFC 7748, 6.1"),
    peer("forged-signature", "signs its key exchange with garbage", SOON, key_exchange(string(HOST_KEY.asbytes()) + string(b"\x09" + b"\0" * 31) + string(string(b"ssh-ed25519") + string(b"\1" * 64)))),
    peer("debug-before-keys", "floods with debug messages before there are keys", SOON, floods(VERSION, packet(b"\x04\0" + string(b"x" * 100) + string(b"")))),
    peer("partial-for-ever", "takes the password and asks for more, without end", "does not take it for a login: says what is asked for", served(PartialForEver), "guest.login_kind", source="read: RFC 4252, 5.1"),
    peer("keys-only", "takes no password, and says so in colours", "says what is asked for", served(KeysOnly), "guest.login_kind", source="read: sshd_config(5), AuthenticationMethods"),
    peer("asks-for-ever", "asks for the password over and over (keyboard-interactive)", "hangs up after so many packets", served(AsksForEver), "guest.unreachable", "guest.login", "guest.login_kind", source="read: RFC 4256"),
    peer("never-decides", "never says whether the password was right", WAITS, served(NeverDecides), source="read: a PAM module that waits for a network"),
    peer("banner-flood", "sends the text before the login without end", SOON, served(BannerFlood), source="read: RFC 4252, 5.4"),
    peer("refuses-channels", "refuses every channel", "says that the connection broke, with the server's words", served(RefusesChannels), "guest.lost", source="read: sshd_config(5), MaxSessions 0"),
    peer("never-opens", "never answers whether a channel may be opened", CUT, served(NeverOpens), "guest.lost", "guest.timeout"),
    peer("refuses-commands", "refuses every command", "says that the connection broke", served(RefusesCommands), "guest.lost", source="read: RFC 4254, 6.5"),
    peer("never-begins", "never answers whether a command may be run", CUT, served(NeverBegins), "guest.timeout", source=f"{FOUND}: it waits without limit"),
    peer("no-window", "takes no byte of a script", CUT, served(NoWindow, _sanitize_window_size=lambda size: 0), "guest.silent", "guest.timeout", source="read: RFC 4254, 5.2"),
    peer("rekey-storm", "exchanges keys without end", CUT, served(RekeyStorm), "guest.silent", "guest.timeout", "guest.lost", source="read: RFC 4253, 9"),
    peer("says-nothing-much", "floods with ignore and debug messages", "hangs up after so many", served(SaysNothingMuch), "guest.silent", "guest.lost", "guest.timeout", source="read: RFC 4253, 11"),
    peer("ignores-the-window", "floods without regard to the window", CUT, served(IgnoresTheWindow), "guest.flood", source="read: RFC 4254, 5.2"),
    peer("floods-errors", "floods standard error", CUT, served(FloodsErrors), "guest.flood", source="read: RFC 4254, 5.2"),
    peer("drips", "answers a byte at a time, without end", CUT, served(Drips), "guest.timeout", source="read: endlessh, an SSH tarpit"),
    peer("never-ends", "answers half, and nothing more", CUT, served(NeverEnds), "guest.timeout", "guest.silent"),
    peer("closes-at-once", "closes the channel instead of an answer", "says that root's shell has left", served(ClosesAtOnce), "guest.shell", "guest.lost"),
    peer("hangs-up-midway", "closes the connection in its answer", "says that the connection broke", served(HangsUpMidway), "guest.lost"),
    peer("unknown-channel", "sends data for a channel that nobody has", "says that the connection broke", served(UnknownChannel), "guest.lost"),
)  # fmt: skip


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
