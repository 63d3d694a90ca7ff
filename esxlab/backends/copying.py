"""Files into a guest and out of it, by a script alone: no sftp-server is needed, and none is in the way.

What a guest's login shell prints is no hindrance either, as it would be to SFTP and scp. No I/O here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import posixpath
import secrets
import shlex
from typing import TYPE_CHECKING, NamedTuple

from esxlab.errors import LabError
from esxlab.plain import last_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.backends.protocols import ScriptAnswer

MOST = 8 * 1024 * 1024
"""Bytes that one machine is given, or gives, at a time: they pass through the memory of both."""
CODED = MOST * 4 // 3 + MOST // 50 + 65_536
"""The same in lines of base64, with what is said beside it."""


class SentFile(NamedTuple):
    """A file to be put into guests."""

    name: str
    content: bytes
    mode: int  # permission bits


class FetchedFile(NamedTuple):
    """A file as a guest has it."""

    content: bytes
    mode: int


def build_put(files: Sequence[SentFile], target: str) -> str:
    """The script that puts files to `target`, below it when it is a directory, or when they are several.

    Each is written under another name beside its place, and moved there when it is whole (rename(2)): when
    its SHA-256 there is that of what was read here.
    """
    return "\n".join(("umask 077", *(_put(file, target, several=len(files) > 1) for file in files)))


def _put(file: SentFile, target: str, *, several: bool) -> str:
    below = shlex.quote(posixpath.join(target, file.name))
    quoted = shlex.quote(target)
    draft = f"esxlab-{secrets.token_hex(6)}"
    coded = base64.b64encode(file.content).decode()
    steps = (
        f'printf %s {shlex.quote(coded)} >"$p.64"',
        'base64 -d "$p.64" >"$p"',
        f'chmod {file.mode:o} "$p"',
        'sha256sum <"$p" >"$p.64"',
    )
    digest = hashlib.sha256(file.content).hexdigest()
    return "\n".join(
        (
            f"t={below if several else quoted}",
            f"[ -d {quoted} ] && t={below}",
            f'p="$t.{draft}"',
            "s=0",
            f"{' && '.join(steps)} || s=$?",
            f'[ "$s" != 0 ] || grep -q ^{digest} "$p.64" || s={DIFFERS}',
            '[ "$s" != 0 ] || mv -f "$p" "$t" || s=$?',
            'rm -f "$p" "$p.64"',
            '[ "$s" = 0 ] || exit "$s"',
        )
    )


def build_get(path: str) -> str:
    """The script that tells a file: its mode, its SHA-256, then its content in base64."""
    quoted = shlex.quote(path)
    return "\n".join(
        (
            "set -e",
            f"[ -d {quoted} ] && exit {DIRECTORY}",
            f"stat -L -c %a {quoted}",
            f"sha256sum <{quoted}",
            f"base64 {quoted}",
        )
    )


DIRECTORY = 65
"""What `build_get` ends with at a directory: files only are fetched."""
DIFFERS = 66
"""What `build_put` ends with when the file there is not the one that was sent."""


def read_get(answer: ScriptAnswer, path: str) -> FetchedFile:
    """What a guest has told.

    Raises:
        LabError: copy.directory, copy.too_large, copy.failed (with the guest's own words), copy.differs.
    """
    if answer.exit_status == DIRECTORY:
        raise LabError("copy.directory", path=path)
    check(answer, path)
    mode, _, rest = answer.stdout.partition("\n")
    digest, _, coded = rest.partition("\n")
    try:
        content = base64.b64decode(coded.replace("\n", ""), validate=True)
        fetched = FetchedFile(content, int(mode, 8))
    except (binascii.Error, ValueError) as error:
        raise LabError("copy.failed", path=path, status=0, detail=last_words(answer.stderr)) from error
    if digest.partition(" ")[0] != hashlib.sha256(content).hexdigest():
        raise LabError("copy.differs", path=path)
    return fetched


def check(answer: ScriptAnswer, path: str) -> None:
    """LabError copy.too_large, copy.differs, copy.failed."""
    if answer.cut == "size":
        raise LabError("copy.too_large", path=path, mib=MOST // (1024 * 1024))
    if answer.exit_status == DIFFERS:
        raise LabError("copy.differs", path=path)
    if answer.exit_status != 0:
        status = "-" if answer.exit_status is None else answer.exit_status
        raise LabError("copy.failed", path=path, status=status, detail=last_words(answer.stderr))
