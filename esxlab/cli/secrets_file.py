"""secrets.json in the user's data directory: written whole or not at all, by one process at a time."""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from esxlab.engine.local_lock import LocalLock
from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_json_file, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

FILE_NAME = "secrets.json"
LOCK_NAME = "secrets.lock"
SCHEMA = "esxlab/secrets/1"
LOCK_S = 10.0
PAUSE_S = 0.02
ROOT = re.compile(r"[0-9a-f]{64}")
"""32 random bytes: a shorter root, or none, would give every group a secret that can be guessed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the file holds: the root; by `class/number` how often a group was rotated; rotations begun."""

    root: bytes = field(repr=False)
    generations: Mapping[str, int] = field(default_factory=dict)
    begun: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SecretsFile:
    """The file in this directory; the first who reads it makes it. All raise LabError secret.file."""

    directory: Path

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.directory / FILE_NAME

    def read(self) -> Kept:
        """What it holds."""
        return self.update(lambda kept: kept) if not self.path.exists() else self._load()

    def update(self, change: Callable[[Kept], Kept]) -> Kept:
        """Read, change, replace, under the lock: of two runs at once none loses what the other wrote."""
        with closing(self._lock()):
            before = self._load() if self.path.exists() else None
            after = change(before or Kept(secrets.token_bytes(32)))
            if after != before:
                self._replace(after)
            return after

    def _load(self) -> Kept:
        try:
            return _kept(table(read_json_file(self.path)))
        except (OSError, Unreadable) as error:
            raise self._unusable(error) from error

    def _replace(self, kept: Kept) -> None:
        content = {
            "schema": SCHEMA,
            "root": kept.root.hex(),
            "generations": dict(kept.generations),
            "begun": sorted(kept.begun),
        }
        draft = self.path.with_name(f".{FILE_NAME}.{secrets.token_hex(8)}")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                json.dump(content, file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise self._unusable(error) from error

    def _lock(self) -> LocalLock:
        deadline = time.monotonic() + LOCK_S
        while True:
            try:
                return LocalLock(self.directory / LOCK_NAME, who="esxlab")
            except LabError as error:
                if error.code != "lock.held_here":
                    raise self._unusable(error) from error
                if time.monotonic() > deadline:
                    raise
            time.sleep(PAUSE_S)

    def _unusable(self, error: Exception) -> LabError:
        """Without another's message: it may quote what the file holds. Unreadable quotes nothing."""
        said = str(error) if isinstance(error, Unreadable) else type(error).__name__
        return LabError("secret.file", where=str(self.path), detail=said)


def _kept(content: dict[str, Any]) -> Kept:
    """What the file's table says; Unreadable when it is not what `_replace` writes."""
    root, begun = content.get("root"), content.get("begun", [])
    generations = table(content.get("generations", {}))
    right = isinstance(root, str) and ROOT.fullmatch(root) and isinstance(begun, list)
    right = right and all(isinstance(group, str) for group in begun)
    if not right or not all(type(number) is int and number >= 0 for number in generations.values()):
        raise Unreadable("type")
    return Kept(bytes.fromhex(str(root)), generations, frozenset(begun))
