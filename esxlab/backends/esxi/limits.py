"""How long, how silent and how large a conversation with a host's shell may be: one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, and bytes. Each is for the whole of its part but `silence_s`.

    Args:
        tcp_s: until TCP is connected.
        ssh_s: version and key exchange, and then the login.
        told_s: paramiko's own limits come first: they say what was missing.
        open_s: a channel.
        script_s: a script of a few commands; each vim-cmd is a client of hostd of its own, 0.2 to 1 s.
        power_s: power.on comes back when the machine runs; one that waits for an answer never does.
        silence_s: of a copy, which tells every percent.
        copy_s: of a copy in all: a class's disks, 12 times 20 GB, on one spindle take 7 hours.
        look_s: how often a silent channel is looked at.
        patience_s: how long a host that is out of reach, or whose hostd restarts, is tried again, by all its
            scripts together.
        again_s: until a host is dialled again that let nobody in for another reason than the login, which is
            not tried twice.
        pause_s: between two tries, and two looks at a copy that somebody else has begun.
        channels: at the same time; sshd takes 10 sessions on one connection (MaxSessions).
        copies: of these; the others are for what is short, the locks above all.
        most: bytes of an answer; a look without the API has some 30 KiB for each machine of ours.
    """

    tcp_s: float = 10.0
    ssh_s: float = 30.0
    told_s: float = 2.0
    open_s: float = 15.0
    script_s: float = 120.0
    power_s: float = 120.0
    silence_s: float = 600.0
    copy_s: float = 12 * 3600.0
    look_s: float = 2.0
    patience_s: float = 240.0
    again_s: float = 10.0
    pause_s: float = 2.0
    channels: int = 8
    copies: int = 4
    most: int = 16 * 1024 * 1024


LIMITS = Limits()
