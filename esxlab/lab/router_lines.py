"""Which lines a record may name for a router: those of the line keys that a push makes, in IOS's own form.

A record lies on a datastore, where others may write; at a teardown its lines are sent in privileged mode.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.lab.ios import ADDRESS, ENCAPSULATION, INTERFACE, NAT, ROUTING, SHUTDOWN, line_key_of
from esxlab.lab.ios_statics import STATIC, parse_static

if TYPE_CHECKING:
    from esxlab.lab.router import LineKey

LONGEST = 254
"""What IOS takes in one line (Cisco, "Using the Cisco IOS Command-Line Interface")."""

_KINDS = frozenset({ENCAPSULATION, ADDRESS, NAT, SHUTDOWN})

_NAME = r"[A-Za-z][A-Za-z-]*\d+(?:/\d+)*"
_SECTION = re.compile(rf"{INTERFACE} {_NAME}(?:\.\d+)?(?::\d+)?")
_SUBINTERFACE = re.compile(rf"{INTERFACE} {_NAME}\.\d+")
_STATIC_SLOT = re.compile(rf"{STATIC} (tcp|udp) (.+)")
_PLAIN = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_HELP = "?"  # IOS answers it at once, in the middle of a line


def may_stand(line_key: LineKey, line: str) -> bool:
    """Whether this line may be taken away, or put back, at this line key; empty: whether the key is ours."""
    section, kind = line_key
    if line and (not _PLAIN.fullmatch(line) or _HELP in line or len(line) > LONGEST):
        return False
    if not section:
        return _is_static(kind) and _fills(line_key, line) if line_key != ROUTING else _fills(line_key, line)
    if kind == INTERFACE:  # only subinterfaces come and go
        return bool(_SUBINTERFACE.fullmatch(section)) and line in {"", section}
    return kind in _KINDS and bool(_SECTION.fullmatch(section)) and _fills(line_key, line)


def _fills(line_key: LineKey, line: str) -> bool:
    if not line:
        return True
    try:
        return line_key_of(line_key[0], line) == line_key or (
            line_key[1] == SHUTDOWN and line == f"no {SHUTDOWN}"
        )
    except LabError:  # an interface that nobody knows
        return False


def _is_static(kind: str) -> bool:
    """A port of the outside: read as a line that leads from it to some inside address."""
    match = _STATIC_SLOT.fullmatch(kind)
    try:
        static = parse_static(f"{STATIC} {match[1]} 192.0.2.1 80 {match[2]}") if match else None
    except LabError:
        return False
    return static is not None and not static.rest and static.line_key == ("", kind)
