"""The groups' authkeys phrases: each a function of one random secret that never leaves this computer's user.

A function rather than a list, so that two runs at the same time cannot lose each other's phrases, and a
colleague who is given the one file computes the same phrases.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from typing import TYPE_CHECKING

from esxlab.errors import LabError

if TYPE_CHECKING:
    from pathlib import Path

    from esxlab.lab.identity import GroupId

FILE_NAME = "secrets.json"


class Phrases:
    """Gives each group its phrase; the file is made (0600) when the first one is asked for."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE_NAME
        self._root = b""

    def __call__(self, group: GroupId) -> str:
        """The group's phrase, 40 hex digits. LabError secret.file when the file cannot be used."""
        if not self._root:
            self._root = self._read_or_make()
        name = f"authkeys/{group.class_name}/{group.number}".encode()
        return hmac.new(self._root, name, hashlib.sha256).hexdigest()[:40]

    def _read_or_make(self) -> bytes:
        try:
            if not self._path.exists():
                self._make()
            return bytes.fromhex(json.loads(self._path.read_text(encoding="ascii"))["root"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LabError("secret.file", where=str(self._path), detail=type(error).__name__) from error

    def _make(self) -> None:
        """Write a whole file beside it, then link it into place: of two runs at once, one wins."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._path.with_name(f".{FILE_NAME}.{secrets.token_hex(8)}")
        content = json.dumps({"schema": "esxlab/secrets/1", "root": secrets.token_hex(32)})
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(content)
        try:
            os.link(draft, self._path)
        except FileExistsError:
            return
        finally:
            draft.unlink()
