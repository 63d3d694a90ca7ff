"""SSH servers that are none, or bad ones."""

from __future__ import annotations

import struct
from typing import Any

from paramiko.common import cMSG_KEXINIT

from tests.hostile.peers import Peer
from tests.hostile.ssh_plays import (
    GOOD,
    HOST_KEY,
    PIECE,
    SOON_S,
    VERSION,
    AsksForEver,
    BannerFlood,
    ClosesAtOnce,
    Drips,
    FloodsErrors,
    HangsUpMidway,
    IgnoresTheWindow,
    KeysOnly,
    NeverBegins,
    NeverDecides,
    NeverEnds,
    NeverOpens,
    NoWindow,
    PartialForEver,
    RefusesChannels,
    RefusesCommands,
    RekeyStorm,
    SaysNothingMuch,
    UnknownChannel,
    floods,
    hangs_up,
    key_exchange,
    name_lists,
    nothing,
    packet,
    says,
    served,
    string,
)

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
    peer(
        "hangs-up",
        "takes the connection and closes it",
        WAITS,
        hangs_up(b""),
        source="read: sshd_config(5), MaxStartups",
    ),
    peer(
        "another-protocol",
        "greets as a mail server",
        WAITS,
        hangs_up(b"220 mail.example ESMTP\r\n"),
        source="read: RFC 5321",
    ),
    peer(
        "endless-banner",
        "sends a first line without end",
        SOON,
        floods(b"", PIECE),
        source="read: RFC 4253, 4.2",
    ),
    peer(
        "many-lines",
        "sends lines before its version without end",
        SOON,
        floods(b"", b"welcome\r\n" * 1000),
        source="read: RFC 4253, 4.2",
    ),
    peer(
        "drips-its-banner",
        "sends its version a byte at a time, without end",
        WAITS,
        floods(b"SSH-2.0-", b"x", every_s=SOON_S),
        source="read: endlessh, an SSH tarpit",
    ),
    peer("version-of-bytes", "its version is not UTF-8", WAITS, hangs_up(b"SSH-2.0-\xff\xfe\xfd\r\n")),
    peer(
        "version-1",
        "speaks SSH 1.5 only",
        SOON,
        hangs_up(b"SSH-1.5-Cisco-1.25\r\n"),
        source="read: RFC 4253, 5",
    ),
    peer("junk", "sends random bytes after its version", SOON, says(VERSION, bytes(range(256)) * 64)),
    peer(
        "two-gibibytes",
        "announces a packet of 2 GiB",
        SOON,
        floods(VERSION + struct.pack(">IB", 0x7FFFFFFC, 4), PIECE),
        source="shared issue of this program: measured, 2.9 GB",
    ),
    peer("empty-packet", "announces a packet of no bytes", SOON, says(VERSION, b"\0" * 64)),
    peer(
        "padding-longer-than-packet",
        "says that all of its packet is padding",
        SOON,
        says(VERSION, struct.pack(">IB", 12, 255) + b"\x14" * 11),
    ),
    peer(
        "short-kexinit",
        "sends a KEXINIT that ends after its cookie",
        SOON,
        says(VERSION, packet(cMSG_KEXINIT + b"\0" * 16)),
    ),
    peer(
        "kexinit-of-bytes",
        "sends \\xff in the names of its KEXINIT",
        SOON,
        says(VERSION, packet(name_lists(b"\xff\xfe", *GOOD[1:]))),
    ),
    peer(
        "kexinit-of-a-gibibyte",
        "says that a name list of its KEXINIT has 1 GiB",
        SOON,
        says(VERSION, packet(cMSG_KEXINIT + b"\0" * 16 + struct.pack(">I", 1 << 30))),
    ),
    peer(
        "nothing-in-common",
        "offers no algorithm that anybody knows",
        SOON,
        says(VERSION, packet(name_lists(*(b"x",) * 10))),
    ),
    peer(
        "another-host-key",
        "has no Ed25519 host key",
        SOON,
        says(VERSION, packet(name_lists(GOOD[0], b"ssh-rsa", *GOOD[2:]))),
        source="read: sshd_config(5), HostKey",
    ),
    peer(
        "closes-after-kexinit",
        "closes the connection after its KEXINIT",
        WAITS,
        hangs_up(VERSION + packet(name_lists(*GOOD))),
    ),
    peer("unknown-message", "sends a message of type 255", SOON, says(VERSION, packet(b"\xff" * 20))),
    peer(
        "key-exchange-of-nothing", "answers the key exchange with an empty message", SOON, key_exchange(b"")
    ),
    peer(
        "host-key-of-junk",
        "shows a host key that is none",
        SOON,
        key_exchange(string(b"junk") + string(b"\x09" * 32) + string(b"s")),
    ),
    peer(
        "zero-point",
        "answers the key exchange with the point zero",
        SOON,
        key_exchange(string(HOST_KEY.asbytes()) + string(b"\0" * 32) + string(b"s")),
        source="read: RFC 7748, 6.1",
    ),
    peer(
        "forged-signature",
        "signs its key exchange with garbage",
        SOON,
        key_exchange(
            string(HOST_KEY.asbytes())
            + string(b"\x09" + b"\0" * 31)
            + string(string(b"ssh-ed25519") + string(b"\1" * 64))
        ),
    ),
    peer(
        "debug-before-keys",
        "floods with debug messages before there are keys",
        SOON,
        floods(VERSION, packet(b"\x04\0" + string(b"x" * 100) + string(b""))),
    ),
    peer(
        "partial-for-ever",
        "takes the password and asks for more, without end",
        "does not take it for a login: says what is asked for",
        served(PartialForEver),
        "guest.login_kind",
        source="read: RFC 4252, 5.1",
    ),
    peer(
        "keys-only",
        "takes no password, and says so in colours",
        "says what is asked for",
        served(KeysOnly),
        "guest.login_kind",
        source="read: sshd_config(5), AuthenticationMethods",
    ),
    peer(
        "asks-for-ever",
        "asks for the password over and over (keyboard-interactive)",
        "hangs up after so many packets",
        served(AsksForEver),
        "guest.unreachable",
        "guest.login",
        "guest.login_kind",
        source="read: RFC 4256",
    ),
    peer(
        "never-decides",
        "never says whether the password was right",
        WAITS,
        served(NeverDecides),
        source="read: a PAM module that waits for a network",
    ),
    peer(
        "banner-flood",
        "sends the text before the login without end",
        SOON,
        served(BannerFlood),
        source="read: RFC 4252, 5.4",
    ),
    peer(
        "refuses-channels",
        "refuses every channel",
        "says that the connection broke, with the server's words",
        served(RefusesChannels),
        "guest.lost",
        source="read: sshd_config(5), MaxSessions 0",
    ),
    peer(
        "never-opens",
        "never answers whether a channel may be opened",
        CUT,
        served(NeverOpens),
        "guest.lost",
        "guest.timeout",
    ),
    peer(
        "refuses-commands",
        "refuses every command",
        "says that the connection broke",
        served(RefusesCommands),
        "guest.lost",
        source="read: RFC 4254, 6.5",
    ),
    peer(
        "never-begins",
        "never answers whether a command may be run",
        CUT,
        served(NeverBegins),
        "guest.timeout",
        source=f"{FOUND}: it waits without limit",
    ),
    peer(
        "no-window",
        "takes no byte of a script",
        CUT,
        served(NoWindow, _sanitize_window_size=nothing),
        "guest.silent",
        "guest.timeout",
        source="read: RFC 4254, 5.2",
    ),
    peer(
        "rekey-storm",
        "exchanges keys without end",
        CUT,
        served(RekeyStorm),
        "guest.silent",
        "guest.timeout",
        "guest.lost",
        source="read: RFC 4253, 9",
    ),
    peer(
        "says-nothing-much",
        "floods with ignore and debug messages",
        "hangs up after so many",
        served(SaysNothingMuch),
        "guest.silent",
        "guest.lost",
        "guest.timeout",
        source="read: RFC 4253, 11",
    ),
    peer(
        "ignores-the-window",
        "floods without regard to the window",
        CUT,
        served(IgnoresTheWindow),
        "guest.flood",
        source="read: RFC 4254, 5.2",
    ),
    peer(
        "floods-errors",
        "floods standard error",
        CUT,
        served(FloodsErrors),
        "guest.flood",
        source="read: RFC 4254, 5.2",
    ),
    peer(
        "drips",
        "answers a byte at a time, without end",
        CUT,
        served(Drips),
        "guest.timeout",
        source="read: endlessh, an SSH tarpit",
    ),
    peer(
        "never-ends",
        "answers half, and nothing more",
        CUT,
        served(NeverEnds),
        "guest.timeout",
        "guest.silent",
    ),
    peer(
        "closes-at-once",
        "closes the channel instead of an answer",
        "says that root's shell has left",
        served(ClosesAtOnce),
        "guest.shell",
        "guest.lost",
    ),
    peer(
        "hangs-up-midway",
        "closes the connection in its answer",
        "says that the connection broke",
        served(HangsUpMidway),
        "guest.lost",
    ),
    peer(
        "unknown-channel",
        "sends data for a channel that nobody has",
        "says that the connection broke",
        served(UnknownChannel),
        "guest.lost",
    ),
)
