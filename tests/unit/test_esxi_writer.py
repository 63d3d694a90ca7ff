"""A machine's whole life over the shell, by the real ash; what the API would show is read from its file."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from esxlab.backends.esxi import vmx
from esxlab.backends.esxi.writer import ShellWriter
from esxlab.backends.vsphere.faults import settle
from esxlab.backends.vsphere.found import APPLIED_KEY
from esxlab.backends.vsphere.machines import network_of
from esxlab.backends.vsphere.records import OWNER_FILE, owner_file
from esxlab.backends.vsphere.seen import NO_SLOTS, SeenMachine, SeenNic
from esxlab.backends.vsphere.writer import Change, NewCard, NewMachine
from esxlab.errors import LabError
from esxlab.lab.machine import Hardware, PortGroup, Server, Site
from tests.ash import AshHost, tree
from tests.borrowed import borrows
from tests.unit.test_vsphere_found import inventory, seen_model
from tests.vsphere_worlds import wanted_lab

pytestmark = borrows("busybox")
SITE = Site(Server("esxi1.example", "root"), "datastore1", "modeleD9", "VM Network", esxi="esxi-a")


class Api:
    """What of a `Connection` the writer asks: files, the inventory, a machine by its owner."""

    def __init__(self, host):
        self.host, self.boot = host, "monday"
        self.inventory = inventory(seen_model(), is_vcenter=False)
        self.files = SimpleNamespace(get=self.get)

    def get(self, store, path):
        file = self.host.store / path
        return file.read_bytes() if file.exists() else None

    def is_busy(self, seen):
        return False

    def in_turn(self, act, *, what, look, on):
        return settle(act, look)

    def find(self, owner):
        for vm in self.host.state["machines"].values():
            values = vmx.read((self.host.store / vm["file"].partition("] ")[2]).read_text())
            if values["esxlab.machine"] == owner.machine:
                return self.seen(vm, values, owner)
        return None

    def seen(self, vm, values, owner):
        cards = vmx.cards_by_mac(values)
        nics = (
            SeenNic(mac, values[f"ethernet{n}.networkName"], values[f"ethernet{n}.startConnected"] == "TRUE")
            for mac, n in cards.items()
        )
        on = vm["power"] == "Powered on"
        extra = {key: value for key, value in values.items() if key.startswith("esxlab.")}
        uuid, boot = owner.instance_uuid, self.boot if on else ""
        sizes = Hardware(memory_mib=int(values["memSize"]))
        found = SeenMachine(
            None, "1", vm["name"], "dc-1", "", "", uuid, vm["file"], extra, sizes, (), tuple(nics)
        )
        return replace(found, powered_on=on, boot_time=boot)

    def card_keys(self, seen):
        return {mac: 4000 + n for n, mac in enumerate(sorted(nic.mac for nic in seen.nics))}


@pytest.fixture
def world(tmp_path, monkeypatch):
    host = AshHost(tmp_path, monkeypatch)
    api = Api(host)
    lab = wanted_lab(7, SITE, names=("srvweb1",))
    machine = lab.machines[0]
    place = api.inventory.place(SITE)
    place.host.port_groups.update({n.network: PortGroup(n.network, 107, "vSwitch0") for n in machine.nics})
    folder = host.store / machine.folder
    folder.mkdir()
    content = owner_file(machine.owner, folder=f"[datastore1] {machine.folder}", complete=False)
    (folder / OWNER_FILE).write_bytes(content)
    (folder / f"{machine.name}.vmdk").write_text("disk")
    (host.store / "modeleD9").mkdir()
    (host.store / "modeleD9" / "modeleD9.vmx").write_text('guestOS = "debian9"\n')
    writer = ShellWriter(api, host)
    writer.looked(api.inventory)
    nic = machine.nics[0]
    staged = NewCard(
        replace(nic, network="VM Network"),
        network_of(api, replace(nic, network="VM Network"), place),
        "vmxnet3",
    )
    new = NewMachine(machine, SITE, place, None, Hardware(), NO_SLOTS, (staged,), machine.owner.marks())
    moved = NewCard(nic, network_of(api, nic, place), "vmxnet3")
    return SimpleNamespace(
        host=host, api=api, writer=writer, machine=machine, new=new, moved=moved, folder=folder
    )


def shown(world):
    world.writer.looked(world.api.inventory)
    return world.writer.shown(world.api.find(world.machine.owner))


def ask(world, verb, *more):
    getattr(world.writer, verb)(world.machine, shown(world), *more, look=lambda: None)


def networks(seen):
    return [nic.network for nic in seen.nics]


def test_cards_move_while_the_machine_runs_and_are_moved_when_it_starts_again(world):
    world.writer.create(world.new, look=lambda: None)
    ask(world, "power_on")
    ask(world, "reconfigure", Change(cards=(world.moved,), extra_config={APPLIED_KEY: "digest monday"}))
    running = shown(world)
    inside = world.moved.nic.network
    assert (networks(running), running.extra[APPLIED_KEY]) == ([inside], "digest monday")
    assert networks(world.api.find(world.machine.owner)) == ["VM Network"]
    ask(world, "power_off")
    assert networks(shown(world)) == ["VM Network"]
    ask(world, "power_on")
    world.api.boot = "tuesday"
    assert networks(world.api.find(world.machine.owner)) == [inside]
    assert shown(world).extra[APPLIED_KEY] == "digest monday"


def test_who_restarts_it_by_hand_is_seen_to_have_left_its_cards_where_they_were(world):
    world.writer.create(world.new, look=lambda: None)
    ask(world, "power_on")
    ask(world, "reconfigure", Change(cards=(world.moved,), extra_config={APPLIED_KEY: "digest monday"}))
    world.api.boot = "tuesday"
    assert networks(shown(world)) == ["VM Network"]


def test_a_machine_that_is_off_is_changed_at_once(world):
    world.writer.create(world.new, look=lambda: None)
    ask(world, "reconfigure", Change(cards=(world.moved,), sizes={"memory_mib": 512}))
    found = world.api.find(world.machine.owner)
    assert (networks(found), found.hardware.memory_mib) == ([world.moved.nic.network], 512)
    ask(world, "reconfigure", Change(cables={world.moved.nic.mac.lower(): False}))
    assert [nic.connected for nic in world.api.find(world.machine.owner).nics] == [False]


def test_a_file_that_hostd_never_read_is_reloaded_though_it_is_as_it_has_to_be(world):
    """A run has died between the two."""
    world.writer.create(world.new, look=lambda: None)
    ask(world, "reconfigure", Change(sizes={"memory_mib": 512}))
    world.host.change_state(reloaded="")
    before = tree(world.folder)
    ask(world, "reconfigure", Change(sizes={"memory_mib": 512}))
    assert world.host.state["reloaded"] == "1"
    assert tree(world.folder) == before


def test_a_cable_is_pulled_from_a_machine_that_runs_and_sizes_are_not_changed(world):
    world.writer.create(world.new, look=lambda: None)
    ask(world, "power_on")
    ask(world, "reconfigure", Change(cables={world.moved.nic.mac.lower(): False}))
    assert world.host.state["machines"]["1"]["cables"] == {"4000": "0"}
    with pytest.raises(LabError) as caught:
        ask(world, "reconfigure", Change(sizes={"memory_mib": 512}))
    assert caught.value.code == "vsphere.power_state"


def test_a_machine_that_comes_after_another_has_none_of_its_marks(world):
    world.writer.create(world.new, look=lambda: None)
    ask(world, "reconfigure", Change(extra_config={APPLIED_KEY: "digest monday"}))
    assert "esxlab-marks.json" in tree(world.folder)
    ask(world, "destroy")
    assert list(tree(world.folder)) == [OWNER_FILE]
    (world.folder / f"{world.machine.name}.vmdk").write_text("disk")
    world.writer.create(world.new, look=lambda: None)
    assert APPLIED_KEY not in shown(world).extra


def test_a_look_costs_one_script_and_changes_nothing(world):
    world.writer.create(world.new, look=lambda: None)
    before, scripts, calls = tree(world.host.volumes), world.host.scripts, len(world.host.calls)
    world.host.change_state(free={"datastore1": 1234, "OSDATA-6b6b": 5})
    world.writer.looked(world.api.inventory)
    assert (tree(world.host.volumes), world.host.scripts) == (before, scripts + 1)
    assert world.host.calls[calls:] == [["esxcli", "--formatter=csv", "storage", "filesystem", "list"]]
    told = {store.name: store.free for store in world.api.inventory.datastores.values()}
    assert told["datastore1"] == 1234


def test_what_the_host_does_not_count_stays_as_the_api_has_it(world):
    before = dict(world.api.inventory.datastores)
    world.writer.looked(world.api.inventory)
    assert world.api.inventory.datastores == before
