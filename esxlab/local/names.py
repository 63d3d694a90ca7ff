"""Names that every system takes for a file, and the name of this computer: both may be anything elsewhere."""

from __future__ import annotations

import socket

from esxlab.foreign import brief_line

RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
)
"""Devices on Windows, with any ending ("Naming Files, Paths, and Namespaces", learn.microsoft.com)."""
FORBIDDEN = frozenset('<>:"/\\|?*')
MOST = 120
SIGNS = 64
"""Of a computer's name, or a user's, that are kept: what Linux takes (gethostname(2), useradd(8) has 32)."""


def this_computer() -> str:
    """What this computer calls itself, in signs that can be written, read and shown."""
    return brief_line(socket.gethostname(), SIGNS)


def safe_name(name: str) -> str:
    """A file's name that no system takes for anything else; never empty, `.` or `..`."""
    kept = "".join(sign if sign.isprintable() and sign not in FORBIDDEN else "_" for sign in name)
    kept = kept[:MOST].rstrip(". ")
    if not kept or kept.partition(".")[0].rstrip().casefold() in RESERVED:
        return f"_{kept}"
    return kept
