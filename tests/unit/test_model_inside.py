"""What a throw-away copy says of its model: guests answer as the programs' manuals say, or do not."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace

import pytest

from esxlab.backends.protocols import Backends, CommandResult
from esxlab.cli.exit_codes import ExitCode, exit_code_of
from esxlab.engine.model_check import as_told
from esxlab.engine.model_copy import class_of_copies, each_model_once, model_copy, with_model
from esxlab.engine.model_inside import Inside
from esxlab.errors import LabError
from esxlab.exercises.registry import build_lab
from esxlab.lab.guest import GuestState
from esxlab.lab.machine import Hardware
from esxlab.spec.fields import PATTERNS
from tests.group_specs import group_spec

KEY = "SHA256:ERprWfwFf71m5SfJPxCPoA4wbC+yJyHm/PQ6WpIMxrY"
LAB = build_lab(group_spec(), phrase="sesame")
GUESTS = tuple(machine.guest for machine in LAB.machines if machine.guest)
PACKAGES = tuple(dict.fromkeys(name for guest in GUESTS for name in guest.packages))
DF = """\
Filesystem     1024-blocks    Used Available Capacity Mounted on
/dev/sda1         20511312  985000  18470000       6% /
"""


FISH = CommandResult(0, "root:x:0:0::/root:/usr/bin/fish\n", "")
NOISY = CommandResult(0, "root:x:0:0::/root:/bin/bash\n", "", "hi\n")


@dataclass
class Debian:
    """Answers as Debian's own programs do; `lacks` are programs, `said` replaces an answer."""

    release: str = "stretch"
    there: tuple[str, ...] = PACKAGES
    lacks: frozenset[str] = frozenset()
    said: dict[str, CommandResult] = field(default_factory=dict)
    refuses: LabError | None = None
    key: str = KEY
    applied: list[object] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def observe(self, route, wanted, *, timeout_s):
        assert route.hops[-1].model == LAB.site.model_id
        return GuestState(
            "masterGr7", "0" * 32, self.key, (), self.there, (), (), (), False, release=self.release
        )

    def run(self, route, command, *, timeout_s=30.0, connect_s=None):
        line = " ".join(command)
        self.asked.append(line)
        if found := next((answer for start, answer in self.said.items() if line.startswith(start)), None):
            if isinstance(found, LabError):
                raise found
            return found
        if command[:2] == ("command", "-v"):
            return CommandResult(127 if command[2] in self.lacks else 0, "", "")
        plain = {
            "dpkg": "i386\n",
            "grep": "root:x:0:0:root:/root:/bin/bash\n",
            "df": DF,
            "date": f"{int(time.time())}\n",
            "env": "Hit:1 http://deb.example/debian stretch InRelease\n",
        }
        return CommandResult(0 if command[0] in plain else 1, plain.get(command[0], ""), "")

    def apply(self, route, change, *, nic_names):
        self.applied.append(change)
        if self.refuses:
            raise self.refuses
        return KEY


class Tools:
    def await_address(self, site, owner, *, timeout_s):
        return "192.0.2.7", 22

    def check_on(self, site, owner, *, dialled="", port=0):
        pass


def ask(debian, *, hardware=Hardware(), stop=None, **how):  # noqa: B008 - frozen
    copy = model_copy(LAB)
    found = replace(copy, machines=(replace(copy.machines[0], hardware=hardware),))
    inside = Inside(
        wanted=copy,
        found=found,
        guests=GUESTS,
        backends=Backends(Tools(), debian, None),
        boot_timeout_s=1,
        **how,
    )
    findings = list(inside.ask(stop or threading.Event()))
    for finding in findings:
        assert finding.where == LAB.site.model_id
    return findings


def codes(findings):
    return {(f.topic, f.error.code, f.verdict) for f in findings if f.error}


def test_a_debian_9_as_the_sheet_has_it_has_no_fault():
    debian = Debian()
    findings = ask(debian)
    assert codes(findings) == set()
    assert [f.topic for f in findings] == [
        "login", "system", "key", "network", "login_shell", "ping", "packages", "room", "clock"
    ]  # fmt: skip
    assert debian.applied == []


def test_packages_that_it_lacks_are_installed_as_a_provision_would_and_are_held_back():
    debian = Debian(there=("netbase",))
    assert codes(ask(debian)) == set()
    (change,) = debian.applied
    assert set(change.install) == set(PACKAGES) - {"netbase"}
    assert set(change.held_back) == {s.name for g in GUESTS for s in g.services if s.name in change.install}
    refused = Debian(there=(), refuses=LabError("guest.apt_unsigned", packages="apache2", detail="EXPKEYSIG"))
    assert codes(ask(refused)) == {("packages", "guest.apt_unsigned", "failed")}


@pytest.mark.parametrize(
    ("command", "answer", "code"),
    [
        ("df", CommandResult(0, DF.replace("18470000", "400000"), ""), ("room", "model.room", "failed")),
        ("df", CommandResult(127, "", "sh: df: not found"), ("room", "model.room_unread", "warning")),
        (
            "df",
            CommandResult(0, DF.replace("18470000", "9" * 5000), ""),
            ("room", "model.room_unread", "warning"),
        ),
        ("date", CommandResult(0, "1000000000\n", ""), ("clock", "model.clock", "warning")),
        ("date", CommandResult(0, "mardi\n", ""), ("clock", "model.clock_unread", "warning")),
        ("grep", FISH, ("login_shell", "model.login_shell", "warning")),
        ("grep", NOISY, ("login_shell", "model.noisy_shell", "warning")),
        ("dpkg", CommandResult(0, "amd64\n", ""), ("system", "model.architecture", "warning")),
        ("command -v ping", CommandResult(127, "", ""), ("ping", "model.no_ping", "failed")),
        ("command -v ifup", CommandResult(127, "", ""), ("network", "guest.no_ifupdown", "failed")),
        ("env", CommandResult(0, "Err:1 http://x stretch\n", ""), ("packages", "model.apt", "warning")),
        ("env", CommandResult(100, "", "E: nothing works\n"), ("packages", "model.apt", "warning")),
    ],
)  # fmt: skip
def test_each_fault_is_one_finding(command, answer, code):
    assert codes(ask(Debian(said={command: answer}))) == {code}


def test_a_64_bit_debian_in_a_64_bit_machine_any_dhcp_client_and_a_release_without_a_name():
    amd64 = {"dpkg": CommandResult(0, "amd64\n", "")}
    assert codes(ask(Debian(said=amd64), hardware=Hardware(guest_id="debian9_64Guest"))) == set()
    assert codes(ask(Debian(lacks=frozenset({"dhclient", "udhcpc"})))) == set()
    none = Debian(lacks=frozenset({"dhclient", "udhcpc", "dhcpcd"}))
    assert codes(ask(none)) == {("network", "guest.no_ifupdown", "failed")}
    assert codes(ask(Debian(release="forky"))) == set()
    assert codes(ask(Debian(release="jessie"))) == {("system", "model.release", "failed")}
    assert codes(ask(Debian(key=""))) == {("key", "model.no_host_key", "warning")}


def test_apts_lock_after_a_boot_is_waited_for_and_not_for_ever():
    slept = []
    locked = CommandResult(100, "", "E: Could not get lock /var/lib/apt/lists/lock\n")
    debian = Debian(said={"env": locked})
    assert codes(ask(debian, sleep=slept.append)) == {("packages", "model.apt", "warning")}
    assert 60 <= sum(slept) <= 300


def test_a_guest_that_is_lost_on_the_way_and_a_run_that_is_stopped():
    lost = Debian(said={"df": LabError("guest.lost", detail="EOF")})
    findings = ask(lost)
    assert codes(findings) == {("login", "guest.lost", "failed")}
    assert not any(line.startswith("date") for line in lost.asked)
    stop = threading.Event()
    stop.set()
    assert codes(ask(Debian(), stop=stop)) == {("copy", "model.stopped", "failed")}


def test_a_school_that_hurries_has_a_clock_of_its_own():
    old = {"date": CommandResult(0, "1000000000\n", "")}
    assert codes(ask(Debian(said=old), speed=20.0)) == set()


def test_a_copy_is_in_a_class_that_no_spec_can_have():
    import re

    assert not re.fullmatch(PATTERNS["class"], class_of_copies(LAB.group.class_name))
    copy = model_copy(LAB)
    assert copy.group.folder_name != copy.machines[0].folder
    other = replace(LAB, group=replace(LAB.group, number=8))
    assert each_model_once([LAB, other]) == (LAB,)
    assert each_model_once([LAB, with_model(other, "modeleD12")])[1].site.model == "modeleD12"


def test_a_turn_that_another_computer_has_is_told_without_the_command_that_would_break_a_groups_lock():
    held = LabError(
        "lock.held", where="g", who="prof@salle2", since="-", refreshed="-", expires="-", group="1"
    )
    told = as_told(held)
    assert (told.code, told.facts["who"]) == ("model.locked", "prof@salle2")
    assert "unlock" not in str(told)
    assert exit_code_of(told) is ExitCode.LOCKED
    here = LabError("lock.held_here", who="prof")
    assert as_told(here) is here
