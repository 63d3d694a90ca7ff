"""The paper of part 2."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from esxlab.exercises.family.ipvs import FORWARD, METHODS, read_listed
from esxlab.exercises.handout import Handout, HandoutStep, Mark, Question
from esxlab.exercises.lb.spec import BalancerSpec
from esxlab.exercises.lb.table import ipvs_table
from esxlab.lab.web import http_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from esxlab.exercises.family.ipvs import IpvsTable
    from esxlab.spec.resolved import GroupSpec

CLIENTS = ("ClientA", "ClientB")
LIST = ("ipvsadm", "-L", "-n")


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
        questions=tuple(_questions(spec)),
    )


def _marks(spec: GroupSpec, service: BalancerSpec) -> Iterator[Mark]:
    facts = {
        "service": f"{service.address}:{service.port}",
        "scheduler": service.scheduler,
        "method": METHODS[service.method],
    }
    for director in spec.by_role("balancer"):
        yield Mark(director.key, "lb.mark", facts)
    for server in spec.by_role("web"):
        yield Mark(server.key, "lb.weight", {"weight": service.weight(server.key)})


def _questions(spec: GroupSpec) -> Iterator[Question]:
    table = ipvs_table(spec)
    servers = {server.key: str(server.inside.ip) for server in spec.by_role("web") if server.inside}
    for director in spec.by_role("balancer"):
        yield Question(director.key, LIST, partial(_connections, table, director.key, servers))


def _connections(
    table: IpvsTable, director: str, servers: Mapping[str, str], printed: str
) -> tuple[Mark, ...]:
    """Of each real server its connections, and what its row says otherwise than the spec."""
    listed = read_listed(printed, table.service)
    if listed is None:
        return (Mark(director, "lb.no_service", {"service": table.service}, differs=True),)
    found: list[Mark] = []
    weights = {server.address: server.weight for server in table.servers}
    for key, address in servers.items():
        row = listed.get(table.real(address))
        if row is None:
            found.append(Mark(key, "lb.no_row", {"director": director}, differs=True))
            continue
        found.append(Mark(key, "lb.connections", {"active": row.active, "inactive": row.inactive}))
        if (row.weight, row.forward) != (weights[address], FORWARD[table.method]):
            facts = {"weight": row.weight, "forward": row.forward}
            found.append(Mark(key, "lb.other_row", facts, differs=True))
    return tuple(found)


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
        "method": METHODS[service.method],
        "weights": ", ".join(f"{server.hostname} {weights.get(server.key, 1)}" for server in servers),
    }
    for key in ("stopped", "address", "table", "pages", "watch", "dead"):
        yield HandoutStep(f"lb.{key}", facts)
