"""Two classes of one name: their machines have other UUIDs and MACs; what a group has is kept."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from esxlab.backends.vsphere.records import read_record_file, record_file
from esxlab.backends.vsphere.written import group_words
from esxlab.exercises.registry import build_lab
from esxlab.lab.guest import NIC_TOKEN
from esxlab.lab.identity import GroupId, Owner, owner_from_marks
from esxlab.lab.machine import Server
from esxlab.lab.origin import as_found, draw_origin, macs_of, under_origin
from esxlab.lab.ownership import is_namesake
from esxlab.lab.record import GroupRecord
from tests.group_specs import group_spec
from tests.memory.world import Vm
from tests.vsphere_worlds import MemoryWorld, build, connect, wanted_lab

STATIC = re.compile(r"00:50:56:[0-3][0-9a-f]:[0-9a-f]{2}:[0-9a-f]{2}")
"""VMware, vSphere Networking, "VMware OUI in Static MAC Addresses"."""


def uuids(lab):
    return {machine.owner.instance_uuid for machine in lab.machines}


def wanted(number=1):
    return build_lab(group_spec(number), phrase="sesame")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("vcenter-1", "ds:///vmfs/volumes/a/"), ("vcenter-2", "ds:///vmfs/volumes/b/")),
        (("host-1", "/vmfs/volumes/a"), ("host-2", "/vmfs/volumes/a")),
        (("", "/vmfs/volumes/a"), ("", "/vmfs/volumes/b")),
        (("vcenter-1", "ds:///vmfs/volumes/a/"), ("vcenter-1", "ds:///vmfs/volumes/b/")),
    ],
    ids=["two vCenters", "two hosts of one image", "hosts without an identifier", "one vCenter"],
)
def test_classes_of_one_name_share_no_mac_and_no_uuid(one, other):
    labs = [
        draw_origin(wanted(), server=server, datastore=url, taken=frozenset()) for server, url in (one, other)
    ]
    assert set(macs_of(labs[0])).isdisjoint(macs_of(labs[1]))
    assert uuids(labs[0]).isdisjoint(uuids(labs[1]))


def test_the_same_place_gives_the_same_origin_on_every_laptop():
    drawn = [draw_origin(wanted(), server="vc", datastore="ds", taken=frozenset()) for _ in "ab"]
    assert drawn[0] == drawn[1]
    assert drawn[0].group.origin == drawn[1].group.origin
    assert uuids(drawn[0]) == uuids(drawn[1])


def test_macs_are_of_the_range_for_static_ones_and_no_others_have_them():
    taken, seen = set(), set()
    for number in range(1, 31):
        lab = draw_origin(wanted(number), server="vc", datastore="ds", taken=taken)
        macs = list(macs_of(lab))
        assert all(STATIC.fullmatch(mac) for mac in macs)
        assert seen.isdisjoint(macs)
        assert len(set(macs)) == len(macs)
        seen |= set(macs)
        taken |= {macs[0]}
        again = draw_origin(wanted(number), server="vc", datastore="ds", taken=set(macs))
        assert set(macs).isdisjoint(macs_of(again))
        taken |= set(macs)


def test_files_name_the_cards_that_the_machine_has():
    lab = under_origin(wanted(), "0123456789abcdef")
    for machine in lab.machines:
        named = {mac for file in machine.guest.files for mac in NIC_TOKEN.findall(file.content)}
        assert named == {nic.mac for nic in machine.nics}
        assert machine.config_digest == machine.guest.digest


def test_a_group_of_an_earlier_esxlab_is_as_its_spec_has_it():
    assert under_origin(wanted(), "") == wanted()
    owner = Owner(GroupId("sio2", 1), "srvweb1")
    assert "esxlab.origin" not in owner.marks()
    written = record_file(GroupRecord(owner.group, wanted().site))
    assert json.loads(written)["group"] == {"class_name": "sio2", "number": 1}  # as it was written then
    assert group_words(owner.group) in written.decode()  # by which its folder is known when it is deleted
    record = read_record_file(written, server=Server("vc.example", "prof")).record
    assert record.group.origin == ""
    # as they were computed before there were origins
    assert owner.instance_uuid == "c5404a01-1b71-596a-8cae-29ddb31e93cd"
    assert owner.mac_address(0) == "00:50:56:19:bf:cd"


def test_marks_and_records_bring_an_origin_back():
    owner = Owner(GroupId("sio2", 1, "0123456789abcdef"), "srvweb1")
    assert owner_from_marks(owner.marks()).instance_uuid == owner.instance_uuid
    record = GroupRecord(owner.group, wanted().site)
    read = read_record_file(record_file(record), server=Server("vc.example", "prof")).record
    assert read.group.origin == owner.group.origin
    assert group_words(read.group) in record_file(record).decode()


@pytest.mark.parametrize("written", ["", "../../x", "0123", "0123456789ABCDEF", "0123456789abcdef0"])
def test_what_no_esxlab_writes_is_no_origin(written):
    marks = Owner(GroupId("sio2", 1, "0123456789abcdef"), "srvweb1").marks()
    assert owner_from_marks(marks | {"esxlab.origin": written}).group.origin == ""


def test_a_group_keeps_its_origin_whatever_its_server_calls_itself_later():
    world = MemoryWorld()
    world.vsphere.world.identities[world.server.host] = "old"
    lab = wanted_lab(1, world.site)
    (named,) = as_found([lab], world.vsphere.observe([lab]))
    assert named.group.origin
    build(world.vsphere, named)
    world.vsphere.world.identities[world.server.host] = "new"
    found = world.vsphere.observe([lab])
    assert as_found([lab], found)[0].group.origin == named.group.origin
    assert len(found[lab.group].machines) == len(lab.machines)
    world.vsphere.world.group_folders.clear()  # the record is lost: the machines tell
    assert as_found([lab], world.vsphere.observe([lab]))[0].group.origin == named.group.origin


def test_a_lab_of_an_earlier_esxlab_is_found_without_a_change():
    world = MemoryWorld()
    lab = wanted_lab(1, world.site)
    build(world.vsphere, lab)  # without an origin
    connect(world.vsphere, lab)
    world.vsphere.world.identities[world.server.host] = "it has one by now"
    found = world.vsphere.observe([lab])
    assert as_found([lab], found) == (lab,)
    assert [m.owner.instance_uuid for m in found[lab.group].machines] == sorted(
        (m.owner.instance_uuid for m in lab.machines),
        key=[m.owner.instance_uuid for m in lab.machines].index,
    )


def test_the_machine_of_a_namesake_is_no_clone_of_ours():
    ours = Owner(GroupId("sio2", 1, "0" * 16), "srvweb1")
    theirs = Owner(GroupId("sio2", 1, "1" * 16), "srvweb1")
    whole = Vm("vm-1", "vc", "srvweb1", "datastore2", "srvweb1", marks=theirs, uuid=theirs.instance_uuid)
    assert is_namesake(whole, ours)
    assert not is_namesake(whole, theirs)
    assert not is_namesake(replace(whole, uuid="a clone's"), ours)
    assert not is_namesake(replace(whole, marks=ours, uuid=ours.instance_uuid), ours)
