"""Groups of one name and number, and machines of others that have a MAC of ours: in memory and on vcsim."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from esxlab.lab.origin import as_found, macs_of
from tests.contract.test_vsphere_contract import codes, world  # noqa: F401 - a fixture
from tests.vsphere_worlds import MemoryWorld, build, remove_class, wanted_lab

NUMBERS = itertools.count(1)


@pytest.fixture
def lab(world):  # noqa: F811
    """A group as its spec has it, of a class of its own."""
    if isinstance(world, MemoryWorld):
        world.vsphere.world.identities[world.server.host] = "memory"
    lab = wanted_lab(next(NUMBERS), world.site, class_name=f"origin{next(NUMBERS)}")
    yield lab
    remove_class(world.vsphere, world.server, lab.group.class_name)
    assert world.vsphere.find_class(world.server, lab.group.class_name) == {}


def named(world, lab):  # noqa: F811
    """The lab as it is called on this server."""
    return as_found([lab], world.vsphere.observe([lab]))[0]


def test_a_new_group_gets_an_origin_and_keeps_it(world, lab):  # noqa: F811
    first = named(world, lab)
    assert first.group.origin
    assert named(world, lab).group.origin == first.group.origin
    build(world.vsphere, first)
    seen = world.vsphere.observe([lab])[lab.group]
    assert seen.group.origin == first.group.origin
    assert [m.owner.instance_uuid for m in seen.machines] == [m.owner.instance_uuid for m in first.machines]
    assert list(macs_of(seen)) == list(macs_of(first))
    [(left, record)] = world.vsphere.find_class(world.server, lab.group.class_name).values()
    assert len(left.machines) == len(lab.machines)
    assert record.group.origin == first.group.origin


def test_a_group_that_was_made_without_one_keeps_its_cards(world, lab):  # noqa: F811
    build(world.vsphere, lab)
    assert named(world, lab) == lab
    assert len(world.vsphere.observe([lab])[lab.group].machines) == len(lab.machines)


def test_nobody_gets_a_mac_that_somebody_has(world, lab):  # noqa: F811
    mac = next(macs_of(named(world, lab)))
    name = f"holder-{lab.group.class_name}"
    world.foreign_machine(name, name, mac=mac)
    again = named(world, lab)
    assert mac not in set(macs_of(again))
    assert codes(world.vsphere.observe([lab])[lab.group]) == []
    world.remove_foreign(name)


def test_a_mac_that_somebody_has_is_told_before_and_after_a_machine_is_made(world, lab):  # noqa: F811
    here = named(world, lab)
    build(world.vsphere, here, until="folders")  # it has a record: it keeps its origin
    machine = here.machines[0]
    name = f"holder-{lab.group.class_name}"
    world.foreign_machine(name, name, mac=machine.nics[0].mac)
    seen = world.vsphere.observe([lab])[lab.group]
    assert codes(seen) == ["vsphere.mac_taken"]
    assert name in str(seen.problems[0])
    build(world.vsphere, here)
    seen = world.vsphere.observe([lab])[lab.group]
    assert codes(seen) == []
    assert [remark.code for remark in seen.remarks] == ["vsphere.mac_shared"]
    world.remove_foreign(name)
    assert world.vsphere.observe([lab])[lab.group].remarks == ()


def test_a_mac_on_another_network_is_in_nobodys_way(world, lab):  # noqa: F811
    here = named(world, lab)
    build(world.vsphere, here, until="folders")
    elsewhere = replace(lab.port_groups[0], name=f"else-{lab.group.class_name}", vlan=999)
    world.foreign_port_group(elsewhere)
    name = f"holder-{lab.group.class_name}"
    world.foreign_machine(name, name, mac=here.machines[0].nics[0].mac, network=elsewhere.name)
    assert codes(world.vsphere.observe([lab])[lab.group]) == []
    world.remove_foreign(name)
