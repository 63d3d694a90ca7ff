"""Standard streams that fail: noted, told at the end, and never in the middle of the work."""

from __future__ import annotations

import errno
import io
import os
import sys
import threading

import pytest
from rich.live import Live

from esxlab.cli import streams
from esxlab.cli.streams import Outlet
from esxlab.show.console import Screen


@pytest.fixture
def pipe():
    reader, writer = os.pipe()
    yield reader, writer
    for end in (reader, writer):
        try:
            os.close(end)
        except OSError:
            continue


def test_after_the_first_failure_nothing_more_is_written(pipe) -> None:
    reader, writer = pipe
    os.close(reader)
    outlet = Outlet(writer, "wb", closefd=False)
    assert outlet.write(b"first") == 5
    first = outlet.failure
    assert first.errno == errno.EPIPE
    assert outlet.write(b"second") == 6
    assert outlet.failure is first


def test_a_pipe_that_does_not_wait_is_waited_for(pipe) -> None:
    reader, writer = pipe
    os.set_blocking(writer, False)
    text, got = b"x" * 300_000, []  # more than any pipe holds (pipe(7))

    def read() -> None:
        while sum(map(len, got)) < len(text):
            got.append(os.read(reader, 1 << 16))

    thread = threading.Thread(target=read)
    outlet = Outlet(writer, "wb", closefd=False)
    thread.start()
    with io.BufferedWriter(outlet) as out:
        out.write(text)
    thread.join(30)
    assert (outlet.failure, b"".join(got)) == (None, text)


@pytest.mark.parametrize(
    ("number", "before", "after"),
    [(errno.EPIPE, 0, 141), (errno.EPIPE, 10, 10), (errno.ENOSPC, 0, 6), (errno.ENOSPC, 7, 7), (None, 0, 0)],
)
def test_a_result_that_nobody_received_is_no_success(
    monkeypatch, capsys, number: int | None, before: int, after: int
) -> None:
    raw = Outlet(os.dup(1), "wb")
    raw.failure = OSError(number, os.strerror(number)) if number else None
    with io.TextIOWrapper(io.BufferedWriter(raw)) as out:
        monkeypatch.setattr(sys, "stdout", out)
        assert streams.finish(before) == after
    said = capsys.readouterr().err
    assert ("[local.output]" in said) == (number == errno.ENOSPC)


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_what_is_said_beside_the_live_display_stands_above_it(monkeypatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    err = Terminal()
    screen = Screen(io.StringIO(), err)
    with Live("the table", console=screen.err_console, auto_refresh=False) as live:
        live.refresh()
        screen.complain("no journal")
    said = err.getvalue()
    assert said.index("no journal") < said.rindex("the table")
