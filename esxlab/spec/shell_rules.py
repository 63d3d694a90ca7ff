"""What `writes: ssh` cannot do, refused at the spec's line: clones, a vCenter's hosts, odd names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.spec.draft import Draft
    from esxlab.spec.findings import Findings
    from esxlab.spec.source import Path


def check_shell(draft: Draft, findings: Findings) -> None:
    """E323 for what a lone host's shell has not, E324 for a name that its programs would misread."""
    vsphere = draft.parts.vsphere
    if vsphere.writes != "ssh" and vsphere.api != "none":
        return
    if vsphere.writes == "api":
        path: Path = ("vsphere", "writes")
        findings.add("E325", draft.layer.position(path), path, group=draft.group.number)
    number = draft.group.number
    for path, value in _beyond(draft):
        findings.add("E323", draft.layer.position(path), path, group=number, key=path[-1], value=value)
    for path, name in _names(draft):
        if name.startswith("-"):
            findings.add("E324", draft.layer.position(path), path, group=number, name=name)


def _beyond(draft: Draft) -> Iterator[tuple[Path, object]]:
    vsphere = draft.parts.vsphere
    if vsphere.method != "copy":
        yield ("vsphere", "method"), vsphere.method
    if draft.in_vcenter:
        key = "esxi" if vsphere.esxi else "datacenter"
        yield ("vsphere", key), getattr(vsphere, key)
    if vsphere.staging_kind == "distributed":
        yield ("vsphere", "staging_kind"), vsphere.staging_kind
    for side in ("inside", "outside"):
        if getattr(draft.parts, side).kind == "distributed":
            yield (side, "kind"), "distributed"


def _names(draft: Draft) -> Iterator[tuple[Path, str]]:
    yield ("inside", "port_group"), draft.parts.inside.port_group
    yield ("outside", "port_group"), draft.parts.outside.port_group
    yield ("vsphere", "vswitch"), draft.parts.vsphere.vswitch
