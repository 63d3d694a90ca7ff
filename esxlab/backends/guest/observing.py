"""The read-only script that looks into a guest, and the reading of its answer: no I/O here.

The script is flat (simple commands, no loops, no substitutions), with a marker line before each answer, so
that Debian 9 and the simulated machines run the same text. The marker is another one each time: no file's
content can pass for it. Of the answer only what has the form that is asked for is taken.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from esxlab.backends.host_keys import fingerprint
from esxlab.errors import LabError
from esxlab.foreign import visible_line
from esxlab.lab.guest import FileState, GuestState, Service
from esxlab.plain import last_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from esxlab.lab.guest import Guest

END = "end"
IDENTITY_FILE = "/etc/esxlab/identity"
"""Machine-id, public host key and MACs of the machine that they were made on, a line each."""
LOCK_FILE = "/run/esxlab.lock"
"""Held while a script of ours changes the guest; it lies in memory, so that a boot takes it away."""
TURN_S = 20
"""A guest that waits for the end of such a script says something so often: it is not silent."""
HOST_KEY_FILE = "/etc/ssh/ssh_host_ed25519_key.pub"
LINK = re.compile(r"^\d+: ([!-.0-?A-~]{1,15})[:@].{1,2000} link/ether ([0-9a-f:]{17})", re.ASCII)
"""A name has up to 15 signs, none of them `/` or a blank (Linux, IFNAMSIZ, dev_valid_name)."""
STAT = re.compile(r"^([0-7]{1,4}) ([\w.-]{1,32}) ([\w.-]{1,32}) (/.+)$", re.ASCII)
DIGEST = re.compile(r"^([0-9a-f]{64})  (/.+)$", re.ASCII)
LONGEST = 1000
"""Signs that are taken of one value; the longest that is asked for is a host name (hostname(7): 64)."""
RELEASE = re.compile(r'VERSION="[^"(]*\((\w+)\)"')
INSTALLED = re.compile(r"^(\S+) .i")


INTERFACES_FILE = "/etc/network/interfaces"
DHCP = re.compile(r"^\s*iface\s+\S+\s+inet\s+dhcp\s*$", re.MULTILINE)
DHCP_CLIENTS = ("dhclient", "udhcpc", "dhcpcd")
"""Which programs ifupdown can use for `inet dhcp` (its inet.defn, Debian 9 to 13)."""


def build_observation(wanted: Guest, *, delimiter: str, patience_s: float = 0.0) -> str:
    """The script that answers everything that `parse_observation` reads; it changes nothing.

    Args:
        wanted: what is asked about.
        delimiter: begins a marker line; nobody can have known it before.
        patience_s: how long what a run has begun that is dead by now may go on in the guest.
    """
    wait = shlex.join(["flock", "-s", "-w", str(TURN_S), LOCK_FILE, "true"])
    lines = [f"test ! -e {LOCK_FILE} || {wait}", "echo"] * int(patience_s / TURN_S)
    for name, command in _questions(wanted):
        lines += [_marker(delimiter, name), f"{shlex.join(command)} 2>/dev/null"]
    return "\n".join([*lines, _marker(delimiter, END), ""])


def _marker(delimiter: str, name: str) -> str:
    """On a line of its own, also after a file that does not end in a line feed."""
    return f"printf '\\n%s\\n' {shlex.quote(delimiter + name)}"


def _questions(wanted: Guest) -> Iterator[tuple[str, Sequence[str]]]:
    """The name of each section, and the command that fills it."""
    yield "hostname", ["hostname"]
    yield "hostname-file", ["cat", "/etc/hostname"]
    yield "machine-id", ["cat", "/etc/machine-id"]
    yield "host-key", ["cat", HOST_KEY_FILE]
    yield "identity", ["cat", IDENTITY_FILE]
    yield "release", ["cat", "/etc/os-release"]
    yield "links", ["ip", "-o", "link", "show"]
    if wanted.packages:
        form = "${Package} ${db:Status-Abbrev}\\n"
        yield "packages", ["dpkg-query", "-W", "-f", form, *wanted.packages]
    if paths := _paths(wanted):
        yield "sha256", ["sha256sum", *paths]
        yield "stat", ["stat", "-c", "%a %U %G %n", *paths]
    for service in wanted.services:
        yield f"enabled {service.name}", ["systemctl", "is-enabled", service.name]
        yield f"active {service.name}", ["systemctl", "is-active", service.name]
    for program in (program for need in _needs(wanted) for program in need):
        yield f"program {program}", ["command", "-v", program]
    if wanted.sysctl:
        yield "sysctl", ["sysctl", *(key for key, _ in wanted.sysctl)]


def parse_observation(wanted: Guest, answer: str, *, delimiter: str) -> GuestState:
    """What the guest answered. LabError guest.answer_cut when a section, or the end, is missing."""
    sections = _sections(answer, delimiter)
    asked = [*(name for name, _ in _questions(wanted)), END]
    if missing := [name for name in asked if name not in sections]:
        raise LabError("guest.answer_cut", detail=last_words(f"{missing[0]}: ?\n{answer}"))
    nic_names = _links(sections["links"])
    machine_id = _first(sections["machine-id"])
    key_line = _first(sections["host-key"])
    installed = {m[1] for line in sections.get("packages", ()) if (m := INSTALLED.match(line))}
    settings = dict(_setting(line) for line in sections.get("sysctl", ()) if "=" in line)
    return GuestState(
        hostname=_hostname(_first(sections["hostname"]), _first(sections["hostname-file"])),
        machine_id=machine_id,
        host_key=fingerprint_of_line(key_line),
        nic_names=nic_names,
        packages=tuple(name for name in wanted.packages if name in installed),
        files=_files(_paths(wanted), sections),
        services=tuple(
            Service(
                service.name,
                enabled=_first(sections[f"enabled {service.name}"]) in {"enabled", "enabled-runtime"},
                running=_first(sections[f"active {service.name}"]) in {"active", "activating", "reloading"},
            )
            for service in wanted.services
        ),
        sysctl=tuple((key, settings.get(key, "")) for key, _ in wanted.sysctl),
        own_identity=_is_own(sections["identity"], machine_id, key_line, {mac for mac, _ in nic_names}),
        release=_release(sections["release"]),
        lacks=tuple(
            need[0]
            for need in _needs(wanted)
            if not any(_first(sections[f"program {program}"]) for program in need)
        ),
    )


def fingerprint_of_line(line: str) -> str:
    """`SHA256:...` of a public key's line (type, base64, comment); empty when it is none."""
    shown = fingerprint(line)
    return shown if shown.startswith("SHA256:") else ""


def _needs(wanted: Guest) -> Iterator[tuple[str, ...]]:
    """The programs without which the wanted network is nothing but a file; one of each will do."""
    if interfaces := [file for file in wanted.files if file.path == INTERFACES_FILE]:
        yield ("ifup",)
        if DHCP.search(interfaces[0].content):
            yield DHCP_CLIENTS


def _paths(wanted: Guest) -> tuple[str, ...]:
    return (*(file.path for file in wanted.files), *wanted.absent_files)


def _sections(answer: str, delimiter: str) -> dict[str, list[str]]:
    """Only a line feed ends a line: what Python takes for one (a form feed, U+2028) is a file's content."""
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in answer.split("\n"):
        if line.startswith(delimiter):
            current = sections.setdefault(line.removeprefix(delimiter), [])
        elif line.strip():
            current.append(line)
    return sections


def _first(lines: list[str]) -> str:
    """The first line, so that it can be shown: no control characters, no length without end."""
    return visible_line(lines[0].strip()[:LONGEST]) if lines else ""


def _hostname(live: str, stored: str) -> str:
    """The host name; when the running one and the stored one differ, both: it is nobody's wanted name."""
    return stored if live == stored else f"{live} ({stored})"


def _release(lines: list[str]) -> str:
    """Debian's code name. Debian 9 has no VERSION_CODENAME, all have VERSION="9 (stretch)"."""
    found = (RELEASE.match(line) for line in lines)
    return next((match[1] for match in found if match), "")


def _links(lines: list[str]) -> tuple[tuple[str, str], ...]:
    found = (LINK.match(line) for line in lines)
    return tuple((match[2], match[1]) for match in found if match)


def _setting(line: str) -> tuple[str, str]:
    key, _, value = line.partition("=")
    return key.strip(), value.strip()


def _files(paths: Sequence[str], sections: dict[str, list[str]]) -> tuple[FileState, ...]:
    digests = {m[2]: m[1] for line in sections.get("sha256", ()) if (m := DIGEST.match(line))}
    told = [m for line in sections.get("stat", ()) if (m := STAT.match(line))]
    found = {m[4]: FileState(m[4], digests.get(m[4], ""), int(m[1], 8), m[2], m[3]) for m in told}
    return tuple(found.get(path, FileState(path, "")) for path in paths)


def _is_own(marker: list[str], machine_id: str, key_line: str, macs: set[str]) -> bool:
    """The identity was made here when id and key are still those, on a machine that has one of those cards.

    MACs are a function of class, group and machine: a copy of this disk in another machine shows others.
    """
    if len(marker) < 3:  # noqa: PLR2004 - id, key, at least one MAC
        return False
    return marker[0] == machine_id and marker[1] == key_line and bool(macs & set(marker[2:]))
