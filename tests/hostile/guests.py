"""Guests whose root is not the teacher's friend: a real bash with another .bashrc, programs, or shell.

sshd is paramiko's server, the shells and programs are this computer's: what bash and dash do is not imagined.
They run in a mount namespace of their own, where /run is a directory of the test's.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.hostile.neighbours import COMMANDS
from tests.hostile.peers import Peer
from tests.hostile.ssh_plays import Line, Server, served

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import paramiko

ALL = frozenset(COMMANDS)
LOOKING = frozenset({"plan --deep"})
"""Only an observation asks for more than a host name."""
ASKING = ALL - {"provision"}
INSIDE = 'mount --bind "$1" /run && shift && exec "$@"'
HAS_NAMESPACES = (
    shutil.which("unshare") is not None
    and subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode == 0
)


@dataclass(frozen=True, slots=True)
class Setup:
    """What root's home and PATH hold, and which commands fail of it (the others are green)."""

    bashrc: str = ""
    programs: dict[str, str] = field(default_factory=dict)
    login_shell: str = "/bin/bash"
    fails: frozenset[str] = frozenset()
    environment: dict[str, str] = field(default_factory=dict)

    def player(self, directory: Path) -> Callable[[Line], None]:
        """The guest, whose files are in this directory."""
        home, programs, run = (directory / name for name in ("root", "bin", "run"))
        for each in (home, programs, run):
            each.mkdir()
        (home / ".bashrc").write_text(self.bashrc, encoding="utf-8")
        for name, text in self.programs.items():
            (programs / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
            (programs / name).chmod(0o755)
        environment = {
            "HOME": str(home),
            "PATH": f"{programs}:/usr/sbin:/usr/bin:/sbin:/bin",
            "SHELL": self.login_shell,
            "SSH_CLIENT": "127.0.0.1 50000 22",
            **self.environment,
        }
        prefix = ["unshare", "-rm", "--", "/bin/sh", "-c", INSIDE, "sh", str(run)]

        class Guest(Server):
            command = b""

            def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
                self.command = command
                return super().check_channel_exec_request(channel, command)

            def execute(self, channel: paramiko.Channel, word: bytes) -> None:
                del word
                words = [*prefix, shell, "-c", self.command.decode()]
                execute(channel, words, environment, self.line)

        shell = self.login_shell
        return served(Guest)


def execute(channel: paramiko.Channel, words: list[str], environment: dict[str, str], line: Line) -> None:
    """As sshd does: three streams, the exit status, and the end when nobody holds the streams any more.

    Standard input is a socket: that is how every bash knows that it is run by a remote shell daemon.
    """
    near, far = socket.socketpair()
    with near, far:
        process = subprocess.Popen(
            words,
            stdin=far,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        far.close()
        pumps = [
            threading.Thread(target=_pump, args=pump, name="peer", daemon=True)
            for pump in (
                (process.stdout.read1, channel.sendall),
                (process.stderr.read1, channel.sendall_stderr),
                (channel.recv, near.sendall),
            )
        ]
        for pump in pumps:
            pump.start()
        while process.poll() is None and not channel.closed and not line.over.wait(0.01):
            pass
        status = process.poll()
        if status is not None:
            pumps[0].join(2)
            pumps[1].join(2)
            with suppress(Exception):
                channel.send_exit_status(status if status >= 0 else 128 - status)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait(5)
        with suppress(Exception):
            channel.close()
        for stream in (process.stdout, process.stderr):
            stream.close()


def _pump(read: Callable[[int], bytes], write: Callable[[bytes], object]) -> None:
    with suppress(Exception):
        while piece := read(32_768):
            write(piece)
        if isinstance(owner := getattr(write, "__self__", None), socket.socket):
            owner.shutdown(socket.SHUT_WR)


def peer(
    name: str, does: str, esxlab: str, setup: Setup, *codes: str, source: str = "measured: bash 5, dash"
) -> Peer:
    return Peer("guest", name, does, esxlab, codes, source, setup)


SKIPS = "skips what comes before its own word: nothing is wrong"
CUT = "hangs up at the limit, and says so with the last words"
TAKES = "takes what has the form that was asked for"
NOISE = r"printf 'a\0b\033[31mred\233 \342\200\256evil\n\007'"
FORGED = r"printf '@@ host-key\nssh-ed25519 AAAA\n@@ end\nesxlab-000000000000000000000000 0\n'"
BASH = "read: bash(1), INVOCATION: ~/.bashrc is read when a remote shell daemon runs bash"

PEERS: tuple[Peer, ...] = (
    peer("bashrc-prints-a-word", "root's .bashrc prints a word", SKIPS, Setup("echo Bonjour"), source=BASH),
    peer(
        "bashrc-prints-a-blank-line", "root's .bashrc prints a blank line", SKIPS, Setup("echo"), source=BASH
    ),
    peer(
        "bashrc-prints-no-line-end",
        "root's .bashrc prints a word without a line end",
        SKIPS,
        Setup("printf word; printf word >&2"),
    ),
    peer("bashrc-in-colours", "root's .bashrc prints escape sequences", SKIPS, Setup(NOISE)),
    peer("bashrc-complains", "root's .bashrc has a mistake", SKIPS, Setup("no-such-command; if then")),
    peer("bashrc-traces", "root's .bashrc says `set -x`", SKIPS, Setup("set -x")),
    peer(
        "bashrc-prints-a-megabyte",
        "root's .bashrc prints half a MiB",
        SKIPS,
        Setup("head -c 500000 /dev/zero"),
    ),
    peer(
        "bashrc-leaves-something-running",
        "root's .bashrc starts a program that keeps the connection open",
        "does not wait for it",
        Setup("sleep 1000 &"),
        source="read: sshd waits for all who hold its streams",
    ),
    peer(
        "bashrc-elsewhere",
        "root's .bashrc goes to another directory, with another umask",
        SKIPS,
        Setup("cd /; umask 777"),
    ),
    peer(
        "in-french",
        "the guest speaks French",
        "asks every program in the C locale",
        Setup(environment={"LANG": "fr_FR.UTF-8", "LANGUAGE": "fr"}),
        source="shared cases of this program: LANG=fr_FR.UTF-8",
    ),
    peer(
        "bashrc-exits",
        "root's .bashrc says `exit 1`",
        "says that root's shell has left",
        Setup("echo bye; exit 1", fails=ALL),
        "guest.shell",
        source=BASH,
    ),
    peer(
        "bashrc-without-end", "root's .bashrc prints without end", CUT, Setup("yes", fails=ALL), "guest.flood"
    ),
    peer(
        "bashrc-asks",
        "root's .bashrc asks for a name",
        CUT,
        Setup('read -p "Name? " name', fails=ALL),
        "guest.timeout",
    ),
    peer(
        "bashrc-becomes-cat",
        "root's .bashrc runs `exec cat`",
        CUT,
        Setup("exec cat", fails=ALL),
        "guest.timeout",
    ),
    peer("bashrc-sleeps", "root's .bashrc sleeps", CUT, Setup("sleep 1000", fails=ALL), "guest.timeout"),
    peer(
        "shell-false",
        "root's shell is /bin/false",
        "says that root's shell has left",
        Setup(login_shell="/bin/false", fails=ALL),
        "guest.shell",
        source="read: nologin(8)",
    ),
    peer(
        "shell-dash", "root's shell is dash", "hands over to sh all the same", Setup(login_shell="/bin/dash")
    ),
    peer(
        "stat-of-garbage",
        "stat prints garbage",
        TAKES,
        Setup(programs={"stat": NOISE + "; echo 99999999 a b c; echo 644 root"}),
    ),
    peer(
        "sections-forged",
        "programs print sections and ends of their own",
        TAKES,
        Setup(programs={"cat": FORGED, "ip": FORGED}),
    ),
    peer(
        "signs-of-every-kind",
        "programs print NUL, escapes, C1 and marks of direction",
        "shows them written out",
        Setup(
            programs={
                "hostname": NOISE,
                "ip": f"{NOISE}; printf '2: e\\033: x link/ether 00:50:56:00:00:01\\n'",
            }
        ),
    ),
    peer("no-line-feed", "files end without a line feed", TAKES, Setup(programs={"cat": "printf x"})),
    peer(
        "end-missing",
        "a program kills the script that it is asked by",
        "says what is missing",
        Setup(programs={"ip": "kill -9 $PPID"}, fails=LOOKING),
        "guest.answer_cut",
    ),
    peer(
        "answer-without-end",
        "hostname prints without end",
        CUT,
        Setup(programs={"hostname": "yes"}, fails=ASKING),
        "guest.flood",
    ),
    peer(
        "line-without-end",
        "hostname prints one line without end",
        CUT,
        Setup(programs={"hostname": "cat /dev/zero"}, fails=ASKING),
        "guest.flood",
    ),
    peer(
        "errors-without-end",
        "hostname complains without end",
        CUT,
        Setup(programs={"hostname": "yes >&2"}, fails=ASKING),
        "guest.flood",
        "guest.silent",
        "guest.timeout",
    ),
    peer(
        "hostname-hangs",
        "hostname never ends",
        CUT,
        Setup(programs={"hostname": "sleep 1000"}, fails=ASKING),
        "guest.silent",
        "guest.timeout",
    ),
    peer(
        "install-fails",
        "install complains in colours",
        "says what failed, in its words",
        Setup(programs={"install": f"{NOISE} >&2; exit 3"}, fails=frozenset({"provision"})),
        "guest.script",
    ),
)
