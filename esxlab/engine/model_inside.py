"""What a throw-away copy of a model shows of its inside: release, login, network, packages, room, clock.

Every question is one command in the guest; packages are installed as a provision installs them, for the copy
goes away.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from esxlab.backends.guest.packages import COMPLAINT, LOCK_PAUSE_S, LOCKED
from esxlab.backends.route_finding import RouteFinder
from esxlab.bugs import attempt
from esxlab.errors import LabError
from esxlab.foreign import brief_line, visible, whole
from esxlab.lab.finding import Finding
from esxlab.lab.guest import RELEASE_TOKEN, Guest, GuestChange, Service
from esxlab.lab.route_planning import plan_route

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from esxlab.backends.protocols import Backends, CommandResult
    from esxlab.backends.route_finding import FoundRoute
    from esxlab.lab.guest import GuestState, SshRoute
    from esxlab.lab.lab import Lab

RELEASES = {"stretch": 9, "buster": 10, "bullseye": 11, "bookworm": 12, "trixie": 13, "forky": 14}
WIDE = {"amd64", "arm64"}
DHCP_CLIENTS = ("dhclient", "udhcpc", "dhcpcd")
"""Which programs ifupdown can use for `inet dhcp` (its inet.defn, Debian 9 to 13)."""
SHELLS = {"/bin/bash", "/bin/sh", "/bin/dash", "/usr/bin/bash", "/usr/bin/sh", "/usr/bin/dash"}
APT_DIRECTORY = "/etc/apt/"
PERSISTENT_NET = "/etc/udev/rules.d/70-persistent-net.rules"
NAMED_CARD = re.compile(r'^[^#\n]*NAME="(\S+)"', re.MULTILINE)
LEAST_MIB = 500
MOST_BLOCKS = 10**15
"""What must be left with the packages of both parts in: a term's logs and package lists; our own estimate."""
APART_S = 60.0
UPDATE_S = 300.0
APT_UPDATE = ("env", "LC_ALL=C", "apt-get", "-q", "update")
LOCK_TRIES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """One copy that is on.

    Args:
        wanted: the copy, as it was planned.
        found: the copy, as vSphere shows it.
        guests: what the class wants inside its machines.
        backends: the outside worlds.
        boot_timeout_s: how long it may take to answer.
        speed: seconds of its clock in one of ours; 1 in life, and another clock is not compared.
        sleep: waits so many seconds.
    """

    wanted: Lab
    found: Lab
    guests: tuple[Guest, ...]
    backends: Backends
    boot_timeout_s: float
    speed: float = 1.0
    sleep: Callable[[float], None] = field(default=time.sleep)

    @property
    def where(self) -> str:
        """The model, as the reader names it: vcenter.example/modeleD9."""
        return self.wanted.site.model_id

    def ask(self, stop: threading.Event) -> Iterator[Finding]:
        """All that it shows, until somebody wants to stop; a guest that nobody gets into is one finding."""
        reached = attempt(self._reach)
        if isinstance(reached, LabError):
            yield Finding("login", self.where, reached.at(self.where))
            return
        route, state = reached
        yield Finding("login", self.where, facts={"state": "root"})
        questions = (self._system, self._key, self._network, self._shell, self._ping)
        for question in (*questions, self._packages, self._room, self._clock):
            if stop.is_set():
                yield Finding("copy", self.where, LabError("model.stopped", where=self.where))
                return
            answer = attempt(partial(_told, question, route, state))
            if isinstance(answer, LabError):  # the connection or the machine is gone, and so are the others
                yield Finding("login", self.where, answer.at(self.where))
                return
            yield from answer

    def _reach(self) -> FoundRoute:
        """LabError guest.*, vsphere.*: the layer that lacks."""
        (machine,) = self.wanted.machines
        asked = Guest("", packages=self._names())
        planned = plan_route(machine, wanted=self.wanted, found=self.found)
        finder = RouteFinder(self.backends, self.wanted.site)
        return finder.find(planned, machine, asked, timeout_s=self.boot_timeout_s)

    def _run(self, route: SshRoute, *command: str, timeout_s: float = 30.0) -> CommandResult:
        return self.backends.guests.run(route, command, timeout_s=timeout_s)

    def _names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for guest in self.guests for name in guest.packages))

    def _system(self, route: SshRoute, state: GuestState) -> Iterator[Finding]:
        """Release and architecture (dpkg --print-architecture), and the locale that root's programs get."""
        arch = brief_line(self._run(route, "dpkg", "--print-architecture").stdout.strip(), 20)
        locale = self._run(route, "cat", "/etc/default/locale").stdout
        lang = next((line[5:].strip('"') for line in locale.splitlines() if line.startswith("LANG=")), "C")
        facts: dict[str, Any] = {
            "number": RELEASES.get(state.release, "?"),
            "release": state.release or "?",
            "arch": arch or "?",
        }
        error = None
        if state.release not in RELEASES:
            error = LabError("model.release", where=self.where, known=", ".join(RELEASES), **facts)
        yield Finding("system", self.where, error, facts={**facts, "lang": brief_line(lang, 40)})
        guest_id = self.found.machines[0].hardware.guest_id
        if arch in WIDE and "64" not in guest_id:
            told = LabError("model.architecture", where=self.where, arch=arch, guest_id=guest_id)
            yield Finding("system", self.where, told, warning=True)

    def _key(self, _: SshRoute, state: GuestState) -> Iterator[Finding]:
        """The key on the copy's disk, and whether the spec, or an earlier copy, has told it."""
        if state.host_key:
            yield Finding("key", self.where, facts={"state": "known", "key": state.host_key})
        else:
            yield Finding("key", self.where, LabError("model.no_host_key", where=self.where), warning=True)

    def _network(self, route: SshRoute, _: GuestState) -> Iterator[Finding]:
        """Its network is written for ifupdown; a rule that names cards by MAC counts them on in each copy."""
        missing = [] if self._has(route, "ifup") else ["ifup"]
        client = next((name for name in DHCP_CLIENTS if self._has(route, name)), "")
        missing += [] if client else [DHCP_CLIENTS[0]]
        error = (
            LabError("guest.no_ifupdown", where=self.where, programs=", ".join(missing)) if missing else None
        )
        yield Finding("network", self.where, error, facts={"state": "ifupdown", "client": client})
        rules = self._run(route, "cat", PERSISTENT_NET).stdout
        if names := NAMED_CARD.findall(rules):
            facts = {"file": PERSISTENT_NET, "names": brief_line(", ".join(names), 80)}
            yield Finding(
                "network",
                self.where,
                LabError("model.persistent_net", where=self.where, **facts),
                warning=True,
            )

    def _has(self, route: SshRoute, program: str) -> bool:
        return self._run(route, "command", "-v", program).exit_status == 0

    def _shell(self, route: SshRoute, _: GuestState) -> Iterator[Finding]:
        """Scripts are handed over to /bin/sh at once: neither is in their way, but in people's."""
        answer = self._run(route, "grep", "^root:", "/etc/passwd")
        shell = brief_line(answer.stdout.strip().rpartition(":")[2], 80)
        if shell not in SHELLS:
            error = LabError("model.login_shell", where=self.where, shell=shell or "?")
            yield Finding("login_shell", self.where, error, warning=True)
        if words := answer.printed.strip():
            noisy = LabError("model.noisy_shell", where=self.where, words=brief_line(words, 80))
            yield Finding("login_shell", self.where, noisy, warning=True)
        if shell in SHELLS and not words:
            yield Finding("login_shell", self.where, facts={"shell": shell})

    def _ping(self, route: SshRoute, _: GuestState) -> Iterator[Finding]:
        """Servers are asked to ping, and get no package for it."""
        error = None if self._has(route, "ping") else LabError("model.no_ping", where=self.where)
        yield Finding("ping", self.where, error)

    def _packages(self, route: SshRoute, state: GuestState) -> Iterator[Finding]:
        """Those of both parts: there, or to be had, which is seen by having them."""
        names = self._names()
        missing = tuple(name for name in names if name not in state.packages)
        facts = {"there": len(names) - len(missing), "all": len(names)}
        if not missing:
            yield Finding("packages", self.where, facts={**facts, "state": "there"})
            yield from self._mirror(route)
            return
        there = (file for guest in self.guests for file in guest.files if file.path.startswith(APT_DIRECTORY))
        files = {
            file.path: replace(file, content=file.content.replace(RELEASE_TOKEN, state.release))
            for file in there
        }
        held = (service for guest in self.guests for service in guest.services if service.name in missing)
        off = {service.name: Service(service.name, enabled=False, running=False) for service in held}
        change = GuestChange(install=missing, write=tuple(files.values()), services=tuple(off.values()))
        answer = attempt(lambda: self.backends.guests.apply(route, change, nic_names={}))
        error = answer.at(self.where) if isinstance(answer, LabError) else None
        yield Finding(
            "packages", self.where, error, facts={**facts, "state": "had", "names": " ".join(missing)}
        )

    def _mirror(self, route: SshRoute) -> Iterator[Finding]:
        """The sources of apt and their signatures; with all packages there nothing depends on them."""
        for _ in range(LOCK_TRIES):
            answer = self._run(route, *APT_UPDATE, timeout_s=UPDATE_S)
            said = f"{answer.stdout}\n{answer.stderr}"
            if not any(words in said for words in LOCKED):
                break
            self.sleep(LOCK_PAUSE_S)
        complaints = "\n".join(COMPLAINT.findall(said))
        if answer.exit_status or complaints:
            error = LabError("model.apt", where=self.where, detail=visible(complaints or said)[-2000:])
            yield Finding("packages", self.where, error, warning=True)

    def _room(self, route: SshRoute, _: GuestState) -> Iterator[Finding]:
        """The fourth column of `df -P -k /`: 1024-byte blocks that are free (POSIX, df, -P)."""
        rows = self._run(route, "df", "-P", "-k", "/").stdout.splitlines()
        columns = rows[1].split() if len(rows) > 1 else []
        blocks = whole(columns[3], most=MOST_BLOCKS, otherwise=-1) if len(columns) > 3 else -1  # noqa: PLR2004
        if blocks < 0:
            yield Finding("room", self.where, LabError("model.room_unread", where=self.where), warning=True)
            return
        free = blocks // 1024
        facts: dict[str, Any] = {"free_mib": free, "least_mib": LEAST_MIB}
        error = LabError("model.room", where=self.where, **facts) if free < LEAST_MIB else None
        yield Finding("room", self.where, error, facts=facts)

    def _clock(self, route: SshRoute, _: GuestState) -> Iterator[Finding]:
        """Its clock in UTC against this computer's: a certificate or a package list may not be valid yet."""
        if self.speed != 1.0:
            yield Finding("clock", self.where, facts={"state": "hurries"})
            return
        said = self._run(route, "date", "+%s").stdout.strip()
        if not said.isdecimal():
            yield Finding("clock", self.where, LabError("model.clock_unread", where=self.where), warning=True)
            return
        seconds = round(abs(int(said[:12]) - datetime.now(UTC).timestamp()))
        error = LabError("model.clock", where=self.where, seconds=seconds) if seconds > APART_S else None
        yield Finding("clock", self.where, error, warning=True, facts={"seconds": seconds})


def _told(
    question: Callable[[SshRoute, GuestState], Iterator[Finding]], route: SshRoute, state: GuestState
) -> tuple[Finding, ...]:
    return tuple(question(route, state))
