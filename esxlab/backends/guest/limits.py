"""How long, how silent and how large a conversation with a guest may be: one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, and bytes. Each is for the whole of its part: what drips does not start a clock anew."""

    tcp_s: float = 8.0
    ssh_s: float = 20.0  # version and key exchange, then the login
    least_s: float = 1.0  # what an attempt gets though its deadline is near
    told_s: float = 2.0  # paramiko's own limits come first: they say what was missing
    reader_s: float = 2.0  # paramiko's reader looks ten times a second whether it is to end
    open_s: float = 30.0  # a channel: of 300 groups side by side, six guests took more than 10 s
    greeting_s: float = 45.0  # until root's login shell has handed over; an emulated guest takes seconds
    look_s: float = 2.0  # a guest that says nothing for so long may have lost its power
    last_s: float = 2.0  # the end of standard error, when standard output has ended
    batch_s: float = 60.0
    answer_s: float = 60.0
    silence_s: float = 60.0  # in an observation: many quick commands; a systemd that hangs answers after 25 s
    script_s: float = 240.0  # a service may take long to stop, an RSA key in an emulated guest a minute
    most: int = 4 * 1024 * 1024  # of an answer, with what is printed before it; none comes near


LIMITS = Limits()
