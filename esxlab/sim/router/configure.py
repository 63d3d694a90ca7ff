"""Configuration mode: what each command does to the configuration, and what IOS refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from esxlab.sim.router.grammar import Grammar, Refusal, invalid
from esxlab.sim.router.mode import Mode
from esxlab.sim.router.on_interfaces import ON_INTERFACES, ON_SUBINTERFACES, ignore
from esxlab.sim.router.on_statics import ON_STATICS
from esxlab.sim.router.state import Interface

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from esxlab.sim.router.grammar import Ask
    from esxlab.sim.router.state import Configuration


class ConfigMode(Mode):
    """A mode that takes commands."""

    __slots__ = ()

    def execute(self, line: str, *, in_section: bool = False) -> str | Ask:
        """Carry out one line; the text that IOS answers. Refusal when it is not taken.

        `in_section`: it belongs to the section, whatever global line looks like it.
        """
        text = line.strip()
        if not text or text.startswith("!"):
            return ""
        own = _OF_SECTION.get(self.kind)
        try:
            match = (own or GLOBAL).match(line)
        except Refusal as refusal:
            if own is None or in_section:
                raise
            match = self._leave_for(line, refusal)
        answer: str | Ask | None = match.handler(self, *match.arguments)
        return answer or ""

    def _leave_for(self, line: str, in_section: Refusal) -> Any:
        """A line that the section does not know may be a global one: IOS then leaves the section."""
        try:
            match = GLOBAL.match(line)
        except Refusal as in_global:
            raise max(in_section, in_global, key=lambda refusal: refusal.column) from None
        self.section = ""
        return match


_REAPPEARS = "% Not all config may be removed and may reappear after reactivating the sub-interface\n"
"""Cisco's bug search and forums have it of 12.x and 15.x, for every `no interface` of a subinterface."""


def load(config: Configuration, text: str) -> Configuration:
    """Replay a startup-config. A real IOS knows more commands than this one: what it does not is kept."""
    mode = ConfigMode(config)
    for line in _with_their_texts(text):
        if line == "end":
            break
        if not line.startswith(" "):
            _begin(mode, line)
        elif mode.section:
            try:
                mode.execute(line, in_section=True)
            except Refusal:
                _keep_below(mode, line)
        else:
            _keep_below(mode, line)
    config.interfaces = dict(sorted(config.interfaces.items(), key=lambda item: _order(item[0])))
    return config


def _begin(mode: ConfigMode, line: str) -> None:
    mode.section = ""
    if line.startswith("interface "):
        name = line.removeprefix("interface ")
        mode.config.interfaces.setdefault(name, Interface(name, cable=0))
        mode.section = line
        return
    try:
        mode.execute(line)
    except Refusal:
        mode.config.others.append(("", line))


def _keep_below(mode: ConfigMode, line: str) -> None:
    """A line of a section, or below one that is no section here."""
    if mode.section.startswith("interface "):
        mode.interface.others.append(line[1:])
    elif mode.section:
        mode.config.others.append((mode.section, line[1:]))
    elif mode.config.others:
        section, above = mode.config.others[-1]
        mode.config.others[-1] = section, f"{above}\n{line}"


def _with_their_texts(text: str) -> Iterator[str]:
    """Lines; a banner comes with all of its text."""
    lines = iter(text.splitlines())
    for line in lines:
        if line.lstrip().startswith(("!", "Building", "Current", "Using")) or not line.strip():
            continue
        whole = line
        while whole.count("^C") % 2:
            whole += "\n" + next(lines, "^C")
        yield whole


def _interface(mode: ConfigMode, name: str) -> None:
    known = mode.config.interfaces
    if name not in known:
        parent, dot, _ = name.partition(".")
        if not (dot and parent in known) and not name.startswith(("Loopback", "Tunnel")):
            raise invalid(len("interface "))
        known[name] = Interface(name, cable=0 if not dot else None)
        mode.config.interfaces = dict(sorted(known.items(), key=lambda item: _order(item[0])))
    mode.section = f"interface {name}"


def _order(name: str) -> tuple[Any, ...]:
    kind = name.rstrip("0123456789/.:")
    return (not kind.startswith("Loop"), kind, [int(n) for n in re.findall(r"\d+", name[len(kind) :])])


def _no_interface(mode: ConfigMode, name: str) -> str:
    if "." not in name and not name.startswith(("Loopback", "Tunnel")):
        return "% Removal of physical interfaces is not permitted.\n"
    mode.config.interfaces.pop(name, None)
    mode.section = ""
    return _REAPPEARS if mode.is_old and "." in name else ""


def _default_interface(mode: ConfigMode, name: str) -> str:
    if name not in mode.config.interfaces:
        raise invalid(len("default interface "))
    mode.config.interfaces[name] = Interface(name, cable=mode.config.interfaces[name].cable)
    return f"Interface {name} set to default configuration\n"


def _keep(prefix: str) -> Callable[..., None]:
    """A line that is kept as it was typed; the same line is kept once."""

    def keep(mode: ConfigMode, rest: str = "") -> None:
        entry = (mode.section, f"{prefix} {rest}".strip())
        if entry not in mode.config.others:
            mode.config.others.append(entry)

    return keep


def _drop(prefix: str) -> Callable[..., None]:
    def drop(mode: ConfigMode, rest: str = "") -> None:
        line = f"{prefix} {rest}".strip()
        mode.config.others = [e for e in mode.config.others if e != (mode.section, line)]

    return drop


def _setting(name: str, value: object) -> Callable[[ConfigMode], None]:
    return lambda mode: setattr(mode.config, name, value)


def _named(name: str) -> Callable[[ConfigMode, str], None]:
    return lambda mode, value: setattr(mode.config, name, value)


def _section(name: str) -> Callable[..., None]:
    def enter(mode: ConfigMode, rest: str = "") -> None:
        mode.section = f"{name} {rest}".strip()

    return enter


_KEPT = (
    "aaa",
    "access-list",
    "clock",
    "enable secret",
    "ip access-list",
    "ip domain",
    "ip nat inside source list",
    "ip nat pool",
    "ip route",
    "ip ssh",
    "ip vrf",
    "logging",
    "ntp",
    "prompt",
    "snmp-server",
    "username",
)

GLOBAL = Grammar(
    {
        "archive": _section("archive"),
        "default interface <iface>": _default_interface,
        "hostname <word>": _named("hostname"),
        "interface <iface>": _interface,
        "ip cef": ignore,
        "ip forward-protocol <rest>": ignore,
        "ip http server": _setting("http_server", True),
        "ip routing": _setting("routing", True),
        "line <rest>": _section("line"),
        "no interface <iface>": _no_interface,
        "no ip domain lookup": _keep("no ip domain lookup"),
        "no ip domain-lookup": _keep("no ip domain lookup"),
        "no ip http server": _setting("http_server", False),
        "no ip routing": _setting("routing", False),
        "no service <rest>": ignore,
        "service <rest>": ignore,
        "version <word>": ignore,
        **ON_STATICS,
        **{f"{prefix} <rest>": _keep(prefix) for prefix in _KEPT},
        **{f"no {prefix} <rest>": _drop(prefix) for prefix in _KEPT},
    }
)

_OF_SECTION = {
    "interface": Grammar(ON_INTERFACES),
    "subinterface": Grammar(ON_SUBINTERFACES),
    "archive": Grammar({"path <word>": _named("archive_path"), "no path": _setting("archive_path", "")}),
    "line": Grammar(
        {
            f"{prefix}{rest}": _keep(prefix)
            for prefix in ("exec-timeout", "logging", "login", "password", "privilege", "transport")
            for rest in (" <rest>", *([""] if prefix == "login" else []))
        }
    ),
}
