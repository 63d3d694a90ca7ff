"""What is inside a machine: host name, files, packages, services, kernel settings; wanted, and found."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from esxlab.lab.password import MODEL, PasswordName

NIC_TOKEN = re.compile(r"@nic\(([0-9a-f:]{17})\)")
"""`@nic(00:50:56:..)` in a file's content stands for the interface that has this MAC: ens192, enp0s3 ..."""
RELEASE_TOKEN = "@release()"  # noqa: S105 - not a secret
"""Stands for the guest's Debian code name (stretch, bookworm ...); filled in by the difference."""


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it can be observed: digest of the content, mode, owner, group."""

    path: str
    sha256: str  # empty: the file does not exist
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"


@dataclass(frozen=True, slots=True)
class GuestFile:
    """A file that is wanted. Content may hold NIC tokens; `secret` keeps it out of every text."""

    path: str
    content: str = field(repr=False)
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"
    secret: bool = False

    def resolved(self, names: dict[str, str]) -> GuestFile:
        """The same file with NIC tokens replaced; `names` is MAC -> interface. KeyError: no such card."""
        content = NIC_TOKEN.sub(lambda match: names[match[1]], self.content)
        return GuestFile(self.path, content, self.mode, self.owner, self.group, self.secret)

    @property
    def state(self) -> FileState:
        """The file as it will be observed once it is there."""
        digest = hashlib.sha256(self.content.encode()).hexdigest()
        return FileState(self.path, digest, self.mode, self.owner, self.group)


@dataclass(frozen=True, slots=True)
class Service:
    """A system service: starts at boot or not, and runs now or not (None: either will do)."""

    name: str
    enabled: bool
    running: bool | None = None


@dataclass(frozen=True, slots=True)
class Guest:
    """What is wanted inside one machine. Paths are absolute; packages are Debian names."""

    hostname: str
    packages: tuple[str, ...] = ()
    files: tuple[GuestFile, ...] = ()
    absent_files: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()
    sysctl: tuple[tuple[str, str], ...] = ()
    password: PasswordName = MODEL  # root's
    copied_ids: tuple[str, ...] = ()  # files by which a service knows this machine from its copies

    @property
    def digest(self) -> str:
        """SHA-256 of what can be found again, 64 hex digits: the config digest of a machine that has it."""
        return hashlib.sha256(json.dumps(self, default=_fields, sort_keys=True).encode()).hexdigest()


def _fields(noun: Any) -> dict[str, object]:
    """A noun as JSON spells it; `asdict` would copy every text first."""
    return {name: getattr(noun, name) for name in _names(noun.__class__)}


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind) if each.name != "copied_ids")


@dataclass(frozen=True, slots=True)
class GuestState:
    """What was found inside one machine, in one round trip."""

    hostname: str
    machine_id: str
    host_key: str  # SHA256:... of /etc/ssh/ssh_host_ed25519_key.pub
    nic_names: tuple[tuple[str, str], ...]  # (MAC, interface)
    packages: tuple[str, ...]  # of those asked for, the installed ones
    files: tuple[FileState, ...]  # of those asked for, in their order
    services: tuple[Service, ...]
    sysctl: tuple[tuple[str, str], ...]
    own_identity: bool  # host keys and machine-id were made on this machine, not copied with the disk
    release: str = ""  # Debian's code name: stretch, bookworm; empty when /etc/os-release has none
    password: PasswordName = MODEL  # the one that it took
    lacks: tuple[str, ...] = ()  # programs that the wanted files need: ifup, dhclient


@dataclass(frozen=True, slots=True)
class GuestChange:
    """The difference between a wanted Guest and its found state; empty when nothing has to be done."""

    hostname: str = ""
    install: tuple[str, ...] = ()
    write: tuple[GuestFile, ...] = ()
    remove: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()
    sysctl: tuple[tuple[str, str], ...] = ()
    new_identity: bool = False
    password: PasswordName | None = None  # to be set; None: stays
    copied_ids: tuple[str, ...] = ()  # files that go with the old identity

    def __bool__(self) -> bool:
        """True when there is something to change."""
        return self != GuestChange()

    @property
    def held_back(self) -> tuple[str, ...]:
        """Services that apt must not start: those that are to be stopped, or to begin with the restart.

        Debian starts a service at its installation, on the school's network.
        """
        return tuple(
            service.name
            for service in self.services
            if service.name in self.install
            and (service.running is False or (service.enabled and service.running is None))
        )


@dataclass(frozen=True, slots=True)
class SshHop:
    """One hop on the way to a guest: `address` is what the previous hop (or esxlab itself) dials."""

    machine: str
    address: str
    port: int = 22
    host_keys: tuple[str, ...] = ()  # pinned SHA256:..., two while it changes; none: the model's counts
    model: str = ""  # whose copy it is: vcenter.example/modeleD9
    passwords: tuple[PasswordName, ...] = (MODEL,)  # those that may hold; no other is tried


@dataclass(frozen=True, slots=True)
class SshRoute:
    """The way into a guest: the last hop is the guest itself, those before it are jump hosts."""

    group: int
    hops: tuple[SshHop, ...]

    @property
    def machine(self) -> str:
        """The machine at the end of the route."""
        return self.hops[-1].machine

    def __str__(self) -> str:
        """For messages: ClientB -> srvweb1."""
        return " -> ".join(hop.machine for hop in self.hops)
