"""One login on one router: dialling it, reaching privileged mode, sending a line and reading the answer."""

from __future__ import annotations

import contextlib
import logging
import os.path
import re
import threading
import time
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from esxlab.backends.fence import pass_fence
from esxlab.backends.router.faults import foreign_faults, ios_error, translate
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from esxlab.backends.credentials import Credentials
    from esxlab.backends.endpoints import Endpoints
    from esxlab.backends.host_keys import HostKeys
    from esxlab.lab.router import RouterAddress

READ_LIMIT_S = 10.0
_BLOCK = re.MULTILINE | re.DOTALL
LONG_READ_LIMIT_S = 60.0  # show running-config, write memory, configure revert now
FAREWELL_LIMIT_S = 0.5
_IN_CONFIG = r"\(config[\w-]*\)#"
_QUESTION = r"\[(?:no|yes|yes/no|confirm)\]:? *$"
_ANY_PROMPT = r"^[\w.-]+(?:\(config[\w-]*\))?[>#] *$"  # a banner of hash signs is no prompt
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.001, 0.02
_IMPORT_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Dialler:
    """How sessions are opened. `logins` limits how many are being opened at the same time."""

    endpoints: Endpoints
    credentials: Credentials
    host_keys: HostKeys
    logins: threading.Semaphore
    connect_limit_s: float = 10.0
    read_limit_s: float = READ_LIMIT_S
    algorithms: dict[str, str] = field(default_factory=dict)  # by router, of its last login

    def open(self, address: RouterAddress) -> Session:
        """Log in, leave a left-over configuration mode, reach privileged mode.

        Raises:
            LabError: router.unreachable, login, enable_secret, host_key, algorithms, no_line, serial.
        """
        connection = self._connection(address)
        secret = self.credentials.password("router_secret")
        session = Session(connection, address, secret=secret, read_limit_s=self.read_limit_s)
        try:
            with self.logins, _translated(address.host):
                if address.device_type == "cisco_ios":
                    connection.key_policy = _key_policy(self.host_keys, address.host)
                connection.establish_connection()
                self.algorithms[address.host] = _agreed(connection)
                session.prepare()
        except BaseException:
            session.close()
            raise
        return session

    def _connection(self, address: RouterAddress) -> Any:
        netmiko = _netmiko()
        options: dict[str, object] = {
            "device_type": address.device_type,
            "username": address.user,
            "password": self.credentials.password("router"),
            "secret": self.credentials.password("router_secret"),
            "conn_timeout": self.connect_limit_s,
            "banner_timeout": self.connect_limit_s,
            "auth_timeout": self.connect_limit_s,
            "ssh_strict": True,
            "auto_connect": False,
        }
        serial = address.device_type.endswith("_serial")
        if serial and not self.endpoints.school:
            # pyserial lists devices by their real path, not by their by-id link
            options["serial_settings"] = {"port": os.path.realpath(address.host)}
        else:
            end = self.endpoints.router(address)
            options |= {"host": end.address, "port": end.port}
            if serial:  # the school's serial lines are telnet ports
                options["device_type"] = "cisco_ios_telnet"
        try:
            return netmiko.ConnectHandler(**options)
        except ValueError as fault:  # check_serial_port
            raise LabError(
                "router.serial", where=address.host, detail=str(fault), host=address.host
            ) from fault


def _netmiko() -> Any:
    """Import netmiko once, quietly: cryptography warns about the old ciphers that old routers need."""
    with _IMPORT_LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import netmiko  # noqa: PLC0415 - slow, and only needed when a router is dialled
        import paramiko  # noqa: F401, PLC0415

        quiet = logging.getLogger("paramiko")
        if not quiet.handlers:
            quiet.addHandler(logging.NullHandler())  # its tracebacks would reach the screen
        return netmiko


def _key_policy(host_keys: HostKeys, host: str) -> Any:
    from paramiko import MissingHostKeyPolicy  # noqa: PLC0415

    class Pinned(MissingHostKeyPolicy):
        """Asked for every key, because the client itself knows none."""

        def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:  # noqa: ARG002
            host_keys.check(host, f"{key.get_name()} {key.get_base64()}")

    return Pinned()


def _agreed(connection: Any) -> str:
    """Cipher, digest and host key of an SSH connection (paramiko forgets the key exchange); else empty."""
    client = getattr(connection, "remote_conn_pre", None)
    transport = client.get_transport() if client else None
    if transport is None:
        return ""
    key = transport.get_remote_server_key()
    return f"{transport.remote_cipher}, {transport.remote_mac}, {key.get_name()} {key.get_bits()}"


@contextlib.contextmanager
def _translated(host: str) -> Iterator[None]:
    try:
        yield
    except foreign_faults() as fault:
        raise translate(fault, host=host) from fault


class Session:
    """An open session in privileged mode; close it, there are only five."""

    def __init__(self, connection: Any, address: RouterAddress, *, secret: str, read_limit_s: float) -> None:
        self._connection = connection
        self._host = address.host
        self._secret = secret
        self._read_limit_s = read_limit_s
        self._prompt = _ANY_PROMPT
        self._in_config = False
        self._answers = True
        self._buffer = ""

    def prepare(self) -> None:
        """From whatever prompt there is to privileged mode without paging.

        After a crash the console may still be in configuration mode. The secret is tried once: netmiko's own
        `enable` would wait ten seconds and then not say what was wrong.
        """
        prompt = self._type("", _ANY_PROMPT)
        if re.search(_IN_CONFIG, prompt):
            prompt = self._type("end", _ANY_PROMPT)
        if prompt.rstrip().endswith(">"):
            asked = rf"(?:[Pp]assword: *$|% .*|{_ANY_PROMPT})"
            answer = self._type("enable", asked)
            if "assword" in answer:
                answer = self._type(self._secret, asked, echo=False)
            if not answer.rstrip().endswith("#"):
                raise LabError("router.enable_secret", where=self._host, host=self._host)
        prompt = self._type("terminal length 0", _ANY_PROMPT)
        name = prompt.rstrip().splitlines()[-1].rstrip("# ").strip()
        self._prompt = rf"^{re.escape(name)}# *$"

    def _type(self, line: str, pattern: str, *, echo: bool = True, limit_s: float = 0.0) -> str:
        """Send a line, wait for its echo and then for the pattern; all that came behind the echo."""
        self._connection.write_channel(line + self._connection.RETURN)
        if line and echo:
            self._read_until(re.escape(line.strip()), limit_s)
        return self._read_until(pattern, limit_s)

    def _read_until(self, pattern: str, limit_s: float) -> str:
        """Everything up to the end of the pattern; what follows it waits for the next call.

        netmiko's own loop would sit out its whole timeout on a connection that is closed (31 s).
        """
        deadline = time.monotonic() + (limit_s or self._read_limit_s)
        pause_s = _FIRST_PAUSE_S
        while True:
            if match := re.search(pattern, self._buffer, re.MULTILINE):
                text, self._buffer = self._buffer[: match.end()], self._buffer[match.end() :]
                return text
            if fresh := self._connection.read_channel():
                self._buffer += fresh.replace("\r", "")
                pause_s = _FIRST_PAUSE_S
            elif getattr(self._connection.remote_conn, "closed", False):
                self._answers = False
                raise LabError("router.cut", where=self._host, host=self._host)
            elif time.monotonic() > deadline:
                self._answers = False
                seconds = int(limit_s or self._read_limit_s)
                raise LabError("router.silent", where=self._host, host=self._host, seconds=seconds)
            else:
                time.sleep(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def show(self, command: str, *, limit_s: float = LONG_READ_LIMIT_S) -> str:
        """The answer of a show command without echo and prompt; LabError router.refused_line."""
        with _translated(self._host):
            answer = self._type(command, self._prompt, limit_s=limit_s)
        if words := ios_error(answer):
            raise LabError("router.refused_line", where=self._host, detail=words, line=command)
        return answer.rpartition("\n")[0].lstrip("\n")

    def do(self, command: str, *, limit_s: float = LONG_READ_LIMIT_S) -> str:
        """An exec command that changes something: [confirm] is confirmed; refusals are in the answer."""
        pass_fence()
        with _translated(self._host):
            answer = self._type(command, rf"(?:{self._prompt}|{_QUESTION})", limit_s=limit_s)
            if re.search(_QUESTION, answer):
                answer += self._type("", self._prompt, limit_s=limit_s)
        return answer

    def pending_revert(self) -> tuple[str, int]:
        """Who armed the revert timer that runs, and for how many minutes; ("", 0) when none runs.

        Since 12.4(15)T; an older IOS has no such timer either.
        """
        try:
            answer = self.show("show archive config rollback timer")
        except LabError as error:
            if error.code != "router.refused_line":
                raise
            return "", 0
        found = re.search(r"^Timer value: *(?P<minutes>\d+) min.*?^User: *(?P<user>\S+)", answer, _BLOCK)
        return (found["user"], int(found["minutes"])) if found else ("", 0)

    def enter_config(self, *, revert_minutes: int) -> bool:
        """Enter configuration mode, with a revert timer where there is one; True when it is armed."""
        with _translated(self._host):
            timed = f"configure terminal revert timer {revert_minutes}"
            if revert_minutes:
                answer = self._type(timed, rf"(?:{self._prompt}|{_IN_CONFIG})", limit_s=LONG_READ_LIMIT_S)
                if re.search(_IN_CONFIG, answer):
                    self._in_config = True
                    return True
                words = ios_error(answer)
                if not re.search(r"% ?Invalid|archive", words):  # somebody's timer runs: not ours to confirm
                    raise LabError("router.refused_line", where=self._host, detail=words, line=timed)
            self._type("configure terminal", _IN_CONFIG)
            self._in_config = True
            return False

    def configure(self, line: str) -> None:
        """Send one configuration line.

        Raises:
            LabError: router.refused_line with the line and IOS's own words; router.cut, router.silent.
        """
        pass_fence()
        with _translated(self._host):
            answer = self._type(line, rf"(?:{_IN_CONFIG}|{_QUESTION})")
            if re.search(_QUESTION, answer):
                # a static entry that carries packets: its translations go with it
                answer += self._type("yes" if line.startswith("no ip nat") else "no", _IN_CONFIG)
        if words := ios_error(answer):
            raise LabError("router.refused_line", where=self._host, detail=words, line=line.strip())

    def leave_config(self) -> None:
        """Back to privileged mode."""
        with _translated(self._host):
            self._type("end", self._prompt)
            self._in_config = False

    def close(self) -> None:
        """Leave with `exit`, so that the next person at a console does not find it enabled."""
        if self._answers and getattr(self._connection, "channel", None):
            with contextlib.suppress(LabError, *foreign_faults()):
                self._connection.write_channel("end\n" * self._in_config + f"exit{self._connection.RETURN}")
                self._read_until(r"(?!)", FAREWELL_LIMIT_S)  # until the router hangs up
        self._connection.cleanup = lambda *_: None  # netmiko's own asks the router for its mode first
        self._connection.disconnect()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
