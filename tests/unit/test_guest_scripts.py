"""The scripts that guests are sent: flat, without secrets, and read back from what Debian answers."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from itertools import count

import pytest

from esxlab.backends.guest.applying import (
    build_apply,
    build_apt_log,
    build_hold_back,
    build_install,
    build_repair,
    build_update,
)
from esxlab.backends.guest.observing import build_observation, parse_observation
from esxlab.backends.guest.packages import install
from esxlab.backends.protocols import CommandResult
from esxlab.errors import LabError
from esxlab.exercises.registry import build_lab
from esxlab.lab.guest import FileState, Guest, GuestChange, GuestFile, GuestState, Service
from esxlab.planning.guest_difference import diff_guest
from esxlab.sim.light.shell import parse_script
from tests.group_specs import group_spec

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1sZVb0TqVSQcV0Tz2fpiQm9bVZs1sFPYrPcSxVnb0M root@masterGr0"
WANTED = Guest(
    hostname="SRV1",
    packages=("apache2", "heartbeat"),
    files=(GuestFile("/etc/ha.d/authkeys", "x", 0o600, secret=True), GuestFile("/etc/it's here", "x")),
    absent_files=("/etc/gone",),
    services=(Service("apache2", enabled=False), Service("heartbeat", enabled=True)),
    sysctl=(("net.ipv4.ip_forward", "0"),),
)
DELIMITER = "@@ "
ANSWER = f"""\
@@ hostname
SRV1
@@ hostname-file
SRV1
@@ machine-id
8d7e3b2f0c5a4e6f9a1b2c3d4e5f6071
@@ host-key
{KEY}
@@ identity
8d7e3b2f0c5a4e6f9a1b2c3d4e5f6071
{KEY}
00:50:56:00:00:01
@@ release
PRETTY_NAME="Debian GNU/Linux 9 (stretch)"
NAME="Debian GNU/Linux"
VERSION_ID="9"
VERSION="9 (stretch)"
@@ links
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\\    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
2: ens192: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP mode DEFAULT group default qlen 1000\\    link/ether 00:50:56:00:00:01 brd ff:ff:ff:ff:ff:ff\\    altname enp11s0
3: ens224@if7: <BROADCAST> mtu 1500 qdisc noop state DOWN mode DEFAULT group default qlen 1000\\    link/ether 00:50:56:00:00:02 brd ff:ff:ff:ff:ff:ff
@@ packages
apache2 ii \nheartbeat un \n@@ sha256
{"a" * 64}  /etc/ha.d/authkeys
@@ stat
600 root haclient /etc/ha.d/authkeys
@@ enabled apache2
disabled
@@ active apache2
inactive
@@ enabled heartbeat
masked
@@ active heartbeat
failed
@@ sysctl
net.ipv4.ip_forward = 0
@@ end
"""  # noqa: E501 - as ip(8) of Debian 12 prints it


def whole_change(scenario: str, machine: str) -> GuestChange:
    guest = build_lab(group_spec(scenario=scenario), phrase="sesame").machine(machine).guest
    return GuestChange(
        guest.hostname,
        guest.packages,
        guest.files,
        ("/etc/a b",),
        guest.services,
        guest.sysctl,
        new_identity=True,
    )


def all_scripts() -> list[str]:
    scripts = [
        build_observation(WANTED, delimiter=DELIMITER),
        build_update(),
        build_repair(),
        build_apt_log(),
    ]
    for scenario in ("ha", "lb"):
        for machine in ("srvweb1", "repartiteur1", "ClientB"):
            change = whole_change(scenario, machine)
            scripts += [build_apply(change, batch="/run/esxlab-1"), build_install(change.install)]
            scripts += [build_hold_back(change.held_back)] if change.held_back else []
    return scripts


@pytest.mark.parametrize("script", all_scripts())
def test_a_real_shell_and_the_simulated_one_read_every_script(script):
    done = subprocess.run(["sh", "-n"], input=script, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert parse_script(script)


@pytest.mark.parametrize("script", all_scripts())
def test_no_script_holds_a_secret_or_puts_the_network_in_force(script):
    assert "sesame" not in script
    for words in ("ifup", "ifdown", "networking", "ip addr", "start heartbeat"):
        assert words not in script


def test_what_apt_must_not_start_is_held_back():
    assert whole_change("ha", "srvweb1").held_back == ("heartbeat",)
    assert whole_change("lb", "srvweb1").held_back == ("heartbeat",)
    assert GuestChange(services=(Service("heartbeat", enabled=True),)).held_back == ()


def test_systemd_reads_its_units_anew_only_before_a_service_is_started_or_stopped():
    later = GuestChange(services=(Service("apache2", enabled=False), Service("heartbeat", enabled=True)))
    assert "daemon-reload" not in build_apply(later, batch="/root/x")
    now = (Service("heartbeat", enabled=False, running=False), Service("apache2", enabled=True, running=True))
    lines = build_apply(GuestChange(services=now), batch="/root/x").splitlines()
    assert [line for line in lines if "systemctl" in line] == [
        "systemctl --no-reload unmask apache2 heartbeat",
        "systemctl --no-reload enable apache2",
        "systemctl --no-reload disable heartbeat",
        "systemctl daemon-reload",
        "systemctl stop heartbeat",
        "systemctl start apache2",
    ]


def test_a_secret_is_in_no_repr():
    assert "sesame" not in repr(whole_change("ha", "srvweb1"))


def test_debians_answer_is_read():
    state = parse_observation(WANTED, ANSWER, delimiter=DELIMITER)
    assert (state.hostname, state.release) == ("SRV1", "stretch")
    assert state.nic_names == (("00:50:56:00:00:01", "ens192"), ("00:50:56:00:00:02", "ens224"))
    assert state.packages == ("apache2",)
    assert state.files == (
        FileState("/etc/ha.d/authkeys", "a" * 64, 0o600, "root", "haclient"),
        FileState("/etc/it's here", ""),
        FileState("/etc/gone", ""),
    )
    assert state.services == (
        Service("apache2", enabled=False, running=False),
        Service("heartbeat", enabled=False, running=False),
    )
    assert state.sysctl == (("net.ipv4.ip_forward", "0"),)
    assert state.own_identity
    assert state.host_key.startswith("SHA256:")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@@ machine-id\n8d7e", "@@ machine-id\n0000"),  # a new id, the marker is of an older one
        ("link/ether 00:50:56:00:00:01", "link/ether 00:50:56:00:00:07"),  # the disk was copied elsewhere
        (f"@@ host-key\n{KEY}", "@@ host-key\nssh-ed25519 AAAA root@x"),
        (f"@@ identity\n8d7e3b2f0c5a4e6f9a1b2c3d4e5f6071\n{KEY}\n00:50:56:00:00:01\n", "@@ identity\n"),
    ],
)
def test_an_identity_that_was_not_made_here_is_not_its_own(old, new):
    assert old in ANSWER
    assert not parse_observation(WANTED, ANSWER.replace(old, new), delimiter=DELIMITER).own_identity


def test_two_host_names_are_nobodys():
    answer = ANSWER.replace("@@ hostname\nSRV1", "@@ hostname\nintruder")
    assert parse_observation(WANTED, answer, delimiter=DELIMITER).hostname == "intruder (SRV1)"


def test_an_answer_without_its_end_is_refused():
    with pytest.raises(LabError) as caught:
        parse_observation(WANTED, ANSWER.removesuffix("@@ end\n"), delimiter=DELIMITER)
    assert caught.value.code == "guest.answer_cut"


class Apt:
    """A guest whose apt fails with these words, one after another, then succeeds."""

    def __init__(self, *words: str) -> None:
        self.words = list(words)
        self.log = ""
        self.ran: list[str] = []
        self.slept = 0.0

    def execute(self, script: str) -> CommandResult:
        if script == build_apt_log():
            return CommandResult(0, self.log, "")
        verbs = {" install ": "install", " update ": "update", "--configure": "configure"}
        self.ran.append(next(verb for sign, verb in verbs.items() if sign in script))
        if self.ran[-1] != "install":
            self.log = ""
            return CommandResult(0, "", "")
        self.log = self.words.pop(0) if self.words else ""
        return CommandResult(100 if self.log else 0, "", "")

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def install(self) -> None:
        ticks = count()
        install(("apache2",), execute=self.execute, clock=lambda: next(ticks) + self.slept, sleep=self.sleep)


LOCK = "E: Could not get lock /var/lib/dpkg/lock-frontend - open (11: Resource temporarily unavailable)"


def test_apt_waits_for_a_lock():
    apt = Apt(LOCK, LOCK)
    apt.install()
    assert apt.ran == ["install"] * 3
    assert apt.slept == 10


def test_apt_does_not_wait_for_ever():
    apt = Apt(*[LOCK] * 10_000)
    with pytest.raises(LabError) as caught:
        apt.install()
    assert caught.value.code == "guest.apt_locked"
    assert apt.slept < 1000


def test_old_lists_are_read_anew_once_then_apts_last_words_are_shown():
    apt = Apt("E: Unable to locate package apache2")
    apt.install()
    assert apt.ran == ["install", "update", "install"]
    apt = Apt("E: Unable to locate package apache2", "E: 404  Not Found")
    with pytest.raises(LabError) as caught:
        apt.install()
    assert (caught.value.code, caught.value.detail) == ("guest.apt", "E: 404  Not Found")


def test_an_interrupted_dpkg_is_finished_first():
    apt = Apt("E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.")
    apt.install()
    assert apt.ran == ["install", "configure", "install"]


HOSTILE = (
    (
        "8d7e3b2f0c5a4e6f9a1b2c3d4e5f6071\n@@ host-key",
        "\x1b[2J\u202e\x9b8d7e\0" + "f" * 5000 + "\n@@ host-key",
    ),
    ("600 root haclient /etc/ha.d/authkeys", "0600"),
    ("600 root haclient /etc/ha.d/authkeys", "99999999999999 root haclient /etc/ha.d/authkeys"),
    (
        "600 root haclient /etc/ha.d/authkeys",
        "\x0c\u2028\x85\nrw root\n600 \x1b[31m haclient /etc/ha.d/authkeys",
    ),
    ("2: ens192:", "2: ../../ens192 \x1b:"),
    ("2: ens192:", "2: " + "e" * 2000 + ":"),
    ('VERSION="9 (stretch)"', 'VERSION="' + "(" * 100_000),
    ("net.ipv4.ip_forward = 0", "=" * 1000),
    (f"{'a' * 64}  /etc/ha.d/authkeys", "\\a  /etc/ha.d/authkeys"),
)


@pytest.mark.parametrize(("old", "new"), HOSTILE)
def test_whatever_a_guest_says_is_read_without_harm(old, new):
    assert old in ANSWER
    state = parse_observation(WANTED, ANSWER.replace(old, new), delimiter=DELIMITER)
    texts = [state.hostname, state.machine_id, state.release, *(name for _, name in state.nic_names)]
    assert all(text.isprintable() and len(text) < 20_000 for text in texts)
    assert all(len(name) < 16 for _, name in state.nic_names)


@pytest.mark.parametrize("lost", ["hostname", "links", "stat", "active heartbeat", "sysctl", "end"])
def test_an_answer_without_one_of_its_sections_is_cut(lost):
    with pytest.raises(LabError) as caught:
        parse_observation(WANTED, ANSWER.replace(f"@@ {lost}\n", ""), delimiter=DELIMITER)
    assert caught.value.code == "guest.answer_cut"


def test_a_file_cannot_forge_a_section_whose_mark_it_cannot_know():
    answer = ANSWER.replace(DELIMITER, "@f00 ").replace("SRV1\n", "SRV1\n@@ end\n@@ links\n")
    state = parse_observation(WANTED, answer, delimiter="@f00 ")
    assert state.hostname == "SRV1"
    assert [name for _, name in state.nic_names] == ["ens192", "ens224"]


def test_a_copy_forgets_the_node_id_of_the_machine_that_it_was_copied_from():
    """Two nodes with one hb_uuid are one node to Heartbeat."""
    guest = build_lab(group_spec(scenario="ha"), phrase="sesame").machine("srvweb1").guest
    copied = GuestState("masterGr0", "", "", (), (), (), (), (), own_identity=False)
    script = build_apply(diff_guest(guest, copied), batch="/b")
    assert any("rm -f" in line and "heartbeat/hb_uuid" in line for line in script.splitlines())
    own = replace(copied, own_identity=True)
    assert "hb_uuid" not in build_apply(diff_guest(guest, own), batch="/b")
