"""The safe push against a stand-in that fails in every way we know: put back, nothing saved, said plainly."""

from __future__ import annotations

import logging
import socket
import time
from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from esxlab import texts
from esxlab.backends.credentials import Credentials
from esxlab.backends.endpoints import Endpoint, Endpoints
from esxlab.backends.router.limits import Limits, Patience
from esxlab.backends.router.routers import NetmikoRouters
from esxlab.backends.router.wires import TelnetWire
from esxlab.errors import LabError
from esxlab.lab.router import RouterAddress
from esxlab.planning.router_difference import diff_router, or_save
from esxlab.sim.access import SchoolEndpoints
from esxlab.sim.contracts import StaticNatView
from esxlab.sim.router.faults import Faults
from esxlab.sim.router.terminal import Terminal
from tests.keyboard import ask_for_privilege_and_leave, held
from tests.memory.router_thread import RouterThread
from tests.router_shapes import HOST, exercise_table, shape_of, type_in

ADDRESS = RouterAddress(HOST)
WANTED = exercise_table()
ARCHIVE = ["archive", "path flash:esxlab"]
SHORT = Limits(quick=Patience(1.0, 60.0), long=Patience(2.0, 60.0))
"""For a router that says nothing more; all others meet life's own: a busy computer changes nothing."""
PASSWORD, SECRET = "pa55-of-the-router", "53cret-of-the-router"


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    state = tmp_path_factory.mktemp("routers")
    shapes = [shape_of(), shape_of("10.0.0.8", "cisco_ios_telnet"), shape_of("console", "cisco_ios_serial")]
    with RouterThread(shapes, password=PASSWORD, secret=SECRET, state_dir=state) as thread:
        yield thread


@pytest.fixture
def router(school):
    """The stand-in, as if fresh from the box."""
    router = school.routers[HOST]
    router.box.startup = ""
    router.box.faults, router.box.armed_by = Faults(), ADDRESS.user
    school.call(router.box.reload)
    router.commands.clear()
    return router


@pytest.fixture
def backend(school):
    return backend_of(school)


def backend_of(school, *, password=PASSWORD, secret=SECRET, **options):
    endpoints = SchoolEndpoints(routers={k: Endpoint(*v) for k, v in school.access().items()})
    credentials = Credentials(known={"router": password, "router_secret": secret})
    return NetmikoRouters(endpoints, credentials, **options)


def push(backend, address=ADDRESS):
    backend.push(address, diff_router(WANTED, backend.observe(address, WANTED).table), WANTED)


def fails(backend, code):
    with pytest.raises(LabError) as caught:
        push(backend)
    assert caught.value.code == code, str(caught.value)
    for language in texts.LANGUAGES:
        texts.set_language(language)
        said = str(caught.value)
        assert PASSWORD not in said
        assert SECRET not in said
    texts.set_language("en")
    return caught.value


def before_and_after(router, backend, code):
    before = router.box.running.render()
    error = fails(backend, code)
    assert router.box.running.render() == before
    assert router.box.startup == ""
    assert all_lines_free(router)
    return error


def all_lines_free(router):
    """The stand-in hears of a closed connection a moment after we have closed it."""
    return any(router.sessions == 0 or time.sleep(0.02) for _ in range(3000))


@pytest.mark.parametrize("archive", [[], ARCHIVE])
@pytest.mark.parametrize(
    ("part", "words"),
    [
        (
            "ip nat inside source",
            "%NAT: similar static entry (10.1.1.5 -> 10.1.1.1) in table_id 0 already exists",
        ),
        ("ip address 172", "% 172.16.0.0 overlaps with Loopback0"),
        ("ip address 192", "Bad mask 0xFFFFFF00 for address 192.16.193.20"),
        ("no shutdown", "Command rejected: not today"),
    ],
)
def test_a_refused_line_is_named_and_everything_is_put_back(school, router, part, words, archive):
    school.call(lambda: type_in(router.box, archive))
    router.faults.refuse = {part: words}
    error = before_and_after(router, backend_of(school), "router.refused_line")
    assert error.detail == words
    assert part in error.facts["line"]


@pytest.mark.parametrize("archive", [[], ARCHIVE])
@pytest.mark.parametrize("at", [1, 5, 8])
def test_a_connection_cut_in_mid_push(school, router, backend, at, archive):
    school.call(lambda: type_in(router.box, archive))
    router.faults.cut_at = at
    before_and_after(router, backend, "router.cut")


def test_a_router_that_stops_answering(router, school):
    router.faults.hang_at = 4
    before_and_after(router, backend_of(school, limits=SHORT), "router.silent")


def test_nvram_that_cannot_be_written(router, backend):
    router.faults.nvram_failure = True
    error = before_and_after(router, backend, "router.not_saved")
    assert "Device or resource busy" in error.detail


def test_a_cable_that_is_out(router, school, monkeypatch):
    monkeypatch.setattr("esxlab.backends.router.push.LINK_LIMIT_S", 1.0)
    router.faults.link_down = {"FastEthernet0/1"}
    error = before_and_after(router, backend_of(school), "router.link_down")
    assert error.facts["interface"] == "FastEthernet0/1"


def test_what_cannot_be_put_back_is_listed(router, school):
    router.faults.refuse = {
        "ip nat inside source": "%NAT: no",
        "no ip address 192": "% not that one either",
    }
    error = fails(backend_of(school), "router.half_changed")
    assert "192.16.193.20" in error.facts["lines"]
    assert "%NAT: no" in error.detail
    assert router.box.startup == ""


def test_half_a_running_config_stops_everything(router, backend):
    router.faults.truncated_config = True
    with pytest.raises(LabError) as caught:
        backend.observe(ADDRESS, WANTED)
    assert (caught.value.code, caught.value.where) == ("router.config_incomplete", HOST)
    assert router.commands == []


@pytest.mark.parametrize("archive", [[], ARCHIVE])
def test_a_push_is_proved_confirmed_and_saved(school, router, archive):
    heard = []
    school.call(lambda: type_in(router.box, archive))
    push(backend_of(school, report=lambda host, key: heard.append((host, key))))
    assert heard == [(HOST, "router.armed" if archive else "router.not_armed")]
    assert router.box.revert is None
    assert router.box.startup == router.box.running.render()
    assert all_lines_free(router)


def test_an_account_that_may_configure_but_not_arm_a_timer_goes_without(school, router):
    """AAA authorises commands one by one (Cisco, TACACS+ command authorization)."""
    heard = []
    school.call(lambda: type_in(router.box, ARCHIVE))
    router.faults.says = {"configure terminal revert timer 5": "Command authorization failed.\n\n"}
    push(backend_of(school, report=lambda _, key: heard.append(key)))
    assert heard == ["router.not_armed"]
    assert router.box.startup == router.box.running.render()


def test_an_empty_change_sends_nothing_not_even_write(router, backend):
    push(backend)
    router.commands.clear()
    logins = router.box.log.logins
    push(backend)
    assert router.commands == []
    assert router.box.log.logins == logins + 1  # the observation


def test_observing_and_showing_change_nothing(router, backend):
    backend.observe(ADDRESS, WANTED)
    backend.show(ADDRESS, "show ip route")
    assert router.commands == []


@pytest.mark.parametrize("old", [False, True])
def test_an_entry_that_carries_packets_is_removed(school, router, backend, old):
    push(backend)
    router.faults.refuses_static_in_use = old
    static = router.view().statics[0]
    assert static == StaticNatView("tcp", IPv4Address("172.16.193.30"), 80, IPv4Address("192.16.193.20"), 80)
    school.call(lambda: router.translation_used(static))
    found = backend.observe(ADDRESS, WANTED).table
    other = exercise_table(nat_to=IPv4Address("172.16.193.31"))
    backend.push(ADDRESS, diff_router(other, found), other)
    assert [str(s.inside) for s in router.view().statics] == ["172.16.193.31"]


def test_console_messages_in_between_do_no_harm(router, backend):
    router.faults.noisy = True
    push(backend)
    assert not diff_router(WANTED, backend.observe(ADDRESS, WANTED).table)


def test_a_slow_router(router, backend):
    router.faults.delay_s = 0.05
    push(backend)
    assert not diff_router(WANTED, backend.observe(ADDRESS, WANTED).table)


def test_nvram_of_another_image_is_overwritten(router, backend):
    router.faults.nvram_question = True
    push(backend)
    assert router.box.startup == router.box.running.render()


def test_telnet(school, backend):
    address = RouterAddress("10.0.0.8", "cisco_ios_telnet")
    push(backend, address)
    assert len(school.views["10.0.0.8"].statics) == 1


def test_a_person_has_a_terminal_over_telnet(school, backend):
    address = RouterAddress("10.0.0.8", "cisco_ios_telnet")
    held(lambda keyboard: backend.hold_terminal(address, keyboard), ask_for_privilege_and_leave)


def test_what_is_typed_goes_over_telnet_as_rfc_854_has_it():
    """A CR is followed by LF or NUL ("THE NVT PRINTER AND KEYBOARD"), and IAC is doubled."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        wire = TelnetWire("10.0.0.8", ours, close=lambda: None)
        wire.send("show version\r", limit_s=5.0)
        wire.send("exit\r\n\udcff", limit_s=5.0)
        assert theirs.recv(100) == b"show version\r\0exit\r\n\xff\xff"


def test_a_console_that_somebody_left_in_configuration_mode(school, backend):
    router = school.routers["console"]
    left = Terminal(router.box, secret=SECRET)
    for line in ("enable", SECRET, "configure terminal", "interface FastEthernet0/0"):
        left.answer(line)
    router.console = left
    address = RouterAddress("console", "cisco_ios_serial")
    assert backend.observe(address, WANTED).table["", "ip routing"] == "ip routing"
    assert left.config is None
    assert router.console is None  # logged out: the next person does not find it enabled


@pytest.mark.parametrize(
    ("login", "code"), [({"password": "x"}, "router.login"), ({"secret": "x"}, "router.enable_secret")]
)
def test_a_wrong_password_is_tried_once(school, router, login, code):
    logins = router.box.log.logins
    with pytest.raises(LabError) as caught:
        backend_of(school, **login).observe(ADDRESS, WANTED)
    assert caught.value.code == code
    assert router.box.log.logins == logins + (code == "router.enable_secret")
    assert all_lines_free(router)


def test_another_router_than_the_enrolled_one(router, backend):
    with pytest.raises(LabError) as caught:
        push(backend, replace(ADDRESS, serial_number="FTX00000000"))
    assert caught.value.code == "router.wrong_serial"
    assert caught.value.facts["found"] == router.box.serial_number
    assert router.commands == []


def test_the_enrolled_router(router, backend):
    push(backend, replace(ADDRESS, serial_number=router.box.serial_number))


def test_another_host_key_is_refused_and_the_first_one_is_kept(school, router, tmp_path):
    keys = tmp_path / "routers" / "keys"
    backend_of(school, key_file=keys).observe(ADDRESS, WANTED)
    assert keys.read_text().startswith(f"{HOST} ssh-ed25519 AAAA")
    assert keys.stat().st_mode & 0o777 == 0o600
    backend_of(school, key_file=keys).observe(ADDRESS, WANTED)
    keys.write_text(f"{HOST} ssh-ed25519 AAAAother\n")
    with pytest.raises(LabError) as caught:
        backend_of(school, key_file=keys).observe(ADDRESS, WANTED)
    assert caught.value.code == "router.host_key"
    assert "esxlab trust --replace" in str(caught.value)


def test_nobody_listens(school):
    endpoints = SchoolEndpoints(routers={HOST: Endpoint("127.0.0.1", 1)})
    credentials = Credentials(known={"router": "p", "router_secret": "s"})
    for device in ("cisco_ios", "cisco_ios_telnet"):
        with pytest.raises(LabError) as caught:
            NetmikoRouters(endpoints, credentials).observe(RouterAddress(HOST, device), WANTED)
        assert caught.value.code == "router.refused"
        assert str(caught.value)


@pytest.mark.parametrize(
    "address", [ADDRESS, RouterAddress("10.0.0.8", "cisco_ios_telnet", 23)], ids=["ssh", "telnet"]
)
def test_all_lines_taken(school, backend, address):
    router = school.routers[address.host]
    sessions = [object() for _ in range(5)]
    router._sessions.update(sessions)
    try:
        with pytest.raises(LabError) as caught:
            backend.observe(address, WANTED)
    finally:
        router._sessions.difference_update(sessions)
    assert caught.value.code == "router.no_line"


def test_a_serial_line_that_is_not_there(tmp_path):
    credentials = Credentials(known={"router": "p", "router_secret": "s"})
    address = RouterAddress(str(tmp_path / "ttyUSB0"), "cisco_ios_serial")
    routers = NetmikoRouters(Endpoints(), credentials)
    routers.confirm(address, routers.identity(address))
    with pytest.raises(LabError) as caught:
        routers.observe(address, WANTED)
    assert caught.value.code == "router.serial"


def test_no_secret_is_logged(school, router, backend, caplog):
    with caplog.at_level(logging.DEBUG):
        push(backend)
    assert PASSWORD not in caplog.text
    assert SECRET not in caplog.text


def test_a_router_that_cannot_be_reached_again_is_left_to_its_timer(school, router, monkeypatch):
    monkeypatch.setattr("esxlab.backends.router.push.RECONNECT_TRIES", 1)
    school.call(lambda: type_in(router.box, ARCHIVE))
    backend = backend_of(school)
    before = router.box.running.render()
    change = diff_router(WANTED, backend.observe(ADDRESS, WANTED).table)
    router.faults.cut_at = 3
    router.faults.no_new_sessions_after_cut = True
    with pytest.raises(LabError) as caught:
        backend.push(ADDRESS, change, WANTED)
    assert caught.value.code == "router.reverting"
    assert "5 minutes" in str(caught.value)
    school.call(router.box.revert_now)
    assert router.box.running.render() == before


@pytest.mark.parametrize("whose", [(5, "technician"), (30, ADDRESS.user)])
def test_a_revert_timer_of_somebody_else_is_not_confirmed(school, router, backend, whose):
    school.call(lambda: type_in(router.box, ARCHIVE))
    minutes, router.box.armed_by = whose
    school.call(lambda: router.box.arm_revert(minutes))
    before = router.box.running.render()
    error = fails(backend, "router.config_refused")
    assert "already active" in error.detail
    assert router.box.running.render() == before
    assert router.box.revert is not None


DENIED = "Command authorization failed.\n\n"


def test_who_is_not_let_in_is_known_before_anything_is_made(router, backend):
    """A look that a plan is made from; nothing is sent."""
    router.faults.says = {"configure terminal": DENIED}
    for (found,) in (
        backend.observe_each(ADDRESS, [WANTED]),
        backend.examine(ADDRESS, [WANTED]).each,
    ):
        assert (found.code, found.detail) == ("router.config_refused", "Command authorization failed.")
    assert router.commands == []


def test_nobody_tries_where_nothing_is_to_be_sent(router, backend):
    push(backend)
    router.faults.says = {"configure terminal": DENIED}
    (found,) = backend.observe_each(ADDRESS, [WANTED])
    assert found == backend.observe(ADDRESS, WANTED)


def test_the_mode_is_left_again(router, backend):
    """Who is let in leaves no line, and nobody is shut out."""
    before = router.box.running.render()
    (found,) = backend.observe_each(ADDRESS, [WANTED])
    assert found == backend.observe(ADDRESS, WANTED)
    assert (router.box.running.render(), router.commands) == (before, [])


@pytest.mark.parametrize("sent", [0, 3, None])
def test_the_revert_timer_of_a_killed_push_is_taken_over(school, router, sent):
    heard = []
    school.call(lambda: type_in(router.box, ARCHIVE))
    backend = backend_of(school, report=lambda _, key: heard.append(key))
    commands = diff_router(WANTED, backend.observe(ADDRESS, WANTED).table).commands
    school.call(lambda: router.box.arm_revert(5))
    school.call(lambda: type_in(router.box, commands[:sent]))
    found = backend.observe(ADDRESS, WANTED)
    assert found.unsaved
    backend.push(ADDRESS, or_save(diff_router(WANTED, found.table), found), WANTED)
    assert heard[0] == "router.taken_over"
    assert router.box.revert is None
    assert router.box.startup == router.box.running.render()
    assert not backend.observe(ADDRESS, WANTED).unsaved


def test_the_configuration_before_a_push_is_kept(school, router, tmp_path):
    before = router.box.running.render()
    push(backend_of(school, before_dir=tmp_path / "before"))
    (kept,) = (tmp_path / "before").iterdir()
    assert kept.read_text().endswith(before.rstrip())
    assert kept.stat().st_mode & 0o777 == 0o600
