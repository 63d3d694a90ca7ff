"""A person's terminal on a machine: what is typed goes there, what comes is shown, until one side leaves."""

from __future__ import annotations

import os
import select
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from esxlab.backends.guest.faults import told_as, within, words_of
from esxlab.backends.guest.limits import LIMITS, Limits
from esxlab.backends.guest.sessions import LostError
from esxlab.backends.typed import Typed

if TYPE_CHECKING:
    import paramiko

    from esxlab.backends.protocols import Terminal

CHUNK = 32768
LOOK_S = 0.5
SOON_S = 0.02
"""How soon it is tried again to send what the machine had no room for."""
KEEP_ALIVE_S = 15


def hold_terminal(transport: paramiko.Transport, terminal: Terminal, limits: Limits = LIMITS) -> int:
    """A login shell on a terminal of its own; the exit status, -1 when there was none.

    Raises:
        LostError: the connection broke.
    """

    def lost(error: BaseException) -> Exception:
        return LostError(words_of(error), sent=True)

    with told_as(lost, LostError):
        with within(transport, limits.ssh_s):
            transport.set_keepalive(KEEP_ALIVE_S)
            channel = transport.open_session(timeout=limits.open_s)
            columns, rows = terminal.size()
            channel.get_pty(terminal.kind, columns, rows)
            channel.invoke_shell()
        try:
            _pass_on(channel, terminal)
            if not channel.status_event.wait(limits.last_s):
                return -1
            return channel.recv_exit_status()
        finally:
            with suppress(Exception):  # the connection may be gone, which is told otherwise
                channel.close()


def _pass_on(channel: paramiko.Channel, terminal: Terminal) -> None:
    """Until the shell has ended, or its person has left.

    A machine that reads nothing is not waited for (RFC 4254, 5.2): the keys wait here, and their person can
    leave.
    """
    typed, size, keys_end, waiting = Typed(), terminal.size(), False, b""
    while not channel.closed:
        if (now := terminal.size()) != size:
            size = now
            channel.resize_pty(*size)
        sources: list[Any] = [channel] if keys_end else [channel, terminal.descriptor]
        ready, _, _ = select.select(sources, [], [], SOON_S if waiting else LOOK_S)
        if channel in ready:
            if not (said := channel.recv(CHUNK)):
                return
            terminal.show(said)
        if terminal.descriptor in ready:
            keys = os.read(terminal.descriptor, CHUNK)
            waiting += typed.take(keys)
            if not keys:  # the terminal has gone: what was not taken so far never will be
                keys_end, waiting = True, b""
                channel.shutdown_write()
        while waiting and channel.send_ready():
            waiting = waiting[channel.send(waiting) :]
        if typed.leaves:
            return
