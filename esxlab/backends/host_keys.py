"""Host keys that were met: each pinned at the first meeting, in a file of our own."""

from __future__ import annotations

import base64
import hashlib
import threading
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_text

if TYPE_CHECKING:
    from pathlib import Path


class HostKeys:
    """Name -> its key (type and base64), kept in `file` (0600), or only in memory when there is none.

    The name is the spec's, not what was dialled: in the embedded school a port changes from run to run.
    """

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}
        for line in _lines(file) if file else ():
            host, _, key = line.partition(" ")
            self._known[host] = key

    def check(self, host: str, key: str) -> None:
        """Take the first key of a router; LabError router.host_key when it has another one now."""
        if (pinned := self.first(host, key)) != key:
            facts = {"pinned": fingerprint(pinned), "shown": fingerprint(key)}
            raise LabError("router.host_key", where=host, file=self.file or "-", **facts)

    def first(self, name: str, key: str) -> str:
        """The key that was pinned for this name; this one from now on, when there was none."""
        with self._lock:
            if name not in self._known:
                self._known[name] = key
                self._write()
            return self._known[name]

    def known(self, host: str) -> str:
        """The key that is pinned for this host; empty: none."""
        with self._lock:
            return self._known.get(host, "")

    def pin(self, host: str, key: str) -> None:
        """From now on this key, whatever it was before: the user has agreed."""
        with self._lock:
            self._known[host] = key
            self._write()

    def _write(self) -> None:
        if self.file is None:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        scratch = self.file.with_name(f"{self.file.name}.new")
        scratch.touch(mode=0o600)
        scratch.write_text("".join(f"{h} {k}\n" for h, k in sorted(self._known.items())), encoding="utf-8")
        scratch.replace(self.file)


def _lines(file: Path) -> list[str]:
    """The lines of the file; LabError trust.file when it cannot be used."""
    try:
        return [line.removesuffix("\r") for line in read_text(file).split("\n") if line.strip()]
    except FileNotFoundError:
        return []
    except Unreadable as error:
        raise LabError("trust.file", where=str(file), detail=str(error)) from error


def fingerprint(key: str) -> str:
    """SHA256:... of a key's `type base64`, as `ssh-keygen -l` shows it; what is no key stays as it is."""
    try:
        raw = base64.b64decode(key.split()[1], validate=True)
    except (IndexError, ValueError):  # a line that somebody has edited
        return key
    return f"SHA256:{base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip('=')}"
