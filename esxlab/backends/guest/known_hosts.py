"""The lab's own record of host keys, by group and machine: what each guest showed last."""

from __future__ import annotations

import os
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class KnownHosts:
    """A small file of `g07 srvweb1 SHA256:...` lines; without a path it is only remembered.

    It is a record, not a judge: what pins a guest is the key that stands in the machine's extraConfig on the
    hypervisor, which every laptop sees.
    """

    path: Path | None = None
    _keys: dict[tuple[int, str], str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Read what earlier runs wrote; lines that are not ours are left out."""
        if self.path is None or not self.path.is_file():
            return
        for line in self.path.read_text(encoding="utf-8").splitlines():
            group, machine, key = (*line.split(), "", "", "")[:3]
            if group.startswith("g") and group[1:].isdigit() and key.startswith("SHA256:"):
                self._keys[(int(group[1:]), machine)] = key

    def get(self, group: int, machine: str) -> str:
        """The key that this guest showed last; empty when it was never met."""
        with self._lock:
            return self._keys.get((group, machine), "")

    def meet(self, group: int, machine: str, key: str) -> None:
        """The guest has shown this key."""
        with self._lock:
            if self._keys.get((group, machine)) == key:
                return
            self._keys[(group, machine)] = key
            if self.path is not None:
                self._write(self.path)

    def _write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"g{group:02d} {machine} {key}\n" for (group, machine), key in sorted(self._keys.items())]
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(lines)
        Path(temporary).replace(path)
