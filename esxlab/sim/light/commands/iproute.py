"""What the objects of ip(8) share: its errors, tables and devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esxlab.sim.light.call import Call
    from esxlab.sim.light.kernel import Card


RTNETLINK = 2


TABLES = {"254": "main", "253": "default", "255": "local"}


class IpError(Exception):
    """What ip says of a command line: the message and the status."""

    def __init__(self, message: str, status: int = 255) -> None:
        super().__init__(message)
        self.status = status


def device(call: Call, name: str) -> Card:
    """The card of this name; IpError when there is none."""
    if name not in call.machine.stack.cards:
        raise IpError(f'Cannot find device "{name}"', 1)
    return call.machine.stack.cards[name]
