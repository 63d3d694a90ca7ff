"""What is done over an open connection: one command with its answer, one batch of files."""

from __future__ import annotations

import secrets
from contextlib import closing
from typing import TYPE_CHECKING

from esxlab.backends.protocols import CommandResult
from esxlab.backends.pulse import feel_pulse
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import paramiko

OPEN_TIMEOUT_S = 10.0
CHUNK = 32768
NO_STATUS = -1
"""What paramiko gives when the connection went before the exit status came."""
LOOK_S = 2.0
"""A guest that says nothing for so long may have lost its power."""
MOST = 4 * 1024 * 1024
"""An answer longer than this is cut: nothing that is asked for here is near it."""


class LostError(Exception):
    """The connection broke. `sent` False: nothing had been asked yet, it may be done again elsewhere."""

    def __init__(self, detail: str, *, sent: bool) -> None:
        super().__init__(detail)
        self.sent = sent


def execute(
    transport: paramiko.Transport,
    script: str,
    *,
    clock: Callable[[], float],
    deadline: float,
    said: str = "",
) -> CommandResult:
    """Run a script by the guest's login shell and wait for its end, until `deadline` on the clock.

    `said` is its input, which then ends. Without it the input stays open and empty: to close it at once could
    cost the connection. paramiko's reader may have answered the end of a quick command already, and an EOF
    after a CLOSE is a protocol error to the server.

    Raises:
        LostError: the connection broke.
        LabError: guest.timeout, vsphere.off.
    """
    import paramiko  # noqa: PLC0415 - slow import

    sent = False
    try:
        with closing(transport.open_session(timeout=OPEN_TIMEOUT_S)) as channel:
            channel.settimeout(max(0.1, deadline - clock()))
            channel.exec_command(script)
            sent = True
            if said:
                channel.sendall(said.encode())
                channel.shutdown_write()
            out = _read(channel, channel.recv, clock=clock, deadline=deadline)
            err = _read(channel, channel.recv_stderr, clock=clock, deadline=deadline)
            ended = channel.status_event.wait(max(0.1, deadline - clock()))
            status = channel.recv_exit_status() if ended else NO_STATUS
    except TimeoutError as error:
        raise LabError("guest.timeout") from error
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise LostError(str(error) or type(error).__name__, sent=sent) from error
    if status < 0:  # the connection went before the status came, or it never came
        raise LostError("no exit status", sent=True)
    return CommandResult(status, out.decode(errors="replace"), err.decode(errors="replace"))


def _read(
    channel: paramiko.Channel, receive: Callable[[int], bytes], *, clock: Callable[[], float], deadline: float
) -> bytes:
    found = bytearray()
    while len(found) < MOST:
        left_s = max(0.1, deadline - clock())
        channel.settimeout(min(left_s, LOOK_S))
        try:
            chunk = receive(CHUNK)
        except TimeoutError:
            if left_s <= LOOK_S:
                raise
            feel_pulse()
            continue
        if not chunk:
            return bytes(found)
        found += chunk
    return bytes(found)


def send_batch(transport: paramiko.Transport, files: Mapping[str, str]) -> str:
    """Put small files into a new directory that only root can read; returns its path.

    It lies in /run, in memory: what a broken run leaves behind is gone at the next boot.

    Raises:
        LostError: the connection broke.
    """
    import paramiko  # noqa: PLC0415 - slow import

    batch = f"/run/esxlab-{secrets.token_hex(8)}"
    try:
        channel = transport.open_session(timeout=OPEN_TIMEOUT_S)
        channel.settimeout(OPEN_TIMEOUT_S)
        channel.invoke_subsystem("sftp")
        with closing(paramiko.SFTPClient(channel)) as sftp:
            sftp.mkdir(batch, 0o700)
            for name, content in files.items():
                with sftp.open(f"{batch}/{name}", "wb") as file:
                    file.set_pipelined(True)
                    file.write(content.encode())
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise LostError(str(error) or type(error).__name__, sent=False) from error
    return batch
