"""`balancer:` of the spec: IPVS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import Field

from esxlab.exercises.family.ipvs import SCHEDULERS, MethodName, SchedulerName
from esxlab.exercises.family.spec import check_roster, web_servers
from esxlab.spec import fields as f  # noqa: TC001 - pydantic reads the annotations at run time
from esxlab.spec.hints import hint
from esxlab.spec.part import AddressField, ExercisePart, Part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv4Address

    from esxlab.spec.draft import Draft
    from esxlab.spec.findings import Findings
    from esxlab.spec.source import Path


class BalancerPart(Part):
    """IPVS, part 2."""

    address: f.Address = Field(description="virtual address")
    port: f.Port = Field(description="virtual port")
    scheduler: SchedulerName = Field(description="ipvsadm -s")
    method: MethodName = Field(description="nat: ipvsadm -m; dr: ipvsadm -g")
    weights: dict[str, f.Weight] = Field(description="machine: weight; 1 where nothing is said")


@dataclass(frozen=True, slots=True)
class BalancerSpec:
    """IPVS, part 2. `weights` are of those machines that have one of their own: (machine, weight)."""

    address: IPv4Address
    port: int
    scheduler: SchedulerName
    method: MethodName
    weights: tuple[tuple[str, int], ...] = ()

    def weight(self, machine: str) -> int:
        """The weight of a web server; 1 where nothing is said."""
        return dict(self.weights).get(machine, 1)


def _address_fields(draft: Draft) -> Iterator[AddressField]:
    """The handout writes the virtual address with /32."""
    yield AddressField(("balancer", "address"), "outside", draft.part(BalancerPart).address, alone=True)


def _resolve(draft: Draft) -> BalancerSpec:
    balancer = draft.part(BalancerPart)
    return BalancerSpec(
        address=draft.addresses["balancer", "address"].ip,
        port=balancer.port,
        scheduler=balancer.scheduler,
        method=balancer.method,
        weights=tuple(balancer.weights.items()),
    )


def _roster(draft: Draft, findings: Findings) -> None:
    if draft.parts.scenario == "lb":
        check_roster(draft, findings, enough=len(web_servers(draft)) >= 2)  # noqa: PLR2004 - to be shared out


def _weights(draft: Draft, findings: Findings) -> None:
    weights, webs = draft.part(BalancerPart).weights, web_servers(draft)
    path: Path
    for key in weights:
        if key not in webs:
            path = ("balancer", "weights", key)
            position, meant = draft.layer.key_position(path), hint(key, webs)
            findings.add("E310", position, path, group=draft.group.number, name=key, hint=meant)
    if webs and not any(weights.get(key, 1) for key in webs):
        path = ("balancer", "weights")
        findings.add("E318", draft.layer.position(path), path, group=draft.group.number)


def _scheduler(draft: Draft, findings: Findings) -> None:
    balancer = draft.part(BalancerPart)
    if not SCHEDULERS[balancer.scheduler].weighted and len({1, *balancer.weights.values()} - {0}) > 1:
        path: Path = ("balancer", "weights")
        position, scheduler = draft.layer.position(path), balancer.scheduler
        findings.add("W603", position, path, group=draft.group.number, scheduler=scheduler)


BALANCER = ExercisePart(
    key="balancer",
    model=BalancerPart,
    defaults={
        "address": "192.16.193.30",
        "port": 80,
        "scheduler": "rr",
        "method": "nat",
        "weights": {},
    },
    address_fields=_address_fields,
    rules=(_roster, _weights),
    warnings=(_scheduler,),
    resolve=_resolve,
    example="balancer: {scheduler: wrr, weights: {srvweb1: 3, srvweb2: 1}}\n",
)
