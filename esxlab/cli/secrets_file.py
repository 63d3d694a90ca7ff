"""secrets.json in the user's data directory: written whole or not at all, by one process at a time."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import stat
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_json_file, table
from esxlab.local.files import write_private
from esxlab.local.formats import KEY, check_schema, schema
from esxlab.local.lock import held

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from esxlab.local.unwritten import Unwritten

FILE_NAME = "secrets.json"
LOCK_NAME = "secrets.lock"
KIND = "secrets"
CODE = "secret.file"
UNWRITTEN = "secret.unwritten"
ROOT = re.compile(r"[0-9a-f]{64}")
"""32 random bytes: a shorter root, or none, would give every group a secret that can be guessed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the file holds: the root; by `class/number` how often a group was rotated; rotations begun.

    `new`: the root was made by whoever reads it now, and nothing that stands can have been made with it.
    """

    root: bytes = field(repr=False)
    generations: Mapping[str, int] = field(default_factory=dict)
    begun: frozenset[str] = frozenset()
    new: bool = False


@dataclass(frozen=True, slots=True)
class SecretsFile:
    """The file in this directory; the first who reads it makes it. LabError secret.*, local.*."""

    directory: Path
    unwritten: Unwritten | None = None

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.directory / FILE_NAME

    def read(self) -> Kept:
        """What it holds; when it can be neither read nor made, and `unwritten` hears of it, a new root.

        Such a root is good enough to look with; nothing may be changed with it, for the next run has another.
        """
        try:
            return self._load() or self.update(lambda kept: kept)
        except LabError as error:
            if self.unwritten is None or not _is_out_of_reach(error):
                raise
            self.unwritten.needed(error)
        return Kept(secrets.token_bytes(32), new=True)

    def update(self, change: Callable[[Kept], Kept]) -> Kept:
        """Read, change, replace, under the lock: of two runs at once none loses what the other wrote."""
        with held(self.directory / LOCK_NAME, to_write=self.path, code=UNWRITTEN):
            before = self._load()
            after = change(before or Kept(secrets.token_bytes(32), new=True))
            if after != before:
                self._replace(after)
            return after

    def _load(self) -> Kept | None:
        """None when there is none."""
        try:
            self._refuse_others()
            content = table(read_json_file(self.path))
            check_schema(content, KIND, self.path)
            return _kept(content)
        except FileNotFoundError:
            return None
        except Unreadable as error:  # quotes nothing of the file
            raise LabError(CODE, where=str(self.path), detail=str(error)) from error

    def _refuse_others(self) -> None:
        """Whoever owns the file knows every secret that is made from it; what others may read is closed now.

        root may use anybody's: who works with sudo has the teacher's.
        """
        try:
            seen = self.path.stat()
        except OSError:
            return  # who reads it says why
        if sys.platform != "win32":
            if os.geteuid() not in {0, seen.st_uid}:
                raise LabError("secret.owner", where=str(self.path), owner=seen.st_uid, user=os.geteuid())
            if seen.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                with contextlib.suppress(OSError):  # a file system that cannot be written to
                    self.path.chmod(0o600)

    def _replace(self, kept: Kept) -> None:
        content = {
            KEY: schema(KIND),
            "root": kept.root.hex(),
            "generations": dict(kept.generations),
            "begun": sorted(kept.begun),
        }
        write_private(self.path, json.dumps(content), code=UNWRITTEN)


def _is_out_of_reach(error: LabError) -> bool:
    """It is the computer that refuses: what the file says, or would say, is not what is wrong."""
    cause = error.__cause__
    if isinstance(cause, Unreadable):
        return cause.reason == "system"
    return isinstance(cause, OSError) or error.code.startswith("local.")


def _kept(content: dict[str, Any]) -> Kept:
    """What the file's table says; Unreadable when it is not what `_replace` writes."""
    root, begun = content.get("root"), content.get("begun", [])
    generations = table(content.get("generations", {}))
    right = isinstance(root, str) and ROOT.fullmatch(root) and isinstance(begun, list)
    right = right and all(isinstance(group, str) for group in begun)
    if not right or not all(type(number) is int and number >= 0 for number in generations.values()):
        raise Unreadable("type")
    return Kept(bytes.fromhex(str(root)), generations, frozenset(begun))
