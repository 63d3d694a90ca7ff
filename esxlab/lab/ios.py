"""IOS as a value: the normal form of its lines, what a running-config holds, the commands between two tables.

Only five kinds of line are known here, each at a line key of its own; every other line of a router belongs to
somebody else and can neither be compared nor removed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.lab.ios_statics import StaticPort, parse_static
from esxlab.lab.router import RouterTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.lab.router import LineKey

INTERFACE, ENCAPSULATION, ADDRESS, NAT, SHUTDOWN = "interface", "encapsulation", "address", "nat", "shutdown"
"""The line keys of an interface's section; the first is the section itself (subinterfaces come and go)."""

FOREIGN = "foreign"
"""A key that only found tables have: lines of a subinterface that are not of our kinds, so it must stay."""

ROUTING: LineKey = ("", "ip routing")

_SET_ORDER = (ENCAPSULATION, ADDRESS, NAT, SHUTDOWN)
_CLEAR_ORDER = (ADDRESS, NAT, ENCAPSULATION)  # an encapsulation that goes takes the address with it

_KINDS = (
    (re.compile(r"encapsulation dot1Q \d+( native)?"), ENCAPSULATION),
    (re.compile(r"ip (?:address (?!.* secondary$)|unnumbered ).+"), ADDRESS),
    (re.compile(r"ip nat (inside|outside)"), NAT),
    (re.compile(r"shutdown"), SHUTDOWN),
)
NO_CONFIG_PROMPT = "no service prompt config"
"""In configuration mode IOS then shows no prompt (Configuration Fundamentals reference, `service prompt
config`): nobody can tell when a line was taken."""
SERIAL_NUMBER = re.compile(r"^Processor board ID ([^\s,]+)", re.MULTILINE)
"""In `show version`; a 1841 adds ", with hardware revision 0000" behind a comma."""
_BY_IOS = (
    "no ip address",
    "ip virtual-reassembly",
    "no snmp trap link-status",
    "no cdp enable",
    "no ip directed-broadcast",
    "no ip mroute-cache",
)
"""Lines that IOS itself writes into a section; the third into each new dot1Q subinterface of IOS 12.x, the
last two into every interface of 12.0 and 12.1."""
_SYSLOG = re.compile(r"%[A-Z0-9_]+(?:-[A-Z0-9_]+)?-[0-7]-[A-Z0-9_]+: ")
_HEADER = ("Building configuration", "Current configuration", "Load for ", "Time source is", "Using ")
_TEXT = re.compile(
    r" *(?:banner \S+|aaa authentication (?:banner|fail-message)|menu \S+ (?:title|prompt|status-line)|"
    r"(?:vacant|refuse|busy)-message|ip admission auth-proxy-banner \S+|ip auth-proxy auth-proxy-banner) "
    r"(\^C|\S)"
)
"""What takes a text between two delimiters, shown as ^C whatever was typed, and holds anything in between
(IOS Configuration Fundamentals and Security command references)."""
_MACRO = re.compile(r"macro name \S+")
"""A text up to a line that is `@` (Catalyst command reference)."""


@dataclass(frozen=True, slots=True)
class RunningConfig:
    """A running-config's lines by section; the section of global lines has an empty name.

    A line that belongs to another one of its section keeps a blank for that, so that it is not taken for one
    of the section itself: `vrrp 1 address-family ipv4` has a `shutdown` of its own.
    """

    sections: tuple[tuple[str, tuple[str, ...]], ...]

    def __getitem__(self, section: str) -> tuple[str, ...]:
        """The lines of this section, without indentation; empty when there is no such section."""
        return dict(self.sections).get(section, ())

    def __contains__(self, section: str) -> bool:
        """Whether there is a section of this name."""
        return any(name == section for name, _ in self.sections)

    @property
    def interfaces(self) -> dict[str, tuple[str, ...]]:
        """The lines of each interface, by its name."""
        prefix = f"{INTERFACE} "
        return {name.removeprefix(prefix): lines for name, lines in self.sections if name.startswith(prefix)}

    @property
    def statics(self) -> tuple[StaticPort, ...]:
        """All static NAT entries of ports."""
        return tuple(static for static in map(parse_static, self[""]) if static)

    @property
    def lines(self) -> tuple[str, ...]:
        """Every line with its section, for comparing whole configurations."""
        return tuple(
            f"{section}: {line}".removeprefix(": ") for section, lines in self.sections for line in lines
        )


def parse_running_config(text: str) -> RunningConfig:
    """Read the answer of `show running-config`: header, comments, banners and syslog lines are left out.

    Raises:
        LabError: router.config_incomplete when it does not end in `end`: half of it would look like absence.
    """
    sections: dict[str, list[str]] = {"": []}
    section, depth = "", 0
    for line in _without_texts(text):
        if line == "end":
            break
        indent = len(line) - len(line.lstrip())
        if indent:
            depth = depth or indent
            sections[section].append(" " * (indent - depth) + line.strip())
            continue
        depth = 0
        if not line.startswith(f"{INTERFACE} "):
            sections[""].append(line)
        section = line
        sections.setdefault(section, [])
    else:
        raise LabError("router.config_incomplete")
    return RunningConfig(
        tuple((name, tuple(lines)) for name, lines in sections.items() if _kept(name, lines))
    )


def _without_texts(text: str) -> Iterator[str]:
    """The lines of a configuration; header, comments, texts and messages of the console are none."""
    closing = ""
    for raw in text.splitlines():
        line = raw.rstrip()
        if closing:  # text, whatever it looks like
            closed = line == closing if closing == "@" else closing in line
            closing = "" if closed else closing
        elif not line or line.startswith(("!", *_HEADER)) or _SYSLOG.search(line):
            continue
        elif found := _TEXT.match(line):
            closing = "" if found[1] in line[found.end() :] else found[1]
        elif _MACRO.fullmatch(line):
            closing = "@"
        else:
            yield line


def _kept(name: str, lines: list[str]) -> bool:
    return bool(lines) or not name or name.startswith(f"{INTERFACE} ")


def line_key_of(section: str, line: str) -> LineKey | None:
    """The line key that this line fills; None for a line that is not of our kinds."""
    if not section:
        static = parse_static(line)
        return static.line_key if static else ROUTING if line in {"ip routing", "no ip routing"} else None
    return next(((section, kind) for pattern, kind in _KINDS if pattern.fullmatch(line)), None)


def read_line(config: RunningConfig, line_key: LineKey) -> str:
    """The line that fills this line key now, in normal form; empty when there is none."""
    section, kind = line_key
    if not section:
        if line_key == ROUTING:
            return (
                "no ip routing" if "no ip routing" in config[""] else "ip routing"
            )  # the default is not shown
        return next((static.line for static in config.statics if static.line_key == line_key), "")
    if section not in config:
        return ""
    if kind == INTERFACE:
        return section
    found = next((line for line in config[section] if line_key_of(section, line) == line_key), "")
    return found or ("no shutdown" if kind == SHUTDOWN else "")


def found_table(text: str, line_keys: RouterTable) -> RouterTable:
    """What stands at these line keys, read from a whole running-config.

    A subinterface that also has lines of other kinds gets a FOREIGN line key: it must not be deleted.

    Raises:
        LabError: router.config_incomplete.
    """
    config = parse_running_config(text)
    lines = [(line_key, read_line(config, line_key)) for line_key, _ in line_keys.lines]
    for section, kind in line_keys.line_keys:
        if kind == INTERFACE and (foreign := _foreign_lines(config, section)):
            lines.append(((section, FOREIGN), "; ".join(foreign)))
    return RouterTable(tuple(lines))


def is_saved(startup_config: str, found: RouterTable) -> bool:
    """Whether the startup-config says at these line keys what the running one does (`found`).

    Without a startup-config IOS says so in a sentence, or shows nothing: then nothing is saved.
    """
    try:
        kept = found_table(startup_config, found)
    except LabError:
        return False
    return all(kept[line_key] == line for line_key, line in found.lines if line_key[1] != FOREIGN)


def _foreign_lines(config: RunningConfig, section: str) -> list[str]:
    return [x for x in config[section] if line_key_of(section, x) is None and not x.startswith(_BY_IOS)]


def commands_between(found: RouterTable, wanted: RouterTable) -> tuple[str, ...]:
    """The configuration commands that turn what is found into what is wanted, in the order that IOS accepts.

    Everything that goes is removed first (an address can only move when its old place is free, and some IOS
    match `no ip address X` by host: cisco.ios#1384), then interfaces are set, static entries last.
    """
    line_keys = [line_key for line_key, _ in wanted.lines if line_key[1] != FOREIGN]
    changed = {line_key for line_key in line_keys if found[line_key] != wanted[line_key]}
    changed |= {(s, ADDRESS) for s, kind in changed if kind == ENCAPSULATION and (s, ADDRESS) in line_keys}
    statics = [
        line_key for line_key in line_keys if line_key in changed and not line_key[0] and line_key != ROUTING
    ]
    sections = list(dict.fromkeys(section for section, _ in line_keys if section))
    commands = [f"no {found[line_key]}" for line_key in statics if found[line_key]]
    for section in sections:
        commands += _clear(section, changed, found=found, wanted=wanted)
    for section in sections:
        commands += _set(section, changed, wanted)
    commands += [wanted[ROUTING]] if ROUTING in changed else []
    return (*commands, *(wanted[line_key] for line_key in statics if wanted[line_key]))


def _is_gone(section: str, line_keys: RouterTable) -> bool:
    return (section, INTERFACE) in line_keys.line_keys and not line_keys[section, INTERFACE]


def _clear(section: str, changed: set[LineKey], *, found: RouterTable, wanted: RouterTable) -> list[str]:
    if _is_gone(section, wanted):
        return [f"no {section}"] if (section, INTERFACE) in changed else []
    lines = [
        f" no {found[section, k]}" for k in _CLEAR_ORDER if (section, k) in changed and found[section, k]
    ]
    if (section, ENCAPSULATION) in changed and wanted[section, ENCAPSULATION] and lines:
        lines = [line for line in lines if "encapsulation" not in line]  # replaced in place
    return [section, *lines] if lines else []


def _set(section: str, changed: set[LineKey], wanted: RouterTable) -> list[str]:
    if _is_gone(section, wanted):
        return []
    lines = [f" {wanted[section, k]}" for k in _SET_ORDER if (section, k) in changed and wanted[section, k]]
    return [section, *lines] if lines or (section, INTERFACE) in changed else []
