"""The laws of the difference inside a guest."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from esxlab.lab.guest import FileState, Guest, GuestFile, GuestState, Service
from esxlab.planning.guest_difference import diff_guest
from tests.memory.guests import MODEL_KEY, blank_state, changed

CARDS = (("00:50:56:00:00:01", "ens160"), ("00:50:56:00:00:02", "ens192"))
NAMES = ("apache2", "heartbeat", "ipvsadm", "curl")
PATHS = ("/etc/hosts", "/etc/ha.d/ha.cf", "/etc/ipvsadm.rules")
KEYS = ("net.ipv4.ip_forward", "net.ipv4.conf.all.arp_ignore")

contents = st.sampled_from(["", "one\n", "bcast @nic(00:50:56:00:00:01)\n", "@nic(00:50:56:00:00:02):30\n"])
modes = st.sampled_from([0o600, 0o644])
files = st.builds(GuestFile, st.just(""), contents, modes, secret=st.booleans())
services = st.builds(Service, st.just(""), st.booleans(), st.sampled_from([None, True, False]))
running_or_not = st.builds(Service, st.just(""), st.booleans(), st.booleans())
settings = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["0", "1"])).map(
    lambda found: tuple(found.items())
)


def named(strategy, names, field):
    """Some of these names, each with a drawn value that carries it."""
    found = st.dictionaries(st.sampled_from(names), strategy)
    return found.map(lambda d: tuple(replace(value, **{field: name}) for name, value in d.items()))


@st.composite
def guests(draw):
    wanted = draw(named(files, PATHS, "path"))
    absent = [path for path in PATHS if path not in {file.path for file in wanted}]
    return Guest(
        hostname=draw(st.sampled_from(["SRV1", "SRV2"])),
        packages=tuple(draw(st.sets(st.sampled_from(NAMES)))),
        files=wanted,
        absent_files=tuple(draw(st.sets(st.sampled_from(absent))) if absent else ()),
        services=draw(named(services, NAMES[:3], "name")),
        sysctl=draw(settings),
    )


states = st.builds(
    GuestState,
    hostname=st.sampled_from(["SRV1", "masterGr0"]),
    machine_id=st.just("0" * 32),
    host_key=st.just(MODEL_KEY),
    nic_names=st.just(CARDS),
    packages=st.sets(st.sampled_from(NAMES)).map(tuple),
    files=named(files.map(lambda f: FileState("", f.state.sha256, f.mode)), PATHS, "path"),
    services=named(running_or_not, NAMES[:3], "name"),
    sysctl=settings,
    own_identity=st.booleans(),
)


@given(guests(), states)
def test_after_the_change_nothing_is_left_to_change(wanted, state):
    change = diff_guest(wanted, state)
    after = changed(state, change, dict(CARDS), own=(1, "srvweb1"))
    assert not diff_guest(wanted, after)


@given(guests(), states)
def test_only_what_differs_is_written(wanted, state):
    there = {file.path: file for file in state.files}
    for file in diff_guest(wanted, state).write:
        assert file.resolved(dict(CARDS)).state != there.get(file.path)
        assert file in wanted.files


def test_a_file_for_a_card_that_is_not_there_yet_counts_as_different():
    file = GuestFile("/etc/network/interfaces", "auto @nic(00:50:56:00:00:09)\n")
    state = blank_state(CARDS)
    assert diff_guest(Guest("masterGr0", files=(file,)), state).write == (file,)


def test_the_release_is_filled_in_where_a_file_asks_for_it():
    file = GuestFile("/etc/apt/sources.list", "deb http://deb.example/debian @release() main\n")
    state = replace(blank_state(), release="stretch")
    (written,) = diff_guest(Guest("masterGr0", files=(file,)), state).write
    assert written.content == "deb http://deb.example/debian stretch main\n"
    after = changed(state, diff_guest(Guest("masterGr0", files=(file,)), state), {}, own=(1, "srvweb1"))
    assert not diff_guest(Guest("masterGr0", files=(file,)), after)


def test_installing_sets_all_services_because_debian_enables_and_starts_them():
    wanted = Guest("SRV1", ("apache2", "heartbeat"), services=(Service("apache2", enabled=False),))
    before = replace(blank_state(), services=(Service("apache2", enabled=False, running=False),))
    assert diff_guest(wanted, before).services == wanted.services


def test_either_will_do_when_running_is_not_said():
    wanted = Guest("SRV1", services=(Service("heartbeat", enabled=True),))
    for running in (True, False):
        state = replace(
            blank_state(), hostname="SRV1", own_identity=True,
            services=(Service("heartbeat", enabled=True, running=running),),
        )  # fmt: skip
        assert not diff_guest(wanted, state)
