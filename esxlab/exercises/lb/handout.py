"""The paper of part 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.exercises.handout import Handout, HandoutStep, Mark
from esxlab.exercises.lb.spec import BalancerSpec
from esxlab.lab.web import http_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.spec.resolved import GroupSpec

CLIENTS = ("ClientA", "ClientB")
FORWARDING = {"nat": "-m", "dr": "-g"}
"""ipvsadm(8): masquerading, direct routing."""


def build_handout(spec: GroupSpec) -> Handout:
    """The director's table, how connections are shared, what a dead server does."""
    service = spec.part(BalancerSpec)
    url = http_url(str(service.address), service.port)
    return Handout(
        title="handout.lb.title",
        steps=tuple(_steps(spec, service, url)),
        pages=tuple((client, url) for client in CLIENTS if spec.machine(client)),
        shared=(("handout.lb.shared", str(service.address)),),
        marks=tuple(_marks(spec, service)),
    )


def _marks(spec: GroupSpec, service: BalancerSpec) -> Iterator[Mark]:
    facts = {
        "service": f"{service.address}:{service.port}",
        "scheduler": service.scheduler,
        "method": FORWARDING[service.method],
    }
    for director in spec.by_role("balancer"):
        yield Mark(director.key, "lb.mark", facts)
    for server in spec.by_role("web"):
        yield Mark(server.key, "lb.weight", {"weight": service.weight(server.key)})


def _steps(spec: GroupSpec, service: BalancerSpec, url: str) -> Iterator[HandoutStep]:
    servers = spec.by_role("web")
    weights = dict(service.weights)
    facts = {
        "address": str(service.address),
        "port": service.port,
        "url": url,
        "director": ", ".join(director.hostname for director in spec.by_role("balancer")),
        "servers": ", ".join(server.hostname for server in servers),
        "scheduler": service.scheduler,
        "method": FORWARDING[service.method],
        "weights": ", ".join(f"{server.hostname} {weights.get(server.key, 1)}" for server in servers),
    }
    for key in ("stopped", "address", "table", "pages", "watch", "dead"):
        yield HandoutStep(f"lb.{key}", facts)
