"""A big file of this computer's onto a host's datastore: `cat`, fed by the channel's standard input.

ESXi's sshd has no sftp on every version, and scp only by the old protocol (esxi-ssh.md, "Getting in").
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, BinaryIO

from esxlab.backends.esxi.faults import failure
from esxlab.backends.esxi.framing import Frame
from esxlab.backends.esxi.paths import quote
from esxlab.backends.guest.faults import told_as, words_of
from esxlab.backends.lease_guard import check_lease
from esxlab.backends.vsphere.faults import UnknownOutcomeError
from esxlab.errors import LabError
from esxlab.local.files import told

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import paramiko

    from esxlab.backends.esxi.framing import Answer
    from esxlab.backends.esxi.link import Link

CHUNK = 1024 * 1024


def send_file(link: Link, file: Path, place: str, *, what: str, progress: Callable[[float], None]) -> int:
    """Write a whole file; after a cut it begins anew. How many bytes have arrived.

    Raises:
        LabError: what the host says (a full datastore), esxi.*, vsphere.cancelled, model.iso_unread.
    """
    failed = 0.0
    while True:
        check_lease()
        try:
            arrived = _sent(link, file, place, what, progress)
        except UnknownOutcomeError as doubt:
            failed = failed or time.monotonic()  # an upload may have taken an hour until then
            if not link.patience.lasts(failed, link.limits.pause_s):
                raise LabError("esxi.lost", where=link.host, host=link.host, detail=doubt.detail) from doubt
        else:
            link.patience.heard()
            return arrived
        if link.cancelled.wait(link.limits.pause_s):
            raise LabError("vsphere.cancelled", what=what)


def _sent(link: Link, file: Path, place: str, what: str, progress: Callable[[float], None]) -> int:
    def broken(error: BaseException) -> UnknownOutcomeError:
        return UnknownOutcomeError(detail=words_of(error), cut=True, what=what)

    with told(file, "model.iso_unread"):
        content = file.open("rb")
    with content, told_as(broken, UnknownOutcomeError), link.channel() as channel:
        answer = _fed(link, channel, content, place, progress)
    if error := failure(answer, what=what):
        raise error.at(link.host)
    return int(answer.text.strip() or 0)


def _fed(
    link: Link, channel: paramiko.Channel, content: BinaryIO, place: str, progress: Callable[[float], None]
) -> Answer:
    """The answer of the host. EOFError, TimeoutError; LabError vsphere.cancelled."""
    frame, said = Frame(), bytearray()
    size = content.seek(0, 2)
    content.seek(0)
    channel.settimeout(link.limits.silence_s)
    channel.exec_command(_command(frame, place))
    while piece := content.read(CHUNK):
        channel.sendall(piece)
        progress(content.tell() / size)
        if link.cancelled.is_set():
            raise LabError("vsphere.cancelled", what=link.host)
    channel.shutdown_write()
    while (answer := frame.read(said)) is None:
        more = channel.recv(CHUNK)
        if not more:
            raise EOFError("the answer has no end")
        said += more
    return answer


def _command(frame: Frame, place: str) -> str:
    """One line for the login shell, which is ash: what arrives goes into the file, then its size is told."""
    word, mark = quote(place), frame.nonce
    return (
        f"printf '%s begin\\n' {mark}; {{ cat >{word} && stat -c %s {word}; }} 2>&1; "
        f"printf '\\n%s end %s\\n' {mark} $?"
    )
