"""apache2, as far as ports go: where its configuration makes it listen, and whose pages a port shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.sim.light.machine import Machine

CONFIGURATION = (
    "/etc/apache2/ports.conf",
    "/etc/apache2/conf-enabled/*.conf",
    "/etc/apache2/sites-enabled/*.conf",
)
"""In the order in which Debian's apache2.conf includes them."""
LISTEN = re.compile(r"^[ \t]*Listen[ \t]+(?:\S+:)?(\d+)[ \t]*$", re.MULTILINE | re.IGNORECASE)
HOST = re.compile(
    r"^[ \t]*<VirtualHost[ \t]+([^>\n]+)>(.*?)^[ \t]*</VirtualHost>", re.MULTILINE | re.IGNORECASE | re.DOTALL
)
ROOT = re.compile(r'^[ \t]*DocumentRoot[ \t]+"?([^"\n]+?)"?[ \t]*$', re.MULTILINE | re.IGNORECASE)


async def start(machine: Machine) -> str:
    """The unit's start: what was wrong, or nothing."""
    return read_configuration(machine)


def read_configuration(machine: Machine) -> str:
    """Note where it listens; what apache2 2.4 says when two lines want one port, or none does."""
    text = "\n".join(_texts(machine))
    ports = [int(port) for port in LISTEN.findall(text)]
    if twice := [port for port in ports if ports.count(port) > 1]:
        return f"(98)Address already in use: AH00072: make_sock: could not bind to address [::]:{twice[0]}"
    if not ports:
        return "AH00015: Unable to open logs: no listening sockets available, shutting down"
    hosts = dict(_hosts(text))
    machine.processes.web = {port: hosts.get(port, "") for port in ports}
    return ""


def _texts(machine: Machine) -> Iterator[str]:
    for pattern in CONFIGURATION:
        for path in machine.files.glob(pattern):
            yield machine.files.read_text(path)


def _hosts(text: str) -> Iterator[tuple[int, str]]:
    """Port -> document root of its first virtual host: a request that fits none meets the main server.

    Debian's has no pages (HTTPD_ROOT /etc/apache2, so /etc/apache2/htdocs): apache2 2.4.71 answered 404.
    """
    for addresses, inside in reversed(HOST.findall(text)):
        root = ROOT.search(inside)
        for address in addresses.split():
            port = address.rpartition(":")[2]
            if port.isdigit() and root:
                yield int(port), root[1]
