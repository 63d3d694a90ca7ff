"""The promises of `VSphere`, kept in memory and on vcsim: a vCenter, a lone ESXi, and one with a shell."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import partial

import pytest

from esxlab.errors import LabError
from esxlab.lab.machine import PortGroup
from esxlab.lab.origin import as_found
from tests.roads import EVERY, world_on
from tests.vsphere_worlds import (
    MemoryWorld,
    build,
    connect,
    record_of,
    remove_class,
    restart,
    shown_on,
    wanted_lab,
)

NUMBERS = itertools.count(1)


@pytest.fixture(params=EVERY)
def world(request):
    with world_on(request.param, request) as found:
        yield found


@pytest.fixture
def lab(world):
    """A group of a class of its own; whatever is left of it is removed in the end."""
    number = next(NUMBERS)
    wanted = wanted_lab(number % 90 + 1, world.site, f"class{number}")
    yield wanted
    remove_class(world.vsphere, world.server, wanted.group.class_name)
    assert world.vsphere.find_class(world.server, wanted.group.class_name) == {}


def found(world, lab):
    return world.vsphere.observe([lab])[lab.group]


def codes(lab):
    return [problem.code for problem in lab.problems]


def on_staging(lab):
    """The wanted lab as it is before the cards are moved: no config digest, first cards on staging."""
    machines = []
    for machine in lab.machines:
        first = replace(machine.nics[0], network=lab.site.staging)
        nics = (first, *machine.nics[1:])
        machines.append(replace(machine, nics=nics, config_digest="", host_keys=()))
    return replace(lab, machines=tuple(machines))


def test_nothing_is_there_at_first(world, lab):
    seen = found(world, lab)
    assert (seen.port_groups, seen.folders, seen.machines) == ((), (), ())
    assert not seen.has_record
    assert codes(seen) == []
    assert seen.site == lab.site


def test_what_was_built_is_found(world, lab):
    build(world.vsphere, lab)
    seen = found(world, lab)
    assert seen == on_staging(lab)
    assert codes(seen) == []
    assert all(m.runtime.moref and m.runtime.boot_time for m in seen.machines)


def test_a_machine_is_created_with_its_cards_but_for_those_that_are_added(world, lab):
    lab = wanted_lab(lab.group.number, world.site, lab.group.class_name, names=("repartiteur1", "ClientA"))
    balancer, client = lab.machines
    build(world.vsphere, lab, until="folders")
    for machine in lab.machines:
        world.vsphere.copy_disk(lab.site, machine)
        world.vsphere.create_machine(lab.site, machine)
    seen = found(world, lab)
    networks = {m.name: [(nic.role, nic.network) for nic in m.nics] for m in seen.machines}
    assert networks == {
        balancer.name: [("outside", world.site.staging)],
        client.name: [("management", world.site.staging), ("lab", client.nics[1].network)],
    }


def disks(world, lab):
    return [folder.disk for folder in found(world, lab).folders]


def test_a_copied_disk_is_whole_when_it_is_marked(world, lab):
    lab = wanted_lab(lab.group.number, world.site, lab.group.class_name, names=("srvweb1",))
    build(world.vsphere, lab, until="folders")
    assert disks(world, lab) == ["absent"]
    world.vsphere.copy_disk(lab.site, lab.machines[0])
    assert disks(world, lab) == ["partial"]
    world.vsphere.confirm_disk(lab.site, lab.machines[0])
    assert disks(world, lab) == ["complete"]
    world.vsphere.copy_disk(lab.site, lab.machines[0])  # nothing is copied again
    world.vsphere.create_machine(lab.site, lab.machines[0])
    assert codes(found(world, lab)) == []


def test_a_disk_whose_machine_is_refused_is_whole(world, lab):
    lab = wanted_lab(lab.group.number, world.site, lab.group.class_name, names=("ClientA",))
    build(world.vsphere, lab, until="folders")
    machine = lab.machines[0]
    world.vsphere.copy_disk(lab.site, machine)
    nowhere = replace(machine, nics=(machine.nics[0], replace(machine.nics[1], network="nowhere")))
    with pytest.raises(LabError) as refusal:
        world.vsphere.create_machine(lab.site, nowhere)
    assert refusal.value.code == "vsphere.network_missing"
    assert disks(world, lab) == ["complete"]


def test_cards_move_with_a_config_digest_and_a_restart_pends(world, lab):
    build(world.vsphere, lab)
    connect(world.vsphere, lab)
    pending = tuple(replace(machine, restart_pending=True) for machine in lab.machines)
    assert found(world, lab) == replace(lab, machines=pending)
    restart(world.vsphere, lab)
    assert found(world, lab) == lab


def test_a_machine_that_is_off_has_no_restart_pending(world, lab):
    build(world.vsphere, lab, until="created")
    connect(world.vsphere, lab)
    assert found(world, lab) == replace(
        lab, machines=tuple(replace(m, powered_on=False) for m in lab.machines)
    )


def test_one_card_is_pulled_and_plugged_and_nothing_else_changes(world, lab):
    build(world.vsphere, lab)
    connect(world.vsphere, lab)
    restart(world.vsphere, lab)
    machine = lab.machines[0]
    role = machine.nics[0].role
    pulled = replace(machine, nics=(replace(machine.nics[0], connected=False), *machine.nics[1:]))
    for _ in range(2):
        world.vsphere.set_nic_connected(lab.site, machine, role, connected=False)
        assert found(world, lab).machine(machine.owner.machine) == pulled  # no restart is pending
    for _ in range(2):
        world.vsphere.set_nic_connected(lab.site, machine, role, connected=True)
        assert found(world, lab) == lab
    with pytest.raises(LabError) as caught:
        world.vsphere.set_nic_connected(lab.site, machine, "no such role", connected=True)
    assert caught.value.code == "vsphere.no_such_card"


def test_every_verb_may_be_run_again(world, lab):
    build(world.vsphere, lab)
    build(world.vsphere, lab)
    connect(world.vsphere, lab)
    connect(world.vsphere, lab)
    pending = tuple(replace(machine, restart_pending=True) for machine in lab.machines)
    assert found(world, lab) == replace(lab, machines=pending)
    for machine, folder in zip(lab.machines, lab.folders, strict=True):
        for _ in range(2):
            world.vsphere.power_off(lab.site, machine, gently_s=0.2)
        for _ in range(2):
            world.vsphere.destroy_machine(lab.site, machine)
        for _ in range(2):
            world.vsphere.delete_folder(lab.site, folder)
    for port_group in lab.port_groups * 2:
        world.vsphere.remove_port_group(lab.site, port_group)
    for _ in range(2):
        world.vsphere.delete_group_record(record_of(lab))
    assert not found(world, lab).has_record


def test_a_class_is_found_by_its_marks_alone(world, lab):
    build(world.vsphere, lab)
    connect(world.vsphere, lab)
    [(group, (seen, record))] = world.vsphere.find_class(world.server, lab.group.class_name).items()
    assert group == lab.group
    assert record == record_of(lab)
    assert {machine.owner for machine in seen.machines} == {machine.owner for machine in lab.machines}
    assert all(machine.config_digest and machine.powered_on for machine in seen.machines)
    assert sorted(seen.folders, key=lambda f: f.path) == sorted(lab.folders, key=lambda f: f.path)
    assert seen.port_groups == lab.port_groups
    assert seen.has_record
    assert codes(seen) == []


def test_another_group_is_not_touched(world, lab):
    neighbour = wanted_lab(99, world.site, class_name=f"{lab.group.class_name}b")
    build(world.vsphere, neighbour)
    build(world.vsphere, lab)
    before = found(world, neighbour)
    remove_class(world.vsphere, world.server, lab.group.class_name)
    assert found(world, neighbour) == before
    remove_class(world.vsphere, world.server, neighbour.group.class_name)


def test_a_half_copy_is_deleted_and_copied_again(world, lab):
    machine = lab.machines[0]
    world.vsphere.write_group_record(record_of(lab))
    world.half_copy(machine)
    assert [folder.disk for folder in found(world, lab).folders] == ["partial"]
    world.vsphere.delete_disk(lab.site, machine)
    assert [folder.disk for folder in found(world, lab).folders] == ["absent"]
    world.vsphere.copy_disk(lab.site, machine)
    world.vsphere.confirm_disk(lab.site, machine)
    assert found(world, lab).folders == lab.folders[:1]


def test_copying_over_a_half_copy_makes_a_whole_one(world, lab):
    machine = lab.machines[0]
    world.vsphere.write_group_record(record_of(lab))
    world.half_copy(machine)
    world.vsphere.copy_disk(lab.site, machine)
    assert not world.holds_half_a_copy(machine)
    world.vsphere.confirm_disk(lab.site, machine)
    assert found(world, lab).folders == lab.folders[:1]


def test_an_empty_folder_is_ours_to_use(world, lab):
    world.empty_folder(lab.folders[0].path)
    seen = found(world, lab)
    assert (seen.folders, codes(seen)) == ((), [])
    world.vsphere.make_folder(lab.site, lab.folders[0])
    assert [(f.owner, f.disk) for f in found(world, lab).folders] == [(lab.folders[0].owner, "absent")]


def test_an_empty_folder_goes_only_when_the_record_names_it(world, lab):
    """As a run leaves it that was killed between making a folder and signing it."""
    ours, another = lab.folders[0].path, f"{lab.folders[0].path}0"
    for name in (ours, another):
        world.empty_folder(name)
    world.vsphere.write_group_record(record_of(lab)._replace(folders=((lab.folders[0].owner.machine, ours),)))
    [(seen, _)] = world.vsphere.find_class(world.server, lab.group.class_name).values()
    assert seen.folders == (replace(lab.folders[0], disk="absent"),)
    remove_class(world.vsphere, world.server, lab.group.class_name)
    assert [world.folder_exists(name) for name in (ours, another)] == [False, True]
    world.remove_foreign(another)


def test_a_folder_that_the_record_names_stays_when_there_is_anything_in_it(world, lab):
    folder = lab.folders[0]
    world.foreign_folder(folder.path)
    world.vsphere.write_group_record(record_of(lab)._replace(folders=((folder.owner.machine, folder.path),)))
    [(seen, _)] = world.vsphere.find_class(world.server, lab.group.class_name).values()
    assert seen.folders == ()
    remove_class(world.vsphere, world.server, lab.group.class_name)
    assert world.folder_exists(folder.path)
    world.remove_foreign(folder.path)


def test_a_folder_with_foreign_content_is_refused_and_kept(world, lab):
    folder = lab.folders[0]
    world.foreign_folder(folder.path)
    assert codes(found(world, lab)) == ["vsphere.foreign_folder"]
    for verb in (world.vsphere.make_folder, world.vsphere.delete_folder):
        with pytest.raises(LabError) as refusal:
            verb(lab.site, folder)
        assert refusal.value.code == "vsphere.foreign_folder"
    assert world.folder_exists(folder.path)
    world.remove_foreign(folder.path)


def test_a_foreign_folder_with_the_name_of_our_group_folder_is_refused_and_kept(world, lab):
    folder = lab.group.folder_name
    world.foreign_folder(folder)
    assert codes(found(world, lab)) == ["vsphere.foreign_folder"]
    with pytest.raises(LabError) as refusal:
        world.vsphere.write_group_record(record_of(lab))
    assert refusal.value.code == "vsphere.foreign_folder"
    assert world.folder_exists(folder)
    world.remove_foreign(folder)


def test_what_somebody_keeps_in_our_group_folder_outlives_the_group(world, lab):
    inside = f"{lab.group.folder_name}/thesis"
    world.vsphere.write_group_record(record_of(lab))
    world.foreign_folder(inside)
    world.vsphere.delete_group_record(record_of(lab))
    assert world.folder_exists(inside)
    assert world.vsphere.find_class(world.server, lab.group.class_name) == {}
    world.vsphere.delete_group_record(
        record_of(replace(lab, group=replace(lab.group, number=78)))
    )  # there is none
    world.remove_foreign(inside)


def test_a_copy_of_our_folder_is_somebody_elses(world, lab):
    """Whoever keeps a copy copies the owner file too; it names the folder that it was written for."""
    folder, copy = lab.folders[0], replace(lab.folders[0], path=f"{lab.folders[0].path}-kept")
    world.vsphere.write_group_record(record_of(lab))
    world.vsphere.make_folder(lab.site, folder)
    world.copied_folder(folder, copy.path)
    [(seen, _)] = world.vsphere.find_class(world.server, lab.group.class_name).values()
    assert [f.path for f in seen.folders] == [folder.path]
    with pytest.raises(LabError) as refusal:
        world.vsphere.delete_folder(lab.site, copy)
    assert refusal.value.code == "vsphere.foreign_folder"
    remove_class(world.vsphere, world.server, lab.group.class_name)
    assert world.folder_exists(copy.path)
    world.remove_foreign(copy.path)


def test_a_machine_that_uses_our_folder_keeps_a_teardown_away(world, lab):
    folder = lab.folders[0]
    world.vsphere.write_group_record(record_of(lab))
    world.vsphere.make_folder(lab.site, folder)
    world.foreign_machine(f"guest-{lab.group.class_name}", folder.path)
    [(seen, _)] = world.vsphere.find_class(world.server, lab.group.class_name).values()
    assert codes(seen) == ["vsphere.foreign_machine"]
    world.remove_foreign(f"guest-{lab.group.class_name}")


def test_a_foreign_port_group_is_in_the_way(world, lab):
    port_group = lab.port_groups[0]
    world.foreign_port_group(port_group)
    seen = found(world, lab)
    assert codes(seen) == ["vsphere.foreign_port_group"]
    assert seen.port_groups == (replace(port_group, ours=False),)
    with pytest.raises(LabError) as refusal:
        world.vsphere.remove_port_group(lab.site, replace(port_group, ours=False))
    assert refusal.value.code == "vsphere.foreign_port_group"
    world.vsphere.remove_port_group(lab.site, port_group)


def test_a_recorded_port_group_with_another_vlan_is_in_the_way(world, lab):
    world.vsphere.write_group_record(record_of(lab))
    wrong = PortGroup(lab.port_groups[0].name, 999, "vSwitch0")
    world.foreign_port_group(wrong)
    assert codes(found(world, lab)) == ["vsphere.foreign_port_group"]
    with pytest.raises(LabError) as refusal:
        world.vsphere.add_port_group(lab.site, lab.port_groups[0])
    assert refusal.value.code == "vsphere.foreign_port_group"
    world.vsphere.remove_port_group(lab.site, wrong)


def test_a_vlan_changed_in_ones_own_spec_is_told_as_wanted_found_and_recorded(world, lab):
    world.vsphere.write_group_record(record_of(lab))
    made = lab.port_groups[0]
    world.vsphere.add_port_group(lab.site, made)
    changed = replace(lab, port_groups=(replace(made, vlan=503), *lab.port_groups[1:]))
    seen = found(world, changed)
    assert codes(seen) == ["vsphere.port_group_respec"]
    said = str(seen.problems[0])
    assert "wants VLAN 503" in said
    assert f"found VLAN {made.vlan}" in said
    assert f"record has it (VLAN {made.vlan}, {made.vswitch})" in said
    assert codes(found(world, lab)) == []  # the remedy: the recorded one back in the spec
    world.vsphere.remove_port_group(lab.site, made)


def test_a_port_group_in_use_stays(world, lab):
    name = f"guest-{lab.group.class_name}"
    world.vsphere.write_group_record(record_of(lab))
    world.vsphere.add_port_group(lab.site, lab.port_groups[0])
    world.foreign_machine(name, name, network=lab.port_groups[0].name)
    with pytest.raises(LabError) as refusal:
        world.vsphere.remove_port_group(lab.site, lab.port_groups[0])
    assert refusal.value.code == "vsphere.in_use"
    assert name in str(refusal.value)
    world.remove_foreign(name)


def test_somebody_elses_machine_in_our_folder_is_in_the_way(world, lab):
    folder = lab.machines[0].folder
    world.foreign_machine(folder, folder)
    seen = found(world, lab)
    assert codes(seen) == ["vsphere.foreign_machine"]
    assert seen.machines == ()
    world.remove_foreign(folder)


def test_a_clone_made_by_hand_is_refused(world, lab):
    machine = lab.machines[0]
    build(world.vsphere, lab, until="created")
    twin = f"twin-{lab.group.class_name}"
    world.foreign_machine(twin, twin, marks=machine.owner)
    assert "vsphere.two_machines" in codes(found(world, lab))
    [(seen, _)] = world.vsphere.find_class(world.server, lab.group.class_name).values()
    assert codes(seen) == ["vsphere.two_machines"]
    assert machine.owner not in {m.owner for m in seen.machines}
    world.remove_foreign(twin)
    assert found(world, lab).machine(machine.owner.machine) is not None


def test_our_uuid_without_our_marks_is_not_ours(world, lab):
    (lab,) = as_found([lab], world.vsphere.observe([lab]))
    machine = lab.machines[0]
    name = f"stray-{lab.group.class_name}"
    world.foreign_machine(name, name, uuid=machine.owner.instance_uuid)
    assert codes(found(world, lab)) == ["vsphere.unmarked_machine"]
    verbs = (world.vsphere.power_on, world.vsphere.power_off, world.vsphere.destroy_machine)
    for verb in (*verbs, world.vsphere.reconfigure_machine):
        with pytest.raises(LabError) as refusal:
            verb(lab.site, machine)
        assert refusal.value.code == "vsphere.not_ours"
    world.remove_foreign(name)


def test_our_uuid_in_our_folder_without_our_marks_is_not_ours(world, lab):
    (lab,) = as_found([lab], world.vsphere.observe([lab]))
    machine, folder = lab.machines[0], lab.folders[0]
    name = f"stray-{lab.group.class_name}"
    world.vsphere.make_folder(lab.site, folder)
    world.foreign_machine(name, folder.path, uuid=machine.owner.instance_uuid)
    assert codes(found(world, lab)) == ["vsphere.unmarked_machine"]
    with pytest.raises(LabError) as refusal:
        world.vsphere.destroy_machine(lab.site, machine)
    assert refusal.value.code == "vsphere.not_ours"
    world.remove_foreign(name)


def test_our_marks_without_our_uuid_are_not_ours(world, lab):
    """Not even in a folder of ours: a clone that was moved there by hand."""
    machine, folder = lab.machines[0], lab.folders[0]
    name = f"clone-{lab.group.class_name}"
    world.vsphere.make_folder(lab.site, folder)
    world.foreign_machine(name, folder.path, marks=machine.owner)
    assert codes(found(world, lab)) == ["vsphere.foreign_machine"]
    [(seen, _)] = world.vsphere.find_class(world.server, lab.group.class_name).values()
    assert (seen.machines, codes(seen)) == ((), ["vsphere.moved_machine"])
    world.remove_foreign(name)


def test_our_marks_and_uuid_elsewhere_are_not_ours(world, lab):
    machine = lab.machines[0]
    name = f"moved-{lab.group.class_name}"
    world.foreign_machine(name, name, marks=machine.owner, uuid=machine.owner.instance_uuid)
    assert codes(found(world, lab)) == ["vsphere.moved_machine"]
    with pytest.raises(LabError) as refusal:
        world.vsphere.destroy_machine(lab.site, machine)
    assert refusal.value.code == "vsphere.not_ours"
    [(seen, _)] = world.vsphere.find_class(world.server, lab.group.class_name).values()
    assert codes(seen) == ["vsphere.moved_machine"]
    world.remove_foreign(name)


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("model", "model"),
        ("datastore", "datastore"),
        ("network", "staging"),
        pytest.param("host", "esxi", marks=pytest.mark.needs("hosts by name")),
    ],
)
def test_what_is_missing_is_a_problem_of_the_group(world, kind, field):
    site = replace(world.site, **{field: "nowhere"})
    if isinstance(world, MemoryWorld):
        world.vsphere.world.lacking.add((kind, "nowhere"))
    good, bad = wanted_lab(1, world.site, "missing"), wanted_lab(2, site, "missing")
    seen = world.vsphere.observe([good, bad])
    assert codes(seen[good.group]) == []
    assert f"vsphere.{kind}_missing" in codes(seen[bad.group])


def test_an_address_is_awaited(world, lab):
    build(world.vsphere, lab)
    machine = lab.machines[0]
    if not isinstance(world, MemoryWorld):
        from pyVmomi import vim

        options = {"SET.guest.ipAddress": "127.0.0.1", "guestinfo.esxlab.ssh_port": "20022"}
        pairs = [vim.option.OptionValue(key=key, value=value) for key, value in options.items()]
        world.wait(world.machine(machine.name).ReconfigVM_Task(vim.vm.ConfigSpec(extraConfig=pairs)))
    address, port = world.vsphere.await_address(lab.site, machine.owner, timeout_s=60)
    assert address == "127.0.0.1"
    assert port >= 20000
    world.vsphere.check_on(lab.site, machine.owner, dialled=address, port=port)
    if not isinstance(world, MemoryWorld):
        with pytest.raises(LabError) as moved:  # in the embedded school the port is a part of the address
            world.vsphere.check_on(lab.site, machine.owner, dialled=address, port=port + 1)
        assert moved.value.code == "vsphere.new_address"
    runtime = found(world, lab).machines[0].runtime
    assert (runtime.address, runtime.ssh_port) == (address, port)


def test_nobody_waits_for_a_machine_that_is_off(world, lab):
    build(world.vsphere, lab, until="created")
    machine = lab.machines[0]
    for ask in (world.vsphere.check_on, partial(world.vsphere.await_address, timeout_s=60)):
        with pytest.raises(LabError) as off:
            ask(lab.site, machine.owner)
        assert off.value.code == "vsphere.off"
    world.vsphere.power_on(lab.site, machine)
    world.vsphere.check_on(lab.site, machine.owner)


def test_a_machine_that_is_not_there_has_no_address(world, lab):
    with pytest.raises(LabError) as absence:
        world.vsphere.await_address(lab.site, lab.machines[0].owner, timeout_s=0.1)
    assert absence.value.code == "vsphere.no_machine"


def test_a_port_group_that_another_group_of_the_class_has_recorded_is_shared(world, lab):
    """No obstacle, and not this group's own until its record names it too."""
    shared = lab.port_groups[1]
    mate = wanted_lab(98, world.site, class_name=lab.group.class_name)
    mate = replace(mate, port_groups=(mate.port_groups[0], shared))
    world.vsphere.write_group_record(record_of(lab))
    world.vsphere.add_port_group(lab.site, shared)
    seen = found(world, mate)
    assert (codes(seen), seen.port_groups) == ([], (replace(shared, ours=False),))
    world.vsphere.write_group_record(record_of(mate))
    world.vsphere.add_port_group(mate.site, shared)
    assert found(world, mate).port_groups == (shared,)
    world.vsphere.delete_group_record(record_of(lab))
    assert (codes(found(world, mate)), found(world, mate).port_groups) == ([], (shared,))


def test_a_port_group_that_another_class_has_recorded_is_in_the_way(world, lab):
    shared = lab.port_groups[1]
    other = replace(wanted_lab(98, world.site, class_name=f"{lab.group.class_name}c"), port_groups=(shared,))
    world.vsphere.write_group_record(record_of(lab))
    world.vsphere.add_port_group(lab.site, shared)
    assert codes(found(world, other)) == ["vsphere.foreign_port_group"]


def test_the_records_of_a_class_are_found_without_its_spec(world, lab):
    name = lab.group.class_name
    assert world.vsphere.find_records(world.server, name) == {}
    mate = wanted_lab(98, world.site, class_name=name)
    stranger = wanted_lab(98, world.site, class_name=f"{name}b")
    build(world.vsphere, lab, until="created")
    world.vsphere.write_group_record(record_of(mate))
    world.vsphere.write_group_record(record_of(stranger))
    world.vsphere.observe([lab])
    expected = {lab.group: record_of(lab), mate.group: record_of(mate)}
    assert world.vsphere.find_records(world.server, name) == expected
    for group, record in expected.items():
        assert world.vsphere.find_records(world.server, name, groups={group}) == {group: record}
    world.vsphere.delete_group_record(record_of(lab))
    assert world.vsphere.find_records(world.server, name) == {**expected, lab.group: None}
    world.vsphere.delete_group_record(record_of(stranger))


def test_an_empty_config_digest_takes_back_the_one_that_is_there(world, lab):
    build(world.vsphere, lab)
    connect(world.vsphere, lab)
    restart(world.vsphere, lab)
    machine = lab.machines[0]
    world.vsphere.reconfigure_machine(lab.site, replace(machine, nics=(), config_digest=""))
    seen = found(world, lab).machine(machine.owner.machine)
    assert seen == replace(machine, config_digest="")


def test_a_renamed_datastore_keeps_its_groups(world, lab):
    build(world.vsphere, lab)
    fresh = "datastore1 (1)"
    world.rename_datastore("datastore1", fresh)
    try:
        renamed = shown_on(lab, fresh)
        seen = found(world, renamed)
        assert codes(seen) == []
        assert seen == on_staging(renamed)
        there, record = world.vsphere.find_class(world.server, lab.group.class_name)[lab.group]
        assert codes(there) == []
        assert len(there.machines) == len(there.folders) == len(lab.machines)
        assert there.port_groups == lab.port_groups
        assert (record.site.datastore, record.former) == (fresh, "datastore1")
        world.vsphere.write_group_record(record_of(renamed))
        there, record = world.vsphere.find_class(world.server, lab.group.class_name)[lab.group]
        assert (codes(there), record.former, len(there.folders)) == ([], "", len(lab.machines))
        remove_class(world.vsphere, world.server, lab.group.class_name)
    finally:
        world.rename_datastore(fresh, "datastore1")


def test_a_machine_is_suspended_goes_on_and_is_taken_away_asleep(world, lab):
    build(world.vsphere, lab)
    first = lab.machines[0]

    def power():
        return found(world, lab).machine(first.owner.machine).power

    for _ in range(2):
        world.vsphere.suspend(lab.site, first)
        assert power() == "suspended"
    world.vsphere.power_on(lab.site, first)
    assert power() == "on"
    world.vsphere.suspend(lab.site, first)
    remove_class(world.vsphere, world.server, lab.group.class_name)
    assert world.vsphere.find_class(world.server, lab.group.class_name) == {}
    world.vsphere.observe([lab])
    with pytest.raises(LabError) as gone:
        world.vsphere.suspend(lab.site, first)
    assert gone.value.code == "vsphere.no_machine"


def test_a_console_has_an_address_and_a_machine_that_is_off_no_picture(world, lab):
    build(world.vsphere, lab, until="machines")
    first = lab.machines[0]
    address = world.vsphere.console_address(lab.site, first)
    assert address.startswith("https://")
    assert "/ui/" in address
    with pytest.raises(LabError) as off:
        world.vsphere.take_picture(lab.site, first)
    assert off.value.code == "vsphere.off"
