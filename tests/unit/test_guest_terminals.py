"""What a terminal's keys, sizes and ends become on a channel."""

from __future__ import annotations

import os
import socket

import pytest

from esxlab.backends.guest.terminals import _pass_on
from esxlab.backends.typed import Typed


@pytest.mark.parametrize(
    ("keys", "sent", "leaves"),
    [
        ([b"ls\r"], b"ls\r", False),
        ([b"~."], b"", True),
        ([b"ls\r", b"~", b"."], b"ls\r", True),
        ([b"~", b"l", b"s ~.\r"], b"~ls ~.\r", False),
        ([b"~\r~."], b"~\r", True),
        ([b"a~."], b"a~.", False),
        ([b"~~."], b"~.", False),
        ([b"\x03~."], b"\x03~.", False),
        ([b"x\n~.more"], b"x\n", True),
    ],
)
def test_tilde_and_dot_leave_at_the_beginning_of_a_line_only(keys, sent, leaves):
    typed, passed = Typed(), b""
    for some in keys:
        passed += typed.take(some)
    assert typed.leaves == leaves
    assert passed == sent


class Channel:
    """A shell that answers each key, and leaves at `q`; `window`: so many keys are taken at a time."""

    closed = False
    window = 2
    ended = False

    def __init__(self):
        self.ours, self.theirs = socket.socketpair()
        self.sizes = []

    def fileno(self):
        return self.ours.fileno()

    def resize_pty(self, columns, rows):
        self.sizes.append((columns, rows))

    def send_ready(self):
        """paramiko 4.0.0: after the end of what is sent always, and `send` takes nothing then."""
        return self.window > 0 or self.ended

    def send(self, keys):
        assert not self.ended
        taken = keys[: self.window]
        self.theirs.sendall(taken.upper())
        if b"q" in taken:
            self.theirs.shutdown(socket.SHUT_WR)
        return len(taken)

    def sendall(self, keys):
        while keys:
            assert self.window, "a machine that reads nothing is waited for"
            keys = keys[self.send(keys) :]

    def recv(self, most):
        return self.ours.recv(most)

    def shutdown_write(self):
        self.ended = True
        self.theirs.shutdown(socket.SHUT_WR)


class Terminal:
    kind = "xterm"

    def __init__(self):
        self.descriptor, self.keys = os.pipe()
        self.shown = b""
        self.columns = 80

    def size(self):
        return (self.columns, 24)

    def show(self, said):
        self.shown += said
        self.columns = 132  # the window is made wider meanwhile
        if b"Q" not in said:
            os.write(self.keys, b"q")


@pytest.fixture
def channel():
    found = Channel()
    yield found
    found.ours.close()
    found.theirs.close()


def test_keys_words_and_sizes_go_over(channel):
    terminal = Terminal()
    os.write(terminal.keys, b"abc")
    _pass_on(channel, terminal)
    assert terminal.shown == b"ABCQ"
    assert channel.sizes == [(132, 24)]
    os.close(terminal.keys)
    os.close(terminal.descriptor)


def test_the_end_of_the_keys_is_passed_on(channel):
    terminal = Terminal()
    os.close(terminal.keys)
    _pass_on(channel, terminal)
    assert terminal.shown == b""
    os.close(terminal.descriptor)


def test_who_leaves_by_the_escape_sends_what_came_before_it_alone(channel):
    terminal = Terminal()
    os.write(terminal.keys, b"ab\r~.cd")
    _pass_on(channel, terminal)
    assert channel.recv(100) == b"AB\r"
    os.close(terminal.keys)
    os.close(terminal.descriptor)


def test_a_machine_that_reads_nothing_can_be_left(channel):
    """Its window is shut (RFC 4254, 5.2): what is typed stays here, and the person's way out does too."""
    channel.window = 0
    terminal = Terminal()
    os.write(terminal.keys, b"cat\r~.")
    _pass_on(channel, terminal)
    assert terminal.shown == b""
    os.close(terminal.keys)
    os.close(terminal.descriptor)


def test_a_terminal_that_goes_before_a_machine_has_read_its_keys(channel, monkeypatch):
    """The machine has something left to say."""
    end = channel.shutdown_write
    monkeypatch.setattr(channel, "shutdown_write", lambda: (channel.theirs.sendall(b"Q"), end()))
    channel.window = 0
    terminal = Terminal()
    os.write(terminal.keys, b"cat\r")
    os.close(terminal.keys)
    _pass_on(channel, terminal)
    assert channel.ended
    os.close(terminal.descriptor)
