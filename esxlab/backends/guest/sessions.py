"""What is done over an open connection: a script with its answer, within limits of time, silence, size."""

from __future__ import annotations

import secrets
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from esxlab.backends.guest.faults import cut, told_as, within, words_of
from esxlab.backends.guest.framing import Frame, build_batch
from esxlab.backends.guest.limits import LIMITS, Limits
from esxlab.backends.power_watch import poll_power_watch
from esxlab.backends.protocols import CommandResult
from esxlab.errors import LabError
from esxlab.plain import last_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import paramiko

CHUNK = 32768


class LostError(Exception):
    """The connection broke. `sent` False: nothing had been asked yet, it may be done again elsewhere."""

    def __init__(self, detail: str, *, sent: bool) -> None:
        super().__init__(detail)
        self.sent = sent


class Bell(threading.Event):
    """Rung by both streams of a channel; only who listens silences it."""

    def clear(self) -> None:
        """Nothing: paramiko would silence one stream for the other."""

    def silence(self) -> None:
        """Until it is rung again."""
        super().clear()


@dataclass(slots=True)
class Heard:
    """What one conversation has brought so far, and until when it may go on."""

    frame: Frame
    deadline: float
    greeting: float
    silence_s: float
    out: bytearray = field(default_factory=bytearray)
    err: bytearray = field(default_factory=bytearray)
    last: float = 0.0
    asked: bool = False
    kept: bool = False  # what has come is used though a limit is exceeded; the connection lives on
    stopped: Callable[[], bool] = lambda: False
    bell: Bell = field(default_factory=Bell)

    @property
    def begun(self) -> bool:
        """Whether root's login shell has handed over."""
        return self.frame.begun(self.out)

    @property
    def words(self) -> str:
        """The last words, for an error."""
        said = self.out if self.out.strip() else self.err
        return last_words(bytes(said[-8192:]).decode(errors="replace"))

    def error(self, code: str, **facts: Any) -> LabError:
        """An error with the last words received."""
        return LabError(code, detail=self.words.replace(self.frame.nonce, "..."), **facts)


def execute(
    transport: paramiko.Transport,
    script: str,
    *,
    clock: Callable[[], float],
    deadline: float,
    silence_s: float | None = None,
    limits: Limits = LIMITS,
) -> CommandResult:
    """Run a script by sh in the guest and wait for its end, until `deadline` on the clock.

    `silence_s`: how long it may print nothing; None: until the deadline. The time is for all of it: what
    drips does not start the clock anew.

    Raises:
        LostError: the connection broke.
        LabError: guest.timeout, guest.silent, guest.flood, guest.shell, vsphere.off.
    """
    now = clock()
    silence_s = silence_s or max(0.1, deadline - now)
    heard = Heard(Frame(), deadline, min(deadline, now + limits.greeting_s), silence_s, last=now)
    converse(transport, script, heard, clock=clock, limits=limits)
    return _result(heard)


def converse(
    transport: paramiko.Transport,
    script: str,
    heard: Heard,
    *,
    clock: Callable[[], float],
    limits: Limits = LIMITS,
) -> None:
    """The same into `heard`, where what came before an error is too. Raises as `execute`, guest.stopped."""
    limit_s = max(0.1, heard.deadline - clock())
    with within(transport, limit_s + limits.told_s) as late:

        def lost(error: BaseException) -> Exception:
            if late.is_set() or isinstance(error, TimeoutError):
                return heard.error("guest.timeout")
            return LostError(words_of(error), sent=heard.asked)

        with told_as(lost, LostError), _opened(transport, heard, limit_s, limits) as channel:
            _listen(channel, heard, lambda: heard.begun, clock=clock, limits=limits)
            heard.asked = True
            channel.settimeout(limit_s)
            channel.sendall(heard.frame.script(script))
            channel.shutdown_write()
            _listen(channel, heard, lambda: _ended(heard, clock, limits), clock=clock, limits=limits)


@contextmanager
def _opened(
    transport: paramiko.Transport, heard: Heard, limit_s: float, limits: Limits
) -> Iterator[paramiko.Channel]:
    """A channel whose login shell is to hand over; paramiko waits without end for the server to agree."""
    channel = transport.open_session(timeout=min(limits.open_s, limit_s))
    try:
        channel.in_buffer.set_event(heard.bell)
        channel.in_stderr_buffer.set_event(heard.bell)
        channel.exec_command(heard.frame.command)
        yield channel
    finally:
        with suppress(Exception):  # the connection may be gone, which is told otherwise
            channel.close()


def _listen(
    channel: paramiko.Channel,
    heard: Heard,
    enough: Callable[[], bool],
    *,
    clock: Callable[[], float],
    limits: Limits,
) -> None:
    """Take in both streams until it is enough, or a limit is exceeded."""
    while True:
        heard.bell.silence()
        over = channel.closed or (channel.eof_received and not channel.recv_ready())
        if _take(channel, heard, limits.most):
            heard.last = clock()
        if len(heard.out) + len(heard.err) > limits.most:
            if not heard.kept:
                cut(channel.get_transport())
            raise heard.error("guest.flood", mib=limits.most // (1024 * 1024))
        if enough():
            return
        if heard.stopped():
            raise heard.error("guest.stopped")
        if over:
            _closed(channel, heard, limits)
        if not channel.recv_ready() and not channel.recv_stderr_ready():
            _wait(heard, clock, limits)


def _take(channel: paramiko.Channel, heard: Heard, most: int) -> bool:
    took = False
    while channel.recv_ready() and len(heard.out) <= most:
        heard.out += channel.recv(CHUNK)
        took = True
    while channel.recv_stderr_ready() and len(heard.err) <= most:
        heard.err += channel.recv_stderr(CHUNK)
        took = True
    return took


def _wait(heard: Heard, clock: Callable[[], float], limits: Limits) -> None:
    now, until = clock(), heard.deadline if heard.begun else heard.greeting
    if now >= until:
        raise heard.error("guest.timeout")
    if heard.begun and now - heard.last >= heard.silence_s:
        raise heard.error("guest.silent", seconds=round(heard.silence_s))
    if not heard.bell.wait(min(limits.look_s, until - now)):
        poll_power_watch()


def _closed(channel: paramiko.Channel, heard: Heard, limits: Limits) -> None:
    """The guest closed the channel before it was done: a login shell that left, or a broken connection."""
    transport = channel.get_transport()
    if heard.begun or not transport.is_active():
        broken = transport.get_exception()
        raise LostError(words_of(broken) if broken else "no exit status", sent=True)
    status = channel.recv_exit_status() if channel.status_event.wait(limits.last_s) else -1
    raise heard.error("guest.shell", status=status if status >= 0 else "?")


def _ended(heard: Heard, clock: Callable[[], float], limits: Limits) -> bool:
    """Standard output has ended, and standard error has, or takes too long for it."""
    if not heard.frame.ended(heard.out):
        return False
    return heard.frame.ended(heard.err) or clock() - heard.last > limits.last_s


def _result(heard: Heard) -> CommandResult:
    out, err = heard.frame.read(bytes(heard.out)), heard.frame.read(bytes(heard.err))
    printed = b"".join(heard.frame.before(bytes(said)) for said in (heard.out, heard.err))
    return CommandResult(
        out.status or 0,
        out.content.decode(errors="replace"),
        err.content.decode(errors="replace"),
        printed.decode(errors="replace"),
    )


def send_batch(
    transport: paramiko.Transport,
    files: Mapping[str, str],
    *,
    clock: Callable[[], float],
    limits: Limits = LIMITS,
) -> str:
    """Put small files into a new directory that only root can read; returns its path.

    They go with a script, not over SFTP: sftp-server is started by root's login shell too, and one word that
    this prints is garbage to SFTP. The directory lies in /run, in memory: what a broken run leaves behind is
    gone at the next boot.

    Raises:
        LostError: the connection broke; nothing that counts was done.
        LabError: guest.script, and those of `execute`.
    """
    batch = f"/run/esxlab-{secrets.token_hex(8)}"
    try:
        answer = execute(
            transport,
            build_batch(batch, dict(files)),
            clock=clock,
            deadline=clock() + limits.batch_s,
            limits=limits,
        )
    except LostError as error:
        raise LostError(str(error), sent=False) from error
    raise_for_status(answer)
    return batch


def raise_for_status(answer: CommandResult) -> None:
    """LabError guest.script when a script that must succeed did not."""
    if answer.exit_status:
        raise LabError(
            "guest.script", detail=last_words(answer.stderr or answer.stdout), status=answer.exit_status
        )
