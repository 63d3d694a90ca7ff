"""Runs esxlab's commands as processes of their own, forked from one that has imported everything already.

A forked command is a process like any other: it has its id, its exit status, it can be sent signals. What it
does not pay for is half a second of imports, which hundreds of trials would feel.
"""

from __future__ import annotations

import codecs
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

import esxlab
from esxlab.backends.router.dialling import _netmiko
from esxlab.cli.main import main
from esxlab.spec.load import load_class_spec
from tests.hostile.conditions import apply

ROOT = Path(__file__).parent.parent
LIMIT_S = 240.0


class Finished(NamedTuple):
    """How a command ended: its exit status (negative: the signal that ended it) and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def document(self):
        return json.loads(self.out)


class Running:
    """A command that was started; `pid` is its process."""

    def __init__(self, starter: Starter, pid: int, files: tuple[Path, Path]) -> None:
        self.pid = pid
        self._starter = starter
        self._files = files
        self._finished: Finished | None = None

    def await_said(self, words: str, *, limit_s: float = LIMIT_S) -> None:
        """Until it has written these words to standard error."""
        deadline = time.monotonic() + limit_s
        while words not in (said := self._files[1].read_text(encoding="utf-8")):
            assert time.monotonic() < deadline, said
            time.sleep(0.02)

    def send(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def wait(self, *, limit_s: float = LIMIT_S) -> Finished:
        """Its end; one that takes longer than the limit is killed (status -9)."""
        if self._finished is None:
            status = self._starter.ask(wait=self.pid, limit_s=limit_s)["status"]
            out, err = (file.read_text(encoding="utf-8") for file in self._files)
            for file in self._files:
                file.unlink()
            self._finished = Finished(status, out, err)
        return self._finished


class Starter:
    """The process that forks commands; `environment` is added to each command's."""

    def __init__(self, directory: Path, environment: dict[str, str]) -> None:
        self._directory = directory
        self.environment = {**os.environ, "ESXLAB_LANG": "en", **environment}
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.commands"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=self.environment,
        )

    def start(self, *words: object, conditions: dict[str, Any] | None = None) -> Running:
        """`conditions` are those of tests/hostile/conditions.py."""
        out, err = (self._scratch(kind) for kind in ("out", "err"))
        arguments = [str(word) for word in words]
        streams = {"out": str(out), "err": str(err), "cwd": str(self._directory)}
        answer = self.ask(run=arguments, **streams, conditions=conditions or {})
        return Running(self, answer["pid"], (out, err))

    def run(self, *words: object) -> Finished:
        return self.start(*words).wait()

    def ask(self, **question):
        with self._lock:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=LIMIT_S)

    def _scratch(self, kind: str) -> Path:
        handle, name = tempfile.mkstemp(suffix=f".{kind}", dir=self._directory)
        os.close(handle)
        return Path(name)


def serve() -> None:
    """The forking process: a line of JSON for each question, a line for each answer."""
    for module in pkgutil.walk_packages(esxlab.__path__, "esxlab."):
        if not module.name.startswith("esxlab.sim.") and module.name != "esxlab.__main__":
            importlib.import_module(module.name)
    _netmiko()
    for encoding in ("utf-8-sig", "idna", "ascii", "latin-1"):
        codecs.lookup(encoding)
    # jinja2 and its like import at first use; another user may not be able to read what belongs to Python
    load_class_spec(ROOT / "specs" / "demo.yaml")
    gc.collect()
    gc.freeze()  # a child's collections leave the parent's pages alone: nothing of them is copied
    for line in sys.stdin:
        question = json.loads(line)
        if "run" in question:
            pid = os.fork()
            if pid == 0:
                become(question)
                main()
            answer = {"pid": pid}
        else:
            answer = {"status": await_end(question["wait"], question["limit_s"])}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def become(question) -> None:
    """In the child: the command's arguments, its streams, its directory."""
    sys.argv = ["esxlab", *question["run"]]
    os.chdir(question["cwd"])
    for number, path in ((0, os.devnull), (1, question["out"]), (2, question["err"])):
        handle = os.open(path, os.O_RDWR)
        os.dup2(handle, number)
        os.close(handle)
    apply(question["conditions"])


def await_end(pid: int, limit_s: float) -> int:
    timer = threading.Timer(limit_s, os.kill, (pid, 9))
    timer.start()
    _, status = os.waitpid(pid, 0)
    timer.cancel()
    timer.join()
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    serve()
