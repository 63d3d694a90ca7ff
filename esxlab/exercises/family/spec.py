"""What both parts ask of the machines that the spec names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esxlab.spec.draft import Draft
    from esxlab.spec.findings import Findings
    from esxlab.spec.source import Path


def web_servers(draft: Draft) -> list[str]:
    """The names of the web servers."""
    return [key for key, machine in draft.parts.machines.items() if machine.role == "web"]


def check_roster(draft: Draft, findings: Findings, *, enough: bool) -> None:
    """E309 without `enough` web servers, or with another number of balancers than one."""
    webs = len(web_servers(draft))
    balancers = len(draft.parts.machines) - webs
    if not enough or balancers != 1:
        path: Path = ("machines",)
        mark, number, scenario = draft.layer.key_mark(path), draft.group.number, draft.parts.scenario
        findings.add("E309", mark, path, group=number, webs=webs, balancers=balancers, scenario=scenario)
