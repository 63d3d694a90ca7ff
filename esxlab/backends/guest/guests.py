"""Linux guests over SSH, by paramiko: implements `Guests`."""

from __future__ import annotations

import secrets
import shlex
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from esxlab.backends.guest.applying import (
    BUSY,
    PATIENCE_S,
    build_alone,
    build_clean_up,
    build_make_keys,
    build_read_key,
    build_set_password,
    files_of_batch,
)
from esxlab.backends.guest.changing import send_change
from esxlab.backends.guest.connections import Connections
from esxlab.backends.guest.dialling import Login
from esxlab.backends.guest.known_hosts import KnownHosts
from esxlab.backends.guest.limits import LIMITS, Limits
from esxlab.backends.guest.observing import build_observation, fingerprint_of_line, parse_observation
from esxlab.backends.guest.own_scripts import run_own_script
from esxlab.backends.guest.sessions import LostError, execute, raise_for_status, send_batch
from esxlab.backends.guest.terminals import hold_terminal
from esxlab.backends.login_keys import LoginKeys
from esxlab.backends.model_keys import ModelKeys
from esxlab.errors import LabError
from esxlab.lab.password import MODEL, PasswordName
from esxlab.local.unwritten import Unwritten
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import paramiko

    from esxlab.backends.credentials import Credentials
    from esxlab.backends.endpoints import Endpoints
    from esxlab.backends.protocols import Bounds, CommandResult, ScriptAnswer, Terminal
    from esxlab.lab.guest import Guest, GuestChange, GuestState, SshRoute

T = TypeVar("T")

CONNECT_TIMEOUT_S = 60.0
TIRING = frozenset({"guest.timeout", "guest.silent", "guest.flood"})
"""After these nobody is given the same connection again."""


@dataclass(slots=True)
class ParamikoGuests:
    """Guests over SSH.

    Args:
        endpoints: what may be dialled, and where.
        credentials: kind `guest`.
        user: who logs in; the scripts expect root.
        login_keys: group -> path of the SSH key that its guests take, or `agent`; none: a password.
        generated: gives the password of a generated name; empty when it was generated from another root.
        model_keys: which key a machine that has none of its own must show.
        known_hosts: file that records the host keys of guests that were dialled directly; None: none.
        unwritten: hears when that file cannot be written.
        connect_timeout_s: how long apply and run dial (observe has its own time).
        limits: of time, silence and size of each conversation.
        clock: seconds, monotonic.
        sleep: waits so many seconds.
    """

    endpoints: Endpoints
    credentials: Credentials
    user: str = field(default="root", kw_only=True)
    login_keys: Mapping[int, str] = field(default_factory=dict, kw_only=True)
    generated: Callable[[PasswordName], str] = field(default=lambda _: "", kw_only=True, repr=False)
    model_keys: ModelKeys = field(default_factory=ModelKeys, kw_only=True)
    known_hosts: Path | None = field(default=None, kw_only=True)
    unwritten: Unwritten = field(default_factory=Unwritten, kw_only=True)
    connect_timeout_s: float = field(default=CONNECT_TIMEOUT_S, kw_only=True)
    limits: Limits = field(default=LIMITS, kw_only=True)
    clock: Callable[[], float] = field(default=time.monotonic, kw_only=True)
    sleep: Callable[[float], None] = field(default=time.sleep, kw_only=True)
    connections: Connections = field(init=False)
    _keys: KnownHosts = field(init=False)
    _login_keys: LoginKeys = field(init=False)

    def __post_init__(self) -> None:
        """Nothing is dialled yet."""
        self._keys = KnownHosts(self.known_hosts, self.model_keys, self.unwritten)
        self._login_keys = LoginKeys(self.credentials, "guest_key")
        login = Login(self.user, self._password)
        self.connections = Connections(
            self.endpoints,
            login,
            clock=self.clock,
            sleep=self.sleep,
            judge=self._keys.judge,
            met=self._keys.meet,
            keys=lambda group: self._login_keys.of(self.login_keys.get(group, "")),
            limits=self.limits,
        )

    def observe(self, route: SshRoute, wanted: Guest, *, timeout_s: float = 300.0) -> GuestState:
        """Wait until the guest answers, then one round trip. LabError guest.* (see texts)."""
        deadline = self.clock() + timeout_s
        delimiter = f"@{secrets.token_hex(8)} "

        def look(transport: paramiko.Transport) -> GuestState:
            until = max(deadline, self.clock() + self.limits.answer_s)
            patience_s = min(PATIENCE_S, (until - self.clock()) / 2)
            script = build_observation(wanted, delimiter=delimiter, patience_s=patience_s)
            answer = self._execute(transport, script, deadline=until, silence_s=self.limits.silence_s)
            state = parse_observation(wanted, answer.stdout, delimiter=delimiter)
            self._keys.read(route.group, route.machine, state.host_key)
            return state

        state = self._over(route, look, deadline=deadline)
        return replace(state, password=self.connections.password_of(route))

    def make_keys(self, route: SshRoute) -> tuple[str, ...]:
        """Under names that sshd does not know; an earlier run's are made anew. LabError guest.*."""

        def make(transport: paramiko.Transport) -> str:
            answer = self._alone(transport, build_make_keys(), self.limits.script_s)
            raise_for_status(answer)
            return fingerprint_of_line(answer.stdout)

        new = self._over(route, make)
        return tuple(dict.fromkeys((*self._keys.of(route.group, route.machine), new)))

    def apply(self, route: SshRoute, change: GuestChange, *, nic_names: dict[str, str]) -> str:
        """Change the guest; returns its host key after it.

        The connection is closed at the end, unless others go through it: the machine is restarted next.

        Raises:
            LabError: guest.no_nic (a file names a card that the guest does not have), guest.apt,
                guest.apt_locked, guest.script, secret.missing, secret.elsewhere, and those of connecting.
        """
        if change.password:
            self._password(change.password)  # asked for before anything is changed
        files = files_of_batch(change, nic_names, where=_place(route))
        return self._over(route, lambda transport: self._apply(transport, route, change, files), leave=True)

    def run(
        self,
        route: SshRoute,
        command: Sequence[str],
        *,
        timeout_s: float = 30.0,
        connect_s: float | None = None,
    ) -> CommandResult:
        """Run one command; the time is for its answer, connecting has its own. LabError guest.*."""

        def ask(transport: paramiko.Transport) -> CommandResult:
            return self._execute(transport, shlex.join(command), deadline=self.clock() + timeout_s)

        deadline = None if connect_s is None else self.clock() + min(connect_s, self.connect_timeout_s)
        return self._over(route, ask, deadline=deadline)

    def run_script(self, route: SshRoute, script: str, bounds: Bounds) -> ScriptAnswer:
        """Somebody's own script; what is beyond its bounds is cut off. LabError guest.*."""

        def ask(transport: paramiko.Transport) -> ScriptAnswer:
            return run_own_script(transport, script, bounds, clock=self.clock, limits=self.limits)

        return self._over(route, ask, deadline=self.clock() + min(bounds.connect_s, self.connect_timeout_s))

    def hold_terminal(self, route: SshRoute, terminal: Terminal) -> int:
        """As long as a person likes. LabError guest.*."""
        return self._over(route, lambda transport: hold_terminal(transport, terminal, self.limits))

    def key_line(self, route: SshRoute, *, connect_s: float) -> str:
        """Whoever does not show a key that it may show is not logged in to. LabError guest.*."""
        dialled = self.connections.borrow(route, deadline=self.clock() + connect_s)
        self.connections.give_back(route)
        return dialled.key_line

    def host_key(self, route: SshRoute) -> str:
        """The guest's host key; empty when it was not met in this run."""
        return self._keys.get(route.group, route.machine)

    def model_key(self, model: str) -> str:
        """As the spec or the first copy has told it."""
        return self.model_keys.pinned(model)

    def login_key(self, group: int) -> str:
        """Reads the key's file, or asks the agent, once; LabError key.*, secret.*."""
        return self._login_keys.describe(self.login_keys.get(group, ""))

    def knows(self, name: PasswordName) -> bool:
        """The model's is asked for when it is wanted; a generated one needs its root, or the environment."""
        return name == MODEL or bool(self._own(name))

    def leave(self, group: int) -> None:
        """Each open connection is a thread that polls."""
        self.connections.leave(group)

    def close(self) -> None:
        """Close every connection."""
        self.connections.close()
        self._login_keys.close()

    def _over(
        self,
        route: SshRoute,
        work: Callable[[paramiko.Transport], T],
        *,
        deadline: float | None = None,
        leave: bool = False,
    ) -> T:
        """Do something over a connection; once more over a new one when it turns out to be dead at once."""
        until = self.clock() + self.connect_timeout_s if deadline is None else deadline
        for last in (False, True):
            dialled = self.connections.borrow(route, deadline=until)
            broken = True
            try:
                result = work(dialled.transport)
                broken = False
            except LostError as error:
                if last or error.sent:
                    raise LabError("guest.lost", where=_place(route), detail=str(error)) from error
            except LabError as error:
                broken = error.code in TIRING
                raise error.at(_place(route)) from error
            else:
                return result
            finally:
                self.connections.give_back(route, broken=broken, leave=leave)
        raise AssertionError("unreachable")

    def _execute(
        self, transport: paramiko.Transport, script: str, *, deadline: float, silence_s: float | None = None
    ) -> CommandResult:
        return execute(
            transport, script, clock=self.clock, deadline=deadline, silence_s=silence_s, limits=self.limits
        )

    def _alone(self, transport: paramiko.Transport, script: str, timeout_s: float) -> CommandResult:
        """LabError guest.busy when it never began, for another script of ours has not ended."""
        until = self.clock() + PATIENCE_S + timeout_s
        answer = self._execute(transport, build_alone(script), deadline=until)
        if answer.exit_status == BUSY:
            raise LabError("guest.busy", seconds=PATIENCE_S)
        return answer

    def _apply(
        self, transport: paramiko.Transport, route: SshRoute, change: GuestChange, files: dict[str, str]
    ) -> str:
        def script(text: str, timeout_s: float = self.limits.script_s) -> CommandResult:
            return self._alone(transport, text, timeout_s)

        batch = send_batch(transport, files, clock=self.clock, limits=self.limits)
        clean_up = build_clean_up(batch)
        try:
            send_change(change, batch, script, clock=self.clock, sleep=self.sleep)
            last = "" if change.password else clean_up
            key = fingerprint_of_line(script(f"{last}\n{build_read_key()}").stdout)
            if change.password:
                self._set_password(transport, route, change.password, batch)
        except BaseException as error:
            with suppress(LabError, LostError):
                script(clean_up)
            if isinstance(
                error, LostError
            ):  # not even begun, but what came before it was: not to be repeated
                raise LostError(str(error), sent=True) from error
            raise
        self._keys.read(route.group, route.machine, key)
        return key

    def _set_password(
        self, transport: paramiko.Transport, route: SshRoute, name: PasswordName, batch: str
    ) -> None:
        """When the answer is lost, the old one may hold as well as the new."""
        self.connections.hold(route, self.connections.password_of(route), name)
        script = build_set_password(f"{self.user}:{self._password(name)}", batch=batch)
        answer = self._execute(transport, script, deadline=self.clock() + self.limits.script_s)
        raise_for_status(answer)
        self.connections.hold(route, name)

    def _password(self, name: PasswordName) -> str:
        """The password of this name; LabError secret.missing, secret.elsewhere."""
        if name == MODEL:
            return self.credentials.password("guest")
        if found := self._own(name):
            return found
        raise LabError("secret.elsewhere", group=name.group.number if name.group else "?")

    def _own(self, name: PasswordName) -> str:
        """A generated password, else the one that the environment tells; empty when there is neither."""
        return self.generated(name) or self.credentials.told("guest")


def _place(route: SshRoute) -> str:
    return f"{say('place.group', number=route.group)}, {route}"
