"""Guests in memory: for the laws of planning and engine, without any machine."""

from __future__ import annotations

import hashlib
import shlex
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from esxlab.backends.protocols import CommandResult, ScriptAnswer
from esxlab.errors import LabError
from esxlab.lab.guest import NIC_TOKEN, FileState, GuestState, Service

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from esxlab.backends.protocols import Bounds, Terminal
    from esxlab.lab.guest import Guest, GuestChange, SshRoute
    from esxlab.lab.password import PasswordName

Key = tuple[int, str]
"""(group, machine)."""

MODEL_KEY = "SHA256:the-model"


def no_failure(verb: str, route: SshRoute) -> None:
    """Nothing fails."""


def blank_state(nic_names: tuple[tuple[str, str], ...] = ()) -> GuestState:
    """A fresh copy of the model: nothing of ours on it, and an identity that all copies share."""
    return GuestState(
        hostname="masterGr0",
        machine_id="0" * 32,
        host_key=MODEL_KEY,
        nic_names=nic_names,
        packages=(),
        files=(),
        services=(),
        sysctl=(),
        own_identity=False,
    )


def changed(state: GuestState, change: GuestChange, nic_names: dict[str, str], *, own: Key) -> GuestState:
    """The state of a guest after a change, as a later observation would find it."""
    files = {file.path: file for file in state.files}
    files |= {file.path: file.resolved(nic_names).state for file in change.write}
    files |= {path: FileState(path, "") for path in change.remove}
    services = {service.name: service for service in state.services}
    brought = (service.name for service in change.services if service.name in change.install)
    services |= {name: Service(name, enabled=True, running=name not in change.held_back) for name in brought}
    for wanted in change.services:
        before = services.get(wanted.name, Service(wanted.name, enabled=False, running=False))
        running = before.running if wanted.running is None else wanted.running
        services[wanted.name] = Service(wanted.name, wanted.enabled, running)
    fresh = _fresh(own)
    return replace(
        state,
        hostname=change.hostname or state.hostname,
        packages=tuple(sorted({*state.packages, *change.install})),
        files=tuple(files.values()),
        services=tuple(services.values()),
        sysctl=tuple((dict(state.sysctl) | dict(change.sysctl)).items()),
        own_identity=state.own_identity or change.new_identity,
        password=change.password or state.password,
        machine_id=fresh[:32] if change.new_identity else state.machine_id,
        host_key=f"SHA256:{fresh[:43]}" if change.new_identity else state.host_key,
    )


@dataclass(slots=True)
class MemoryGuests:
    """Implements `Guests`.

    `fail` is called with a name and the route, and may raise: before each call (observe, apply, run), when
    the files of a change are written and its services are not yet set (apply-half), and after it (applied).
    `nics` says which cards a machine shows; unknown machines show, on being asked, the cards that their
    wanted files name. `answers` are scripted answers of `run`, by the command in one line.
    """

    fail: Callable[[str, SshRoute], None] = no_failure
    nics: dict[Key, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    answers: dict[str, CommandResult] = field(default_factory=dict)
    calls: list[tuple[str, int, str]] = field(default_factory=list)
    states: dict[Key, GuestState] = field(default_factory=dict)
    made: set[Key] = field(default_factory=set)  # machines whose new host keys wait to be put in force
    seen: dict[Key, str] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)  # roots that are not known here
    refusals: list[tuple[Key, PasswordName]] = field(default_factory=list)  # passwords that were refused
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def observe(self, route: SshRoute, wanted: Guest, *, timeout_s: float = 300.0) -> GuestState:
        """What is known of the things that are wanted."""
        with self._lock:
            state = self._meet("observe", route)
            if not state.nic_names:
                state = replace(state, nic_names=_cards_named_in(wanted))
                self.states[_key(route)] = state
        paths = [*(file.path for file in wanted.files), *wanted.absent_files]
        files = {file.path: file for file in state.files}
        services = {service.name: service for service in state.services}
        settings = dict(state.sysctl)
        absent = Service("", enabled=False, running=False)
        return replace(
            state,
            packages=tuple(name for name in wanted.packages if name in state.packages),
            files=tuple(files.get(path, FileState(path, "")) for path in paths),
            services=tuple(services.get(s.name, replace(absent, name=s.name)) for s in wanted.services),
            sysctl=tuple((key, settings.get(key, "")) for key, _ in wanted.sysctl),
        )

    def make_keys(self, route: SshRoute) -> tuple[str, ...]:
        """The key it has, and the one that `apply` will give it."""
        with self._lock:
            state = self._meet("make-keys", route)
            self.made.add(_key(route))
            return (state.host_key, f"SHA256:{_fresh(_key(route))[:43]}")

    def apply(self, route: SshRoute, change: GuestChange, *, nic_names: dict[str, str]) -> str:
        """Remember the change; returns the host key after it. LabError guest.no_nic."""
        with self._lock:
            state = self._meet("apply", route)
            try:
                half = replace(change, services=(), sysctl=(), new_identity=False, password=None)
                if change.new_identity and _key(route) not in self.made:
                    raise LabError("guest.script", where=str(route), detail="no new keys", status=1)
                self.states[_key(route)] = changed(state, half, nic_names, own=_key(route))
                self.fail("apply-half", route)
                after = changed(state, change, nic_names, own=_key(route))
            except KeyError as error:
                raise LabError("guest.no_nic", where=str(route), mac=error.args[0]) from error
            self.states[_key(route)] = after
            self.fail("applied", route)
            self.seen[_key(route)] = after.host_key
            return after.host_key

    def run(
        self,
        route: SshRoute,
        command: Sequence[str],
        *,
        timeout_s: float = 30.0,
        connect_s: float | None = None,
    ) -> CommandResult:
        """The scripted answer; a command without one is not found, as a shell says it."""
        with self._lock:
            self._meet("run", route)
        line = shlex.join(command)
        return self.answers.get(line, CommandResult(127, "", f"sh: {command[0]}: not found\n"))

    def run_script(self, route: SshRoute, script: str, bounds: Bounds) -> ScriptAnswer:
        """The scripted answer, of which no more is told than may be."""
        with self._lock:
            self._meet("run-script", route)
        answer = self.answers.get(script, CommandResult(127, "", "sh: not found\n"))
        cut = len(answer.stdout) > bounds.most
        return ScriptAnswer(
            None if cut else answer.exit_status,
            answer.stdout[: bounds.most],
            answer.stderr,
            "size" if cut else "",
        )

    def hold_terminal(self, route: SshRoute, terminal: Terminal) -> int:
        """A shell that leaves at once."""
        with self._lock:
            self._meet("hold-terminal", route)
        return 0

    def key_line(self, route: SshRoute, *, connect_s: float) -> str:
        """One of each machine's own."""
        with self._lock:
            return f"ssh-ed25519 {self._meet('key-line', route).host_key.removeprefix('SHA256:')}"

    def host_key(self, route: SshRoute) -> str:
        """The key that was shown last."""
        return self.seen.get(_key(route), "")

    def model_key(self, model: str) -> str:
        """All copies show the same."""
        return MODEL_KEY

    def login_key(self, group: int) -> str:
        """None."""
        return ""

    def knows(self, name: PasswordName) -> bool:
        """Whether it is not of another computer's root."""
        return name.root not in self.elsewhere

    def leave(self, group: int) -> None:
        """Nothing is open."""

    def close(self) -> None:
        """Nothing is open."""

    def forget(self, group: int, machine: str) -> None:
        """The machine was destroyed: its next incarnation is a fresh copy of the model."""
        with self._lock:
            self.states.pop((group, machine), None)
            self.seen.pop((group, machine), None)

    def snapshot(self) -> dict[Key, GuestState]:
        """All machines as they are now, to be compared with a later snapshot."""
        with self._lock:
            return dict(self.states)

    def _meet(self, verb: str, route: SshRoute) -> GuestState:
        self.calls.append((verb, route.group, route.machine))
        self.fail(verb, route)
        key = _key(route)
        state = self.states.setdefault(key, blank_state(self.nics.get(key, ())))
        self._log_in(route, state)
        pinned = route.hops[-1].host_keys or (MODEL_KEY,)
        if state.host_key not in pinned:
            code = "guest.key_changed" if route.hops[-1].host_keys else "guest.model_key"
            raise LabError(code, where=str(route), file="-", pinned=", ".join(pinned), shown=state.host_key)
        self.seen[key] = state.host_key
        return state

    def _log_in(self, route: SshRoute, state: GuestState) -> None:
        """By the passwords that may hold, in their order; LabError guest.login when none of them does."""
        for name in route.hops[-1].passwords:
            if name == state.password:
                return
            self.refusals.append((_key(route), name))
        raise LabError("guest.login", where=str(route), user="root")


def _fresh(own: Key) -> str:
    """64 hex digits of this machine's own."""
    return hashlib.sha256(f"{own}".encode()).hexdigest()


def _key(route: SshRoute) -> Key:
    return (route.group, route.machine)


def _cards_named_in(wanted: Guest) -> tuple[tuple[str, str], ...]:
    """The cards that a wanted guest's files speak of, named as ESXi's guests name them: ens192, ens224 ..."""
    macs = dict.fromkeys(mac for file in wanted.files for mac in NIC_TOKEN.findall(file.content))
    return tuple((mac, f"ens{192 + 32 * slot}") for slot, mac in enumerate(macs))
