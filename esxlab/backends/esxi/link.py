"""One SSH connection to a host, shared by all threads: a few scripts go over it at the same time."""

from __future__ import annotations

import math
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from esxlab.backends.esxi.dialling import dial
from esxlab.backends.esxi.faults import failure, is_away
from esxlab.backends.esxi.framing import COMMAND, Frame
from esxlab.backends.esxi.limits import LIMITS, Limits
from esxlab.backends.guest.dialling import NotYet
from esxlab.backends.guest.faults import cut, told_as, within, words_of
from esxlab.backends.lease_guard import check_lease
from esxlab.backends.patience import Patience
from esxlab.backends.vsphere.faults import UnknownOutcomeError
from esxlab.errors import LabError
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import paramiko

    from esxlab.backends.endpoints import Endpoint
    from esxlab.backends.esxi.dialling import Login
    from esxlab.backends.esxi.framing import Answer

CHUNK = 32768
TAIL = 200
"""Of what a copy has printed so far: one line that grows."""
UNREACHED = frozenset({"esxi.ssh_off", "esxi.unreachable"})
REFUSED_LOGINS = frozenset({"esxi.login", "esxi.login_kind"})
"""How a host refuses a login; it is not asked again, for it counts."""


class _Broken(Exception):  # noqa: N818 - it never leaves this module
    """The connection went. `sent`: the whole script had been given away before."""

    def __init__(self, detail: str, *, sent: bool) -> None:
        super().__init__(detail)
        self.sent = sent


class Link:
    """The connection of one host; dialled when it is first needed, and again when it is gone.

    Args:
        host: as the spec names it, for errors.
        endpoint: what is dialled.
        login: a login that was refused is not repeated: ESXi locks an account after five.
        judge: LabError, of a host key that is not the known one.
        cancelled: when set, nobody waits any longer: LabError vsphere.cancelled.
    """

    def __init__(
        self,
        host: str,
        endpoint: Endpoint,
        login: Login,
        judge: Callable[[str], None],
        *,
        cancelled: threading.Event,
        limits: Limits = LIMITS,
    ) -> None:
        self.host = host
        self.limits = limits
        self.patience = Patience(limits.patience_s)
        self.cancelled = cancelled
        self._endpoint = endpoint
        self._login = login
        self._judge = judge
        self._dialling = threading.Lock()
        self._transport: paramiko.Transport | None = None
        self._refused: tuple[LabError, float] | None = None  # until when it stands
        self._met = False
        self._channels = threading.BoundedSemaphore(limits.channels)
        self._copies = threading.BoundedSemaphore(limits.copies)

    def read(self, body: str, *, what: str) -> Answer:
        """A script that changes nothing: run again while the host, or its hostd, is out of reach.

        Raises:
            LabError: what the script says (`faults.failure`), esxi.*, vsphere.cancelled.
        """
        began = time.monotonic()
        while True:
            try:
                return self._insist(body, what)
            except UnknownOutcomeError as doubt:
                if not self.patience.lasts(began, self.limits.pause_s):
                    raise self._lost(doubt.detail) from doubt
            self._pause()

    def change(
        self,
        body: str,
        *,
        what: str,
        limit_s: float | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> Answer:
        """Run a script once.

        It is run again only when it surely did nothing: nobody listened, or hostd was not there.

        Args:
            body: sh, for `Frame.script`.
            what: it is about, for errors.
            limit_s: for the whole of it; a copy's are others.
            progress: hears what has been printed so far; it is a copy that tells it.

        Raises:
            UnknownOutcomeError: the connection broke, or the time was over, after the script had been sent.
            LabError: as above.
        """
        check_lease()
        return self._insist(body, what, limit_s, progress)

    def _insist(
        self,
        body: str,
        what: str,
        limit_s: float | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> Answer:
        """Until there is an answer, or the patience ends; UnknownOutcomeError passes."""
        began = time.monotonic()
        while True:
            with self._turn(copies=progress is not None):
                answer = self._run(body, what, limit_s, progress)
            if isinstance(answer, LabError):
                trouble = answer
            elif not is_away(answer):
                self.patience.heard()
                if error := failure(answer, what=what):
                    raise error.at(self.host)
                return answer
            else:
                trouble = LabError("esxi.hostd_away", where=self.host, host=self.host, what=what)
            if not self.patience.lasts(began, self.limits.pause_s):
                raise trouble
            self._pause()

    def close(self) -> None:
        """Hang up; who waits for an answer has lost it."""
        with self._dialling:
            transport, self._transport = self._transport, None
        if transport is not None:
            with suppress(Exception):  # what is gone already may say so in any way
                transport.close()

    def _run(
        self, body: str, what: str, limit_s: float | None, progress: Callable[[str], None] | None
    ) -> Answer | LabError:
        """The answer; why the script surely was not run, when it may be tried again."""
        try:
            transport = self._connected()
        except LabError as error:
            if self._met and error.code in UNREACHED:
                return error  # it was there a moment ago
            raise
        try:
            return self._exchange(transport, body, limit_s, progress)
        except _Broken as broken:
            if not transport.is_active():
                self._forget(transport)
            detail, cut_off = str(broken), not isinstance(broken.__cause__, TimeoutError)
            if broken.sent:
                raise UnknownOutcomeError(detail=detail, cut=cut_off, what=what) from broken
            return self._lost(detail)

    def _lost(self, detail: str) -> LabError:
        return LabError("esxi.lost", where=self.host, host=self.host, detail=detail)

    def _exchange(
        self,
        transport: paramiko.Transport,
        body: str,
        limit_s: float | None,
        progress: Callable[[str], None] | None,
    ) -> Answer:
        limits, frame, said = self.limits, Frame(), bytearray()
        total_s = limits.copy_s if progress else limit_s or limits.script_s
        sent = False

        def broken(error: BaseException) -> _Broken:
            return _Broken(words_of(error), sent=sent)

        with told_as(broken, _Broken):
            with within(transport, limits.open_s + limits.told_s):
                channel = transport.open_session(timeout=limits.open_s)
            try:
                channel.set_combine_stderr(True)
                channel.settimeout(limits.look_s)
                with within(transport, limits.open_s + limits.script_s):
                    channel.exec_command(COMMAND)
                    channel.sendall(frame.script(body))
                    sent = True
                    channel.shutdown_write()
                answer = self._listen(channel, frame, said, total_s, progress)
            finally:
                with suppress(Exception):  # the connection may be gone, which is told otherwise
                    channel.close()
        return answer

    @contextmanager
    def channel(self) -> Iterator[paramiko.Channel]:
        """One channel, for what is no script; it takes its turn as a copy does."""
        with self._turn(copies=True):
            channel = self._connected().open_session(timeout=self.limits.open_s)
            try:
                channel.set_combine_stderr(True)
                yield channel
            finally:
                with suppress(Exception):
                    channel.close()

    def _listen(
        self,
        channel: paramiko.Channel,
        frame: Frame,
        said: bytearray,
        total_s: float,
        progress: Callable[[str], None] | None,
    ) -> Answer:
        """Until the answer's end mark. TimeoutError, EOFError when it does not come."""
        began = last = time.monotonic()
        silence_s = self.limits.silence_s if progress else total_s
        while True:
            piece: bytes | None = None
            with suppress(TimeoutError):
                piece = channel.recv(CHUNK)
            now = time.monotonic()
            if piece:
                said += piece
                last = now
                if len(said) > self.limits.most:
                    raise EOFError(f"more than {self.limits.most} bytes")
                if answer := frame.read(said):
                    return answer
                if progress:
                    progress(bytes(said[-TAIL:]).decode(errors="replace"))
            elif piece is not None:
                raise EOFError("the answer has no end")
            if self.cancelled.is_set():
                raise LabError("vsphere.cancelled", what=self.host)
            if now - began >= total_s or now - last >= silence_s:
                raise TimeoutError(f"no answer within {round(min(total_s, silence_s))} s")

    @contextmanager
    def _turn(self, *, copies: bool) -> Iterator[None]:
        """One of the connection's few channels."""
        if copies:
            with self._copies, self._channels:
                yield
        else:
            with self._channels:
                yield

    def _connected(self) -> paramiko.Transport:
        with self._dialling:
            if self._transport is not None and self._transport.is_active():
                return self._transport
            if self._refused is not None and time.monotonic() < self._refused[1]:
                raise self._refused[0].at(self.host)
            self._transport = self._dial()
            self._met = True
            return self._transport

    def _dial(self) -> paramiko.Transport:
        try:
            return dial(self._endpoint, self._login, self._judge, limits=self.limits)
        except NotYet as error:
            raise unreached(error, self.host, self._endpoint.port) from error
        except LabError as error:
            keep_s = math.inf if error.code in REFUSED_LOGINS else self.limits.again_s
            self._refused = error, time.monotonic() + keep_s
            raise error.at(self.host) from None

    def _forget(self, transport: paramiko.Transport) -> None:
        with self._dialling:
            if self._transport is transport:
                self._transport = None
        cut(transport)

    def _pause(self) -> None:
        if self.cancelled.wait(self.limits.pause_s):
            raise LabError("vsphere.cancelled", what=self.host)


def unreached(error: NotYet, host: str, port: int) -> LabError:
    """Which layer of SSH is missing; when nobody listens at all it is switched off, as it is at first."""
    code = "esxi.ssh_off" if error.layer == "port" else "esxi.unreachable"
    layer = say(f"guest.layer.{error.layer}")
    return LabError(code, where=host, detail=error.detail, host=host, port=port, layer=layer)
