"""Bad routers: what somebody says on a telnet line or inside SSH who is no IOS, or one in a bad mood.

A `Play` is how one is played: `tcp` has the bare connection, `shell` what is behind a login, over telnet and
SSH alike. A peer with `told` is the simulated IOS with these habits. esxlab's own limits are not known here.
"""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import paramiko

from esxlab.sim.router.faults import Faults
from esxlab.sim.router.terminal import Terminal
from esxlab.sim.router.vty import Vty
from tests.hostile.peers import Peer
from tests.router_shapes import box_of

if TYPE_CHECKING:
    from collections.abc import Callable

USER, PASSWORD, SECRET = "admin", "pa55-of-the-router", "53cret-of-the-router"
KEYS = [paramiko.ECDSAKey.generate() for _ in range(2)]
COMMANDS = ("trust", "doctor", "plan", "provision", "verify", "teardown")
BOTH = ("telnet", "ssh")
GREETING = b"\r\nUser Access Verification\r\n\r\n"
STEP_S = 0.015
"""Between two bytes of a drip."""


class Gone(Exception):  # noqa: N818 - an event
    """The other side has hung up, or the test is over."""


class Line:
    """Bytes to and from whoever has dialled; all that was heard is kept in `heard`."""

    def __init__(self, wire: Any, over: threading.Event, heard: bytearray) -> None:
        self._wire, self._over, self._heard = wire, over, heard
        self._typed = b""
        wire.settimeout(0.1)

    def say(self, data: bytes) -> None:
        while data:
            if self._over.is_set():
                raise Gone
            with contextlib.suppress(TimeoutError):
                sent = self._wire.send(data)
                if not sent:
                    raise Gone
                data = data[sent:]

    def hear(self) -> bytes:
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                if data := self._wire.recv(4096):
                    self._heard += data
                    return data
                break
        raise Gone

    def line(self) -> bytes:
        """What was typed up to the end of a line: no options of telnet, no NUL behind a CR (RFC 854)."""
        while not any(end in self._typed for end in (b"\r", b"\n")):
            self._typed += without_options(self.hear()).replace(b"\0", b"")
        typed, _, self._typed = self._typed.replace(b"\r\n", b"\n").replace(b"\r", b"\n").partition(b"\n")
        return typed

    def wait(self, seconds: float | None = None) -> None:
        """Nothing, until the other side has had enough."""
        if seconds is None:
            while True:
                self.hear()
        if self._over.wait(seconds):
            raise Gone


def without_options(data: bytes) -> bytes:
    return b"".join(part if n == 0 else part[2:] for n, part in enumerate(data.split(b"\xff")))


@dataclass(frozen=True)
class Play:
    """`ways`: over what. `meets`: which commands meet it; the others are green. `works`: nothing is wrong."""

    ways: tuple[str, ...] = BOTH
    tcp: Callable[[Line], None] | None = None
    shell: Callable[[Line], None] | None = None
    told: dict[str, Any] = field(default_factory=dict)
    hostname: str = ""
    key: int = 0
    accepts: bool = True
    meets: tuple[str, ...] = COMMANDS
    closed: bool = False
    confirmed: bool = True


class Server:
    """One peer on 127.0.0.1. `passwords` are those that SSH was told; `heard` is all that came in clear."""

    def __init__(self, play: Play, way: str) -> None:
        self.play, self.way = play, way
        self.heard = bytearray()
        self.passwords: list[str] = []
        self.connections = 0
        self.box = box_of()
        self.port = 0

    def __enter__(self) -> Self:
        self.turn(self.play)
        return self

    def turn(self, play: Play) -> None:
        """From now on this way, on the same port, and with a clean slate."""
        if self.port:
            self._end()
        self.play = play
        self.box.faults = Faults(**play.told)
        self.box.running.hostname = play.hostname or "R7"
        self.heard.clear()
        self.passwords.clear()
        self.connections = 0
        self._over = threading.Event()
        self._wires: list[Any] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        if play.closed:
            self._listener.close()
        else:
            self._start(self._accept)

    def _start(self, target: Callable[..., None], *arguments: Any) -> None:
        self._threads.append(threading.Thread(target=target, args=arguments, name="peer"))
        self._threads[-1].start()

    def _end(self) -> None:
        self._over.set()
        for wire in self._wires:
            wire.close()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()  # wakes `accept`
        self._listener.close()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()

    def __exit__(self, *_: object) -> None:
        self._end()

    def _accept(self) -> None:
        while not self._over.is_set():
            wire, _ = self._listener.accept()
            if self._over.is_set():
                wire.close()
                return
            self.connections += 1
            self._wires.append(wire)
            self._start(self._serve, wire)

    def _serve(self, wire: socket.socket) -> None:
        with contextlib.suppress(Gone, OSError, EOFError, paramiko.SSHException), wire:
            if self.play.tcp:
                self.play.tcp(Line(wire, self._over, self.heard))
            elif self.way == "telnet":
                line = Line(wire, self._over, self.heard)
                if telnet_login(line, accepts=self.play.accepts):
                    self._talk(line)
            else:
                self._ssh(wire)

    def _ssh(self, wire: socket.socket) -> None:
        transport = paramiko.Transport(wire)
        transport.local_version = "SSH-2.0-Cisco-1.25"
        self._wires.append(transport)
        transport.add_server_key(KEYS[self.play.key])
        login = _Login(self)
        transport.start_server(server=login)
        try:
            if login.shell.wait(10):
                channel = transport.accept(10)
                self._talk(Line(channel, self._over, self.heard))
        finally:
            transport.close()

    def _talk(self, line: Line) -> None:
        if self.play.shell:
            self.play.shell(line)
        else:
            ios(line, self.box)


class _Login(paramiko.ServerInterface):
    def __init__(self, server: Server) -> None:
        self._server = server
        self.shell = threading.Event()

    def get_allowed_auths(self, username):
        return "password"

    def check_auth_password(self, username, password):
        self._server.passwords.append(password)
        right = (username, password) == (USER, PASSWORD) and self._server.play.accepts
        return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED

    def check_channel_pty_request(self, *_):
        return True

    def check_channel_shell_request(self, channel):
        self.shell.set()
        return True


def telnet_login(line: Line, *, accepts: bool = True) -> bool:
    """As IOS with `login local`: three tries."""
    line.say(b"\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18\xff\xfd\x1f" + GREETING)
    for _ in range(3):
        line.say(b"Username: ")
        user = line.line()
        line.say(user + b"\r\nPassword: ")
        if (user, line.line()) == (USER.encode(), PASSWORD.encode()) and accepts:
            line.say(b"\r\n")
            return True
        line.say(b"\r\n% Login invalid\r\n\r\n")
    return False


def ios(line: Line, box: Any, *, meanwhile: Callable[[bytes], bool] = lambda _: False) -> None:
    """The simulated IOS on this line; `meanwhile` hears what is typed, and may say True: no answer to it."""
    gone = threading.Event()
    vty = Vty(
        box,
        Terminal(box, secret=SECRET),
        write=lambda text: line.say(text.replace("\n", "\r\n").encode()),
        hang_up=gone.set,
    )
    vty.start()
    while not gone.is_set():
        data = without_options(line.hear())
        if not meanwhile(data):
            vty.feed(data.decode())


# What they do


def flood(line: Line) -> None:
    """`debug ip packet` on a router that routes."""
    packet = b"IP: s=172.16.193.10 (FastEthernet0/1), d=172.16.193.30, len 60, rcvd 3\r\n" * 100
    for _ in itertools.count():
        line.say(packet)


def endless_banner(line: Line) -> None:
    for _ in itertools.count():
        line.say(b"* Authorised access only. This system is the property of the school *\r\n" * 50)


def drip(line: Line) -> None:
    for sign in itertools.cycle(b"one byte after the other "):
        line.say(bytes([sign]))
        line.wait(STEP_S)


def silence(line: Line) -> None:
    line.wait()


def half_a_prompt(line: Line) -> None:
    line.say(b"\r\nRout")
    line.wait()


def junk(line: Line) -> None:
    state = 7
    for _ in range(400):
        state = (1103515245 * state + 12345) % 2**31
        line.say(state.to_bytes(4, "big") * 3 + bytes(range(128, 160)))
    line.wait()


def options(line: Line) -> None:
    """Every option, offered and asked for, again and again; then a subnegotiation without an end."""
    storm = b"".join(
        bytes([255, verb, option]) for verb in (251, 253) for option in range(256) if option != 255
    )
    for _ in range(300):
        line.say(storm)
    for _ in itertools.count():
        line.say(b"\xff\xfa\x18" + bytes(1000))


def long_answer(line: Line) -> None:
    """200 MB where a configuration is expected."""

    def meanwhile(data: bytes) -> bool:
        if b"show running-config" not in data:
            return False
        line.say(data.replace(b"\n", b"\r\n") + b"Building configuration...\r\n\r\n")
        for _ in range(200):
            line.say(b"! 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n" * 15_000)
        return True

    ios(line, box_of(), meanwhile=meanwhile)


def no_password_set(line: Line) -> None:
    line.say(b"\r\n\r\nPassword required, but none set\r\n")


def hangs_up(line: Line) -> None:
    """Takes the call and ends it."""


def asks_again(line: Line) -> None:
    """A banner that ends like the question for a password."""
    line.say(b"\r\n*** For your safety confirm your login ***\r\nPassword: ")
    line.wait()


def repeats_the_password(line: Line) -> None:
    line.say(f"\r\n% Account of {USER} with {PASSWORD} and {SECRET} is unknown here\r\n".encode())
    line.wait(0.05)


def wrong_lengths(line: Line) -> None:
    """A KEXINIT whose lists are no text."""
    line.say(b"SSH-2.0-Cisco-1.25\r\n")
    payload = b"\x14" + bytes(16) + (b"\x00\x00\x00\x04\xff\xfe\xff\xfe" * 10) + bytes(5)
    padding = 8 + (-(len(payload) + 5 + 8)) % 8
    packet = bytes([padding]) + payload + bytes(padding)
    line.say(len(packet).to_bytes(4, "big") + packet)
    line.wait()


def huge_packet(line: Line) -> None:
    """A packet of 2 GiB is announced."""
    line.say(b"SSH-2.0-Cisco-1.25\r\n" + b"\x7f\xff\xff\xff" + bytes(1000))
    for _ in itertools.count():
        line.say(bytes(30_000))


BANNER = (
    "\n-----------#\nLab-1#\nLab-1>\nUsername: admin\nPassword: \n% Login invalid\n"
    "##########################\nWelcome to the lab [confirm]\n**DO NOT LOG IN**"
)
"""Signs at the ends of its lines, questions, an error, and no end of line before the real prompt."""
STRANGE_NAME = "R\x1b[31m1\x1b[0m\x07\x9b1m(old)"
EXCLUSIVE = (
    "Configuration mode locked exclusively by user 'netop' process '187' from terminal '7'. "
    "Please try later.\n"
)
CONFIGURING = ("configure terminal", "configure terminal revert timer 5")


def _told(words: str) -> dict[str, Any]:
    return {"says": dict.fromkeys(CONFIGURING, words)}


_ENDS = "ends the conversation at its limit, with the last words; the router was not changed"
_CISCO_DEBUG = "Cisco, Important Information on Debug Commands (document 10374)"
PEERS = (
    Peer(
        "router",
        "debug-flood",
        "prints a line for every packet and never stops",
        _ENDS,
        ("router.too_long", "router.endless"),
        _CISCO_DEBUG,
        Play(shell=flood),
    ),
    Peer(
        "router",
        "endless-banner",
        "sends lines before the login, or before SSH's version, without an end",
        _ENDS,
        ("router.too_long", "router.no_ssh"),
        "RFC 4253, 4.2: a server may send other lines first",
        Play(tcp=endless_banner),
    ),
    Peer(
        "router",
        "drip-before-login",
        "sends one byte each 15 ms instead of a greeting",
        _ENDS,
        ("router.endless",),
        "issue 11: measured on the program; read: RFC 4253, 4.2 sets no limit to these lines",
        Play(tcp=drip),
    ),
    Peer(
        "router",
        "drip-after-login",
        "sends one byte each 15 ms instead of a prompt",
        _ENDS,
        ("router.endless",),
        "issue 11: measured on the program",
        Play(shell=drip),
    ),
    Peer(
        "router",
        "silent-from-the-first",
        "takes the call and says nothing",
        "gives it up after its time",
        ("router.silent", "router.no_line", "router.endless"),
        "paramiko#515",
        Play(tcp=silence),
    ),
    Peer(
        "router",
        "silent-after-login",
        "lets in and says nothing more",
        "gives it up after its time",
        ("router.silent",),
        "netmiko#1561",
        Play(shell=silence),
    ),
    Peer(
        "router",
        "half-a-prompt",
        "stops in the middle of its prompt",
        "gives it up, and shows the half",
        ("router.silent",),
        "read: a TCP segment may end anywhere (RFC 9293, 3.8)",
        Play(shell=half_a_prompt),
    ),
    Peer(
        "router",
        "junk",
        "sends bytes that are no text, C1 controls among them",
        "shows none of them, gives it up",
        ("router.silent", "router.endless", "router.no_prompt"),
        "read: a console of another speed (Cisco 2600 guide, appendix A)",
        Play(shell=junk),
    ),
    Peer(
        "router",
        "option-storm",
        "offers and asks for every telnet option, again and again",
        "answers each once, and ends it",
        ("router.too_long", "router.endless"),
        "robotframework#1908, conman#9: endless DO and WONT",
        Play(("telnet",), tcp=options),
    ),
    Peer(
        "router",
        "200-MB-answer",
        "answers `show running-config` with 200 MB",
        _ENDS,
        ("router.too_long",),
        "issue 11: measured on the program",
        Play(shell=long_answer, meets=("doctor", "plan", "provision", "teardown")),
    ),
    Peer(
        "router",
        "refuses-three-times",
        "refuses the password and asks again, three times",
        "tells it once; the second group is not held up",
        ("router.login",),
        "netmiko#621, #628: IOS asks three times, each try counts in AAA",
        Play(accepts=False),
    ),
    Peer(
        "router",
        "vty-without-password",
        "wants a password that nobody has set, and hangs up",
        "says so, with the lines to type",
        ("router.no_vty_password",),
        "netmiko#271",
        Play(("telnet",), tcp=no_password_set),
    ),
    Peer(
        "router",
        "vty-all-taken",
        "refuses the connection: five sessions are open",
        "says so, with the command that frees one",
        ("router.refused",),
        "Cisco IOS Cookbook, 3.16: Connection refused",
        Play(closed=True),
    ),
    Peer(
        "router",
        "hangs-up",
        "takes the call and ends it at once",
        "says that no line was given",
        ("router.no_line",),
        "ccielab.ro 2009: terminal server lines that are busy",
        Play(tcp=hangs_up),
    ),
    Peer(
        "router",
        "asks-again",
        "ends its banner with `Password:` after the login",
        "does not tell it again",
        ("router.silent", "router.login"),
        "read: `banner exec` holds any text (IOS Configuration Fundamentals, Banners)",
        Play(shell=asks_again),
    ),
    Peer(
        "router",
        "repeats-passwords",
        "says the passwords that it was told, and hangs up",
        "shows its words without them",
        ("router.cut",),
        "read: what a peer knows it can say",
        Play(shell=repeats_the_password),
    ),
    Peer(
        "router",
        "another-key",
        "shows another host key than the confirmed one",
        "sends neither user name nor password",
        ("router.host_key",),
        "RFC 4251, 9.3.4",
        Play(("ssh",), key=1),
    ),
    Peer(
        "router",
        "nobody-was-asked",
        "is a router that nobody has confirmed",
        "sends neither user name nor password, pins nothing",
        ("router.unconfirmed",),
        "RFC 4251, 4.1: the first connection",
        Play(confirmed=False, meets=COMMANDS[1:]),
    ),
    Peer(
        "router",
        "key-exchange-of-junk",
        "sends a key exchange whose lists are no text",
        "names the library's exception as that group's error",
        ("router.library", "router.no_line", "router.cut", "router.algorithms"),
        "issue 11: measured on the program",
        Play(("ssh",), tcp=wrong_lengths),
    ),
    Peer(
        "router",
        "packet-of-2-GiB",
        "announces a packet of 2 GiB, and sends",
        _ENDS,
        ("router.cut", "router.no_line", "router.too_long", "router.endless"),
        "issue 11: measured on the program",
        Play(("ssh",), tcp=huge_packet),
    ),
    Peer(
        "router",
        "configuration-locked",
        "lets nobody configure: another has locked the mode",
        "says what IOS said; no line is sent",
        ("router.config_refused",),
        "networklessons.com, configuration mode exclusive",
        Play(told=_told(EXCLUSIVE), meets=("provision", "teardown")),
    ),
    Peer(
        "router",
        "not-authorised",
        "lets this account not configure",
        "says what IOS said; no line is sent",
        ("router.config_refused",),
        "ansible#31575",
        Play(told=_told("Command authorization failed.\n\n"), meets=("provision", "teardown")),
    ),
    Peer(
        "router",
        "banner-of-prompts",
        "has a banner of prompts, questions and errors, on the prompt's own line at last",
        "works",
        (),
        "oxidized#269, netcommon#178, netmiko#3361",
        Play(told={"banner": BANNER}, meets=()),
    ),
    Peer(
        "router",
        "name-of-controls",
        "has ANSI sequences, a bell and brackets in its host name",
        "works, and shows none of them",
        (),
        "netmiko#1201: a prompt in red",
        Play(hostname=STRANGE_NAME, meets=()),
    ),
    Peer(
        "router",
        "no-terminal-width",
        "refuses `terminal width`",
        "works",
        (),
        "netmiko#2175, #2273",
        Play(told={"says": {"terminal width 511": "Command authorization failed.\n\n"}}, meets=()),
    ),
)
