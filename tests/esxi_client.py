"""A client of a simulated host's shell for tests: paramiko, one login, a channel for each command."""

from __future__ import annotations

import contextlib
import socket
from typing import NamedTuple

import paramiko

LIMIT_S = 60.0


class Answer(NamedTuple):
    """What a command said, and its exit code; -1: the channel ended without one."""

    out: str
    err: str
    status: int

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class ShellClient:
    """One connection, logged in as ESXi wants it: keyboard-interactive, or with a key."""

    def __init__(self, address, password="", *, user="root", key=None):
        self.transport = paramiko.Transport(socket.create_connection(tuple(address), timeout=LIMIT_S))
        self.transport.start_client(timeout=LIMIT_S)
        if key is not None:
            self.transport.auth_publickey(user, key)
        else:
            self.transport.auth_interactive(user, lambda *_: [password])

    def open(self, command):
        """A channel on which this runs."""
        channel = self.transport.open_session(timeout=LIMIT_S)
        channel.settimeout(LIMIT_S)
        channel.exec_command(command)
        return channel

    def run(self, command, script="", *, end=True):
        """Run it, fed with `script`; `end`: the standard input ends after it."""
        channel = self.open(command)
        with contextlib.suppress(OSError):
            channel.sendall(script.encode())
            if end:
                channel.shutdown_write()
        return finish(channel)

    def script(self, script):
        """Run a script, as a tool does: on the standard input of `sh -s`."""
        return self.run("sh -s", script)

    def close(self):
        self.transport.close()


def finish(channel):
    """All that the command says, until it has ended or the connection has; AssertionError after the limit."""
    try:
        out = channel.makefile("rb").read()
        err = channel.makefile_stderr("rb").read()
    except TimeoutError:
        raise AssertionError("the command does not end") from None
    assert channel.status_event.wait(LIMIT_S)
    status = channel.recv_exit_status()
    channel.close()
    return Answer(out.decode(), err.decode(), status)


@contextlib.contextmanager
def connected(address, password="", **login):
    """A client that is closed in the end."""
    client = ShellClient(address, password, **login)
    try:
        yield client
    finally:
        client.close()
