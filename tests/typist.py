"""A person at a terminal of 80 columns: types commands as a document has them, agrees to what is asked."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shlex
import struct
import subprocess
import sys
import termios
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
COLUMNS, ROWS = 80, 24
LIMIT_S = 300.0
ANSWERS = {"[y/N] ": "y\n", "[o/N] ": "y\n", "]: ": "\n"}
"""How a question ends -> what is typed: yes, or what is proposed."""
STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Typed(NamedTuple):
    """What a command ended with, its result, and what else the screen showed."""

    status: int
    out: str
    err: str


def commands_of(page: str, *, under: str) -> list[str]:
    """What a person types under this heading of a document, in its order."""
    text = (ROOT / page).read_text(encoding="utf-8").partition(f"\n## {under}\n")[2].partition("\n## ")[0]
    return [line[2:] for block in BLOCK.findall(text) for line in block.splitlines() if line[:2] == "$ "]


@dataclass
class Typist:
    """`home` holds this person's files; commands are typed in it."""

    home: Path
    language: str = "en"
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        own = {"HOME": self.home, "XDG_DATA_HOME": self.home / "data", "XDG_STATE_HOME": self.home / "state"}
        own = {**own, "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ESXLAB_", "LC_"))}
        lang = {"en": "C.UTF-8", "fr": "fr_FR.UTF-8"}[self.language]
        words = {"LANG": lang, "TERM": "xterm", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        vcsim = {k: os.environ[k] for k in ("ESXLAB_VCSIM",) if k in os.environ}
        self.environment = {**kept, **vcsim, **{name: str(value) for name, value in own.items()}, **words}

    def type(self, line: str) -> Typed:
        """An `esxlab` command line, to its end."""
        (err, err_there), (out, out_there) = (_terminal() for _ in range(2))
        process = subprocess.Popen(
            [sys.executable, "-m", "esxlab", *shlex.split(line)[1:]],
            cwd=self.home,
            env=self.environment,
            stdin=err_there,
            stdout=out_there,
            stderr=err_there,
        )
        os.close(err_there)
        os.close(out_there)
        try:
            said = _converse(err, out)
            status = process.wait(timeout=10)
        finally:
            process.kill()
            process.wait()
            os.close(err)
            os.close(out)
        return Typed(status, said[out], said[err])


def _terminal() -> tuple[int, int]:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    return ours, theirs


def _converse(err: int, out: int) -> dict[int, str]:
    """What both terminals showed, until the program has left them; questions are answered."""
    shown = {err: b"", out: b""}
    left, ends = {err, out}, time.monotonic() + LIMIT_S
    while left:
        ready, _, _ = select.select(left, [], [], max(0.0, ends - time.monotonic()))
        assert ready, f"nothing more after {LIMIT_S:.0f} s: {shown}"
        for terminal in ready:
            try:
                data = os.read(terminal, 65536)
            except OSError:  # Linux: nobody holds the other side any more
                data = b""
            shown[terminal] += data
            if not data:
                left.discard(terminal)
            elif terminal == err:
                _answer(err, shown[err])
    return {each: STEERING.sub("", text.decode("utf-8", "replace")) for each, text in shown.items()}


def _answer(terminal: int, shown: bytes) -> None:
    for question, answer in ANSWERS.items():
        if shown.decode("utf-8", "replace").endswith(question):
            os.write(terminal, answer.encode())
