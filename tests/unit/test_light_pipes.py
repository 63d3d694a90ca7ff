"""Pipelines, head, tail, seq and stty of the simulated Debian, each beside the real ones of this computer."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios

import pytest
from light_bench import Bench

from esxlab.sim.light.call import Streams
from esxlab.sim.light.session import Session
from esxlab.sim.light.tty import Tty
from tests.borrowed import borrows

FILES = {"one": "a\nb\nc\nd\n", "two": "x\ny", "odd": "a\rb\nc\x0bd\n\ne", "empty": ""}
SCRIPTS = [
    "seq 5 | head -2",
    "seq 5 | head -n2",
    "seq 5 | head -n -2",
    "seq 5 | head -n +2",
    "seq 5 | head -n 0",
    "seq 5 | head -c 3",
    "seq 5 | head -c -3",
    "seq 20 | head",
    "seq 20 | tail",
    "seq 5 | tail -2",
    "seq 5 | tail -n +4",
    "seq 5 | tail -n 0",
    "seq 5 | tail -c 3",
    "seq 5 | tail -c +3",
    "seq 5 | tail -c 0",
    "seq 9 | head -7 | tail -3 | head -1",
    "seq 5 |\nhead -1",
    "seq 5 |\n\n # a remark\n head -1",
    "cat one two | head -5; head -1 one two",
    "head -q -n 1 one two; head -v -n 1 one; tail -n 1 one two",
    "cat one | head -1 - two",
    "head -n 2 odd; tail -n 2 odd; head -1 empty | wc -l",
    "head -1 nope; echo $?; tail -1 nope two; echo $?",
    "head -1 nope 2>&1 | wc -l",
    "false | true; echo $?; true | false; echo $?",
    "! seq 1 | grep -q 2; echo $?",
    "! seq 2 | grep -q 2; echo $?",
    "seq 3 | grep -q 2 && echo there || echo none",
    "seq 3 | grep -q 7 && echo there || echo none",
    "exit 3 | cat; echo $?",
    "cat one | exit 4; echo $?",
    "cd / | cat; pwd | grep -c tmp",
    "A=1; A=2 | cat; echo $A",
    "echo a | cat >out; cat out | cat - one | head -2",
    "cat <one | head -1 >out; cat out",
    "echo a 2>&1 | cat; nope 2>/dev/null | cat; echo $?",
    "seq 3 | sh -c 'head -1; echo rest' | tail -1",
    "set -e; false | true; echo on; true | false; echo never",
    "seq 1 200000 | head -1",
    "echo one | xargs_is_not_there 2>/dev/null | wc -l",
    "seq 3; seq 2 4; seq 4 -1 2; seq 1 0; seq -1 1; seq 5 -2 1",
    "seq 1 .5 3; seq 0.1 0.1 0.5; seq 1 1.25 4; seq 1e1 12; seq .5 2",
    "seq -w 8 11; seq -w -1 1; seq -w 1 .5 10; seq -w 0.5 9.75; seq -w 1 9.9",
    "seq -s, 4; seq -s ' ' 4; seq --separator=- 2 3; seq -s '' 3",
    "seq -f %03g 3; seq -f 'eth%.0f' 2; seq -f '%5.2f%%' 2; seq --format=%e 1",
]
"""Each is run by sh with coreutils, where they are; each ends, writes only into its own directory."""
WRONG = [
    *("seq", "seq 1 2 3 4", "seq x", "seq 1 0 3", "seq -f %d 3", "seq -f x 3", "seq -w -f %g 3"),
    *("seq -f %g%g 3", "seq -z", "seq --foo", "head -n x one", "head -c x one", "tail -n x one", "seq 3 -w"),
    *("stty", "stty -a", "stty size"),
]
SYNTAX = ["| cat", "echo a |", "echo a | | cat", "echo a || | cat", "echo a | && cat", "echo a |; cat"]
SYNTAX += ["! | cat", "echo a |& cat", "echo a | ! cat"]


@pytest.fixture(scope="module")
def bench():
    return Bench()


@pytest.fixture
def machine(bench):
    bench.world.machines.clear()
    found = bench.machine("SRV1", 0)
    found.files.make_directory("/root/tmp", parents=True)
    for name, content in FILES.items():
        found.files.write(f"/root/tmp/{name}", content.encode())
    return found


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tmp").mkdir()
    for name, content in FILES.items():
        (tmp_path / "tmp" / name).write_bytes(content.encode())
    return tmp_path / "tmp"


def really(shell, script, folder):
    """(status, stdout, stderr) of this computer's own."""
    own = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    done = subprocess.run(
        [*shell, "-c", script], cwd=folder, env=own, stdin=subprocess.DEVNULL, capture_output=True,
        timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@borrows("dash")
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_pipeline_does_what_dash_and_coreutils_do(bench, machine, folder, script):
    status, out, err = really(["dash"], script, folder)
    got = bench.sh(machine, f"cd /root/tmp\n{script}")
    assert got[:2] == (status, out)
    assert got[2].replace("sh: 2:", "dash: 1:").replace("sh: 1:", "dash: 1:") == err


BUSYBOX_TOO = [
    script for script in SCRIPTS
    if not any(word in script for word in ("nope", "-v", "--", "-f '%5", "1e1", "-q -n", "-w", "- two"))
]  # fmt: skip
"""Without words and options of GNU's own, and what busybox counts in binary fractions."""


@borrows("busybox")
@pytest.mark.parametrize("script", BUSYBOX_TOO)
def test_a_pipeline_does_what_busybox_does(bench, machine, folder, script):
    assert bench.sh(machine, f"cd /root/tmp\n{script}")[:2] == really(["busybox", "sh"], script, folder)[:2]


@borrows("dash")
@pytest.mark.parametrize("script", WRONG)
def test_what_is_wrong_is_told_in_the_same_words(bench, machine, folder, script):
    status, out, err = really(["dash"], script, folder)
    plain = err.replace("\u2018", "'").replace("\u2019", "'")
    assert bench.sh(machine, f"cd /root/tmp; {script}") == (status, out, plain)


@borrows("dash")
@pytest.mark.parametrize("script", SYNTAX)
def test_a_pipe_that_leads_nowhere_is_a_syntax_error(bench, machine, folder, script):
    status, _, err = really(["dash"], script, folder)
    assert bench.sh(machine, script) == (status, "", err.replace("dash:", "sh:"))


def test_a_reader_that_has_enough_ends_a_writer_without_end(bench, machine):
    """Real seq gets SIGPIPE; nothing is said of it, and the status is the reader's."""
    assert bench.sh(machine, "seq 999999999 | head -2") == (0, "1\n2\n", "")
    status, out, err = bench.sh(machine, "seq 999999999")
    assert (status, err) == (1, "seq: write error: File too large\n")
    assert len(out) > 1 << 20


TERMINAL = [
    ["stty -a"],
    ["stty"],
    ["stty size"],
    ["stty -echo -icanon min 3 time 2", "stty -a", "stty"],
    ["stty sane", "stty -a", "stty"],
    ["stty raw", "stty -a", "stty"],
    ["stty raw", "stty -raw", "stty -a"],
    ["stty -echo cooked ixoff", "stty sane", "stty"],
    ["stty rows 50 cols 132", "stty size", "stty columns 40", "stty size"],
    ["stty ignpar parmrk inpck istrip -ixon -hupcl", "stty", "stty sane", "stty -a", "stty"],
    ["stty speed", "stty parenb", "stty -cread", "stty -a"],
    ["stty nope", "stty -nope", "stty rows", "stty rows x"],
    ["stty size </dev/null", "echo a | stty size", "stty size | cat", "sh -c 'stty size'"],
]


def on_a_real_terminal(commands, folder, size):
    """What the commands show there, each with its status."""
    terminal, there = pty.openpty()
    try:
        fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        shown = []
        for command in commands:
            own = {"PATH": os.environ["PATH"], "LC_ALL": "C", "COLUMNS": str(size[0])}
            done = subprocess.run(
                ["dash", "-c", command], cwd=folder, env=own, stdin=there, capture_output=True, timeout=60,
                check=False,
            )  # fmt: skip
            shown.append((done.returncode, done.stdout.decode(), done.stderr.decode()))
        return shown
    finally:
        os.close(terminal)
        os.close(there)


@borrows("dash")
@pytest.mark.parametrize("size", [(90, 24), (43, 8)])
@pytest.mark.parametrize("commands", TERMINAL, ids=" ; ".join)
def test_stty_says_what_the_real_one_says(bench, machine, folder, commands, size):
    """Its lines are as wide as COLUMNS says where its output is no terminal; here it is the terminal's."""
    tty = Tty(lambda: size)
    shown = []
    for command in commands:
        out, err = bytearray(), bytearray()
        streams = Streams(lambda o, e, out=out, err=err: (out.extend(o), err.extend(e)))
        session = Session(machine, streams, tty=tty)
        status = bench.run_(session.run(command))
        shown.append((status, out.decode(), err.decode()))
    assert shown == on_a_real_terminal(commands, folder, size)
