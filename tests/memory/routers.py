"""Routers in memory: the lines of each, without any command line; for the laws of planning and engine."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.lab.ios import INTERFACE, commands_between, found_table, line_key_of
from esxlab.lab.ios_statics import parse_static
from esxlab.lab.router import Router, RouterExamined

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from esxlab.lab.router import RouterAddress, RouterChange, RouterTable

FACTORY = (
    "interface FastEthernet0/0",
    " no ip address",
    " shutdown",
    "interface FastEthernet0/1",
    " no ip address",
    " shutdown",
)


def no_failure(verb: str, address: RouterAddress) -> None:
    """Nothing fails."""


@dataclass(slots=True)
class MemoryRouters:
    """`configs` maps a router's host to the lines of its running-config, without `end`.

    `fail` is called before each verb (observe, push, show), after the first line of a push (push-line: the
    router is as it was) and after a push (pushed: the reply is lost); it may raise LabError. `pushes` lists
    what changed something.
    """

    configs: dict[str, list[str]] = field(default_factory=dict)
    fail: Callable[[str, RouterAddress], None] = no_failure
    pushes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def running_config(self, address: RouterAddress) -> str:
        """As `show running-config` would print it."""
        return "\n".join([*self.configs.setdefault(address.host, list(FACTORY)), "end", ""])

    def observe(self, address: RouterAddress, line_keys: RouterTable) -> Router:
        """The found table holds the line keys of `line_keys`."""
        self.fail("observe", address)
        with self._lock:
            text = self.running_config(address)
        return Router(address, found_table(text, line_keys), text)

    def observe_each(self, address: RouterAddress, tables: Sequence[RouterTable]) -> tuple[Router, ...]:
        """One after the other: nobody logs in here."""
        return tuple(self.observe(address, line_keys) for line_keys in tables)

    def examine(self, address: RouterAddress, tables: Sequence[RouterTable]) -> RouterExamined:
        """It has no version and no clock."""
        return RouterExamined(self.observe_each(address, tables), "", "")

    def push(self, address: RouterAddress, change: RouterChange, wanted: RouterTable) -> None:
        """Apply the commands and prove the target; an empty change is nothing."""
        if not change:
            return
        self.fail("push", address)
        with self._lock:
            target = change.target if change.target.lines else wanted
            found = found_table(self.running_config(address), target)
            commands = commands_between(found, target)
            if new := [line for line in commands if line not in change.commands]:
                raise LabError("router.stale", where=address.host, line=new[0].strip())
            lines = list(self.configs[address.host])
            section = _apply(lines, commands[:1], "")
            self.fail("push-line", address)
            _apply(lines, commands[1:], section)
            self.configs[address.host] = lines
            self.pushes.append((address.host, commands))
        self.fail("pushed", address)

    def show(self, address: RouterAddress, command: str) -> str:
        """Only `show running-config` and `show ip nat translations` are known here."""
        self.fail("show", address)
        with self._lock:
            text = self.running_config(address)
        if command == "show running-config":
            return text
        if command == "show ip nat translations":
            return _translations(text)
        raise LabError("router.refused_show", where=address.host, detail="% Invalid input", line=command)

    def login_key(self, address: RouterAddress) -> str:
        """By password."""
        return ""

    def close(self) -> None:
        """Nothing is open."""

    def snapshot(self) -> dict[str, tuple[str, ...]]:
        """Every router that is not as it left the factory, to be compared with a later snapshot."""
        with self._lock:
            return {host: tuple(x) for host, x in self.configs.items() if tuple(x) != FACTORY}


def _translations(text: str) -> str:
    statics = [static for line in text.splitlines() if (static := parse_static(line))]
    rows = [f"{s.protocol} {s.outside}:{s.port} {s.inside}:{s.inside_port} --- ---" for s in statics]
    return "\n".join(["Pro Inside global      Inside local       Outside local      Outside global", *rows])


def _apply(lines: list[str], commands: Sequence[str], section: str) -> str:
    """Change the lines as IOS would; the section that the session is in afterwards."""
    for command in commands:
        if command.startswith(f"{INTERFACE} "):
            section = command
            if section not in lines:
                lines += [section]
        elif command.startswith(f"no {INTERFACE} "):
            _, last = _span(lines, command.removeprefix("no "))
            del lines[lines.index(command.removeprefix("no ")) : last]
        elif command.startswith(" "):
            _set_line(lines, section, command.strip())
        else:
            section = ""
            _set_global(lines, command)
    return section


def _span(lines: list[str], section: str) -> tuple[int, int]:
    first = lines.index(section) + 1
    last = first
    while last < len(lines) and lines[last].startswith(" "):
        last += 1
    return first, last


def _set_line(lines: list[str], section: str, command: str) -> None:
    """A line of an interface takes the place of the one at its line key; `no shutdown` is not shown."""
    first, last = _span(lines, section)
    line_key = line_key_of(section, command.removeprefix("no "))
    kept = [
        x for x in lines[first:last] if line_key_of(section, x.strip()) != line_key and x != " no ip address"
    ]
    if not command.startswith("no "):
        kept.append(f" {command}")
    if not any(x.startswith(" ip address") for x in kept):
        kept.append(" no ip address")
    lines[first:last] = sorted(kept, key=_rank)


def _rank(line: str) -> int:
    """IOS shows the lines of an interface in an order of its own, whatever order they were typed in."""
    kinds = (" description", " encapsulation", " ip address", " no ip address", " ip nat", " shutdown")
    return next((rank for rank, kind in enumerate(kinds) if line.startswith(kind)), len(kinds))


def _set_global(lines: list[str], command: str) -> None:
    if command == "ip routing":
        lines[:] = [x for x in lines if x != "no ip routing"]
    elif command == "no ip routing":
        lines.insert(0, command)
    elif command.startswith("no "):
        lines.remove(command.removeprefix("no "))
    else:
        lines.append(command)
