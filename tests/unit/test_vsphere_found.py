"""What is found, from an inventory made by hand: space, datacenters, hosts, models."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyVmomi import vim

from esxlab.backends.vsphere.found import Stored, find_lab
from esxlab.backends.vsphere.inventory import Inventory
from esxlab.backends.vsphere.obstacles import space_problems
from esxlab.backends.vsphere.seen import SeenDatacenter, SeenDatastore, SeenHost, SeenMachine, SeenNetwork
from esxlab.errors import LabError
from esxlab.lab.machine import Folder, Hardware, PortGroup, Server, Site
from tests.vsphere_worlds import wanted_lab

GIB = 1024**3
SITE = Site(Server("vcenter.example", "prof"), "datastore1", "modeleD9", "VM Network", esxi="esxi-a")


def seen_model(moref="vm-1", *, datastore="datastore1", **changes):
    model = SeenMachine(
        ref=vim.VirtualMachine(moref),
        moref=moref,
        name="modeleD9",
        datacenter="dc-1",
        parent="group-v1",
        host="host-esxi-a",
        uuid=f"uuid-{moref}",
        vmx_path=f"[{datastore}] modeleD9/modeleD9.vmx",
        extra={},
        hardware=Hardware(),
        disks=(f"[{datastore}] modeleD9/modeleD9.vmdk",),
        nics=(),
        committed=2 * GIB,
    )
    return replace(model, **changes)


def seen_host(name):
    return SeenHost(
        ref=vim.HostSystem(f"host-{name}"),
        name=name,
        datacenter="dc-1",
        pool=None,
        network_system=None,
        connected=True,
        maintenance=False,
        datastores=frozenset({"ds-1", "ds-2"}),
        networks=frozenset({"network-1"}),
        port_groups={},
        vswitches=frozenset({"vSwitch0"}),
    )


def inventory(*machines, hosts=("esxi-a", "esxi-b"), free_gib=100.0, is_vcenter=True):
    datacenter = SeenDatacenter(vim.Datacenter("dc-1"), "dc-1", "Lab", "School/Lab", vim.Folder("group-v1"))
    stores = [("ds-1", "datastore1"), ("ds-2", "datastore2")]
    return Inventory(
        is_vcenter=is_vcenter,
        datacenters={"dc-1": datacenter},
        hosts={f"host-{name}": seen_host(name) for name in hosts},
        datastores={
            moref: SeenDatastore(vim.Datastore(moref), moref, name, "dc-1", int(free_gib * GIB), True, None)
            for moref, name in stores
        },
        networks={"network-1": SeenNetwork("network-1", "VM Network", "dc-1")},
        folders={},
        machines={machine.moref: machine for machine in machines or (seen_model(),)},
    )


def look(seen, *labs):
    places = {lab.group: seen.place(lab.site) for lab in labs}
    return places, {lab.group: find_lab(lab, seen, places[lab.group], Stored()) for lab in labs}


@pytest.mark.parametrize(
    ("free_gib", "refused"), [(100, []), (18, []), (17, [3]), (7, [2, 3]), (1, [1, 2, 3])]
)
def test_the_first_groups_get_the_space(free_gib, refused):
    labs = [wanted_lab(number, SITE) for number in (3, 1, 2)]
    seen = inventory(free_gib=free_gib)
    places, found = look(seen, *labs)
    problems = space_problems(labs, found, seen, places)
    assert sorted(group.number for group in problems) == refused
    assert {problem.code for problem in problems.values()} <= {"vsphere.no_space"}


def test_what_is_copied_already_needs_no_space():
    lab = wanted_lab(1, SITE)
    seen = inventory(free_gib=0)
    places, found = look(seen, lab)
    whole = {lab.group: replace(found[lab.group], folders=lab.folders)}
    assert space_problems([lab], whole, seen, places) == {}
    halves = tuple(Folder(f.datastore, f.path, f.owner, "partial") for f in lab.folders)
    half = {lab.group: replace(found[lab.group], folders=halves)}
    assert space_problems([lab], half, seen, places)


def test_the_model_on_the_own_datastore_is_preferred():
    near, far = seen_model("vm-9"), seen_model("vm-2", datastore="datastore2")
    seen = inventory(far, near)
    assert seen.model(SITE, seen.place(SITE)).moref == "vm-9"
    elsewhere = replace(SITE, datastore="datastore2")
    assert seen.model(elsewhere, seen.place(elsewhere)).moref == "vm-2"


def test_a_machine_of_ours_is_never_taken_for_the_model():
    ours = seen_model(extra=wanted_lab(1, SITE).machines[0].owner.marks())
    seen = inventory(ours)
    with pytest.raises(LabError) as absence:
        seen.model(SITE, seen.place(SITE))
    assert absence.value.code == "vsphere.model_missing"


@pytest.mark.parametrize(
    ("esxi", "hosts", "is_vcenter", "found"),
    [
        ("esxi-b", ("esxi-a", "esxi-b"), True, "esxi-b"),
        ("", ("esxi-a",), True, "esxi-a"),
        ("", ("localhost.localdomain",), False, "localhost.localdomain"),
        ("esxi1.lycee.example", ("localhost.localdomain",), False, "localhost.localdomain"),
    ],
)
def test_a_host_is_found_by_its_name_or_by_being_the_only_one(esxi, hosts, is_vcenter, found):
    seen = inventory(hosts=hosts, is_vcenter=is_vcenter)
    assert seen.place(replace(SITE, esxi=esxi)).host.name == found


@pytest.mark.parametrize("esxi", ["", "esxi-c"])
def test_a_host_that_is_not_there_is_named_with_those_that_are(esxi):
    with pytest.raises(LabError) as absence:
        inventory().place(replace(SITE, esxi=esxi))
    assert absence.value.code == "vsphere.host_missing"
    assert absence.value.facts["known"] == "esxi-a, esxi-b"


@pytest.mark.parametrize("name", ["Lab", "School/Lab", ""])
def test_a_datacenter_is_found_by_its_name_or_path(name):
    assert inventory().place(replace(SITE, datacenter=name)).datacenter.moref == "dc-1"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"maintenance": True}, "vsphere.host_maintenance"),
        ({"connected": False}, "vsphere.host_down"),
        ({"vswitches": frozenset()}, "vsphere.vswitch_missing"),
        ({"networks": frozenset()}, "vsphere.network_missing"),
        (
            {"port_groups": {"sio2-g01-inside": PortGroup("sio2-g01-inside", 1, "x")}},
            "vsphere.foreign_port_group",
        ),
    ],
)
def test_what_is_wrong_with_the_host_is_a_problem(changes, code):
    seen = inventory()
    seen.hosts["host-esxi-a"] = replace(seen.hosts["host-esxi-a"], **changes)
    lab = wanted_lab(1, SITE)
    _, found = look(seen, lab)
    assert [problem.code for problem in found[lab.group].problems] == [code]


@pytest.mark.parametrize(
    ("changes", "method", "code"),
    [
        ({"powered_on": True}, "copy", "vsphere.model_busy"),
        ({"snapshot": vim.vm.Snapshot("snapshot-1")}, "copy", "vsphere.model_snapshots"),
        ({"disks": ()}, "copy", "vsphere.model_without_disk"),
        ({}, "linked", "vsphere.model_no_snapshot"),
    ],
)
def test_what_is_wrong_with_the_model_is_a_problem(changes, method, code):
    lab = wanted_lab(1, replace(SITE, method=method))
    _, found = look(inventory(seen_model(**changes)), lab)
    assert [problem.code for problem in found[lab.group].problems] == [code]


def test_with_clone_the_folder_must_be_named_like_the_machine():
    lab = wanted_lab(1, replace(SITE, method="clone"))
    renamed = replace(lab, machines=(replace(lab.machines[0], folder="other"), *lab.machines[1:]))
    _, found = look(inventory(), renamed)
    assert [problem.code for problem in found[lab.group].problems] == ["vsphere.clone_folder"]
