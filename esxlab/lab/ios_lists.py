"""Access lists of IOS, read as far as NAT needs it: which destination addresses one permits.

Forms: Cisco, "IP Addressing Services Command Reference", `ip nat inside destination`; "Security Command
Reference", `access-list`, `ip access-list`.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from esxlab.lab.ios import RunningConfig

ROTARY = re.compile(r"ip nat inside destination list (?P<list>\S+) pool \S+.*")
"""TCP connections to the listed addresses go round the pool's servers: IOS's own load balancing."""
_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_ENTRY = re.compile(r"(?:\d+ )?(?P<verdict>permit|deny) (?P<what>.*)")
_WHOLE = 2**32 - 1


def list_entries(config: RunningConfig, name: str) -> Iterator[tuple[bool, str]]:
    """(permitted, the rest) of each entry of a numbered or named list, in order."""
    numbered = [
        line.removeprefix(f"access-list {name} ")
        for line in config[""]
        if line.startswith(f"access-list {name} ")
    ]
    named = [line for kind in ("standard", "extended") for line in config[f"ip access-list {kind} {name}"]]
    for line in (*numbered, *named):
        if found := _ENTRY.fullmatch(line):
            yield found["verdict"] == "permit", found["what"]


def permits(config: RunningConfig, name: str, address: IPv4Address) -> bool:
    """Whether the list permits this destination; the first entry that speaks of it decides."""
    for permitted, what in list_entries(config, name):
        if _covers(what.split(), address):
            return permitted
    return False


def _covers(words: Sequence[str], address: IPv4Address) -> bool:
    """Of an extended entry the destination counts, of a standard one the only address that it has."""
    places = list(_places(words))
    if not places:
        return False
    base, wildcard = places[1] if len(places) > 1 else places[0]
    return (int(address) ^ base) & (_WHOLE ^ wildcard) == 0


def _places(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """(address, wildcard bits) of `any`, `host A`, `A W` and `A`, in their order."""
    rest = iter(words)
    pending: int | None = None
    for word in rest:
        number = int(IPv4Address(word)) if _is_address(word) else None
        if pending is not None:
            yield pending, number or 0
            pending = None
            if number is not None:
                continue
        if word == "any":
            yield 0, _WHOLE
        elif word == "host":
            if (host := next(rest, "")) and _is_address(host):
                yield int(IPv4Address(host)), 0
        elif number is not None:
            pending = number
    if pending is not None:
        yield pending, 0


def _is_address(word: str) -> bool:
    return bool(_ADDRESS.fullmatch(word)) and all(int(part) < 256 for part in word.split("."))  # noqa: PLR2004
