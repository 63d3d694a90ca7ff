"""The group's router as an exercise part wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.lab.router import Router
from esxlab.planning.router import build_router_table

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from esxlab.spec.resolved import RouterSpec


def build_router(router: RouterSpec | None, *, nat_to: IPv4Address | None) -> Router | None:
    """The router with its table; `nat_to` None: no translation of the outside port is wanted."""
    if router is None:
        return None
    return Router(router.address, build_router_table(router, nat_to=nat_to))
