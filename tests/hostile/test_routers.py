"""Each bad router with each command that meets it: group 1 has it, group 2 has a good one."""

from __future__ import annotations

import re
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from esxlab import texts
from esxlab.backends.credentials import Credentials
from esxlab.backends.endpoints import Endpoints
from esxlab.backends.host_keys import HostKeys
from esxlab.backends.protocols import Backends
from esxlab.backends.router.limits import Limits, Patience
from esxlab.backends.router.routers import NetmikoRouters
from esxlab.cli.exit_codes import ExitCode, exit_code_of
from esxlab.cli.group import esxlab
from esxlab.cli.trusted import Trusted, save_trusted
from esxlab.engine.ask import Asking
from esxlab.errors import LabError
from esxlab.exercises.registry import build_checks
from esxlab.show.words import error_lines
from tests.hostile.neighbours import left_behind
from tests.hostile.routers import COMMANDS, KEYS, PASSWORD, PEERS, SECRET, USER, Play, Server
from tests.hostile.share import share
from tests.law_worlds import CLASS, Drawn, LawWorld

if TYPE_CHECKING:
    from esxlab.lab.router import RouterAddress

PATIENT = Limits()
ENDED_BY = {
    "router.too_long": Limits(size=2**18),
    "router.endless": Limits(login_s=1.0, quick=Patience(30.0, 1.0), long=Patience(30.0, 1.0)),
    "router.silent": Limits(connect_s=0.5, quick=Patience(0.5, 60.0), waking=Patience(0.2, 60.0)),
}
"""Of each limit a short one for who is ended by it; all others stay long: a busy machine changes nothing."""
STUCK_S = 300
BAD, GOOD_HOST = "127.0.0.1", "localhost"
GOOD = Play()
PIN = "ab" * 32
CASES = [pytest.param(peer, way, id=f"{peer.name}-{way}") for peer in PEERS for way in peer.play.ways]


class Routers:
    """The backend, with limits of its own for the bad one."""

    def __init__(self, *arguments: object, short: Limits, **options: object) -> None:
        self._bad = NetmikoRouters(*arguments, limits=short, **options)
        self._good = NetmikoRouters(*arguments, limits=PATIENT, **options)

    def __getattr__(self, name: str):
        def call(address: RouterAddress, *more: object):
            return getattr(self._bad if address.host == BAD else self._good, name)(address, *more)

        return call

    def close(self) -> None:
        self._bad.close()
        self._good.close()


class Neighbourhood:
    """Two groups in memory, whose routers are two servers on the loopback."""

    def __init__(self, directory: Path, bad: Server, good: Server) -> None:
        self.directory, self.bad, self.good = directory, bad, good
        self.short = PATIENT
        device = {"ssh": "cisco_ios", "telnet": "cisco_ios_telnet"}[bad.way]
        self.lines = (
            "vsphere: {host: vc.example, esxi: esxi1}",
            "inside: {network: 172.16.0.0/16}",
            f"router: {{host: 127.0.0.1, port: {bad.port}, device: {device}}}",
            f"overrides: {{2: {{router: {{host: localhost, port: {good.port}, device: cisco_ios_telnet}}}}}}",
        )
        self.drawn = Drawn((1, 2), self.lines, shared=False, foreign=False)
        self.world = LawWorld(self.drawn)
        self.home = directory / "esxlab"
        self.spec = directory / "esxlab.yaml"
        self.spec.write_text("\n".join([f"class: {CLASS}", "groups: 1-2", *self.lines, ""]))

    def confirm(self) -> None:
        """What `trust` would have written on another day."""
        keys = HostKeys(self.home / "router_keys")
        for server, host in ((self.bad, BAD), (self.good, GOOD_HOST)):
            shown = (
                f"{KEYS[0].get_name()} {KEYS[0].get_base64()}"
                if server.way == "ssh"
                else f"telnet {server.port}"
            )
            keys.pin(host, shown)
        serial = self.bad.box.serial_number
        save_trusted(self.home, Trusted({"vc.example": PIN}, {BAD: serial, GOOD_HOST: serial}))

    def connect(self, endpoints, credentials, home, **_):
        routers = Routers(endpoints, credentials, key_file=home / "router_keys", short=self.short)
        return Backends(self.world.vsphere, self.world.guests, routers)

    def run(self, *words: str):
        env = {
            "XDG_DATA_HOME": str(self.directory),
            "XDG_STATE_HOME": str(self.directory),
            "ESXLAB_VSPHERE_PASSWORD": "pa55-of-vsphere",
            "ESXLAB_GUEST_PASSWORD": "pa55-of-guests",
            "ESXLAB_ROUTER_PASSWORD": PASSWORD,
            "ESXLAB_ROUTER_SECRET": SECRET,
            "ESXLAB_LANG": "en",
        }
        arguments = [*words, "-f", str(self.spec)]
        return CliRunner().invoke(esxlab, arguments, env=env, catch_exceptions=False)

    def meet(self, command: str) -> tuple[int, str, bool]:
        """Exit status, what was said, and whether all is well with group 2."""
        if command == "verify":
            one, two = self.verify()
            error = one.answer.error
            said = error_lines(error) if error else ""
            return (exit_code_of(error) if error else 0), said, two.answer.verdict == "ok"
        result = self.run(*WORDS[command])
        lines = self.good.box.running.render()
        there = "192.16.193.20" in lines
        return result.exit_code, result.output, there == (command != "teardown")

    def verify(self):
        """What `verify` asks the routers, of both groups."""
        trusted = Trusted({}, dict.fromkeys((BAD, GOOD_HOST), self.bad.box.serial_number))
        wanted = trusted.pin_routers(self.drawn.labs())
        found = self.world.vsphere.observe(wanted)
        checks = {
            spec.group: [
                c for c in build_checks(spec, wanted=lab, found=found[lab.group]) if c.name == "router"
            ]
            for spec, lab in zip(self.drawn.load(), wanted, strict=True)
        }
        backends = self.connect(Endpoints(), self.credentials, self.home)
        asking = Asking(backends, lambda _: None, threading.Event(), wait_s=0.0)
        return sorted(asking.ask_all(checks, workers=2), key=lambda result: result.group)

    def forget(self) -> None:
        """Nobody has ever agreed to the bad one."""
        file = self.home / "router_keys"
        file.write_text("".join(x for x in file.read_text().splitlines(True) if not x.startswith("127.")))

    @property
    def credentials(self) -> Credentials:
        return Credentials(known={"router": PASSWORD, "router_secret": SECRET})


WORDS = {
    "trust": ("trust", "--yes"),
    "doctor": ("doctor",),
    "plan": ("plan",),
    "provision": ("provision", "--yes", "--quiet"),
    "teardown": ("teardown", "--all", "--yes", "--quiet"),
}


@pytest.fixture(autouse=True)
def within_time():
    """A command that does not end, ends here."""

    def stuck(*_):
        raise AssertionError("a command does not end")

    before = signal.signal(signal.SIGALRM, stuck)
    signal.setitimer(signal.ITIMER_REAL, STUCK_S)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def neighbourhood(tmp_path, monkeypatch, request):
    with Server(GOOD, request.param) as bad, Server(GOOD, "telnet") as good:
        place = Neighbourhood(tmp_path, bad, good)
        monkeypatch.setattr("esxlab.cli.session.connect", place.connect)
        monkeypatch.setattr(
            "esxlab.cli.trust._backend",
            lambda directory, *_, **__: place.connect(Endpoints(), place.credentials, directory).routers,
        )
        monkeypatch.setattr("esxlab.backends.vsphere.trust.shown_fingerprint", lambda _: PIN)
        yield place


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def settles(condition) -> bool:
    """Threads and sockets go a moment after the call that ends them."""
    return any(condition() or time.sleep(0.02) for _ in range(3000))


def told(server: Server) -> list[int]:
    """How often the password, and the secret, were told to it."""
    clear = bytes(server.heard).decode(errors="replace")
    return [sum(word in p for p in server.passwords) + clear.count(word) for word in (PASSWORD, SECRET)]


@pytest.mark.parametrize(("peer", "neighbourhood"), CASES, indirect=["neighbourhood"])
def test_router(peer, neighbourhood) -> None:
    place, play = neighbourhood, peer.play
    others = set(threading.enumerate())  # another test of this process may have left some
    place.confirm()
    assert place.run(*WORDS["provision"]).exit_code == 0
    for command in share(COMMANDS, PEERS.index(peer) + (place.bad.way == "ssh")):
        if command == "provision":  # somebody has switched the router off and on, and nothing was saved
            place.bad.box.startup = ""
            place.bad.box.reload()
        if command == "teardown":
            place.bad.turn(GOOD)
            assert place.run(*WORDS["provision"]).exit_code == 0
        before, files = place.bad.box.running.render(), open_files()
        place.bad.turn(play)
        place.short = ENDED_BY.get(next(iter(peer.codes), ""), PATIENT) if command in play.meets else PATIENT
        if not play.confirmed:
            place.forget()
        status, said, neighbour = place.meet(command)
        assert neighbour, said
        check_what_is_said(peer, command, status, said)
        check_what_is_told(peer, command, place.bad)
        if command in play.meets:
            assert place.bad.box.running.render() == before
        place.short = PATIENT
        place.bad.turn(GOOD)  # which hangs up on who is still there
        place.confirm()
        assert settles(lambda files=files: open_files() <= files), "files stay open"
        assert left_behind(others, names=("Thread-", "esxlab")) == []


LASTING = frozenset(
    f"router.{code}"
    for code in ("host_key", "library", "login", "no_line", "no_ssh", "no_vty_password", "unconfirmed")
)
"""What a second try meets again: plan refuses the group. All else may be gone when a provision asks."""


def check_what_is_said(peer, command, status, said) -> None:
    assert "Traceback" not in said
    assert "bug." not in said
    assert PASSWORD not in said
    assert SECRET not in said
    assert all(sign.isprintable() or sign in "\n\t" for sign in said), repr(said)
    if command not in peer.play.meets:
        assert status == 0, said
        return
    codes = ("safety.identity_changed",) if (peer.name, command) == ("another-key", "trust") else peer.codes
    met = next((code for code in codes if brief_of(code).search(said)), "")
    assert met, said
    refused = exit_code_of(LabError(met))
    plan = ExitCode.SOME_FAILED if met in LASTING else ExitCode.DONE
    expected = {"plan": plan, "provision": ExitCode.SOME_FAILED, "teardown": ExitCode.SOME_FAILED}
    assert status == expected.get(command, refused), f"{command}: {status}\n{said}"


def brief_of(code: str) -> re.Pattern[str]:
    """What a user reads of an error, whatever its facts."""
    english, _ = texts.catalogue()[f"error.{code}"]
    return re.compile(re.sub(r"\\{\w+\\}", ".*", re.escape(english)))


def check_what_is_told(peer, command, server) -> None:
    """Each password once in a conversation; nothing to who was not confirmed; one try to who refuses it."""
    password, secret = told(server)
    assert max(password, secret) <= server.connections
    if command not in peer.play.meets:
        return
    if peer.codes == ("router.login",):
        assert (password, secret) == (1, 0)
    if peer.codes in (("router.host_key",), ("router.unconfirmed",)):
        assert (password, secret) == (0, 0)
        assert USER.encode() not in server.heard
