"""The host keys of the routers that were met: pinned at the first meeting, in a file of our own."""

from __future__ import annotations

import base64
import hashlib
import threading
from typing import TYPE_CHECKING

from esxlab.errors import LabError

if TYPE_CHECKING:
    from pathlib import Path


class HostKeys:
    """Router host -> its key (type and base64), kept in `file` (0600), or only in memory when there is none.

    The name is the spec's, not what was dialled: in the embedded school a port changes from run to run.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}
        if file and file.exists():
            for line in file.read_text(encoding="utf-8").splitlines():
                host, _, key = line.partition(" ")
                self._known[host] = key

    def check(self, host: str, key: str) -> None:
        """Take the first key of a host; LabError router.host_key when it has another one now."""
        with self._lock:
            if host not in self._known:
                self._known[host] = key
                self._write()
            elif self._known[host] != key:
                raise LabError(
                    "router.host_key",
                    where=host,
                    file=self._file or "-",
                    pinned=fingerprint(self._known[host]),
                    shown=fingerprint(key),
                )

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
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        scratch = self._file.with_name(f"{self._file.name}.new")
        scratch.touch(mode=0o600)
        scratch.write_text("".join(f"{h} {k}\n" for h, k in sorted(self._known.items())), encoding="utf-8")
        scratch.replace(self._file)


def fingerprint(key: str) -> str:
    """SHA256:... of a key's `type base64`, as `ssh-keygen -l` shows it; what is no key stays as it is."""
    try:
        raw = base64.b64decode(key.partition(" ")[2], validate=True)
    except ValueError:  # a line that somebody has edited
        return key
    return f"SHA256:{base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip('=')}"
