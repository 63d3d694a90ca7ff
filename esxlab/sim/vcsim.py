"""One running vcsim process: started, asked where it listens, ended; it dies with whoever started it."""

from __future__ import annotations

import json
import selectors
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from esxlab.errors import LabError
from esxlab.sim.conditions import INSTANT, CopySpeed
from esxlab.sim.inventory import escaped

if TYPE_CHECKING:
    from pathlib import Path

    from esxlab.sim.contracts import ServerShape

START_LIMIT_S = 30.0


@dataclass(slots=True)
class Vcsim:
    """A vcsim that answers on http://127.0.0.1:port/sdk; the proxy in front of it speaks TLS."""

    host: str  # ServerShape.host
    port: int
    process: subprocess.Popen[bytes]

    def keep_pace(self, *, copy_s: float, task_s: float) -> None:
        """From now on a copy takes so long, and every other change; real seconds."""
        if self.process.stdin is not None:
            line = json.dumps({"pace": {"copy_seconds": copy_s, "task_seconds": task_s}})
            self.process.stdin.write(line.encode() + b"\n")

    def close(self) -> None:
        """End it: close its standard input, and kill it when that has not helped."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=5)
        if self.process.stdout is not None:
            self.process.stdout.close()


class FreeHost(NamedTuple):
    """What the API of a host with the free licence says: editionKey, and the release, as its shell does."""

    edition: str
    version: str
    build: str


def start_vcsim(
    binary: Path,
    server: ServerShape,
    *,
    password: str,
    log: Path,
    copies: CopySpeed = INSTANT,
    free: FreeHost | None = None,
) -> Vcsim:
    """Start one vcsim; returns when it listens. LabError sim.vcsim_died with its last words.

    `free` is what a lone host with the free licence says of itself; else it is an evaluation of vcsim's own.
    """
    with log.open("ab") as words:
        process = subprocess.Popen(
            [binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words, bufsize=0
        )
    wanted = {
        "kind": server.kind,
        "host": server.esxi[0] if server.esxi else server.host,
        "server": server.host,
        "user": server.user,
        "password": password,
        "copy_seconds": copies.seconds,
        "copies_per_datastore": copies.per_datastore,
        "capacities": {escaped(store.name): store.capacity_gib for store in server.datastores},
        "memory": server.memory_gib * 1024,
        "edition": free.edition if free else "",
        "version": free.version if free else "",
        "build": free.build if free else "",
    }
    try:
        if process.stdin is not None:
            process.stdin.write(json.dumps(wanted).encode() + b"\n")
        port = int(json.loads(_first_line(process))["port"])
    except (BrokenPipeError, ValueError, KeyError) as error:
        process.kill()
        process.wait(timeout=5)
        last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
        raise LabError("sim.vcsim_died", where=server.host, detail="\n".join(last)) from error
    return Vcsim(server.host, port, process)


def _first_line(process: subprocess.Popen[bytes]) -> bytes:
    """The first line of its output; what there is of it when the limit passes or it ends."""
    line = b""
    deadline = time.monotonic() + START_LIMIT_S
    if process.stdout is None:
        return line
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not line.endswith(b"\n") and (left := deadline - time.monotonic()) > 0:
            if selector.select(left):
                part = process.stdout.read(4096)
                if not part:
                    break
                line += part
    return line
