"""Takes an approach: asks Tools for the addresses that a plan could not know, and gives the road."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.lab.guest import Hop, Road

if TYPE_CHECKING:
    from esxlab.backends.protocols import VSphere
    from esxlab.lab.approach import Approach
    from esxlab.lab.machine import Site


def take(approach: Approach, vsphere: VSphere, site: Site, *, timeout_s: float) -> Road:
    """The road of this approach, with the addresses that Tools reports filled in."""
    hops = []
    for stop in approach.stops:
        found = Hop(
            stop.owner.machine,
            stop.address,
            host_keys=stop.host_keys,
            model=stop.model,
            passwords=stop.passwords,
        )
        if not stop.address:
            address, port = vsphere.await_address(site, stop.owner, timeout_s=timeout_s)
            found = replace(found, address=address, port=port)
        hops.append(found)
    return Road(approach.stops[-1].owner.group.number, tuple(hops))
