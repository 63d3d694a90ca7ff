"""Host keys that are known, in a file: of routers and hosts after a question, of models when first met."""

from __future__ import annotations

import base64
import hashlib
import threading
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_text
from esxlab.local.files import write_private
from esxlab.local.lock import held
from esxlab.local.unwritten import Unwritten

if TYPE_CHECKING:
    from pathlib import Path

CODE = "trust.file"
UNWRITTEN = "trust.unwritten"
KEYLESS = frozenset({"telnet", "serial"})
"""Kinds of line that have no key: that a router is met on one, and where, is what is pinned of it."""


class HostKeys:
    """Name -> its key (type and base64), kept in `file` (0600), or only in memory when there is none.

    The name is the spec's, not what was dialled: that may be another place in every run.
    What is met first and cannot be written down is pinned in this run, and `unwritten` knows.
    """

    def __init__(self, file: Path | None, unwritten: Unwritten | None = None) -> None:
        """Read the file, if there is one; LabError trust.file when it cannot be used."""
        self.file = file
        self._unwritten = unwritten or Unwritten()
        self._lock = threading.Lock()
        self._known: dict[str, str] = _read(file) if file else {}

    def check(self, name: str, key: str, kind: str = "router", **facts: str) -> None:
        """Nobody is taken at the first meeting: only `pin`, after a question, makes a key known.

        Args:
            name: of the router or the host.
            key: what it shows.
            kind: router or esxi, which the errors' codes begin with.
            facts: that its errors' texts name besides.

        Raises:
            LabError: KIND.unconfirmed when none is known; KIND.host_key when it is another one;
                KIND.other_line when one of the two is a line without a key, and not the same line.
        """
        pinned = self.known(name)
        if not pinned:
            raise LabError(f"{kind}.unconfirmed", where=name, shown=fingerprint(key), **facts)
        if pinned != key:
            what = "other_line" if {_kind(pinned), _kind(key)} & KEYLESS else "host_key"
            shown = {"pinned": fingerprint(pinned), "shown": fingerprint(key), **facts}
            raise LabError(f"{kind}.{what}", where=name, **shown)

    def first(self, name: str, key: str) -> str:
        """The key that was pinned for this name; this one from now on, when there was none."""
        with self._lock:
            if name not in self._known:
                self._known[name] = key
                try:
                    self._keep(name, key, replace=False)
                except LabError as error:
                    self._unwritten.needed(error)
            return self._known[name]

    def known(self, host: str) -> str:
        """The key that is pinned for this host; empty: none."""
        with self._lock:
            return self._known.get(host, "")

    def pin(self, host: str, key: str) -> None:
        """From now on this key, whatever it was before: the user has agreed. LabError trust.unwritten."""
        with self._lock:
            self._known[host] = key
            self._keep(host, key, replace=True)

    def _keep(self, name: str, key: str, *, replace: bool) -> None:
        """Put it beside what other runs have written meanwhile; of two first meetings the earlier counts."""
        if self.file is None:
            return
        with held(self.file.with_name(f"{self.file.name}.lock"), to_write=self.file, code=UNWRITTEN):
            there = _read(self.file)
            if replace or name not in there:
                there[name] = key
                text = "".join(f"{host} {line}\n" for host, line in sorted(there.items()))
                write_private(self.file, text, code=UNWRITTEN)
        self._known |= there


def _read(file: Path) -> dict[str, str]:
    """What the file says; LabError trust.file when it cannot be used."""
    try:
        lines = [line.removesuffix("\r") for line in read_text(file).split("\n") if line.strip()]
    except FileNotFoundError:
        return {}
    except Unreadable as error:
        raise LabError(CODE, where=str(file), detail=str(error)) from error
    return {host: key for host, _, key in (line.partition(" ") for line in lines)}


def fingerprint(key: str) -> str:
    """SHA256:... of a key's `type base64`, as `ssh-keygen -l` shows it; what is no key stays as it is."""
    if _kind(key) in KEYLESS:
        return key
    try:
        raw = base64.b64decode(key.split()[1], validate=True)
    except (IndexError, ValueError):  # a line that somebody has edited
        return key
    return f"SHA256:{base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip('=')}"


def _kind(key: str) -> str:
    return key.partition(" ")[0]
