"""What a check makes of a program's exit status: an answer, or an error of the check itself."""

from __future__ import annotations

import shutil
import subprocess
from types import SimpleNamespace

import pytest

from esxlab.backends import route_finding
from esxlab.backends.protocols import Backends, CommandResult
from esxlab.checks import asking
from esxlab.checks.asking import GuestAccess
from esxlab.checks.common import Isolated, Pings
from esxlab.errors import LabError
from esxlab.exercises.family.ipvs import IpvsTable, RealServer
from esxlab.exercises.ha.checks import ActiveNode, ClusterPage, HeartbeatFiles
from esxlab.exercises.lb.checks import DirectorTable, HeartbeatOff, SchedulerShares
from esxlab.lab.identity import GroupId

GROUP = GroupId("sio2-2026", 7)
NOT_FOUND = CommandResult(127, "", "sh: 1: {}: not found")
GATEWAY = "172.16.253.253"
TABLE = IpvsTable("1.2.3.4", 80, "rr", "nat", (RealServer("SRV1", "172.16.193.10", 1),))


class Guests:
    def __init__(self, *answers):
        self.answers = list(answers)

    def run(self, route, command, *, timeout_s, connect_s):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture(autouse=True)
def any_route(monkeypatch):
    monkeypatch.setattr(route_finding, "resolve_route", lambda planned, *_, **__: planned)


class Routes(dict):
    def __missing__(self, machine):
        return SimpleNamespace(hops=(SimpleNamespace(owner=SimpleNamespace(machine=machine)),))


def of(kind, **facts):
    return kind(group=GROUP, access=GuestAccess(None, Routes()), **facts)


CHECKS = [
    of(Isolated, machines=("srvweb1",), gateway=GATEWAY),
    of(Pings, client="ClientB", targets=(("SRV1", "172.16.193.10"),)),
    of(ClusterPage, client="ClientB", address="172.16.193.30", port=80, hostnames=("SRV1",)),
    of(ActiveNode, servers=("srvweb1",), addresses=("172.16.193.30",)),
    of(HeartbeatFiles, servers=("srvweb1",)),
    of(SchedulerShares, client="ClientA", director="repartiteur1", table=TABLE),
    of(DirectorTable, director="repartiteur1", table=TABLE),
    of(HeartbeatOff, servers=("srvweb1",)),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_program_that_is_not_there_is_an_error_of_the_check(check):
    with pytest.raises(LabError) as caught:
        check.ask(Backends(None, Guests(NOT_FOUND), None))
    assert caught.value.code == "check.no_program"
    assert caught.value.where in {"srvweb1", "ClientA", "ClientB", "repartiteur1"}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
@pytest.mark.parametrize("status", [126, 137, 139])
def test_a_program_that_did_not_run_to_its_end_is_an_error_of_the_check(check, status):
    with pytest.raises(LabError) as caught:
        check.ask(Backends(None, Guests(CommandResult(status, "", "Killed")), None))
    assert caught.value.code == "check.no_answer"


ISOLATED = CHECKS[0]


# what iputils' ping says (ping(8): 1 no reply, 2 another error); the second was seen in an empty namespace
@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (CommandResult(0, "1 packets transmitted, 1 received", ""), "failed"),
        (CommandResult(1, "1 packets transmitted, 0 received, 100% packet loss", ""), "ok"),
        (CommandResult(2, "", "ping: connect: Network is unreachable"), "ok"),
    ],
)
def test_isolated_is_who_gets_no_reply(answer, verdict):
    assert ISOLATED.ask(Backends(None, Guests(answer), None)).verdict == verdict


@pytest.mark.parametrize(
    "words", ["ping: socket: Operation not permitted", "ping: invalid argument: '-W'", ""]
)
def test_a_ping_that_sent_nothing_shows_no_isolation(words):
    with pytest.raises(LabError) as caught:
        ISOLATED.ask(Backends(None, Guests(CommandResult(2, "", words)), None))
    assert caught.value.code == "check.no_answer"


class RealGuests:
    """The command is run here, in an empty network namespace."""

    def run(self, route, command, *, timeout_s, connect_s):
        where = ["unshare", "-rn", "env", "LC_ALL=C"]
        done = subprocess.run(
            [*where, *command], capture_output=True, text=True, check=False, timeout=timeout_s
        )
        return CommandResult(done.returncode, done.stdout, done.stderr)


def _can_unshare():
    words = ["unshare", "-rn", "ping", "-V"]
    return shutil.which("ping") and subprocess.run(words, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not _can_unshare(), reason="no ping, or no namespaces here")
def test_the_real_ping_without_a_network_is_isolated():
    assert ISOLATED.ask(Backends(None, RealGuests(), None)).verdict == "ok"


@pytest.mark.parametrize(
    ("page", "seen"),
    [("", "no page"), ("<script>alert(1)</script>", "a page that names no server")],
)
@pytest.mark.parametrize("check", [CHECKS[2], CHECKS[5]], ids=lambda check: check.name)
def test_a_page_of_the_students_own_is_no_missing_page(check, page, seen):
    guests = Guests(CommandResult(0, f"{page}\n{asking.END_OF_PAGE}\n", ""))
    answer = check.ask(Backends(None, guests, None))
    assert (answer.verdict, answer.seen) == ("failed", seen)
