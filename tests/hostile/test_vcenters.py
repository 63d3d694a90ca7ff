"""Each bad vSphere server with each command that meets it, beside a group on a good one.

Asserted of each: it ends, with the right exit code and error; nobody is sent a password who should get none;
no traceback, no thread and no file is left over; the group on the good server is as well off as without.
"""

from __future__ import annotations

import gc
import json
import re
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from esxlab import workflow
from esxlab.backends.vsphere import backend, servers, trust
from esxlab.backends.vsphere.limits import LIMITS, Limits
from esxlab.checks import patience
from esxlab.engine import ask
from esxlab.sim.shape import shape_of
from esxlab.spec.load import load_class_spec
from tests.hostile.bad_vsphere import BadServer, certificates
from tests.hostile.share import share
from tests.hostile.vcenters import PEERS
from tests.memory.school import running_school
from tests.troubled import Trouble

pytestmark = pytest.mark.scenario
SPEC = """\
class: demo
groups: 1-2
school: embedded
vsphere: {host: good.example, user: prof, datacenter: School, esxi: esxi1.example, datastore: datastore1}
router: none
overrides:
  1: {vsphere: {host: bad.example}}
"""
SHORT = Limits(
    connect_s=1.0,
    silence_s=0.4,
    total_s=0.6,
    head_bytes=64 * 1024,
    answer_bytes=16 << 20,
    file_bytes=1 << 20,
    elements=50_000,
)
"""For those that make one wait; the others have life's own times and these sizes."""
COMMANDS = {
    "trust": ("trust", "--yes", "--replace"),
    "doctor": ("doctor",),
    "plan": ("plan",),
    "status": ("status",),
    "provision": ("provision", "--until", "machines", "--yes", "--quiet"),
    "verify": ("verify", "--quiet"),
    "unlock": ("unlock", "--yes"),
    "teardown": ("teardown", "--yes", "--quiet"),
}
REFUSED = {"trust": {0, 6}, "verify": {6}, "provision": {6, 8}, "teardown": {6, 8}}
"""The exit codes when all groups are on the bad server; 6 for all other commands."""
WORKS = {"verify": {10}, "plan": {0, 3}}
"""The exit codes when the server is good in the end, with no guest that could answer; 0 for all others."""
BESIDE = ("plan", "status", "provision")
"""Commands that are run with a group on a good server, too: they end with 7, and that group is done."""
PAIRS = sorted(
    (
        pytest.param(command, peer, id=f"{command}-{peer.name}")
        for turn, peer in enumerate(PEERS)
        for command in share(tuple(COMMANDS), turn)
    ),
    key=lambda pair: list(COMMANDS).index(pair.values[0]),
)
"""The commands in their order: verify needs what provision has made, and teardown takes it away."""
TRAP = "127.86.0.1"
NEIGHBOURS = ("drips", "portal-later", "wrong-types", "sessions-end", "unanswered", "other-certificate")


class Impatient(servers.Servers):
    """Connections with short limits to the bad server, and with life's own to the good one."""

    __slots__ = ()
    waits = False
    met: set[str] = set()  # noqa: RUF012 - of all of them

    def _connect(self, server):
        good = server.host.startswith("good")
        limits = LIMITS if good else SHORT if self.waits else replace(SHORT, silence_s=20.0, total_s=40.0)
        self.met.add(server.host)
        hasty = replace(self, limits=limits, patience_s=0.2, deadline_s=5.0)
        return servers.Servers._connect(hasty, server)


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    directory = tmp_path_factory.mktemp("school")
    spec = directory / "esxlab.yaml"
    spec.write_text(SPEC, encoding="utf-8")
    loaded = load_class_spec(spec)
    shape = shape_of(loaded.groups(None), loaded.class_name)
    with running_school(shape, directory, engine="idle") as (school, access):
        contexts, prints = certificates(directory)
        yield Trouble(directory, school, access), contexts, prints


@pytest.fixture
def trap():
    """Where redirects lead to: nobody must ever come. Its address is its own: no port that was another's."""
    with socket.create_server((TRAP, 0)) as listener:
        listener.setblocking(False)
        yield listener.getsockname()
        with pytest.raises(BlockingIOError):
            listener.accept()[0].close()


@pytest.fixture
def meet(up, trap, monkeypatch):
    """Put a bad server into the school's access file, in front of the good one of that name."""
    trouble, contexts, prints = up
    monkeypatch.setattr(backend, "Servers", Impatient)
    Impatient.met.clear()
    monkeypatch.setattr(trust, "PROBE_TIMEOUT_S", 0.5)
    monkeypatch.setattr(workflow, "start_s", lambda _: 0.3)
    for module, limit in ((ask, "STANDING_S"), (patience, "ONE_TRY_S")):
        monkeypatch.setattr(module, limit, 0.3)  # nothing that these machines could boot
    servers = []

    def begin(script):
        server = BadServer(script, tuple(trouble.access["servers"]["bad.example"]), contexts)
        server.trap = trap
        servers.append(server.start())
        monkeypatch.setattr(Impatient, "waits", script.waits)
        access = json.loads(json.dumps(trouble.access))
        access["servers"]["bad.example"] = ["127.0.0.1", server.port]
        access["thumbprints"]["bad.example"] = prints[0]
        (trouble.directory / "school.json").write_text(json.dumps(access), encoding="utf-8")
        return trouble, server

    yield begin
    for server in servers:
        server.close()
    (trouble.directory / "school.json").write_text(json.dumps(trouble.access), encoding="utf-8")


def held():
    """Threads and open files of this process, but for those of the school, which come and go."""
    gc.collect()
    threads = {t.name for t in threading.enumerate() if t.is_alive() and not t.name.startswith("bad-")}
    return len(list(Path("/proc/self/fd").iterdir())), threads


def settled(before):
    """What is held in the end; connections that the school has still to close are waited for."""
    deadline = time.monotonic() + 60
    while (now := held())[0] > before[0] or now[1] - before[1]:
        if time.monotonic() > deadline:
            return now
        time.sleep(0.02)
    return before


def codes_of(result):
    return set(re.findall(r"\[([a-z]+\.[a-z_]+)\]", result.output + result.stderr))


def secrets_of(trouble):
    return [password.encode() for password in trouble.access["passwords"].values()]


@pytest.mark.parametrize(("command", "peer"), PAIRS)
def test_a_bad_server_ends_no_command_badly(meet, command, peer):
    before = held()
    trouble, server = meet(peer.play)
    result = trouble.run(*COMMANDS[command], "-g", "1")
    server.close()
    codes = codes_of(result)
    print(result.exit_code, codes, result.output, result.stderr)
    refused, works = REFUSED.get(command, {6}), WORKS.get(command, {0})
    expected = works if peer.play.harmless else works | refused if peer.play.now_and_then else refused
    assert result.exit_code in expected
    may_say = {*peer.codes, *(["vsphere.silent"] if peer.play.waits else [])}
    codes -= {"vsphere.no_machine"}  # of verify, on a good server on which nothing was made
    assert {code for code in codes if code.startswith(("vsphere.", "bug."))} <= may_say
    assert codes & may_say or result.exit_code in works
    heard = [body for method, body in server.heard if method != "Login" or not peer.play.trusted]
    assert not any(secret in body for secret in secrets_of(trouble) for body in heard)
    assert settled(before) == before


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_the_groups_of_a_good_server_go_on(meet, name):
    trouble, _ = meet(next(peer.play for peer in PEERS if peer.name == name))
    for command in BESIDE:
        result = trouble.run(*COMMANDS[command], "-g", "1-2")
        assert result.exit_code == 7, result.output + result.stderr
    assert Impatient.met == {"good.example", "bad.example"}  # its limits are those that were waited for
    assert len(re.findall(r"2 .*5 of 5 on|2 .*done", trouble.run("status", "-g", "2").output)) == 1
