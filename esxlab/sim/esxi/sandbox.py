"""What a host's shell stands on: busybox and the school's stand-ins on a file system of its own.

Where the system lets a user make namespaces, process 1 of the host (inside.py) gets a file system in which
/vmfs/volumes holds the datastores, /bin nothing but what an ESXi has, and `kill` reaches nobody else's
processes. Where it does not, the shell runs on this computer's file system, and /vmfs/volumes is rewritten
on the way in and out (rewrite.py).
"""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esxlab.errors import LabError
from esxlab.sim.esxi.applets import APPLETS, HELD, PROGRAMS, SCRIPTS
from esxlab.sim.esxi.rewrite import VOLUMES, Passing, Rewriter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

if sys.platform == "win32":  # neither local sockets nor its processes: a school is not begun there
    raise ImportError

BUSYBOX = "busybox"
START_LIMIT_S = 60.0
MESSAGE = 1 << 17
TMP = "size=256m,mode=1777"  # esxi-ssh.md, "The shell"
NAMESPACES = ("unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child")
PASSWD = "root:x:0:0:Administrator:/:/bin/sh\n"  # noqa: S105 - a file's content


def busybox() -> str | None:
    """Where it is, if it is installed."""
    return shutil.which(BUSYBOX)


def applets() -> list[str]:
    """Those of a host's that this computer's busybox is built with."""
    listed = subprocess.run(
        [busybox() or BUSYBOX, "--list"], capture_output=True, text=True, check=True, timeout=START_LIMIT_S
    )
    return sorted(set(APPLETS) & set(listed.stdout.split()))


def has_namespaces() -> bool:
    """Whether this system lets this user make them."""
    if shutil.which(NAMESPACES[0]) is None:
        return False
    tried = subprocess.run([*NAMESPACES, "true"], capture_output=True, check=False, timeout=START_LIMIT_S)
    return tried.returncode == 0


@dataclass(slots=True)
class Running:
    """One shell that runs; `status` is set when it has ended, negative: by that signal."""

    number: int
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    status: int = 0


class Sandbox:
    """One host's processes. `volumes` are its datastores: the name, the UUID, and the directory of each."""

    def __init__(
        self, directory: Path, volumes: Sequence[tuple[str, str, Path]], *, own_root: bool | None = None
    ) -> None:
        self.own_root = has_namespaces() if own_root is None else own_root
        self.directory: Path = directory
        self._volumes = tuple(volumes)
        self._running: dict[int, Running] = {}
        self._count = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._wire: socket.socket | None = None
        self._ready: asyncio.Future[str] | None = None

    @property
    def base(self) -> Path:
        """What stands before /vmfs/volumes and /bin as this computer sees them."""
        return Path("/") if self.own_root else self.directory / "root"

    async def start(self) -> None:
        """Start process 1; LabError sim.esxi_ground when it cannot build its file system."""
        plan = self._furnish()
        near = self._launch()
        self._wire = near
        loop = asyncio.get_running_loop()
        self._ready = loop.create_future()
        loop.add_reader(near.fileno(), self._heard)
        near.send(json.dumps(plan).encode())
        try:
            failed = await asyncio.wait_for(self._ready, START_LIMIT_S)
        except TimeoutError:
            failed = "no answer"
        if failed:
            await self.close()
            raise LabError("sim.esxi_ground", where=str(self.directory), detail=failed)

    def _launch(self) -> socket.socket:
        """Start inside.py, in namespaces where there are some; this end of the socket to it."""
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        near.setblocking(False)
        command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("inside.py")), str(far.fileno())]
        with far:
            self._process = subprocess.Popen(
                [*(NAMESPACES if self.own_root else ()), *command],
                pass_fds=[far.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        return near

    async def close(self) -> None:
        """End process 1, and with it all others of this host."""
        if self._wire is not None:
            asyncio.get_running_loop().remove_reader(self._wire.fileno())
            self._wire.close()
            self._wire = None
        if self._process is not None:
            ended = asyncio.to_thread(self._process.wait, 5)
            try:
                await ended
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for running in self._running.values():
            running.status = -9
            running.ended.set()

    def spawn(
        self, command: str | None, plugs: Sequence[int], *, connection: str = "", full: bool = False
    ) -> Running:
        """Run a command in root's shell with these three streams; None: the shell itself, as a login has it.

        `connection` is its SSH_CONNECTION (sshd(8)); `full`: nothing more can be written into any file.
        """
        self._count += 1
        running = self._running[self._count] = Running(self._count)
        where = "/bin/busybox" if self.own_root else str(self.base / "bin/busybox")
        argv = [where, "-sh"] if command is None else [where, "sh", "-c", self.inward(command)]
        env = {**self._environment(), "SSH_CONNECTION": connection}
        self._send({"number": running.number, "argv": argv, "env": env, "full": full}, tuple(plugs))
        return running

    def signal(self, running: Running, number: int) -> None:
        """Signal it and all that it has started and that has not gone its own way."""
        if not running.ended.is_set() and self._wire is not None:
            self._send({"number": running.number, "signal": number}, ())

    # paths, where this computer's own file system is used

    def inward(self, text: str) -> str:
        """A text of the host's, with paths as the shell finds them."""
        return text if self.own_root else text.replace(VOLUMES.decode(), self._volumes_here)

    def outward(self, text: str) -> str:
        """The other way round."""
        return text if self.own_root else text.replace(self._volumes_here, VOLUMES.decode())

    def where(self, directory: str) -> str:
        """The host's name of a directory in which a program was started."""
        for name, _, place in () if self.own_root else self._volumes:
            if Path(directory).is_relative_to(place):
                return str(Path("/vmfs/volumes", name) / Path(directory).relative_to(place))
        return self.outward(directory)

    def stream_in(self) -> Rewriter:
        """The same for a stream of bytes into the shell."""
        return Passing() if self.own_root else Rewriter(VOLUMES, self._volumes_here.encode())

    def stream_out(self) -> Rewriter:
        """And for one out of it."""
        return Passing() if self.own_root else Rewriter(self._volumes_here.encode(), VOLUMES)

    @property
    def _volumes_here(self) -> str:
        return str(self.base / VOLUMES.decode()[1:])

    def _send(self, message: Mapping[str, Any], plugs: tuple[int, ...]) -> None:
        if self._wire is None:
            raise ConnectionResetError
        socket.send_fds(self._wire, [json.dumps(message).encode()], plugs)

    def _environment(self) -> dict[str, str]:
        path = "/bin" if self.own_root else str(self.base / "bin")
        return {"PATH": path, "HOME": "/", "USER": "root", "SHELL": "/bin/sh", "LC_ALL": "C.UTF-8"}

    def _heard(self) -> None:
        try:
            message = self._wire.recv(MESSAGE) if self._wire is not None else b""
        except BlockingIOError:
            return
        except OSError:
            message = b""
        said: dict[str, Any] = json.loads(message) if message else {"failed": "it has ended"}
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(said.get("failed", ""))
        if not message and self._wire is not None:
            asyncio.get_running_loop().remove_reader(self._wire.fileno())
        if running := self._running.pop(int(said.get("ended", 0)), None):
            running.status = int(said["status"])
            running.ended.set()

    # the file system

    def _furnish(self) -> dict[str, Any]:
        """Lay out what is on disk; the plan for inside.py, empty when there is no file system of its own."""
        school = self.directory / "school"
        school.mkdir(parents=True, exist_ok=True, mode=0o700)
        source = Path(__file__).with_name("call.py").read_text(encoding="utf-8")
        call = f"#!{interpreter()} -IS\n{source}"
        here = "/.school" if self.own_root else str(school)
        for name, text in {**SCRIPTS, "call": call, HELD: call}.items():
            (school / name).write_text(text.replace("@SCHOOL@", here), encoding="utf-8")
            (school / name).chmod(0o755)
        etc = self.directory / "etc"
        (etc / "ssh/keys-root").mkdir(parents=True, exist_ok=True, mode=0o700)
        (etc / "ssh/keys-root/authorized_keys").touch(mode=0o600)
        (etc / "passwd").write_text(PASSWD, encoding="utf-8")
        (etc / "group").write_text("root:x:0:root\n", encoding="utf-8")
        if self.own_root:
            return self._plan(applets())
        self._link_up()
        return {}

    def _plan(self, own: Sequence[str]) -> dict[str, Any]:
        """Paths in it begin below the root; `own` are busybox's applets."""
        root = self.directory / "root"
        root.mkdir(exist_ok=True)
        links = [(name, "bin") for name in ("sbin",)] + [(f"usr/{name}", "/bin") for name in ("bin", "sbin")]
        links += [(f"bin/{name}", "/bin/busybox") for name in own]
        links += [(f"bin/{name}", f"/.school/{name}") for name in SCRIPTS]
        links += [(f"bin/{name}", "/.school/call") for name in PROGRAMS]
        links += [(f"vmfs/volumes/{name}", uuid) for name, uuid, _ in self._volumes]
        links += [
            (name, str(Path("/", name).readlink()))
            for name in ("lib", "lib64")
            if Path("/", name).is_symlink()
        ]
        bound = [(str(place), f"vmfs/volumes/{uuid}") for _, uuid, place in self._volumes]
        bound += [(busybox() or "", "bin/busybox")]
        bound += [(str(self.directory / "school"), ".school"), (str(self.directory / "etc"), "etc")]
        bound += [(f"/dev/{name}", f"dev/{name}") for name in ("null", "zero", "random", "urandom")]
        return {
            "root": str(root),
            "directories": ["bin", "usr", "dev", "vmfs/volumes", "var"],
            "bound": bound + [(str(place), str(place)[1:]) for place in _libraries()],
            "ram": [("tmp", TMP)],
            "links": links,
        }

    def _link_up(self) -> None:
        """The same on this computer's own file system, as far as links go."""
        for name in ("bin", "vmfs/volumes", "tmp"):
            (self.base / name).mkdir(parents=True, exist_ok=True)
        wanted = {f"bin/{name}": Path(busybox() or "") for name in ("busybox", *applets())}
        wanted |= {f"bin/{name}": self.directory / "school" / name for name in SCRIPTS}
        wanted |= {f"bin/{name}": self.directory / "school/call" for name in PROGRAMS}
        wanted |= {f"vmfs/volumes/{uuid}": place for _, uuid, place in self._volumes}
        wanted |= {f"vmfs/volumes/{name}": Path(uuid) for name, uuid, _ in self._volumes}
        for name, target in wanted.items():
            (self.base / name).unlink(missing_ok=True)
            (self.base / name).symlink_to(target)


def interpreter() -> str:
    """The Python that runs this, without its virtual environment."""
    return str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())


def _libraries() -> list[Path]:
    """What busybox and Python load: the system's libraries, and Python's own place where it is elsewhere."""
    found = [Path("/", name) for name in ("lib", "lib64") if not Path("/", name).is_symlink()]
    found += [Path("/usr", name) for name in ("lib", "lib64", "local")]
    own = Path(sys.base_prefix).resolve()
    if own not in (Path("/usr"), Path("/usr/local")):
        found.append(own)
    elif own == Path("/usr"):
        found.append(Path(interpreter()))
    return [place for place in found if place.exists()]
