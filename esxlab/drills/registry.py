"""Which drills each scenario has: a new drill is one class and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.checks.registry import ground_of
from esxlab.drills import ha, lb
from esxlab.drills.scene import Scene, WebServer
from esxlab.errors import LabError
from esxlab.lab.web import HTTP_PORT, http_url
from esxlab.scenarios.balancer import ipvs_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from esxlab.checks.base import Check
    from esxlab.drills.base import Drill
    from esxlab.lab.lab import Lab
    from esxlab.spec.resolved import GroupSpec

DRILLS: Mapping[str, Mapping[str, type[Drill]]] = {
    "ha": {
        "nic": ha.CardOut,
        "power": ha.PowerCut,
        "stop": ha.CleanStop,
        "apache": ha.ApacheStopped,
        "apache-watched": ha.ApacheWatched,
    },
    "lb": {
        "server": lb.ServerStopped,
        "schedulers": lb.Schedulers,
    },
}

KEY_CHECKS = frozenset({
    "machines", "page-inside", "page-outside", "active-node", "heartbeat",
    "page-virtual", "balancer-table", "heartbeat-off",
})  # fmt: skip
"""The questions that must be answered well before anything is broken on purpose."""


def key_checks(checks: Sequence[Check]) -> tuple[Check, ...]:
    """Those of a group's questions that must be green first."""
    return tuple(check for check in checks if check.name in KEY_CHECKS)


def build_drills(spec: GroupSpec, *, wanted: Lab, found: Lab, names: Sequence[str] = ()) -> tuple[Drill, ...]:
    """The named drills of this group's scenario, all of them without names, in the registry's order.

    Raises:
        LabError: drill.unknown, when the scenario has no drill of this name; drill.no_client.
    """
    known = DRILLS[spec.scenario]
    if unknown := [name for name in names if name not in known]:
        facts = {"name": unknown[0], "scenario": spec.scenario, "known": ", ".join(known)}
        raise LabError("drill.unknown", where=str(spec.group), **facts)
    scene = PLACES[spec.scenario](spec, wanted, found)
    facts = FACTS[spec.scenario](spec)
    chosen = [name for name in known if name in names or not names]
    return tuple(known[name](group=spec.group, scene=scene, **facts) for name in chosen)


def _ha_scene(spec: GroupSpec, wanted: Lab, found: Lab) -> Scene:
    """ClientA through the router, as the exercise's final test; without a router the client inside."""
    address = str(spec.cluster.addresses[0].ip)
    if spec.router and spec.machine("ClientA"):
        client, target, port = "ClientA", str(spec.router.outside_address.ip), spec.router.outside_port
    elif spec.machine("ClientB"):
        client, target, port = "ClientB", address, HTTP_PORT
    else:
        raise LabError("drill.no_client", where=str(spec.group))
    ground = ground_of(spec, wanted=wanted, found=found)
    return Scene(ground, client, http_url(target, port), address, _servers(spec, wanted))


def _lb_scene(spec: GroupSpec, wanted: Lab, found: Lab) -> Scene:
    client = next((name for name in ("ClientA", "ClientB") if spec.machine(name)), "")
    if not client:
        raise LabError("drill.no_client", where=str(spec.group))
    address = str(spec.balancer.address)
    ground = ground_of(spec, wanted=wanted, found=found)
    balancer = spec.by_role("balancer")[0].key
    return Scene(
        ground, client, http_url(address, spec.balancer.port), address, _servers(spec, wanted), balancer
    )


PLACES: Mapping[str, Callable[[GroupSpec, Lab, Lab], Scene]] = {"ha": _ha_scene, "lb": _lb_scene}


def _ha_facts(spec: GroupSpec) -> dict[str, Any]:
    cluster = spec.cluster
    primary = next(m.hostname for m in spec.machines if m.key == cluster.primary)
    return {
        "deadtime_s": float(cluster.deadtime_s),
        "services": cluster.services,
        "primary": primary,
        "auto_failback": cluster.auto_failback,
    }


def _lb_facts(spec: GroupSpec) -> dict[str, Any]:
    return {"table": ipvs_table(spec)}


FACTS: Mapping[str, Callable[[GroupSpec], dict[str, Any]]] = {"ha": _ha_facts, "lb": _lb_facts}


def _servers(spec: GroupSpec, wanted: Lab) -> tuple[WebServer, ...]:
    return tuple(
        WebServer(m.key, m.hostname, str(m.inside.ip), m.weight, machine)
        for m in spec.by_role("web")
        if m.inside and (machine := wanted.machine(m.key))
    )
