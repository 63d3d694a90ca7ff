"""The promises of `Guests`, kept by the one in memory and by paramiko against simulated machines."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from esxlab.backends.credentials import Credentials
from esxlab.backends.guest import ParamikoGuests
from esxlab.backends.protocols import Bounds, CommandResult
from esxlab.errors import LabError
from esxlab.exercises.registry import build_lab
from esxlab.lab.guest import GuestFile, SshHop, SshRoute
from esxlab.planning.guest_difference import diff_guest
from esxlab.sim.access import SchoolEndpoints
from tests.group_specs import group_spec
from tests.memory.guests import MODEL_KEY, MemoryGuests
from tests.memory.light_machines import LightMachines

NAMES = ("srvweb1", "srvweb2")
CARDS = {"srvweb1": "00:50:56:01:00:00", "srvweb2": "00:50:56:01:01:00"}  # as LightMachines gives them


@dataclass
class School:
    """An implementation, and how its machines are dialled."""

    guests: MemoryGuests | ParamikoGuests
    ports: dict[str, int]
    pins: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def route(self, name: str = "srvweb1", *, pinned: tuple[str, ...] | None = None) -> SshRoute:
        keys = self.pins.get(name, ()) if pinned is None else pinned
        return SshRoute(7, (SshHop(name, "127.0.0.1", self.ports[name], keys, "vcenter.example/modeleD9"),))

    def configure(self, wanted, name="srvweb1"):
        state = self.guests.observe(self.route(name), wanted)
        change = diff_guest(wanted, state)
        if change.new_identity:
            self.pins[name] = self.guests.make_keys(self.route(name))
        key = self.guests.apply(self.route(name), change, nic_names=dict(state.nic_names))
        return key, change


@pytest.fixture(params=["memory", "light"])
def school(request):
    if request.param == "memory":
        nics = {(7, name): ((mac, "ens160"),) for name, mac in CARDS.items()}
        yield School(MemoryGuests(nics=nics), dict.fromkeys(NAMES, 22))
        return
    with LightMachines(*NAMES) as machines:
        guests = ParamikoGuests(SchoolEndpoints(), Credentials(known={"guest": machines.password}))
        yield School(guests, {name: machines[name].port for name in NAMES})
        guests.close()


def wanted_guest(name="srvweb1", scenario="ha"):
    spec = group_spec(scenario=scenario)
    machines = tuple(
        replace(m, macs=dict.fromkeys(m.macs, CARDS[name])) if m.key == name else m for m in spec.machines
    )
    return build_lab(replace(spec, machines=machines), phrase="sesame").machine(name).guest


def test_a_fresh_copy_has_nothing_of_ours(school):
    wanted = wanted_guest()
    state = school.guests.observe(school.route(), wanted)
    assert not state.own_identity
    assert state.nic_names[0] == (CARDS["srvweb1"], "ens160")
    assert [file.path for file in state.files] == [
        *(file.path for file in wanted.files),
        *wanted.absent_files,
    ]
    assert {s.name for s in state.services} == {"apache2", "heartbeat"}
    change = diff_guest(wanted, state)
    assert (change.hostname, change.new_identity, change.install) == ("SRV1", True, wanted.packages)


def test_copies_share_an_identity_until_they_are_configured(school):
    wanted = {name: wanted_guest(name) for name in NAMES}
    before = [school.guests.observe(school.route(name), wanted[name]) for name in NAMES]
    assert len({(state.machine_id, state.host_key) for state in before}) == 1
    keys = [school.configure(wanted[name], name)[0] for name in NAMES]
    after = [school.guests.observe(school.route(name), wanted[name]) for name in NAMES]
    assert [state.host_key for state in after] == keys
    assert len({before[0].host_key, *keys}) == 3
    assert len({before[0].machine_id, *(state.machine_id for state in after)}) == 3
    assert all(state.own_identity for state in after)


@pytest.mark.parametrize("scenario", ["ha", "lb"])
def test_after_apply_nothing_is_left_to_do(school, scenario):
    wanted = wanted_guest(scenario=scenario)
    _, change = school.configure(wanted)
    assert change
    assert not diff_guest(wanted, school.guests.observe(school.route(), wanted))


def test_switching_the_part_there_and_back_converges(school):
    for scenario in ("ha", "lb", "ha"):
        wanted = wanted_guest(scenario=scenario)
        school.configure(wanted)
        assert not diff_guest(wanted, school.guests.observe(school.route(), wanted))


def test_what_must_go_goes_and_what_must_be_secret_is(school):
    wanted = wanted_guest()
    school.configure(wanted)
    without = replace(wanted, files=(), absent_files=("/etc/ha.d/authkeys", "/etc/never-there"))
    there = school.guests.observe(school.route(), replace(wanted, absent_files=("/etc/never-there",)))
    assert next(f for f in there.files if f.path == "/etc/ha.d/authkeys").mode == 0o600
    change = diff_guest(without, school.guests.observe(school.route(), without))
    assert change.remove == ("/etc/ha.d/authkeys",)
    school.guests.apply(school.route(), change, nic_names={})
    assert not diff_guest(without, school.guests.observe(school.route(), without))


def test_the_host_key_is_known_after_a_meeting(school):
    assert school.guests.host_key(school.route()) == ""
    key, _ = school.configure(wanted_guest())
    assert school.guests.host_key(SshRoute(7, (SshHop("srvweb1", ""),))) == key


def test_another_host_key_than_the_pinned_one_is_refused(school):
    with pytest.raises(LabError) as caught:
        school.guests.observe(school.route(pinned=("SHA256:of-another-machine",)), wanted_guest())
    assert caught.value.code == "guest.key_changed"
    assert "SHA256:of-another-machine" in str(caught.value)


def test_the_pinned_host_key_is_accepted(school):
    shown = school.guests.observe(school.route(), wanted_guest()).host_key
    pinned = MODEL_KEY if isinstance(school.guests, MemoryGuests) else shown
    assert school.guests.observe(school.route(pinned=(pinned,)), wanted_guest()).host_key == shown


def test_a_machine_without_a_recorded_key_must_show_its_models(school):
    school.guests.observe(school.route(), wanted_guest())  # nobody told the model's key: the first copy's
    school.configure(wanted_guest("srvweb2"), "srvweb2")  # and here is one that shows another
    school.guests.close()
    with pytest.raises(LabError) as caught:
        school.guests.observe(school.route("srvweb2", pinned=()), wanted_guest("srvweb2"))
    assert caught.value.code == "guest.model_key"
    assert school.pins["srvweb2"][0] in str(caught.value)
    assert school.pins["srvweb2"][1] in str(caught.value)


def test_from_before_its_new_keys_are_in_force_the_machine_may_show_either(school):
    wanted = wanted_guest()
    before = school.guests.observe(school.route(), wanted).host_key
    old, new = school.guests.make_keys(school.route())
    assert old == before == school.guests.observe(school.route(pinned=(old, new)), wanted).host_key
    school.pins["srvweb1"] = (old, new)
    change = diff_guest(wanted, school.guests.observe(school.route(), wanted))
    assert school.guests.apply(school.route(), change, nic_names={CARDS["srvweb1"]: "ens160"}) == new
    assert school.guests.observe(school.route(pinned=(old, new)), wanted).host_key == new
    assert school.guests.observe(school.route(pinned=(new,)), wanted).host_key == new


def test_a_file_for_a_card_that_is_not_there_changes_nothing(school):
    wanted = replace(
        wanted_guest(), files=(GuestFile("/etc/network/interfaces", "auto @nic(00:50:56:09:09:09)\n"),)
    )
    before = school.guests.observe(school.route(), wanted)
    school.guests.make_keys(school.route())
    with pytest.raises(LabError) as caught:
        school.guests.apply(school.route(), diff_guest(wanted, before), nic_names=dict(before.nic_names))
    assert caught.value.code == "guest.no_nic"
    assert "00:50:56:09:09:09" in str(caught.value)
    assert school.guests.observe(school.route(), wanted) == before


def test_any_exit_status_is_an_answer(school):
    answer = school.guests.run(school.route(), ["no-such-command", "a b; exit 0"])
    assert answer.exit_status == 127
    assert "no-such-command" in answer.stderr


def test_closing_twice_is_closing(school):
    school.guests.observe(school.route(), wanted_guest())
    school.guests.close()
    school.guests.close()


@pytest.mark.parametrize(
    ("machine", "removed", "lacks"),
    [
        ("srvweb1", (), ()),
        ("srvweb1", ("ifupdown",), ("ifup",)),
        ("srvweb1", ("isc-dhcp-client",), ()),
        ("ClientB", ("isc-dhcp-client",), ("dhclient",)),
    ],
)
def test_what_the_network_file_needs_and_the_machine_lacks_is_seen(machine, removed, lacks):
    """networkd, netplan or NetworkManager in the model: the file would be read at no boot."""
    wanted = build_lab(group_spec(), phrase="sesame").machine(machine).guest
    with LightMachines("srvweb1") as machines:
        port = machines["srvweb1"].port
        machines.call(lambda: [machines["srvweb1"].machine.disk.packages.pop(name) for name in removed])
        guests = ParamikoGuests(SchoolEndpoints(), Credentials(known={"guest": machines.password}))
        route = SshRoute(7, (SshHop("srvweb1", "127.0.0.1", port, (), "vcenter.example/modeleD9"),))
        assert guests.observe(route, wanted).lacks == lacks
        guests.close()


def test_a_script_of_somebodys_own_is_told_as_far_as_it_may(school):
    if isinstance(school.guests, MemoryGuests):
        school.guests.answers["echo 123456789"] = CommandResult(0, "123456789\n", "")
    whole = school.guests.run_script(school.route(), "echo 123456789", Bounds(20.0, 20.0, 1000))
    assert whole == (0, "123456789\n", "", "")
    part = school.guests.run_script(school.route(), "echo 123456789", Bounds(20.0, 20.0, 4))
    assert (part.exit_status, part.cut) == (None, "size")
    assert part.stdout == "1234"
    assert school.guests.run_script(school.route(), "no-such", Bounds(20.0, 20.0, 1000)).exit_status == 127
