"""The paper of part 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.exercises.ha.spec import ClusterSpec
from esxlab.exercises.handout import Handout, HandoutStep, Mark
from esxlab.lab.web import HTTP_PORT, http_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.spec.resolved import GroupSpec


def build_handout(spec: GroupSpec) -> Handout:
    """Heartbeat, its failover, then the way through the router."""
    cluster = spec.part(ClusterSpec)
    addresses = tuple(str(address.ip) for address in cluster.addresses)
    return Handout(
        title="handout.ha.title",
        steps=tuple(_steps(spec, cluster, addresses[0])),
        pages=tuple(_pages(spec, addresses)),
        shared=tuple(("handout.ha.shared", address) for address in addresses),
        marks=tuple(Mark(cluster.primary, "ha.mark", {"address": address}) for address in addresses),
    )


def _pages(spec: GroupSpec, addresses: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if spec.machine("ClientB"):
        yield from (("ClientB", http_url(address, HTTP_PORT)) for address in addresses)
    if spec.machine("ClientA") and spec.router:
        yield "ClientA", http_url(str(spec.router.outside_address.ip), spec.router.outside_port)


def _steps(spec: GroupSpec, cluster: ClusterSpec, address: str) -> Iterator[HandoutStep]:
    servers = spec.by_role("web")
    primary = spec.machine(cluster.primary)
    facts = {
        "address": address,
        "servers": ", ".join(server.hostname for server in servers),
        "primary": primary.hostname if primary else "",
        "deadtime": cluster.deadtime_s,
        "keepalive": cluster.keepalive_s,
        "failback": "on" if cluster.auto_failback else "off",
    }
    yield HandoutStep("ha.files", facts)
    yield HandoutStep("ha.holder", facts)
    if spec.machine("ClientB"):
        yield HandoutStep("ha.page", facts)
    yield HandoutStep("ha.failover", facts)
    yield HandoutStep("ha.back_on" if cluster.auto_failback else "ha.back_off", facts)
    if spec.router:
        outside = f"{spec.router.outside_address.ip}:{spec.router.outside_port}"
        yield HandoutStep("ha.router", {**facts, "inside": f"{address}:{HTTP_PORT}", "outside": outside})
        if spec.machine("ClientA"):
            yield HandoutStep("ha.outside", {**facts, "outside": outside})
