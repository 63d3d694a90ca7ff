"""How one gets to a machine or a router, as JSON values and as a command line of OpenSSH."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from esxlab.show.export import AGENT, KEY_KIND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from esxlab.engine.export import Way
    from esxlab.lab.router import RouterAddress

ECHO = "/bin/echo"
"""What prints the pinned key: KnownHostsCommand takes an absolute path (OpenSSH 8.5, ssh_config(5))."""
NO_FILE = "/dev/null"
PROTOCOLS = {"cisco_ios_telnet": "telnet", "cisco_ios_serial": "serial"}
"""Netmiko's name of a device -> how it is reached; every other one over SSH."""


def way_document(class_name: str, ways: Sequence[Way], *, user: str, login_key: str) -> dict[str, Any]:
    """The way to one machine: `via` are the hops before it, from here to there.

    Args:
        class_name: the class.
        ways: its own, and those of the hops that it needs; one of them is an end.
        user: who logs in.
        login_key: the path of an SSH key, or `agent`; none: by password.
    """
    known = {way.alias: way for way in ways}
    end = next(way for way in ways if way.is_end)
    hops = [end]
    while hops[0].jump:
        hops.insert(0, known[hops[0].jump])
    return {
        "class": class_name,
        "group": end.group,
        "machine": end.machine,
        "name": end.key_name,
        "protocol": "ssh",
        "user": user,
        "address": end.address,
        "port": end.port,
        "host_key": end.key_line,
        "serial_number": "",
        "via": [_hop(hop) for hop in hops[:-1]],
        "command": openssh_line(end, known, user=user, login_key=login_key),
    }


def _hop(way: Way) -> dict[str, Any]:
    return {
        "machine": way.machine,
        "name": way.key_name,
        "address": way.address,
        "port": way.port,
        "host_key": way.key_line,
    }


def router_document(class_name: str, group: int, address: RouterAddress, *, identity: str) -> dict[str, Any]:
    """The same of a group's router, as its spec has it; `identity`: what was confirmed of it."""
    return {
        "class": class_name,
        "group": group,
        "machine": "router",
        "name": address.host,
        "protocol": PROTOCOLS.get(address.device_type, "ssh"),
        "user": address.user,
        "address": address.host,
        "port": address.port,
        "host_key": identity,
        "serial_number": address.serial_number,
        "via": [],
        "command": f"esxlab ssh -g {group} router",
    }


def openssh_line(way: Way, known: Mapping[str, Way], *, user: str, login_key: str) -> str:
    """A line of sh that goes there with OpenSSH 8.5 or later, and takes the pinned host keys alone.

    Every hop is a ProxyCommand with options of its own: ProxyJump would hand none of them on.
    """
    options = _options(way, known, user=user, login_key=login_key)
    return shlex.join(["ssh", *options, f"{user}@{way.address}"])


def _options(way: Way, known: Mapping[str, Way], *, user: str, login_key: str) -> list[str]:
    said = [
        f"HostKeyAlias={way.key_name}",
        f"HostKeyAlgorithms={KEY_KIND}",
        f"KnownHostsCommand={ECHO} {way.key_name} {way.key_line}".replace("%", "%%"),
        f"UserKnownHostsFile={NO_FILE}",
        f"GlobalKnownHostsFile={NO_FILE}",
        "StrictHostKeyChecking=yes",
    ]
    if login_key not in {"", AGENT}:
        said += [f"IdentityFile={login_key.replace('%', '%%')}", "IdentitiesOnly=yes"]
    if way.jump:
        jump = known[way.jump]
        before = shlex.join(["ssh", *_options(jump, known, user=user, login_key=login_key)])
        said.append(f"ProxyCommand={before.replace('%', '%%')} -W '[%h]:%p' {user}@{jump.address}")
    return [word for each in said for word in ("-o", each)] + ["-p", str(way.port)]
