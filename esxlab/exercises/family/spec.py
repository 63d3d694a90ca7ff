"""What both parts ask of the machines that the spec names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.spec.part import Family

if TYPE_CHECKING:
    from esxlab.spec.draft import Draft
    from esxlab.spec.findings import Findings
    from esxlab.spec.source import Path

WEB = Family(
    cards={"web": ("inside",), "balancer": ("outside", "inside")},
    new_role="web",
    machines={
        "srvweb1": {"hostname": "SRV1", "role": "web", "inside": "172.16.193.10"},
        "srvweb2": {"hostname": "SRV2", "role": "web", "inside": "172.16.193.40"},
        "repartiteur1": {
            "hostname": "Load-Balancer",
            "role": "balancer",
            "inside": "172.16.193.253",
            "outside": "192.16.193.25",
        },
    },
    clients={
        "ClientA": {"hostname": "ClientA", "outside": "192.16.193.100"},
        "ClientB": {"hostname": "ClientB", "inside": "172.16.193.100", "outside": "192.16.193.101"},
    },
    added={"balancer": "inside"},
)
"""Two web servers, a balancer and two stations. How a client is made the handout does not say."""


def web_servers(draft: Draft) -> list[str]:
    """The names of the web servers."""
    return [key for key, machine in draft.parts.machines.items() if machine.role == "web"]


def check_roster(draft: Draft, findings: Findings, *, enough: bool) -> None:
    """E309 without `enough` web servers, or with another number of balancers than one."""
    webs = len(web_servers(draft))
    balancers = len(draft.parts.machines) - webs
    if not enough or balancers != 1:
        path: Path = ("machines",)
        position, number, scenario = draft.layer.key_position(path), draft.group.number, draft.parts.scenario
        findings.add("E309", position, path, group=number, webs=webs, balancers=balancers, scenario=scenario)
