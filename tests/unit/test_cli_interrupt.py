"""Ctrl-C during a run: once it stops gently and says how to go on, twice it leaves."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import esxlab
from esxlab.cli import confirm
from esxlab.cli.confirm import confirm as ask
from esxlab.cli.interrupt import interrupt_held, stop_on_interrupt
from esxlab.errors import LabError
from esxlab.show.console import Screen

CHILD = """
import os, signal, sys, threading
sys.path.insert(0, {path!r})
sys.argv = ["esxlab", "provision", "-f", "a spec.yaml"]
from esxlab.cli.interrupt import stop_on_interrupt
stop = threading.Event()
with stop_on_interrupt(stop):
    os.kill(os.getpid(), signal.SIGINT)
    assert stop.wait(10)
    os.kill(os.getpid(), signal.SIGINT)
    threading.Event().wait(10)
print("not reached")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_once_stops_gently(
    number: int, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["esxlab", "provision", "-f", "a spec.yaml"])
    before, stop = signal.getsignal(number), threading.Event()
    with stop_on_interrupt(stop):
        os.kill(os.getpid(), number)
        assert stop.wait(10)
    assert "esxlab provision -f 'a spec.yaml'" in capfd.readouterr().err
    assert signal.getsignal(number) is before


def test_twice_leaves_now() -> None:
    program = CHILD.format(path=str(Path(esxlab.__file__).parent.parent))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (130, b"")


WINDOW = """
import sys, threading
sys.path.insert(0, {path!r})
from esxlab.cli import streams
from esxlab.cli.interrupt import stop_on_interrupt
streams.prepare()
stop = threading.Event()
with stop_on_interrupt(stop), open({told!r}, "w") as told:
    print("begun", flush=True)
    told.write(str(stop.wait(10)))
    print("nobody reads this", flush=True)
"""


def test_a_window_that_is_closed_stops_gently(tmp_path: Path) -> None:
    """On a terminal of its own, whose other end goes."""
    told = tmp_path / "told"
    program = WINDOW.format(path=str(Path(esxlab.__file__).parent.parent), told=str(told))
    child, window = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-c", program])  # noqa: S606 - no shell is wanted
    assert b"begun" in os.read(window, 1000)
    os.close(window)
    _, status = os.waitpid(child, 0)
    assert (os.waitstatus_to_exitcode(status), told.read_text()) == (0, "True")


def test_a_closed_window_is_told_of_twice_and_is_one_signal() -> None:
    stop = threading.Event()
    with stop_on_interrupt(stop):
        os.kill(os.getpid(), signal.SIGHUP)
        os.kill(os.getpid(), signal.SIGHUP)
        assert stop.wait(10)


def test_under_nohup_a_closed_window_is_none() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stop_on_interrupt(threading.Event()):
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_in_another_thread_nothing_is_touched() -> None:
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def body() -> None:
        with stop_on_interrupt(threading.Event()):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=body)
    thread.start()
    thread.join(10)
    assert seen == [before]


def test_without_a_terminal_a_question_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirm.sys, "stdin", None)
    with pytest.raises(LabError) as caught:
        ask("Really?", Screen(sys.stdout, sys.stderr))
    assert caught.value.code == "usage.confirm"


PYDANTIC = """
import importlib.abc, runpy, signal, sys
sys.path.insert(0, {path!r})

class Watch(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        builds = name == "pydantic_core" or name.startswith("esxlab.exercises.") and name.endswith(".spec")
        if builds:
            held = signal.getsignal(signal.SIGINT) is not signal.default_int_handler
            print("ctrl-c", "waits" if held else "strikes", file=sys.stderr)

sys.meta_path.insert(0, Watch())
sys.argv = ["esxlab", *{arguments!r}]
runpy.run_module("esxlab", run_name="__main__")
"""
READERS = [
    "sheet -f FILE",
    "graph -f FILE",
    "find srvweb1 -f FILE",
    "report -f FILE",
    "board --static there -f FILE",
    "plan -f FILE",
    "run -f FILE all -- true",
    "copy -f FILE a-file all:/tmp",
]


@pytest.mark.parametrize("words", READERS)
def test_pydantic_is_loaded_while_ctrl_c_waits(words: str, tmp_path: Path) -> None:
    """It swallows what a handler raises in it: a good spec was refused by a pattern that it had not built."""
    (tmp_path / "a-file").touch()
    root = Path(esxlab.__file__).parent.parent
    arguments = words.replace("FILE", str(root / "specs/demo.yaml")).split()
    done = subprocess.run(
        [sys.executable, "-c", PYDANTIC.format(path=str(root), arguments=arguments)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "ctrl-c waits" in done.stderr
    assert "ctrl-c strikes" not in done.stderr


def test_held_ctrl_c_comes_at_the_end() -> None:
    reached = []

    def read() -> None:
        with interrupt_held():
            os.kill(os.getpid(), signal.SIGINT)
            reached.append("the spec is read to its end")

    with pytest.raises(KeyboardInterrupt):
        read()
    assert reached
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with interrupt_held():
        pass
