"""A machine's disk: what survives a power cut, and how it lies in the -flat.vmdk file.

The file is one JSON document, so that copying the virtual disk copies the whole machine.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from esxlab.lab.crypted import crypted

MAGIC = "esxlab-light-disk"
VERSION = 1
VOLATILE = ("/run/", "/tmp/")  # noqa: S108 - the simulated machine's own
"""In memory: a power cut loses it, and no copy of the disk has it."""


class NoSystemError(Exception):
    """There is no operating system on this disk."""


@dataclass(slots=True)
class Node:
    """A file, a directory or a symbolic link (then `content` is its target)."""

    kind: Literal["file", "dir", "link"] = "file"
    content: bytes = b""
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"
    mtime: float = 0.0


@dataclass(slots=True)
class Disk:
    """Everything that a machine keeps: files by absolute path, packages, unit files' states."""

    nodes: dict[str, Node] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)  # name -> version, installed ones
    enabled: set[str] = field(default_factory=set)
    masked: set[str] = field(default_factory=set)
    changed: bool = False  # since it was last saved

    def to_bytes(self) -> bytes:
        """The disk as it lies in the file."""
        document = {
            MAGIC: VERSION,
            "nodes": {
                path: _node_to_json(node)
                for path, node in sorted(self.nodes.items())
                if not path.startswith(VOLATILE)
            },
            "packages": self.packages,
            "enabled": sorted(self.enabled),
            "masked": sorted(self.masked),
        }
        return json.dumps(document, separators=(",", ":")).encode() + b"\n"


def _node_to_json(node: Node) -> list[Any]:
    try:
        content: str | dict[str, str] = node.content.decode()
    except UnicodeDecodeError:
        content = {"base64": base64.b64encode(node.content).decode()}
    return [node.kind, content, node.mode, node.owner, node.group, node.mtime]


def _node_from_json(parts: list[Any]) -> Node:
    kind, content, mode, owner, group, mtime = parts
    raw = content.encode() if isinstance(content, str) else base64.b64decode(content["base64"])
    return Node(kind, raw, mode, owner, group, mtime)


def parse_disk(raw: bytes) -> Disk:
    """Read a disk back; NoSystemError when these bytes are not one of ours (an empty or foreign disk)."""
    try:
        document = json.loads(raw.rstrip(b"\0\n"))
        if document[MAGIC] != VERSION:
            raise NoSystemError(f"disk of version {document[MAGIC]}")
        return Disk(
            nodes={path: _node_from_json(parts) for path, parts in document["nodes"].items()},
            packages=dict(document["packages"]),
            enabled=set(document["enabled"]),
            masked=set(document["masked"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise NoSystemError("operating system not found") from error


def load_disk(path: Path) -> Disk:
    """Read a machine's disk; NoSystemError when there is no system on it, OSError when there is no file.

    An empty one may be of 20 GiB, all of them a hole: it is known by its first byte.
    """
    with path.open("rb") as file:
        first = file.read(1)
        return parse_disk(first + file.read() if first == b"{" else b"")


def save_disk(path: Path, disk: Disk) -> None:
    """Write a machine's disk at once or not at all."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(disk.to_bytes())
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
    disk.changed = False


_ROUNDS = 1000


def hash_password(password: str, *, salt: str | None = None) -> str:
    """A password as /etc/shadow holds it here: $pbkdf2$salt$hash (a scheme of our own)."""
    salt = salt or secrets.token_hex(8)
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), _ROUNDS)
    return f"$pbkdf2${salt}${digest.hex()}"


def password_matches(password: str, hashed: str) -> bool:
    """Whether this is the password behind a hash of /etc/shadow; a locked account (`*`, `!`) matches none."""
    parts = hashed.split("$")
    if len(parts) == 4 and parts[1] == "6":  # noqa: PLR2004 - as an installer was told (crypt(5), sha512crypt)
        return hmac.compare_digest(crypted(password, salt=parts[2]), hashed)
    if len(parts) != 4 or parts[1] != "pbkdf2":  # noqa: PLR2004 - "", scheme, salt, hash
        return False
    return hmac.compare_digest(hash_password(password, salt=parts[2]), hashed)
