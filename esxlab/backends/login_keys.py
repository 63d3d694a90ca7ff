"""The SSH keys by which one logs in: a file, with or without a passphrase, or the agent."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from esxlab.backends.credentials import VARIABLES
from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    import paramiko

    from esxlab.backends.credentials import Credentials

AGENT = "agent"
MOST = 5
"""Keys of the agent that are offered: sshd hangs up at the sixth (MaxAuthTries 6, sshd_config(5))."""
KEY_FILE_LIMIT = 64 << 10


@dataclass(slots=True)
class LoginKeys:
    """Which keys may be offered. A source is the absolute path of a key, `agent`, or empty: by password.

    Each source is read once, its passphrase (`kind`: guest_key, router_key) asked for once; what went wrong
    is raised again.
    """

    credentials: Credentials
    kind: str
    _read: dict[str, Sequence[paramiko.PKey] | LabError] = field(default_factory=dict)
    _agent: paramiko.Agent | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, source: str) -> Sequence[paramiko.PKey]:
        """The keys, in the order in which they are offered; none: a password is taken.

        Raises:
            LabError: key.missing, key.unreadable, key.public, key.putty, key.passphrase, key.no_agent, and
                those of `Credentials.password`.
        """
        if not source:
            return ()
        with self._lock:
            if source not in self._read:
                try:
                    self._read[source] = (
                        self._from_agent() if source == AGENT else self._from_file(Path(source))
                    )
                except LabError as error:
                    self._read[source] = error
            found = self._read[source]
        if isinstance(found, LabError):
            raise found.at("")
        return found

    def describe(self, source: str) -> str:
        """By which keys one logs in, for people: `PATH: ssh-ed25519 SHA256:...`; empty: by password."""
        shown = names_of(self.of(source))
        return f"{source}: {shown}" if shown else ""

    def _from_file(self, path: Path) -> Sequence[paramiko.PKey]:
        import paramiko  # noqa: PLC0415 - slow import

        try:
            content = read_file(path, limit=KEY_FILE_LIMIT)
        except FileNotFoundError as error:
            raise LabError("key.missing", where=str(path)) from error
        except Unreadable as error:
            raise LabError("key.unreadable", where=str(path), detail=str(error)) from error
        if content.startswith(b"PuTTY-User-Key-File"):
            raise LabError("key.putty", where=str(path))
        if content.startswith((b"ssh-", b"ecdsa-", b"sk-")):
            raise LabError("key.public", where=str(path))
        try:
            return (paramiko.PKey.from_path(path),)
        except paramiko.PasswordRequiredException:
            return (self._with_passphrase(path),)
        except TypeError:  # cryptography's word for a PEM key that is encrypted
            return (self._with_passphrase(path),)
        except (paramiko.SSHException, ValueError) as error:
            raise LabError("key.unreadable", where=str(path), detail=str(error)) from error

    def _with_passphrase(self, path: Path) -> paramiko.PKey:
        import paramiko  # noqa: PLC0415 - slow import

        passphrase = self.credentials.password(self.kind)
        try:
            return paramiko.PKey.from_path(path, passphrase.encode())  # type: ignore[arg-type] # its annotation says str
        except (paramiko.SSHException, ValueError) as error:
            raise LabError("key.passphrase", where=str(path), variable=VARIABLES[self.kind]) from error

    def _from_agent(self) -> Sequence[paramiko.PKey]:
        import paramiko  # noqa: PLC0415 - slow import

        try:
            self._agent = paramiko.Agent()
        except (paramiko.SSHException, OSError) as error:
            raise LabError("key.no_agent", detail=str(error)) from error
        if not (keys := self._agent.get_keys()):
            self.close()
            raise LabError("key.no_agent")
        return keys[:MOST]

    def close(self) -> None:
        """Leave the agent."""
        if self._agent is not None:
            self._agent.close()


def names_of(keys: Sequence[paramiko.PKey]) -> str:
    """Keys for people: `ssh-ed25519 SHA256:...`."""
    return ", ".join(f"{key.get_name()} {key.fingerprint}" for key in keys)
