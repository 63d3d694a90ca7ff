"""What ha.cf, authkeys and haresources say, as Heartbeat's model reads it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Config:
    """What ha.cf and authkeys say."""

    nodes: tuple[str, ...]
    nics: tuple[str, ...]
    keepalive_s: float = 2.0
    deadtime_s: float = 30.0
    initdead_s: float = 60.0
    udpport: int = 694
    auto_failback: bool = True
    logfile: str = ""
    debugfile: str = ""
    secret: tuple[str, str] = ("crc", "")  # method and key


@dataclass(frozen=True, slots=True)
class Group:
    """A line of haresources: the preferred node, and its resources in the order they start."""

    owner: str
    resources: tuple[str, ...]

    def __str__(self) -> str:
        """The line."""
        return " ".join((self.owner, *self.resources))
