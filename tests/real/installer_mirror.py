"""A local mirror for installers, on a socket of this computer: what it has not, apt's own client fetches.

What it was asked for is kept. It serves whoever reaches its socket: a guest that has no other way out.
"""

from __future__ import annotations

import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingMixIn, UnixStreamServer
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

if TYPE_CHECKING:
    from pathlib import Path

PREFIX = "/debian/"
FETCH_LIMIT_S = 300
HELD_LIMIT_S = 600.0
CHUNK = 1 << 20
LASTING = ("/by-hash/", ".deb", ".udeb")
"""What never changes under its name; the rest is fetched anew in each run."""


class Asked(NamedTuple):
    """One request: seconds since the mirror began, the path below the mirror's own, the answer's status."""

    at_s: float
    path: str
    status: int


def upstream(codename: str) -> str:
    """Where this computer's apt gets that release from."""
    words = ["apt-get", "indextargets", "--format", "$(REPO_URI)"]
    asked = [*words, "Created-By: Packages", f"Codename: {codename}", "Component: main"]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip(), f"this computer's apt has no {codename}: apt-get update"
    return done.stdout.split()[0].rstrip("/")


class Mirror(ThreadingMixIn, UnixStreamServer):
    """Serves `own` (suites of one's own) before what it fetches into `cache`; no source: nothing else.

    While `answering` is not set nobody gets an answer. Use as a context.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, socket: Path, cache: Path, source: str, own: Path | None = None) -> None:
        self.asked: list[Asked] = []
        self.answering = threading.Event()
        self.answering.set()
        self._cache, self._source, self._own = cache, source, own
        self._began = time.monotonic()
        self._locks: dict[str, threading.Lock] = {}
        self._answers: dict[str, Path | None] = {}
        self._mutex = threading.Lock()
        super().__init__(str(socket), _Request)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def tell(self, path: str, status: int) -> None:
        """It was asked."""
        self.asked.append(Asked(round(time.monotonic() - self._began, 1), path, status))

    def find(self, path: str) -> Path | None:
        """The file; fetched once if two ask for it at the same time. None: nobody has it."""
        if ".." in path.split("/"):
            return None
        if self._own is not None and (self._own / path).is_file():
            return self._own / path
        with self._mutex:
            lock = self._locks.setdefault(path, threading.Lock())
        with lock:
            if path not in self._answers:
                self._answers[path] = self._fetched(path)
            return self._answers[path]

    def _fetched(self, path: str) -> Path | None:
        if not self._source:
            return None
        target = self._cache / path
        if target.exists() and any(mark in f"/{path}" for mark in LASTING):
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        words = ["/usr/lib/apt/apt-helper", "-o", "APT::Sandbox::User=root", "download-file"]
        done = subprocess.run(
            [*words, f"{self._source}/{path}", str(part)],
            capture_output=True,
            timeout=FETCH_LIMIT_S,
            check=False,
        )
        if done.returncode:
            part.unlink(missing_ok=True)
            return None
        part.replace(target)
        return target


class _Request(BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self) -> None:
        self.server.answering.wait(HELD_LIMIT_S)
        path = unquote(self.path).partition("?")[0]
        found = self.server.find(path.removeprefix(PREFIX)) if path.startswith(PREFIX) else None
        self.server.tell(path.removeprefix(PREFIX), 200 if found else 404)
        if found is None:
            self.send_error(404)
            return
        with found.open("rb") as file:
            self.send_response(200)
            self.send_header("Content-Length", str(found.stat().st_size))
            self.end_headers()
            while self.command == "GET" and (block := file.read(CHUNK)):
                self.wfile.write(block)

    do_HEAD = do_GET  # noqa: N815 - http.server's name

    def log_message(self, *_: object) -> None:
        """What was asked is kept in `asked`."""
