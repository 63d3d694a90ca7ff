"""`cluster:` of the spec: Heartbeat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from esxlab.exercises.family.spec import check_roster, web_servers
from esxlab.spec import fields as f  # noqa: TC001 - pydantic reads the annotations at run time
from esxlab.spec.hints import hint
from esxlab.spec.part import AddressField, ExercisePart, Part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv4Interface

    from esxlab.spec.draft import Draft
    from esxlab.spec.findings import Findings
    from esxlab.spec.source import Path


class ClusterPart(Part):
    """Heartbeat, part 1; times in seconds, with ha.cf's own names."""

    address: f.Address = Field(description="cluster address")
    more_addresses: tuple[f.Address, ...] = Field(description="further cluster addresses")
    primary: f.MachineName = Field(description="machine that owns the cluster address")
    auto_failback: bool = Field(description="whether the service returns to the primary by itself")
    services: tuple[f.ServiceName, ...] = Field(description="services that move with the address")
    auth: Literal["sha1", "md5", "crc"] = Field(description="method in authkeys; the key is made by esxlab")
    keepalive: f.Seconds = Field(description="seconds between two heartbeats")
    warntime: f.Seconds = Field(description="seconds until a late heartbeat is logged")
    deadtime: f.Seconds = Field(description="seconds until a node is dead")
    initdead: f.Seconds = Field(description="the same just after start-up")
    udpport: f.Port = Field(description="UDP port of the heartbeats")


@dataclass(frozen=True, slots=True)
class ClusterSpec:
    """Heartbeat, part 1."""

    addresses: tuple[IPv4Interface, ...]
    primary: str  # machine key
    auto_failback: bool
    services: tuple[str, ...]
    auth_method: Literal["sha1", "md5", "crc"]
    keepalive_s: int
    warntime_s: int
    deadtime_s: int
    initdead_s: int
    udpport: int


def _address_fields(draft: Draft) -> Iterator[AddressField]:
    cluster = draft.part(ClusterPart)
    yield AddressField(("cluster", "address"), "inside", cluster.address)
    for index, address in enumerate(cluster.more_addresses):
        yield AddressField(("cluster", "more_addresses", index), "inside", address)


def _resolve(draft: Draft) -> ClusterSpec:
    cluster = draft.part(ClusterPart)
    more = (("cluster", "more_addresses", index) for index in range(len(cluster.more_addresses)))
    return ClusterSpec(
        addresses=tuple(draft.addresses[path] for path in (("cluster", "address"), *more)),
        primary=cluster.primary,
        auto_failback=cluster.auto_failback,
        services=cluster.services,
        auth_method=cluster.auth,
        keepalive_s=cluster.keepalive,
        warntime_s=cluster.warntime,
        deadtime_s=cluster.deadtime,
        initdead_s=cluster.initdead,
        udpport=cluster.udpport,
    )


def _roster(draft: Draft, findings: Findings) -> None:
    """Heartbeat's haresources mode knows two nodes."""
    if draft.parts.scenario == "ha":
        check_roster(draft, findings, enough=len(web_servers(draft)) == 2)  # noqa: PLR2004 - two nodes


def _heartbeat(draft: Draft, findings: Findings) -> None:
    cluster, number = draft.part(ClusterPart), draft.group.number
    webs = web_servers(draft)
    if cluster.primary not in webs:
        path: Path = ("cluster", "primary")
        meant = hint(cluster.primary, webs)
        findings.add("E310", draft.layer.position(path), path, group=number, name=cluster.primary, hint=meant)
    ordered = (("keepalive", "warntime"), ("warntime", "deadtime"), ("deadtime", "initdead"))
    for small, large in ordered:
        low, high = getattr(cluster, small), getattr(cluster, large)
        if low > high or (small == "keepalive" and low == high):
            path = ("cluster", small if draft.layer.given(("cluster", small)) else large)
            position = draft.layer.position(path)
            findings.add("E311", position, path, group=number, small=small, large=large, low=low, high=high)


def _authentication(draft: Draft, findings: Findings) -> None:
    if draft.part(ClusterPart).auth == "crc":
        path: Path = ("cluster", "auth")
        findings.add("W602", draft.layer.position(path), path, group=draft.group.number)


CLUSTER = ExercisePart(
    key="cluster",
    model=ClusterPart,
    defaults={
        "address": "172.16.193.30",
        "more_addresses": [],
        "primary": "srvweb1",
        "auto_failback": False,
        "services": ["apache2"],
        "auth": "sha1",
        "keepalive": 2,
        "warntime": 6,
        "deadtime": 10,
        "initdead": 60,
        "udpport": 694,
    },
    address_fields=_address_fields,
    rules=(_roster, _heartbeat),
    warnings=(_authentication,),
    resolve=_resolve,
    example="cluster: {auto_failback: true, more_addresses: [172.16.193.31], deadtime: 15}\n",
)
