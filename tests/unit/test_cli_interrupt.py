"""Ctrl-C during a run: once it stops gently and says how to go on, twice it leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import esxlab
from esxlab.cli import confirm
from esxlab.cli.confirm import confirm as ask
from esxlab.cli.interrupt import stop_on_interrupt
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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
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
