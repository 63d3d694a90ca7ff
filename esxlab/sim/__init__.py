"""The embedded school: vcsim, simulated guests and routers on the loopback, so that anybody can try it."""

from __future__ import annotations

from esxlab.texts import add, add_later


def _speak() -> None:
    from esxlab.sim.texts import TEXTS  # noqa: PLC0415 - only when the school has something to say

    add(TEXTS)


add_later(_speak)
