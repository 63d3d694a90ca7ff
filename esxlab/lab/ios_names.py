"""Names of interfaces as people write them in a spec; what stands on a router is kept to the letter."""

from __future__ import annotations

import re

from esxlab.errors import LabError

_WITH_SLOTS = (
    "Ethernet",
    "FastEthernet",
    "GigabitEthernet",
    "TenGigabitEthernet",
    "TwoGigabitEthernet",
    "FiveGigabitEthernet",
    "TwentyFiveGigE",
    "FortyGigabitEthernet",
    "HundredGigE",
    "AppGigabitEthernet",
    "Serial",
    "ATM",
    "Async",
    "Cellular",
    "Embedded-Service-Engine",
    "Wlan-GigabitEthernet",
)
_OF_ONE_NUMBER = (
    "Async",
    "ATM",
    "BDI",
    "BVI",
    "Dialer",
    "Ethernet",
    "FastEthernet",
    "GigabitEthernet",
    "Loopback",
    "Multilink",
    "Null",
    "Port-channel",
    "Serial",
    "Tunnel",
    "Vlan",
)
"""In the order in which a short name of several is read; `t0/0` is no tunnel: those have one number."""
_NAME = re.compile(r"([A-Za-z-]+) *(\d+(?P<slots>(?:/\d+)*)(?:\.\d+)?(?::\d+)?)")


def interface_name(text: str) -> str:
    """An interface's name as the running-config writes it: `fa 0/0` -> `FastEthernet0/0`.

    Raises:
        LabError: router.bad_interface when it is no name, or an abbreviation of several.
    """
    match = _NAME.fullmatch(text.strip())
    known = _WITH_SLOTS if match and match["slots"] else _OF_ONE_NUMBER
    kinds = [kind for kind in known if match and kind.lower().startswith(match[1].lower())]
    if match is None or not kinds or (len(kinds) > 1 and not match["slots"]):
        raise LabError("router.bad_interface", name=text)
    return kinds[0] + match[2]
