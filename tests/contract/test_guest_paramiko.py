"""What only the SSH backend has: jump hosts, layers, one try for a password, shared connections."""

from __future__ import annotations

import logging
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace

import pytest

from esxlab.backends.credentials import Credentials
from esxlab.backends.guest import ParamikoGuests
from esxlab.backends.guest.dialling import Login
from esxlab.backends.power_watch import power_watch
from esxlab.errors import LabError
from esxlab.exercises.registry import build_lab
from esxlab.lab.guest import Guest, SshHop, SshRoute
from esxlab.planning.guest_difference import diff_guest
from esxlab.sim.access import SchoolEndpoints
from esxlab.sim.contracts import SimNic
from tests.group_specs import group_spec
from tests.memory.light_machines import LightMachines

NOTHING = Guest("masterGr0")
LIMIT_S = 60.0


def guests_for(password, **options):
    return ParamikoGuests(SchoolEndpoints(), Credentials(known={"guest": password}), **options)


@pytest.fixture(scope="module")
def machines():
    with LightMachines("srvweb1", "ClientB", nics=2) as running:
        yield running


@pytest.fixture
def guests(machines):
    with closing(guests_for(machines.password)) as backend:
        yield backend


def route(machines, name="srvweb1", **hop):
    return SshRoute(7, (SshHop(name, "127.0.0.1", machines[name].port, **hop),))


def configure(guests, to, change, nic_names):
    if change.new_identity:
        guests.make_keys(to)
    return guests.apply(to, change, nic_names=nic_names)


def refused(guests, to, *, timeout_s=0.0):
    with pytest.raises(LabError) as caught:
        guests.observe(to, NOTHING, timeout_s=timeout_s)
    assert str(caught.value)
    return caught.value


def test_a_provision_costs_one_connection_and_leaves_none(machines):
    with closing(guests_for(machines.password)) as guests:
        state = guests.observe(route(machines), NOTHING)
        change = diff_guest(replace(NOTHING, sysctl=(("vm.swappiness", "10"),)), state)
        configure(guests, route(machines), change, {})
        assert guests.connections.dialled == 1
        assert guests.run(route(machines), ["cat", "/proc/sys/net/ipv4/ip_forward"]).exit_status in (0, 1)
        assert guests.connections.dialled == 2


def test_a_machine_that_was_restarted_is_dialled_again(machines, guests):
    assert guests.run(route(machines), ["hostname"]).exit_status == 0
    machines["srvweb1"].restart()
    assert guests.run(route(machines), ["hostname"]).exit_status == 0
    assert guests.connections.dialled == 2


def test_a_wrong_password_is_tried_once(machines, guests):
    tried = []

    def wrong(_name):
        tried.append("wrong")
        return "wrong"

    guests.connections.login = Login("root", wrong)
    for _ in range(3):
        assert refused(guests, route(machines), timeout_s=30).code == "guest.login"
    assert len(tried) == 1


def test_the_password_is_in_no_text(machines, caplog):
    with caplog.at_level(logging.DEBUG), closing(guests_for("correct horse")) as guests:
        error = refused(guests, route(machines))
        assert "correct horse" not in f"{error!r} {error} {guests!r} {caplog.text}"


def test_which_layer_is_missing(guests):
    with closing(socket.socket()) as closed:
        closed.bind(("127.0.0.1", 0))
        error = refused(guests, SshRoute(7, (SshHop("srvweb1", "127.0.0.1", closed.getsockname()[1]),)))
    assert error.code == "guest.unreachable"
    assert error.facts["layer"] == "the machine answers, but nothing listens on the port"
    assert error.where == "group 7, srvweb1"
    assert refused(guests, SshRoute(7, (SshHop("srvweb1", ""),))).code == "guest.no_address"


def test_a_port_that_speaks_no_ssh():
    with closing(socket.create_server(("127.0.0.1", 0))) as server, closing(guests_for("x")) as guests:

        def hang_up():
            with server.accept()[0] as wire:
                wire.sendall(b"220 mail.example ESMTP\r\n")

        thread = threading.Thread(target=hang_up)
        thread.start()
        error = refused(guests, SshRoute(7, (SshHop("srvweb1", "127.0.0.1", server.getsockname()[1]),)))
        thread.join()
    assert error.facts["layer"] == "the port is open, but no SSH server speaks"


def test_a_lab_address_is_never_dialled_from_here(guests):
    assert refused(guests, SshRoute(7, (SshHop("srvweb1", "172.16.193.10"),))).code == "school.not_loopback"


def test_a_machine_that_boots_is_waited_for(machines, guests):
    machines["srvweb1"].power_off(gently=False)
    later = threading.Timer(0.3, machines["srvweb1"].power_on)
    later.start()
    guests.connections.pause_s = 0.05
    deadline = time.monotonic() + LIMIT_S
    while True:  # its port may change with the boot
        try:
            assert guests.observe(route(machines), NOTHING, timeout_s=5).hostname
            break
        except LabError:
            assert time.monotonic() < deadline
    later.join()


def test_a_command_that_does_not_end_is_left(machines, guests):
    with pytest.raises(LabError) as caught:
        guests.run(route(machines), ["sleep", "100000"], timeout_s=0.3)
    assert caught.value.code == "guest.timeout"
    assert guests.run(route(machines), ["hostname"]).exit_status == 0


def test_a_machine_that_lost_its_power_is_left_at_once(machines, guests):
    def look():
        raise LabError("vsphere.off", name="srvweb1")

    with power_watch(look, every_s=0), pytest.raises(LabError) as in_a_command:
        guests.run(route(machines), ["sleep", "100000"], timeout_s=60)
    gone = SshRoute(7, (SshHop("srvweb1", "127.0.0.1", 1),))
    with power_watch(look, every_s=0), pytest.raises(LabError) as while_dialling:
        guests.observe(gone, NOTHING, timeout_s=60)
    assert [in_a_command.value.code, while_dialling.value.code] == ["vsphere.off"] * 2  # not their limits


def test_many_threads_share_a_connection(machines, guests):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: guests.run(route(machines), ["echo", str(n)]).stdout, range(24)))
    assert answers == [f"{n}\n" for n in range(24)]
    assert guests.connections.dialled == 1


def test_a_question_dials_no_longer_than_it_is_told():
    now = [0.0]

    def pause(seconds):
        now[0] += seconds

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    nobody = SshRoute(7, (SshHop("srvweb1", "127.0.0.1", port),))
    with closing(guests_for("x", clock=lambda: now[0], sleep=pause)) as guests:
        for told_s, most_s in ((12.0, 12.0), (None, 60.0), (300.0, 60.0)):
            began = now[0]
            with pytest.raises(LabError) as caught:
                guests.run(nobody, ["hostname"], connect_s=told_s)
            assert (caught.value.code, caught.value.facts["machine"]) == ("guest.unreachable", "srvweb1")
            assert most_s - 2 <= now[0] - began <= most_s


def test_host_keys_are_written_down_for_ssh_by_hand(machines, tmp_path):
    record = tmp_path / "deep" / "known_hosts"
    for _ in range(2):
        with closing(guests_for(machines.password, known_hosts=record)) as guests:
            guests.run(route(machines), ["hostname"])
    (line,) = record.read_text().splitlines()
    host, kind, _, comment = line.split()
    assert (host, kind, comment) == (f"[127.0.0.1]:{machines['srvweb1'].port}", "ssh-ed25519", "g07-srvweb1")


def test_an_idle_connection_is_closed(machines):
    now = [0.0]
    with closing(guests_for(machines.password, clock=lambda: now[0])) as guests:
        guests.run(route(machines), ["hostname"])
        now[0] = 100.0
        guests.run(route(machines, "ClientB"), ["hostname"])
        assert [hops[-1].machine for _, hops in guests.connections._pool] == ["ClientB"]


def test_a_window_that_is_resized_ends_no_shell():
    with LightMachines("srvweb1") as machines, closing(guests_for(machines.password)) as guests:
        transport = guests.connections.borrow(route(machines), deadline=time.monotonic() + LIMIT_S).transport
        channel = transport.open_session(timeout=LIMIT_S)
        channel.get_pty("xterm", 80, 24)
        channel.invoke_shell()
        channel.settimeout(LIMIT_S)
        seen = b""
        while not seen.endswith(b"# "):
            seen += channel.recv(1024)
        channel.resize_pty(60, 24)
        channel.sendall(b"exit\r")
        assert channel.status_event.wait(LIMIT_S)
        assert channel.recv_exit_status() == 0
        guests.connections.give_back(route(machines))


@pytest.mark.parametrize("cut_after_s", [0.0, 0.06, 0.12, 0.2])
def test_a_power_cut_in_the_middle_is_mended_by_the_next_run(cut_after_s):
    with LightMachines("srvweb1") as machines, closing(guests_for(machines.password)) as guests:
        guests.connect_timeout_s = 0.2
        mac = machines["srvweb1"].vm.nics[0].mac
        spec = group_spec()
        web = replace(spec.machines[0], macs={"inside": mac})
        wanted = (
            build_lab(replace(spec, machines=(web, *spec.machines[1:])), phrase="sesame").machines[0].guest
        )
        way = route(machines)  # a machine without power has no address to ask for
        state = guests.observe(way, wanted)
        cut = threading.Timer(cut_after_s, machines["srvweb1"].power_off, kwargs={"gently": False})
        cut.start()
        with suppress(LabError):
            configure(guests, way, diff_guest(wanted, state), dict(state.nic_names))
        cut.join()
        guests.connections.pause_s = 0.05
        machines["srvweb1"].power_on()
        machines.wait(
            lambda: machines["srvweb1"].on and machines["srvweb1"].machine.booted, "srvweb1 to boot"
        )
        state = guests.observe(route(machines), wanted, timeout_s=LIMIT_S)
        if change := diff_guest(wanted, state):
            configure(guests, route(machines), change, dict(state.nic_names))
        assert not diff_guest(wanted, guests.observe(route(machines), wanted))


VLANS = {"VM Network": 0, "g07-inside": 107, "g07-outside": 207}


def cut_over(machines, scenario):
    """The machines configured, connected and restarted, as a provision does it: the lab, and their keys."""
    spec = group_spec(scenario=scenario)
    macs = {name: [nic.mac for nic in machines[name].vm.nics] for name in machines.names}
    renamed = tuple(
        replace(m, macs=dict(zip(m.macs, macs[m.key], strict=False))) if m.key in macs else m
        for m in spec.machines
    )
    lab = build_lab(replace(spec, machines=renamed), phrase="sesame")
    pins = {}
    with closing(guests_for(machines.password)) as guests:
        for name in machines.names:
            wanted = lab.machine(name).guest
            state = guests.observe(route(machines, name), wanted)
            change = diff_guest(wanted, state)
            pins[name] = (configure(guests, route(machines, name), change, dict(state.nic_names)),)
    for name in machines.names:
        nics = lab.machine(name).nics
        machines[name].rewire(*(SimNic(nic.mac, VLANS[nic.network], nic.network) for nic in nics))
        machines[name].restart()
    return lab, pins


def test_an_isolated_machine_is_reached_through_clientb():
    with LightMachines("srvweb1", "ClientB", nics=2) as machines:
        lab, pins = cut_over(machines, "ha")
        jump = SshHop("ClientB", "127.0.0.1", machines["ClientB"].port, pins["ClientB"])
        there = SshRoute(7, (jump, SshHop("srvweb1", "172.16.193.10", 22, pins["srvweb1"])))
        with closing(guests_for(machines.password)) as guests:
            wanted = lab.machine("srvweb1").guest
            state = guests.observe(there, wanted, timeout_s=20)
            assert not diff_guest(wanted, state)
            assert guests.run(SshRoute(7, (jump,)), ["ping", "-c", "1", "172.16.193.10"]).exit_status == 0
            assert guests.connections.dialled == 2
            nobody = SshRoute(7, (jump, SshHop("srvweb2", "172.16.193.40")))
            error = refused(guests, nobody)
            assert (error.code, error.where) == ("guest.unreachable", "group 7, ClientB -> srvweb2")
            wrong = SshRoute(7, (jump, replace(there.hops[-1], host_keys=("SHA256:other",))))
            assert refused(guests, wrong).code == "guest.key_changed"


def test_in_part_2_the_balancer_is_a_second_jump_host():
    with LightMachines("srvweb1", "repartiteur1", "ClientA", nics=2) as machines:
        lab, pins = cut_over(machines, "lb")
        hops = (
            SshHop("ClientA", "127.0.0.1", machines["ClientA"].port, pins["ClientA"]),
            SshHop("repartiteur1", "192.16.193.25", 22, pins["repartiteur1"]),
            SshHop("srvweb1", "172.16.193.10", 22, pins["srvweb1"]),
        )
        with closing(guests_for(machines.password)) as guests:
            for length, name in enumerate(("ClientA", "repartiteur1", "srvweb1"), 1):
                wanted = lab.machine(name).guest
                state = guests.observe(SshRoute(7, hops[:length]), wanted, timeout_s=20)
                assert not diff_guest(wanted, state)
            assert guests.connections.dialled == 3
            table = guests.run(SshRoute(7, hops[:2]), ["ipvsadm", "-Ln"]).stdout
            assert "TCP  192.16.193.30:80 rr" in table
            assert "172.16.193.10:80" in table
