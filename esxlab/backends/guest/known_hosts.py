"""The host keys that guests have: judged, remembered in this run, and written down for `ssh` by hand."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - a field's type
from typing import TYPE_CHECKING, NamedTuple

from esxlab.backends.host_keys import fingerprint
from esxlab.backends.model_keys import ModelKeys
from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_file
from esxlab.lab.identity import machine_label
from esxlab.local.files import write_private
from esxlab.local.lock import held
from esxlab.local.unwritten import Unwritten

if TYPE_CHECKING:
    from esxlab.lab.guest import SshHop


class Shown(NamedTuple):
    """A host key as a connection showed it: its fingerprint, its line, and the address that was dialled."""

    fingerprint: str
    line: str  # type and base64
    address: str = ""  # empty: reached through a jump host
    port: int = 22


@dataclass(slots=True)
class KnownHosts:
    """Host keys by (group, machine), and a file in OpenSSH's known_hosts format (sshd(8)).

    The file is a record, not a judge: what pins a guest is the key in the machine's extraConfig on the
    hypervisor, which every laptop sees. The key on the guest's disk counts more than the one shown: an sshd
    that has not been restarted yet may still show the model's.
    """

    path: Path | None = None
    models: ModelKeys = field(default_factory=ModelKeys)
    unwritten: Unwritten = field(default_factory=Unwritten)
    _shown: dict[tuple[int, str], str] = field(default_factory=dict)
    _on_disk: dict[tuple[int, str], str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def judge(self, hop: SshHop, line: str) -> None:
        """Whether this machine may show this key: one that was recorded for it, else its model's.

        Raises:
            LabError: guest.key_changed, guest.model_key, both with both values.
        """
        if not hop.host_keys:
            if hop.model:
                self.models.check(hop.model, line)
        elif (shown := fingerprint(line)) not in hop.host_keys:
            raise LabError("guest.key_changed", pinned=", ".join(hop.host_keys), shown=shown)

    def get(self, group: int, machine: str) -> str:
        """The guest's key (SHA256:...); empty when it was not met in this run."""
        with self._lock:
            return self._on_disk.get((group, machine)) or self._shown.get((group, machine), "")

    def read(self, group: int, machine: str, key: str) -> None:
        """This key was read from the guest's disk, over a trusted connection."""
        with self._lock:
            self._on_disk[(group, machine)] = key

    def of(self, group: int, machine: str) -> tuple[str, ...]:
        """All that the guest may show as it is: what it showed, and what is on its disk."""
        key = (group, machine)
        with self._lock:
            return tuple(dict.fromkeys(keys[key] for keys in (self._shown, self._on_disk) if key in keys))

    def meet(self, group: int, machine: str, shown: Shown) -> None:
        """The guest has shown this key."""
        with self._lock:
            self._shown[(group, machine)] = shown.fingerprint
            if self.path is not None and shown.address:
                try:
                    _record(self.path, shown, machine_label(group, machine))
                except LabError as error:  # a record, not a judge
                    self.unwritten.informs(error)


def _record(path: Path, shown: Shown, comment: str) -> None:
    """Put the address's line into the file, in place of an older one; others' lines stay to the byte."""
    host = shown.address if shown.port == 22 else f"[{shown.address}]:{shown.port}"  # noqa: PLR2004 - sshd(8)
    line = f"{host} {shown.line} {comment}".encode()
    if line in _lines(path):
        return
    with held(path.with_name(f"{path.name}.lock"), to_write=path, code="local.unwritten"):
        others = [old for old in _lines(path) if old.partition(b" ")[0] != host.encode()]
        write_private(path, b"".join(old + b"\n" for old in (*others, line)), durable=False)


def _lines(path: Path) -> list[bytes]:
    try:
        return read_file(path).splitlines()
    except FileNotFoundError:
        return []
    except Unreadable as error:
        raise LabError("local.unwritten", where=str(path), detail=str(error)) from error
