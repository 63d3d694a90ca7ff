"""The one connection to a host: logged in to once, shared, cut, made anew; scripts run by the real ash."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from types import SimpleNamespace

import asyncssh
import pytest

from esxlab.backends.credentials import Credentials
from esxlab.backends.endpoints import Endpoint
from esxlab.backends.esxi.dialling import Login, shown_key
from esxlab.backends.esxi.limits import Limits
from esxlab.backends.esxi.link import Link
from esxlab.backends.esxi.shells import Shells
from esxlab.backends.login_keys import LoginKeys
from esxlab.backends.vsphere.faults import UnknownOutcomeError
from esxlab.errors import LabError
from esxlab.lab.machine import Server
from esxlab.sim.access import SchoolEndpoints
from tests.ash import AshHost
from tests.borrowed import borrows
from tests.esxi_sshd import PASSWORD, EsxiSshd

pytestmark = [borrows("busybox"), pytest.mark.scenario]
QUICK = Limits(patience_s=20, pause_s=0.05)


@pytest.fixture
def host(tmp_path, monkeypatch):
    return AshHost(tmp_path, monkeypatch)


@pytest.fixture
def sshd(host):
    with EsxiSshd(host).running() as running:
        yield running


def link_to(sshd, *, password=PASSWORD, judge=str, keys=tuple, limits=QUICK):
    login = Login("root", lambda: password, keys)
    where = Endpoint("127.0.0.1", sshd.port)
    return Link("esxi1.example", where, login, judge, cancelled=threading.Event(), limits=limits)


def code_of(call):
    with pytest.raises(LabError) as caught:
        call()
    return caught.value.code


def test_a_host_that_is_gone_is_waited_for_once_not_by_each_script(host, monkeypatch):
    """Whoever asks after that is told at once."""
    tries = []
    with EsxiSshd(host).running() as sshd:
        link = link_to(sshd, limits=Limits(patience_s=1, pause_s=0.05))
        link.change("true", what="x")
    run = link._run
    monkeypatch.setattr(link, "_run", lambda *order: tries.append(order) or run(*order))
    link.close()

    def tried(way):
        tries.clear()
        assert code_of(lambda: way("true", what="x")) in {"esxi.unreachable", "esxi.ssh_off"}
        return len(tries)

    assert tried(link.read) > 1
    assert [tried(link.change), tried(link.read)] == [1, 1]
    link.patience.heard()  # as any answer
    assert tried(link.change) > 1


def test_many_scripts_share_one_login_and_few_channels(sshd):
    link = link_to(sshd, limits=Limits(patience_s=20, pause_s=0.05, channels=3))
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda n: link.change(f"echo {n}", what="x").text, range(24)))
    assert answers == [f"{n}\n" for n in range(24)]
    assert (sshd.logins, sshd.tries) == (1, [(PASSWORD,)])
    assert sshd.most <= 3
    link.close()


@pytest.mark.parametrize(
    "methods", [("keyboard-interactive",), ("password",), ("password", "keyboard-interactive")]
)
def test_a_wrong_password_is_tried_once_whoever_asks_and_however_often(host, methods):
    with EsxiSshd(host, methods=methods).running() as sshd:
        link = link_to(sshd, password="wrong", limits=Limits(again_s=0.0))
        for _ in range(3):
            assert code_of(lambda: link.read("echo x", what="x")) == "esxi.login"
        assert len(sshd.tries) == 1
        right = link_to(sshd)
        assert right.read("echo x", what="x").text == "x\n"
        right.close()


def test_a_key_that_the_host_knows_needs_no_password(host, tmp_path):
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(tmp_path / "key")
    with EsxiSshd(host, methods=("publickey", "keyboard-interactive")).running() as sshd:
        sshd.authorized = asyncssh.import_authorized_keys(key.export_public_key().decode())
        found = LoginKeys(None, "guest_key")
        link = link_to(sshd, password=None, keys=lambda: found.of(str(tmp_path / "key")))
        assert link.read("echo x", what="x").text == "x\n"
        assert sshd.tries == []
        link.close()


def test_a_host_that_takes_neither_is_told(host):
    with EsxiSshd(host, methods=("publickey",)).running() as sshd:
        assert code_of(lambda: link_to(sshd).read("echo x", what="x")) == "esxi.login_kind"


def test_the_host_key_is_judged_before_a_password_is_given(sshd):
    seen = []

    def judge(line):
        seen.append(line)
        raise LabError("esxi.host_key", host="h", pinned="a", shown="b")

    link = link_to(sshd, judge=judge)
    for _ in range(2):
        assert code_of(lambda: link.read("echo x", what="x")) == "esxi.host_key"
    assert seen == [shown_key(Endpoint("127.0.0.1", sshd.port))]
    assert sshd.tries == []


def test_a_key_that_is_not_the_vouched_one_gets_no_password(sshd):
    """As the access file of an embedded school lists it, beside the certificates."""
    server = Server("esxi1.example", "root", writes="ssh")
    stub = SimpleNamespace(named=server)
    where = {server.host: Endpoint("127.0.0.1", sshd.port)}

    def ask(vouched):
        places = SchoolEndpoints(shells=where, shell_keys={server.host: vouched})
        shells = Shells(places, Credentials(known={"vsphere": PASSWORD}), limits=QUICK)
        with closing(shells.open(stub, threading.Event())) as writer:
            return writer._link.read("echo in", what="x").text

    assert code_of(lambda: ask("SHA256:another")) == "esxi.host_key"
    assert sshd.tries == []
    assert ask(sshd.key.get_fingerprint()) == "in\n"


def test_a_host_key_that_was_not_known_is_asked_for_again_after_a_while(sshd):
    refusals = [LabError("esxi.host_key", host="h", pinned="a", shown="b")]

    def judge(line):
        if refusals:
            raise refusals.pop()

    link = link_to(sshd, judge=judge, limits=Limits(patience_s=20, pause_s=0.05, again_s=0.3))
    for _ in range(2):
        assert code_of(lambda: link.read("echo x", what="x")) == "esxi.host_key"
    time.sleep(0.4)
    assert link.read("echo x", what="x").text == "x\n"
    link.close()


def test_nobody_who_listens_is_ssh_switched_off(sshd):
    link = link_to(sshd)
    link._endpoint = Endpoint("127.0.0.1", 1)
    assert code_of(lambda: link.read("echo x", what="x")) == "esxi.ssh_off"


def test_a_change_whose_answer_was_cut_is_in_doubt_and_a_question_is_asked_again(sshd, host):
    link = link_to(sshd)
    sshd.cut_after = 1
    with pytest.raises(UnknownOutcomeError) as caught:
        link.change(f"mkdir {host.store}/a", what="a")
    assert caught.value.cut
    assert (host.store / "a").is_dir()
    sshd.cut_after = 1
    assert link.read(f"[ -d {host.store}/a ] && echo there", what="a").text == "there\n"
    assert sshd.logins == 3
    link.close()


def test_a_script_that_takes_too_long_is_in_doubt_and_was_not_cut(sshd):
    sshd.delay = threading.Event()
    link = link_to(sshd)
    with pytest.raises(UnknownOutcomeError) as caught:
        link.change("echo x", what="x", limit_s=0.2)
    assert not caught.value.cut
    sshd.delay.set()
    sshd.delay = None
    assert link.read("echo y", what="y").text == "y\n"
    link.close()


def test_a_hostd_that_restarts_is_waited_for(sshd, host):
    link, program = link_to(sshd), host.store.parent.parent / "bin" / "vim-cmd"
    good, back = program.parent / "good" / program.name, program.with_name("hostd-is-back")
    good.parent.mkdir()
    program.rename(good)
    refused = "echo 'Failed to login: Connection refused'; exit 1"
    program.write_text(f'#!/bin/sh\n[ -e {back} ] && exec {good} "$@"\n{refused}\n')
    program.chmod(0o755)
    timer = threading.Timer(0.5, back.touch)  # a program that is replaced may be read in two halves
    timer.start()
    assert "Vmid" in link.read("vim-cmd vmsvc/getallvms", what="x").text
    timer.join()
    link.close()
