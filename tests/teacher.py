"""A teacher at a terminal: types `esxlab ...` as processes of their own on a school of either engine.

What they type, how long it took and what they saw is kept in `seen`: docs/what-was-seen.md is made from it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esxlab.sim.access import read_access
from esxlab.sim.processes import started_at
from esxlab.sim.qemu.kind import VARIABLE
from esxlab.sim.school import LOG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROOT = Path(__file__).parents[1]
TP = ROOT / "specs" / "tp.yaml"
LIMIT_S = 1500
VCENTER = "vcenter.lycee.example"
ROUTER = "10.0.0.1"


def start_esxlab(words: Iterable[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """`esxlab WORDS` in a process of its own, which nobody answers; what it says is kept apart."""
    return subprocess.Popen(
        [sys.executable, "-m", "esxlab", *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def details(document: str) -> list[str]:
    """What the errors of a JSON document say beside their sentence."""
    return [line.strip() for line in document.splitlines() if re.match(r' *"detail": "[^"]', line)]


@dataclass
class Teacher:
    """`home` is theirs alone; `engine`, `speed` and the kind of `model` are the school's.

    `groups`: those that they work with; `limit_s`: for one command.
    """

    home: Path
    engine: str
    speed: float = 1.0
    groups: str = "1"
    spec: Path = TP
    model: str = ""
    limit_s: float = LIMIT_S
    done: list[str] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=lambda: {"times": {}, "checks": {}, "drills": []})

    @property
    def school(self) -> Path:
        return self.home / "school"

    @property
    def environment(self) -> dict[str, str]:
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        own = {
            VARIABLE: self.model,
            "ESXLAB_SCHOOL": str(self.school),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_STATE_HOME": str(self.home / "data"),
        }
        return {**os.environ, **own, "ESXLAB_LANG": "en", "PYTHONPATH": path}

    # commands

    def start(self, *words: str) -> subprocess.Popen[str]:
        """`esxlab WORDS`, not waited for."""
        return start_esxlab(words, self.environment)

    def type(self, *words: str, step: str = "", status: int | None = 0) -> str:
        """`esxlab WORDS`; what it wrote to stdout. Fails, with all of its words, when it ends otherwise.

        `status` None: whatever it ends with.
        """
        began = time.monotonic()
        process = self.start(*words)
        try:
            out, err = process.communicate(timeout=self.limit_s)
        finally:
            process.kill()
        took = time.monotonic() - began
        if step:
            self.seen["times"][step] = round(took, 1)
            print(f"{took:7.1f} s  {step}", flush=True)
        ended = process.returncode
        said = f"esxlab {' '.join(words)}: {ended}, not {status}\n{out}\n{err}"
        assert status in {ended, None}, "\n".join((said, self.school_log(), *details(out)))
        return out

    def school_log(self) -> str:
        """The last lines of the school's own log."""
        log = self.school / LOG
        return "\n".join(log.read_text(errors="replace").splitlines()[-20:]) if log.exists() else ""

    def on_group(self, command: str, *words: str, step: str = "", status: int | None = 0) -> dict[str, Any]:
        """A command about the groups of the spec; its JSON document."""
        about = ("-f", str(self.spec), "--sim", "-g", self.groups, "-o", "json")
        return json.loads(self.type(command, *words, *about, step=step, status=status))

    def sim_up(self) -> None:
        speed = () if self.engine == "qemu" else ("--speed", str(self.speed))
        self.type("sim", "up", "-f", str(self.spec), "--engine", self.engine, *speed, step="school up")

    def with_line(self, line: str) -> None:
        """From here on their spec has this line besides."""
        text = self.spec.read_text(encoding="utf-8")
        self.spec = self.home / "esxlab.yaml"
        self.spec.write_text(f"{text}\n{line}\n", encoding="utf-8")

    # from inside, and from outside

    def ask(self, *questions: tuple[str, list[str]], scenario: str = "ha") -> list[dict[str, Any]]:
        """Run commands on machines of the (first) group: [{"status", "out", "err"}]."""
        words = ["tests.inside", str(self.spec), self.groups.split("-")[0].split(",")[0], scenario]
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=self.environment,
            input=json.dumps(questions),
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout)

    def control(self, do: str, **what: Any) -> Any:
        """What the school's control point answers, asked in its namespace."""
        words = (sys.executable, "-c", ASK, str(self.school), do, json.dumps(what))
        done = subprocess.run(
            [*self.way_in(), *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return json.loads(done.stdout)

    def way_in(self) -> list[str]:
        """The words before a command that is to run where the school is."""
        access = read_access(self.school)
        if not access or not access.get("namespace"):
            return []
        user = ["--user", "--preserve-credentials"] if access["namespace"]["user"] else []
        return ["nsenter", "--target", str(access["pids"]["daemon"][0]), *user, "--net", "--"]

    def sent(self) -> tuple[list[str], list[str]]:
        """All that vSphere was asked to change so far, and all that the first group's router was told."""
        calls = self.control("calls", server=VCENTER, mutating=True)
        router = self.control("router", host=ROUTER)
        return [f"{call['method']} {call['target']}" for call in calls], router["told"]

    def journal(self, command: str) -> list[dict[str, Any]]:
        """The last journal of this command."""
        files = sorted((self.home / "data" / "esxlab" / "journal").glob(f"*-{command}-*.jsonl"))
        return [json.loads(line) for line in files[-1].read_text(encoding="utf-8").splitlines()]

    def processes(self) -> dict[int, str]:
        """The school's process and all that it has started, and they: id -> start time."""
        access = read_access(self.school)
        daemon = access["pids"]["daemon"][0] if access else 0
        parents = dict(_parents())
        found = {daemon} if daemon in parents else set()
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return {pid: start for pid in found if (start := started_at(pid))}


def _parents() -> Iterator[tuple[int, int]]:
    """(id, parent's id) of every process: proc_pid_stat(5), whose second field may hold blanks."""
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit():
                yield int(entry.name), int((entry / "stat").read_text().rpartition(")")[2].split()[1])


ASK = (
    "import json, pathlib, sys; from esxlab.sim.access import read_access; "
    "from esxlab.sim.control import ask; "
    "print(json.dumps(ask(read_access(pathlib.Path(sys.argv[1])), sys.argv[2], **json.loads(sys.argv[3]))))"
)
