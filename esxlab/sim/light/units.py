"""The units that a simulated machine may have: their names, descriptions and ports."""

from __future__ import annotations

PORTS: dict[str, tuple[int, ...]] = {"ssh": (22,)}
"""Unit -> the TCP ports that it listens on; apache2's are in its configuration."""

ALIASES = {"sshd": "ssh", "vmtoolsd": "open-vm-tools", "vmware-tools": "open-vm-tools", "syslog": "rsyslog"}

UNITS = {
    "networking": "Raise network interfaces",
    "rsyslog": "System Logging Service",
    "cron": "Regular background program processing daemon",
    "open-vm-tools": "Service for virtual machines hosted on VMware",
    "ssh": "OpenBSD Secure Shell server",
    "ipvsadm": "LSB: ipvsadm daemon",
    "apache2": "The Apache HTTP Server",
    "heartbeat": "LSB: High-availability services.",
}
"""Unit -> its description, in the order in which they start."""

STATIC = {"dbus", "systemd-journald", "systemd-logind", "systemd-udevd"}
"""Units that always run and cannot be enabled."""


def canonical(name: str) -> str:
    """The unit's own name: sshd.service -> ssh."""
    name = name.removesuffix(".service")
    return ALIASES.get(name, name)
