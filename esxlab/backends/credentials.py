"""Passwords, asked for once each: environment, known ones, keyring, command, prompt; never an option."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shlex
import subprocess
import threading
import unicodedata
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.foreign import is_text
from esxlab.plain import keep_secret

if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLES = {
    "vsphere": "ESXLAB_VSPHERE_PASSWORD",
    "guest": "ESXLAB_GUEST_PASSWORD",
    "guest_key": "ESXLAB_GUEST_KEY_PASSPHRASE",
    "router": "ESXLAB_ROUTER_PASSWORD",
    "router_key": "ESXLAB_ROUTER_KEY_PASSPHRASE",
    "router_secret": "ESXLAB_ROUTER_SECRET",
}
COMMAND = "_COMMAND"
"""ESXLAB_VSPHERE_PASSWORD_COMMAND: a program that prints the password, with its arguments."""
COMMAND_TIMEOUT_S = 120
"""Password managers may ask for their own passphrase first."""
COMMAND_BYTES = 65_536
KEYRING_SERVICE = "esxlab"


@dataclass(slots=True)
class Credentials:
    """Where passwords come from. `prompt` takes the question's subject; None: there is no terminal.

    `known` holds those that whoever starts the command knows already, by the same kinds.
    """

    known: dict[str, str] = field(default_factory=dict, repr=False)
    prompt: Callable[[str], str] | None = None
    keyring: Callable[[str], str] | None = None  # None: the system's
    _asked: dict[str, str | LabError] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def password(self, kind: str) -> str:
        """The password of this kind: vsphere, guest, router, router_secret; guest_key, router_key.

        Raises:
            LabError: secret.missing, or secret.command when the command that should print it failed; one of
                `usable`'s. Each source is asked once, and what it gave instead is raised again.
        """
        return keep_secret(usable(self._find(kind), kind))

    def _find(self, kind: str) -> str:
        if found := os.environ.get(VARIABLES[kind]):
            return found
        if kind in self.known:
            return self.known[kind]
        with self._lock:
            if kind not in self._asked:
                self._asked[kind] = self._look_further(kind)
            given = self._asked[kind]
        if isinstance(given, LabError):
            raise given.at("")
        return given

    def told(self, kind: str) -> str:
        """The password that the environment variable itself holds; empty when it is not set."""
        found = os.environ.get(VARIABLES[kind], "")
        return keep_secret(usable(found, kind)) if found else ""

    def _look_further(self, kind: str) -> str | LabError:
        variable = VARIABLES[kind]
        try:
            if found := (self.keyring or from_keyring)(kind) or from_command(f"{variable}{COMMAND}"):
                return found
            if self.prompt is not None:
                return self.prompt(kind)
        except LabError as error:
            return error
        except UnicodeDecodeError:  # typed in a terminal whose encoding is another one
            return LabError("secret.encoding", where=variable)
        except (EOFError, OSError):  # Ctrl-D; a terminal that is gone
            pass
        code = "secret.missing" if os.environ.get(variable) is None else "secret.variable_empty"
        return LabError(code, kind=kind, variable=variable)


def usable(password: str, kind: str) -> str:
    """The password, when it can be one at all: servers count wrong tries, and lock an account after a few.

    Raises:
        LabError: secret.empty, secret.line_end, secret.encoding (no UTF-8), secret.control (XML, in which
            vSphere is told a password, cannot hold control characters: pyvmomi#586).
    """
    where = VARIABLES[kind]
    if not password:
        raise LabError("secret.empty", where=where)
    if password[-1] in "\r\n":
        raise LabError("secret.line_end", where=where)
    if not is_text(password):
        raise LabError("secret.encoding", where=where)
    if any(unicodedata.category(sign) == "Cc" for sign in password):
        raise LabError("secret.control", where=where)
    return password


def from_keyring(kind: str) -> str:
    """The password in the system's keyring; empty without the package `keyring`, or without an entry."""
    if importlib.util.find_spec("keyring") is None:
        return ""
    keyring = importlib.import_module("keyring")
    errors = importlib.import_module("keyring.errors")
    try:
        found: str | None = keyring.get_password(KEYRING_SERVICE, kind)
    except errors.KeyringError:  # no keyring on this system, or it stays locked
        return ""
    return found or ""


def from_command(variable: str) -> str:
    """The first line that the command in this variable prints; empty when there is no such variable.

    It is run without a shell. Its stderr goes to the terminal and nowhere else: it may hold anything.
    """
    line = os.environ.get(variable, "")
    if not line:
        return ""
    try:
        words = shlex.split(line)
        if not words:  # nothing but blanks
            return ""
        status, printed = _run(words)
    except ValueError as error:  # an unbalanced quote
        raise LabError("secret.command", where=variable, status="?", program="?") from error
    except OSError as error:
        raise LabError("secret.command", where=variable, status=error.strerror, program=words[0]) from error
    password = printed.decode("utf-8", errors="surrogateescape").partition("\n")[0].removesuffix("\r")
    if status != 0 or not password:
        raise LabError("secret.command", where=variable, status=status, program=words[0])
    return password


def _run(words: list[str]) -> tuple[int | str, bytes]:
    """The exit status and what was printed; what does not end, or prints without end, is killed. OSError."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE)
    said: list[bytes] = []
    reader = threading.Thread(target=_read, args=(process.stdout, said), daemon=True)
    try:
        reader.start()
        reader.join(COMMAND_TIMEOUT_S)  # a grandchild may hold the stream open for ever
        if said and len(said[0]) > COMMAND_BYTES:
            return f"> {COMMAND_BYTES // 1024} KiB", b""
        return process.wait(timeout=1.0 if reader.is_alive() else COMMAND_TIMEOUT_S), b"".join(said)
    except subprocess.TimeoutExpired:
        return "timeout", b""
    finally:
        process.kill()
        process.wait()


def _read(stream: IO[bytes], said: list[bytes]) -> None:
    with stream:
        said.append(stream.read(COMMAND_BYTES + 1))
