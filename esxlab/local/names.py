"""Names that every system takes for a file: what comes from elsewhere may be called anything."""

from __future__ import annotations

RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
)
"""Devices on Windows, with any ending ("Naming Files, Paths, and Namespaces", learn.microsoft.com)."""
FORBIDDEN = frozenset('<>:"/\\|?*')
MOST = 120


def safe_name(name: str) -> str:
    """A file's name that no system takes for anything else; never empty, `.` or `..`."""
    kept = "".join(sign if sign.isprintable() and sign not in FORBIDDEN else "_" for sign in name)
    kept = kept[:MOST].rstrip(". ")
    if not kept or kept.partition(".")[0].rstrip().casefold() in RESERVED:
        return f"_{kept}"
    return kept
