"""From drafts to GroupSpec: the frozen answer that the rest of the program reads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from esxlab.lab.identity import Owner
from esxlab.lab.machine import Hardware, Server, Site
from esxlab.lab.router import RouterAddress
from esxlab.spec.naming import assign_macs, roster
from esxlab.spec.parts import CLIENT, parts_of
from esxlab.spec.resolved import (
    GroupSpec,
    InstallerSpec,
    MachineSpec,
    RouterSpec,
    SchoolSpec,
    SegmentSpec,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from esxlab.spec.draft import Draft
    from esxlab.spec.model import SegmentPart
    from esxlab.spec.naming import Names


def resolve_groups(
    drafts: Sequence[Draft], named: dict[Owner, Names], directory: Path
) -> dict[int, GroupSpec]:
    """The specs of all groups, by number. `directory` is the spec file's own: seeds are relative to it."""
    macs = assign_macs(drafts)
    return {draft.group.number: _resolve(draft, named, macs, directory) for draft in drafts}


def _resolve(
    draft: Draft, named: dict[Owner, Names], macs: dict[Owner, dict[str, str]], directory: Path
) -> GroupSpec:
    parts = draft.parts
    return GroupSpec(
        group=draft.group,
        scenario=parts.scenario,
        site=_site(draft),
        inside=_segment(draft, "inside"),
        outside=_segment(draft, "outside"),
        machines=tuple(_machine(draft, key, role, named, macs) for key, role in roster(draft)),
        parts=tuple(part.resolve(draft) for part in parts_of(parts.scenario).values()),
        router=_router(draft, directory),
        guest_user=parts.guest.user,
        guest_key=_login_key(parts.guest.key, directory),
        esxi_key=_login_key(parts.vsphere.key, directory),
        model_host_key=parts.guest.host_key,
        generated_password=parts.guest.password == "generated",  # noqa: S105 - says which sort
        seeds=(directory / parts.seeds) if parts.seeds else None,
        school=_school(draft),
        package_mirror=parts.guest.mirror,
        installer=_installer(draft, directory),
    )


def _installer(draft: Draft, directory: Path) -> InstallerSpec:
    model = draft.parts.model
    iso = directory / os.path.expanduser(model.iso) if model.iso else None  # noqa: PTH111 - never raises
    return InstallerSpec(iso, model.sha256.lower(), model.release, model.locale, model.keymap, model.timezone)


def _login_key(key: str, directory: Path) -> str:
    """Relative to the spec's directory, like every path in it; `~` is this user's home."""
    return key if key in {"", "agent"} else os.path.abspath(directory / os.path.expanduser(key))  # noqa: PTH100, PTH111 - never raises


def _site(draft: Draft) -> Site:
    vsphere = draft.parts.vsphere
    thumbprint = vsphere.thumbprint.replace(":", "").upper()
    pairs = (thumbprint[index : index + 2] for index in range(0, len(thumbprint), 2))
    return Site(
        server=Server(
            vsphere.host,
            vsphere.user,
            vsphere.port,
            thumbprint=":".join(pairs),
            writes=vsphere.writes,
            api=vsphere.api,
        ),
        datastore=vsphere.datastore,
        model=vsphere.model,
        staging=vsphere.staging,
        esxi=vsphere.esxi,
        datacenter=vsphere.datacenter,
        vswitch=vsphere.vswitch,
        method=vsphere.method,
        staging_kind=vsphere.staging_kind or "",
    )


def _segment(draft: Draft, side: Literal["inside", "outside"]) -> SegmentSpec:
    part: SegmentPart = getattr(draft.parts, side)
    return SegmentSpec(
        network=part.network,
        port_group=part.port_group,
        vlan=draft.vlan(side) or 0,
        existing=part.existing,
        kind=part.kind or "",
    )


def _machine(
    draft: Draft, key: str, role: str, named: dict[Owner, Names], macs: dict[Owner, dict[str, str]]
) -> MachineSpec:
    parts = draft.parts
    section = "clients" if role == CLIENT else "machines"
    part = draft.clients[key] if role == CLIENT else parts.machines[key]
    owner = Owner(draft.group, key)
    sizes = parts.hardware.model_dump(exclude_none=True) | part.hardware.model_dump(exclude_none=True)
    return MachineSpec(
        key=key,
        vm_name=named[owner].vm,
        folder=named[owner].folder,
        hostname=part.hostname,
        role=role,
        hardware=Hardware(**sizes, given=_given(draft, (section, key), sizes)),
        macs=macs[owner],
        inside=draft.addresses.get((section, key, "inside")),
        outside=draft.addresses.get((section, key, "outside")),
    )


def _given(draft: Draft, machine: tuple[str, str], sizes: Iterable[str]) -> frozenset[str]:
    """The hardware that the spec itself says, for all machines or for this one."""
    places = (("hardware",), (*machine, "hardware"))
    return frozenset(name for name in sizes if any(draft.layer.given((*place, name)) for place in places))


def _router(draft: Draft, directory: Path) -> RouterSpec | None:
    router = draft.parts.router
    if router is None:
        return None
    return RouterSpec(
        address=RouterAddress(
            router.host,
            router.device,
            router.port,
            router.user,
            router.serial_number,
            _login_key(router.key, directory),
        ),
        inside_interface=router.inside,
        inside_address=draft.addresses["router", "inside_address"],
        outside_interface=router.outside,
        outside_address=draft.addresses["router", "outside_address"],
        outside_port=router.outside_port,
        inside_vlan=(draft.vlan("inside") or 0) if "." in router.inside else 0,
    )


def _school(draft: Draft) -> SchoolSpec:
    school = draft.parts.school
    gateway = draft.addresses["school", "gateway"].ip
    given = draft.layer.given(("school", "dns"))
    dns = getattr(school.dns, "ip", school.dns) if given else gateway
    return SchoolSpec(network=school.network, gateway=gateway, dns=dns)
