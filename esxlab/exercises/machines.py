"""The vSphere side of a wanted lab, the same in every part: port groups, folders, machines, cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.lab.identity import Owner
from esxlab.lab.machine import Folder, Machine, Network, Nic, PortGroup
from esxlab.lab.password import PasswordState
from esxlab.spec.parts import CLIENT, cards_of, family_of

if TYPE_CHECKING:
    from esxlab.exercises.exercise import Segment
    from esxlab.lab.guest import Guest
    from esxlab.spec.resolved import GroupSpec, MachineSpec, SegmentSpec


def build_port_groups(spec: GroupSpec) -> tuple[PortGroup, ...]:
    """Those of the group's two isolated networks that esxlab makes."""
    return tuple(
        PortGroup(segment.port_group, segment.vlan, spec.site.vswitch)
        for segment in (spec.inside, spec.outside)
        if not segment.existing
    )


def build_networks(spec: GroupSpec) -> tuple[Network, ...]:
    """Those that an administrator has made."""
    return tuple(
        Network(segment.port_group, segment.kind, segment.vlan)
        for segment in (spec.inside, spec.outside)
        if segment.existing
    )


def build_folders(spec: GroupSpec) -> tuple[Folder, ...]:
    """A datastore folder per machine, as the exercise has it."""
    return tuple(
        Folder(spec.site.datastore, machine.folder, Owner(spec.group, machine.key))
        for machine in spec.machines
    )


def build_machine(spec: GroupSpec, machine: MachineSpec, *, guest: Guest, client_segment: Segment) -> Machine:
    """One machine, its cards on their final networks; `client_segment`: where a client's lab card is."""
    return Machine(
        owner=Owner(spec.group, machine.key),
        name=machine.vm_name,
        datastore=spec.site.datastore,
        folder=machine.folder,
        hardware=machine.hardware,
        nics=_nics(spec, machine, client_segment),
        config_digest=guest.digest,
        password=PasswordState(guest.password),
        addresses=planned_addresses(machine, client_segment),
        guest=guest,
    )


def _nics(spec: GroupSpec, machine: MachineSpec, client_segment: Segment) -> tuple[Nic, ...]:
    segments: dict[str, SegmentSpec] = {"inside": spec.inside, "outside": spec.outside}
    networks = {
        role: Network(s.port_group, s.kind if s.existing else "standard") for role, s in segments.items()
    }
    management = Network(spec.site.staging, spec.site.staging_kind)
    networks |= {"management": management, "lab": networks[client_segment]}
    added = family_of(spec.scenario).added.get(machine.role)
    return tuple(
        Nic(card, machine.macs[card], networks[card].name, added=card == added, kind=networks[card].kind)
        for card in cards_of(spec.scenario, machine.role)
    )


def planned_addresses(machine: MachineSpec, client_segment: Segment) -> tuple[tuple[str, str], ...]:
    """(inside or outside, address) of a machine; a client has one only: where its lab card is."""
    known = {"inside": machine.inside, "outside": machine.outside}
    segments = (client_segment,) if machine.role == CLIENT else ("inside", "outside")
    found = ((segment, known[segment]) for segment in segments)
    return tuple((segment, str(interface.ip)) for segment, interface in found if interface)
