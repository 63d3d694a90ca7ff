"""Process 1 of a simulated host: makes its file system, starts what SSH asks for, and reaps what has ended.

`python -I -S inside.py FD`: the socket to the school, on which the first message is the plan of the file
system (sandbox.py). Nothing but the standard library is there. When the socket closes it ends, and with it,
in a process namespace of its own, every process of the host.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import signal
import socket
import sys
from pathlib import Path
from typing import Any

if sys.platform == "win32":  # neither local sockets nor its processes: a school is not begun there
    raise ImportError

MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MESSAGE = 1 << 17


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mount one thing; OSError with the system's own words (mount(2))."""
    libc = ctypes.CDLL(None, use_errno=True)
    words = [text.encode() or None for text in (source, target, kind)]
    if libc.mount(*words, ctypes.c_ulong(flags), options.encode() or None):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


def build(plan: dict[str, Any]) -> None:
    """The host's own file system, and into it: a RAM disk, what is bound into it, and links."""
    root = Path(plan["root"])
    mount("none", "/", "", MS_REC | MS_PRIVATE)
    mount("tmpfs", str(root), "tmpfs", 0, "mode=755")
    for name in plan["directories"]:
        (root / name).mkdir(parents=True, exist_ok=True)
    for source, name in plan["bound"]:
        target = root / name
        if Path(source).is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch()
        mount(source, str(target), "", MS_BIND | MS_REC)
    for name, options in plan["ram"]:
        (root / name).mkdir(parents=True, exist_ok=True)
        mount("tmpfs", str(root / name), "tmpfs", 0, options)
    for name, target in plan["links"]:
        (root / name).symlink_to(target)
    os.chroot(root)
    os.chdir("/")


class Children:
    """The processes that were started, each the leader of a session of its own, by the school's numbers."""

    def __init__(self, wire: socket.socket) -> None:
        self._wire = wire
        self._known: dict[int, int] = {}  # pid -> number

    def start(self, asked: dict[str, Any], plugs: list[int]) -> None:
        """Run a command with these three as its standard streams."""
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        if asked["full"]:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
        try:
            pid = os.posix_spawn(
                asked["argv"][0],
                asked["argv"][1:],
                asked["env"],
                file_actions=[(os.POSIX_SPAWN_DUP2, plug, target) for target, plug in enumerate(plugs)],
                setsid=True,
                setsigdef=[signal.SIGPIPE, signal.SIGHUP, signal.SIGINT, signal.SIGTERM],
            )
        except OSError as error:
            self._say(asked["number"], 255 if error.errno is None else 126)
            return
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            for plug in plugs:
                os.close(plug)
        self._known[pid] = asked["number"]

    def signal(self, number: int, what: int) -> None:
        """Signal the whole group of one of them."""
        for pid, known in self._known.items():
            if known == number:
                os.killpg(pid, what)

    def reap(self) -> None:
        """Tell of those that have ended, and forget the orphans."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid in self._known:
                self._say(self._known.pop(pid), os.waitstatus_to_exitcode(status))

    def end(self) -> None:
        """Kill all of them."""
        for pid in self._known:
            os.killpg(pid, signal.SIGKILL)

    def _say(self, number: int, status: int) -> None:
        self._wire.send(json.dumps({"ended": number, "status": status}).encode())


def serve(wire: socket.socket) -> None:
    """Do what the school asks until it closes the socket."""
    children = Children(wire)
    woken, waking = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(waking, False)
    signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    wire.send(b"{}")
    while True:
        ready, _, _ = select.select([wire.fileno(), woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            children.reap()
        if wire.fileno() in ready:
            message, plugs, _, _ = socket.recv_fds(wire, MESSAGE, 3)
            for plug in plugs:
                os.set_inheritable(plug, False)
            if not message:
                children.end()
                return
            asked = json.loads(message)
            if "signal" in asked:
                children.signal(asked["number"], asked["signal"])
            else:
                children.start(asked, plugs)


def main() -> None:
    """Build and serve; what cannot be built is told, and is the end."""
    wire = socket.socket(fileno=int(sys.argv[1]))
    wire.set_inheritable(False)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    plan = json.loads(wire.recv(MESSAGE))
    try:
        if plan:
            build(plan)
    except OSError as error:
        wire.send(json.dumps({"failed": str(error)}).encode())
        return
    serve(wire)


if __name__ == "__main__":
    main()
