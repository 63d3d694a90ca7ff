"""Whose a thing is: the rules alone, each with what an administrator would say of the case."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pytest

from esxlab.backends.vsphere.group_folders import WORN_OUT
from esxlab.lab.identity import GroupId, Owner
from esxlab.lab.machine import PortGroup, Server, Site
from esxlab.lab.ownership import (
    MINE,
    USABLE,
    FolderSeen,
    GroupFolderOwner,
    Ownership,
    Volume,
    belongs_to_server,
    is_half_made,
    judge_folder,
    judge_group_folder,
    judge_machine,
    judge_machines,
    judge_port_group,
    judge_remaining,
    same_host,
)
from esxlab.lab.record import GroupRecord

GROUP = GroupId("sio2", 7)
OWNER = Owner(GROUP, "srvweb1")
HERE = Server("vcenter.lycee.example", "prof")
AT = ("datastore1 (1)", "srvweb1")
RECORD = GroupRecord(GROUP, Site(HERE, "datastore1 (1)", "modeleD9", "VM Network"))
RENAMED = RECORD._replace(former="datastore1")


def of_server(host, port=443, identity=""):
    return GroupFolderOwner(GROUP, "datastore1", host=host, port=port, identity=identity)


@pytest.mark.parametrize(
    ("said", "on", "ownership"),
    [
        (GroupFolderOwner(GROUP, "datastore1"), Volume("datastore1"), Ownership.OURS),
        (GroupFolderOwner(GroupId("sio2", 8), "datastore1"), Volume("datastore1"), Ownership.FOREIGN),
        (GroupFolderOwner(GroupId("sio1", 7), "datastore1"), Volume("datastore1"), Ownership.FOREIGN),
        # a vCenter has renamed it, an esxlab of before locators has written the record
        (GroupFolderOwner(GROUP, "datastore1"), Volume("datastore1 (1)", "ds:///b/"), Ownership.RENAMED),
        # somebody keeps a copy on another datastore of the same hosts
        (
            GroupFolderOwner(GROUP, "datastore1"),
            Volume("nas", others=frozenset({"datastore1"})),
            Ownership.MOVED,
        ),
        # renamed, and a new one has the old name: only the locator tells
        (
            GroupFolderOwner(GROUP, "datastore1", "ds:///a/"),
            Volume("old", "ds:///a/", frozenset({"datastore1"})),
            Ownership.RENAMED,
        ),
        (
            GroupFolderOwner(GROUP, "datastore1", "ds:///a/"),
            Volume("nas", "ds:///b/", frozenset({"datastore1"})),
            Ownership.MOVED,
        ),
        # a lone host has joined a vCenter, which renamed its datastore and writes the locator in its own way
        (
            GroupFolderOwner(GROUP, "datastore1", "/vmfs/volumes/5f1e-a"),
            Volume("datastore1 (1)", "ds:///vmfs/volumes/5f1e-a/"),
            Ownership.RENAMED,
        ),
        # a copy on a datastore of hosts that do not know the first one: its locator is another
        (GroupFolderOwner(GROUP, "datastore1", "ds:///a/"), Volume("nas", "ds:///b/"), Ownership.MOVED),
        # a server that tells no locators proves nothing by it
        (
            GroupFolderOwner(GROUP, "datastore1"),
            Volume("nas", "", frozenset({"datastore1"})),
            Ownership.MOVED,
        ),
    ],
)
def test_a_folder_is_the_groups_on_the_datastore_that_its_record_was_written_on(said, on, ownership):
    assert judge_group_folder(said, GROUP, on) is ownership


def test_a_group_folder_without_a_record_is_usable_only_when_nothing_else_is_in_it():
    assert judge_group_folder(None, GROUP, Volume("datastore1"), empty=True) is Ownership.UNSIGNED
    assert judge_group_folder(None, GROUP, Volume("datastore1"), empty=False) is Ownership.FOREIGN


@pytest.mark.parametrize(
    ("seen", "record", "ownership"),
    [
        (FolderSeen(OWNER, AT), None, Ownership.OURS),
        (FolderSeen(Owner(GROUP, "srvweb2"), AT), None, Ownership.FOREIGN),
        (FolderSeen(OWNER, ("datastore1 (1)", "srvweb1-old")), RENAMED, Ownership.MOVED),
        (FolderSeen(OWNER, ("datastore1", "srvweb1")), None, Ownership.MOVED),
        (FolderSeen(OWNER, ("datastore1", "srvweb1")), RECORD, Ownership.MOVED),
        (FolderSeen(OWNER, ("datastore1", "srvweb1")), RENAMED, Ownership.RENAMED),
        (FolderSeen(OWNER, ("datastore2", "srvweb1")), RENAMED, Ownership.MOVED),
        (FolderSeen(OWNER, ("datastore1", "srvweb1-old")), RENAMED, Ownership.MOVED),
        (FolderSeen(empty=True), None, Ownership.UNSIGNED),
        (FolderSeen(), RECORD, Ownership.FOREIGN),
        (FolderSeen(torn=True), None, Ownership.FOREIGN),
        (FolderSeen(torn=True), RECORD, Ownership.FOREIGN),
        (FolderSeen(torn=True), RECORD._replace(folders=(("srvweb1", "srvweb1"),)), Ownership.UNSIGNED),
        (FolderSeen(torn=True), RECORD._replace(folders=(("srvweb2", "srvweb1"),)), Ownership.FOREIGN),
    ],
)
def test_a_folder_is_of_whom_its_owner_file_names_for_this_very_folder(seen, record, ownership):
    assert judge_folder(seen, OWNER, AT, record) is ownership


def test_only_what_is_ours_or_nobodys_is_used_and_only_ours_is_deleted():
    assert {Ownership.OURS, Ownership.RENAMED} == MINE
    assert {Ownership.OURS, Ownership.RENAMED, Ownership.UNSIGNED} == USABLE


class Seen(NamedTuple):
    uuid: str
    owner: Owner | None
    place: tuple[str, str]


OURS = Seen(OWNER.instance_uuid, OWNER, AT)
OTHER = Owner(GROUP, "srvweb2")


@pytest.mark.parametrize(
    ("seen", "ownership"),
    [
        (OURS, Ownership.OURS),
        (OURS._replace(uuid="another"), Ownership.FOREIGN),
        (OURS._replace(owner=None), Ownership.UNSIGNED),
        (OURS._replace(owner=OTHER), Ownership.UNSIGNED),
        (OURS._replace(place=("datastore1 (1)", "elsewhere")), Ownership.MOVED),
        (OURS._replace(place=("datastore2", "srvweb1")), Ownership.MOVED),
    ],
)
def test_a_machine_is_ours_by_three_marks_and_no_fewer(seen, ownership):
    assert judge_machine(seen, OWNER, AT) is ownership


def test_what_stands_in_the_place_of_a_machine_is_named():
    foreign = Seen("another", None, AT)
    nobody = {"marked": (), "with_uuid": None, "in_place": list}
    assert judge_machines(OWNER, AT, **nobody) is None
    assert judge_machines(OWNER, AT, **{**nobody, "in_place": lambda: [foreign]}) == (
        Ownership.FOREIGN,
        (foreign,),
    )
    clone = OURS._replace(uuid="another")
    assert judge_machines(OWNER, AT, **{**nobody, "marked": (clone,)}) == (Ownership.FOREIGN, (clone,))
    twice = {**nobody, "marked": (OURS, clone), "with_uuid": OURS}
    assert judge_machines(OWNER, AT, **twice) == (Ownership.TWICE, (OURS, clone))


@pytest.mark.parametrize(
    ("seen", "folders", "cloned", "ownership"),
    [
        ([OURS], {AT: OWNER}, False, Ownership.OURS),
        ([OURS], {}, False, Ownership.MOVED),
        ([OURS], {AT: OTHER}, False, Ownership.MOVED),
        ([OURS], {}, True, Ownership.OURS),
        ([OURS], {AT: OTHER}, True, Ownership.MOVED),
        ([OURS._replace(uuid="another")], {AT: OWNER}, False, Ownership.MOVED),
        ([OURS, OURS], {AT: OWNER}, False, Ownership.TWICE),
    ],
)
def test_without_a_spec_the_owner_file_proves_a_machines_place(seen, folders, cloned, ownership):
    assert judge_remaining(seen, OWNER, folders, cloned=cloned) is ownership


def test_a_port_group_is_whose_record_names_it_while_it_is_as_recorded():
    wanted = PortGroup("g07-inside", 107, "vSwitch0")
    name = {wanted.name}
    assert judge_port_group(wanted, wanted, own=name) is Ownership.OURS
    assert judge_port_group(wanted, wanted, own=(), shared=name) is Ownership.SHARED
    assert judge_port_group(wanted, wanted, own=()) is Ownership.FOREIGN
    for other in (replace(wanted, vlan=108), replace(wanted, vswitch="vSwitch1")):
        assert judge_port_group(other, wanted, own=name, shared=name) is Ownership.FOREIGN


def test_a_server_is_known_by_what_it_calls_itself_or_by_its_name():
    here = {"identity": "aa", "machines": False}
    assert belongs_to_server(of_server("elsewhere.example", 443, "aa"), HERE, **here)
    assert belongs_to_server(of_server("vcenter", 443, "bb"), HERE, **here)  # installed anew
    assert not belongs_to_server(of_server("vcenter", 8443, "bb"), HERE, **here)
    assert not belongs_to_server(
        of_server("elsewhere.example", 443, "bb"), HERE, identity="aa", machines=True
    )
    for written, identity in (("", "aa"), ("bb", ""), ("", "")):
        assert belongs_to_server(
            of_server("elsewhere.example", 443, written), HERE, identity=identity, machines=True
        )
        assert not belongs_to_server(
            of_server("elsewhere.example", 443, written), HERE, identity=identity, machines=False
        )
    joined = {"identity": "vc", "machines": False, "hosts": frozenset({"aa"})}
    assert belongs_to_server(
        of_server("esxi1.example", 443, "aa"), HERE, **joined
    )  # a host that has joined a vCenter
    assert not belongs_to_server(of_server("esxi2.example", 443, "bb"), HERE, **joined)
    assert "03000200-0400-0500-0006-000700080009" in WORN_OUT


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("vcenter", "vcenter.lycee.example", True),
        ("VCENTER.lycee.example.", "vcenter.lycee.example", True),
        ("vcenter", "vcenter2.lycee.example", False),
        ("vcenter.lycee", "vcenter.lycee.example", False),
        ("10", "10.0.0.1", False),
        ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.10", False),
    ],
)
def test_short_and_long_names_of_one_host(one, other, same):
    if one != "10":  # no name of a host, though a number
        assert same_host(one, other) is same_host(other, one) is same


HALF = PortGroup("g07-inside", 0, "vSwitch0")


@pytest.mark.parametrize(
    ("seen", "wanted", "own", "half"),
    [
        (HALF, replace(HALF, vlan=107), {"g07-inside"}, True),
        (HALF, replace(HALF, vlan=107), set(), False),  # nobody has recorded it: somebody else's
        (HALF, HALF, {"g07-inside"}, False),  # it is whole
        (replace(HALF, vlan=108), replace(HALF, vlan=107), {"g07-inside"}, False),
        (replace(HALF, vswitch="vSwitch1"), replace(HALF, vlan=107), {"g07-inside"}, False),
    ],
)
def test_only_a_recorded_port_group_without_its_vlan_is_half_made(seen, wanted, own, half):
    assert is_half_made(seen, wanted, own=own) is half
