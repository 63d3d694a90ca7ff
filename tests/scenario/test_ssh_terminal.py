"""`esxlab ssh` on a real terminal (a pty), and without one."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

import pytest

from tests.borrowed import borrows
from tests.classroom import SPECS, classroom
from tests.openssh import by_openssh

pytestmark = pytest.mark.scenario
PROMPT = b"root@SRV1:~# "


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with classroom(SPECS / "demo.yaml", tmp_path_factory.mktemp("ssh"), speed=100.0) as found:
        found.must("provision", "-g", "1", "--yes", "--quiet")
        found.checkpoint()
        yield found


class Person:
    """Somebody at a terminal of 90 columns who has typed `esxlab ssh -g 1 srvweb1`."""

    def __init__(self, room, machine="srvweb1"):
        self.terminal, self.there = pty.openpty()
        self.resize(90)
        self.before = termios.tcgetattr(self.there)
        self.seen = b""
        words = ["ssh", "-f", str(room.spec), "--sim", "-g", "1", machine]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "esxlab", *words],
            env=room.starter.environment | {"TERM": "xterm"},
            stdin=self.there,
            stdout=self.there,
            stderr=self.there,
        )

    def resize(self, columns):
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def type(self, keys):
        os.write(self.terminal, keys)

    def await_words(self, words):
        until = time.monotonic() + 90
        while words not in self.seen:
            ready, _, _ = select.select([self.terminal], [], [], max(0.0, until - time.monotonic()))
            assert ready, self.seen
            self.seen += os.read(self.terminal, 4096)
        before, _, self.seen = self.seen.partition(words)
        return before

    def leave(self):
        status = self.process.wait(timeout=60)
        after = termios.tcgetattr(self.there)
        os.close(self.terminal)
        os.close(self.there)
        assert after == self.before
        return status


def test_a_terminal_has_every_key_and_is_given_back(room):
    person = Person(room)
    person.await_words(PROMPT)
    person.type(b"echo \xc3\xa9t\xc3\xa9; hostname\r")
    person.await_words("été\r\nSRV1\r\n".encode())
    person.await_words(PROMPT)
    person.type(b"half a line\x03")  # Ctrl-C is the guest's
    person.await_words(b"^C")
    person.await_words(PROMPT)
    person.type(b"stty size; seq 9 | tail -n +2 | head -1\r")
    person.await_words(b"\r\n24 90\r\n2\r\n")
    person.await_words(PROMPT)
    person.resize(60)
    until, answer = time.monotonic() + 60, b""
    while b"24 60" not in answer:  # within half a second of a computer that has time
        assert time.monotonic() < until
        person.type(b"stty size\r")
        answer = person.await_words(PROMPT)
    person.type(b"exit\r")
    assert person.leave() == 0
    assert room.changes() == []


def test_a_tilde_and_a_dot_leave_a_machine_that_hangs(room):
    person = Person(room)
    person.await_words(PROMPT)
    person.type(b"sleep 99999\r")
    person.await_words(b"\r\n")
    person.type(b"~.")
    assert person.leave() == 0


def test_a_routers_terminal_is_privileged_has_pages_of_its_size_and_ends_with_exit(room):
    room.checkpoint()
    person = Person(room, "router")
    person.await_words(b"#")
    person.type(b"show privilege\r")
    person.await_words(b"level is 15")
    person.type(b"show running-config\r")
    person.await_words(b"--More--")
    person.type(b"q")
    person.await_words(b"#")
    person.type(b"exit\r")
    assert person.leave() == 0
    assert room.router_commands() == {}


def test_a_tilde_and_a_dot_leave_a_router_too_and_without_a_terminal_there_is_none(room):
    person = Person(room, "router")
    person.await_words(b"#")
    person.type(b"~~\r~.")
    assert person.leave() == 0
    done = room.run("ssh", "-g", "1", "router")
    assert (done.status, done.out) == (2, "")
    assert "usage.router_terminal" in done.err


def test_without_a_terminal_it_runs_one_command_or_reads_a_script(room):
    def ask(*words, given=b""):
        command = [sys.executable, "-m", "esxlab", "ssh", "-f", str(room.spec), "--sim", "-g", "1", *words]
        return subprocess.run(
            command, env=room.starter.environment, input=given, capture_output=True, check=False, timeout=120
        )

    assert ask("srvweb1", "--", "hostname").stdout == b"g01-srvweb1: SRV1\n"
    done = ask("srvweb1", given=b"hostname\nexit 3\n")
    assert (done.returncode, done.stdout) == (10, b"g01-srvweb1: SRV1\n")


def told(room, *words, status=0):
    done = room.starter.start("ssh", "-f", room.spec, "--sim", "-g", "1", "-o", "json", *words).wait()
    assert done.status == status, done
    return done.document


@borrows("ssh")
@pytest.mark.parametrize(
    ("machine", "host", "hops"),
    [("ClientB", "ClientB", []), ("SRVWEB1", "SRV1", ["g01-ClientB"])],
)
def test_json_tells_the_way_and_a_line_that_goes_it(room, tmp_path, machine, host, hops):
    """No terminal and no question: a document, also where there is no terminal."""
    way = told(room, machine)
    assert way["schema"] == "esxlab/ssh/1"
    assert (way["group"], way["user"], way["protocol"]) == (1, "root", "ssh")
    assert [hop["name"] for hop in way["via"]] == hops
    assert way["host_key"].startswith("ssh-ed25519 ")
    assert way["port"] == (22 if hops else way["port"])
    password = room.access["passwords"]["guest"]
    done = by_openssh(["sh", "-c", f"{way['command']} hostname"], password, tmp_path)
    assert done.stdout == f"{host}\n", done.stderr
    assert password not in str(way)
    other = way["host_key"].rpartition(" ")[2]
    changed = way["command"].replace(other, f"{other[:-8]}AAAAAAAA")
    assert changed != way["command"]
    refused = by_openssh(["sh", "-c", f"{changed} hostname"], password, tmp_path)
    assert (refused.returncode, refused.stdout) == (255, "")
    assert "verification failed" in refused.stderr


def test_json_with_a_command_is_what_run_says_of_one_machine(room):
    document = told(room, "srvweb1", "--", "echo out; echo err >&2; exit 3", status=10)
    (machine,) = document["machines"]
    assert document["schema"] == "esxlab/run/1"
    assert (machine["stdout"], machine["stderr"], machine["exit_status"]) == ("out\n", "err\n", 3)


def test_json_of_the_router_and_of_what_is_not_there(room):
    router = told(room, "router")
    assert (router["machine"], router["protocol"], router["command"]) == (
        "router",
        "ssh",
        "esxlab ssh -g 1 router",
    )
    assert router["host_key"].startswith("ssh-")
    (error,) = told(room, "srvweb9", status=2)["errors"]
    assert error["code"] == "usage.machine"
