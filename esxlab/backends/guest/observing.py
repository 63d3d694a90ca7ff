"""The read-only script that looks into a guest, and the reading of its answer: no I/O here.

The script is flat (simple commands, no loops, no substitutions), with a marker line before each answer, so
that Debian 9 and the simulated machines run the same text.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from esxlab.backends.host_keys import fingerprint
from esxlab.errors import LabError
from esxlab.lab.guest import FileState, GuestState, Service

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.lab.guest import Guest

MARK = "@@ "
END = "end"
IDENTITY_FILE = "/etc/esxlab/identity"
"""Machine-id, public host key and MACs of the machine that they were made on, a line each."""
HOST_KEY_FILE = "/etc/ssh/ssh_host_ed25519_key.pub"
LINK = re.compile(r"^\d+: ([^:@\s]+)[:@].* link/ether ([0-9a-f:]{17})")
RELEASE = re.compile(r'VERSION="[^"(]*\((\w+)\)"')
INSTALLED = re.compile(r"^(\S+) .i")


def build_observation(wanted: Guest) -> str:
    """The script that answers everything that `parse_observation` reads; it changes nothing."""
    lines: list[str] = []

    def ask(name: str, command: Sequence[str]) -> None:
        lines.append(f"echo {shlex.quote(MARK + name)}")
        lines.append(f"{shlex.join(command)} 2>/dev/null")

    ask("hostname", ["hostname"])
    ask("hostname-file", ["cat", "/etc/hostname"])
    ask("machine-id", ["cat", "/etc/machine-id"])
    ask("host-key", ["cat", HOST_KEY_FILE])
    ask("identity", ["cat", IDENTITY_FILE])
    ask("release", ["cat", "/etc/os-release"])
    ask("links", ["ip", "-o", "link", "show"])
    if wanted.packages:
        form = "${Package} ${db:Status-Abbrev}\\n"
        ask("packages", ["dpkg-query", "-W", "-f", form, *wanted.packages])
    if paths := _paths(wanted):
        ask("sha256", ["sha256sum", *paths])
        ask("stat", ["stat", "-c", "%a %U %G %n", *paths])
    for service in wanted.services:
        ask(f"enabled {service.name}", ["systemctl", "is-enabled", service.name])
        ask(f"active {service.name}", ["systemctl", "is-active", service.name])
    if wanted.sysctl:
        ask("sysctl", ["sysctl", *(key for key, _ in wanted.sysctl)])
    lines.append(f"echo {shlex.quote(MARK + END)}")
    return "\n".join(lines) + "\n"


def parse_observation(wanted: Guest, answer: str) -> GuestState:
    """What the guest answered. LabError guest.answer_cut when the answer does not reach its end mark."""
    sections = _sections(answer)
    if END not in sections:
        raise LabError("guest.answer_cut", detail=answer[-300:])
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
    )


def fingerprint_of_line(line: str) -> str:
    """`SHA256:...` of a public key's line (type, base64, comment); empty when it is none."""
    shown = fingerprint(line)
    return shown if shown.startswith("SHA256:") else ""


def _paths(wanted: Guest) -> tuple[str, ...]:
    return (*(file.path for file in wanted.files), *wanted.absent_files)


def _sections(answer: str) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in answer.splitlines():
        if line.startswith(MARK):
            current = sections.setdefault(line.removeprefix(MARK), [])
        elif line.strip():
            current.append(line)
    return sections


def _first(lines: list[str]) -> str:
    return lines[0].strip() if lines else ""


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
    digests = {}
    for line in sections.get("sha256", ()):
        digest, _, path = line.partition("  ")
        digests[path] = digest
    found = {}
    for line in sections.get("stat", ()):
        mode, owner, group, path = line.split(" ", 3)
        found[path] = FileState(path, digests.get(path, ""), int(mode, 8), owner, group)
    return tuple(found.get(path, FileState(path, "")) for path in paths)


def _is_own(marker: list[str], machine_id: str, key_line: str, macs: set[str]) -> bool:
    """The identity was made here when id and key are still those, on a machine that has one of those cards.

    MACs are a function of class, group and machine: a copy of this disk in another machine shows others.
    """
    if len(marker) < 3:  # noqa: PLR2004 - id, key, at least one MAC
        return False
    return marker[0] == machine_id and marker[1] == key_line and bool(macs & set(marker[2:]))
