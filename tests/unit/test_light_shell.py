from __future__ import annotations

import shlex

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from light_bench import Bench, model_of

from esxlab.sim.light.disk import NoSystemError, load_disk, parse_disk, password_matches, save_disk


@pytest.fixture(scope="module")
def bench():
    return Bench()


@pytest.fixture
def machine(bench):
    bench.world.machines.clear()
    return bench.machine("SRV1", 0)


@pytest.mark.parametrize(
    ("script", "status", "out"),
    [
        ("echo a; echo b && echo c || echo d", 0, "a\nb\nc\n"),
        ("false && echo a || echo b", 0, "b\n"),
        ("set -e\nfalse || true\necho on\nfalse\necho never", 1, "on\n"),
        ("set -e\n! true\necho on", 0, "on\n"),
        ('# a comment\necho \'a  b\' "c\\"d" e\\ f # another', 0, 'a  b c"d e f\n'),
        ("exit 3\necho never", 3, ""),
        ("A=1; echo $A ${A}b \"$A\" '$A'", 0, "1 1b 1 $A\n"),
        ("env X=y env | grep -c X=y", 0, "1\n"),
        ("echo one >/tmp/f; echo two >>/tmp/f; cat </tmp/f", 0, "one\ntwo\n"),
        ("cat /nope 2>/dev/null; echo $?", 0, "1\n"),
        ("cat /nope 2>&1", 1, "cat: /nope: No such file or directory\n"),
        ("cat /nope >/tmp/f 2>&1; cat /tmp/f", 0, "cat: /nope: No such file or directory\n"),
        ("ls /etc/ssh/ssh_host_*", 0, "/etc/ssh/ssh_host_ed25519_key\n/etc/ssh/ssh_host_ed25519_key.pub\n"),
        ("echo *.none '*'", 0, "*.none *\n"),
        ("test -f /etc/hosts && [ 2 -gt 1 ] && echo yes", 0, "yes\n"),
        ("printf '%s-%d\\n' a 1 b 2", 0, "a-1\nb-2\n"),
        ("true &&\n\necho a", 0, "a\n"),
    ],
)
def test_flat_scripts(bench, machine, script, status, out):
    assert bench.sh(machine, script)[:2] == (status, out)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo a | cat; (echo b)", 'sh: 1: Syntax error: "(" unexpected'),
        ("true\nif true; then echo a; fi", 'sh: 2: Syntax error: "if" unexpected'),
        ("echo 'a", "sh: 1: Syntax error: Unterminated quoted string"),
        ("echo $(id)", 'sh: 1: Syntax error: "$(" unexpected'),
        ("sleep 1 &", 'sh: 1: Syntax error: "&" unexpected'),
        ("true &&", "sh: 1: Syntax error: end of file unexpected"),
        ("; echo", 'sh: 1: Syntax error: ";" unexpected'),
    ],
)
def test_more_than_flat_is_a_syntax_error(bench, machine, script, words):
    assert bench.sh(machine, script) == (2, "", f"{words}\n")


def test_what_sh_and_the_kernel_say(bench, machine):
    assert bench.sh(machine, "foo")[::2] == (127, "sh: 1: foo: not found\n")
    assert bench.sh(machine, "ipvsadm -Ln")[0] == 127
    assert bench.sh(machine, "echo a >/nope/f")[2] == "sh: 1: cannot create /nope/f: Directory nonexistent\n"
    assert bench.sh(machine, "cat </nope")[2] == "sh: 1: cannot open /nope: No such file\n"
    assert bench.sh(machine, "sh -es", b"false\necho never\n")[:2] == (1, "")


@settings(max_examples=60, deadline=None)
@example(["~", "~/x"])
@given(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=12), max_size=4))
def test_whatever_shlex_quotes_arrives_as_it_was(words):
    bench = Bench()
    machine = bench.machine("SRV1", 0)
    expected = "".join(f"<{word}>" for word in words)
    script = "true\n" + "\n".join(f"printf '<%s>' {shlex.quote(word)}" for word in words)
    assert bench.sh(machine, script)[1] == expected


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        (
            "echo x >/s; install -D -o root -m 0640 /s /a/c/d; stat -c '%a %U %G %n %s' /a/c/d",
            (0, "640 root root /a/c/d 2\n", ""),
        ),
        ("rm -f /nope; rm /nope", (1, "", "rm: cannot remove '/nope': No such file or directory\n")),
        ("ln -sf /etc/hostname /l; cat /l; readlink /l", (0, "SRV1\n/etc/hostname\n", "")),
        ("mv /nope /x", (1, "", "mv: cannot stat '/nope': No such file or directory\n")),
        ("sha256sum /nope", (1, "", "sha256sum: /nope: No such file or directory\n")),
        (
            "dpkg-query -W -f '${Package} ${db:Status-Abbrev}\\n' bash apache2",
            (1, "bash ii \n", "dpkg-query: no packages found matching apache2\n"),
        ),
        (
            "systemctl is-enabled ssh nope",
            (0, "enabled\n", "Failed to get unit file state for nope.service: No such file or directory\n"),
        ),
        ("systemctl is-active nope", (3, "inactive\n", "")),
        ("systemctl start nope", (5, "", "Failed to start nope.service: Unit nope.service not found.\n")),
        (
            "sysctl -n net.ipv4.ip_forward net.nope",
            (255, "0\n", "sysctl: cannot stat /proc/sys/net/nope: No such file or directory\n"),
        ),
        (
            "echo 1 >/proc/sys/net/ipv4/ip_forward; sysctl net.ipv4.ip_forward",
            (0, "net.ipv4.ip_forward = 1\n", ""),
        ),
        ("ip link set ens999 up", (1, "", 'Cannot find device "ens999"\n')),
        (
            "ip addr add 10.0.0.1/8 dev lo; ip addr add 10.0.0.1/8 dev lo",
            (2, "", "RTNETLINK answers: File exists\n"),
        ),
        ("ifup ens999", (1, "", "ifup: unknown interface ens999\n")),
        ("ifup ens160", (0, "", "ifup: interface ens160 already configured\n")),
        (
            "chmod 1x /etc/hosts",
            (1, "", "chmod: invalid mode: '1x'\nTry 'chmod --help' for more information.\n"),
        ),
    ],
)
def test_what_the_tools_say(bench, machine, script, answer):
    assert bench.sh(machine, script) == answer


def test_apt_needs_the_school(bench, machine):
    assert bench.sh(machine, "apt-get install -y nope")[::2] == (100, "E: Unable to locate package nope\n")
    machine.stack.cards["ens160"].vlan = 101
    status, _, err = bench.sh(machine, "apt-get -y install apache2")
    assert status == 100
    assert "Temporary failure resolving" in err
    assert bench.sh(machine, "apt-get update")[0] == 0
    machine.stack.cards["ens160"].vlan = 0
    bench.out(machine, "apt-get -qy --no-install-recommends install apache2 heartbeat")
    assert bench.sh(machine, "systemctl is-active apache2 heartbeat")[1] == "active\nfailed\n"
    assert bench.sh(machine, "systemctl is-enabled apache2 heartbeat")[1] == "enabled\nenabled\n"
    bench.out(machine, "grep -q 'It works!' /var/www/html/index.html")


def test_a_masked_unit_is_installed_without_being_started(bench, machine):
    bench.out(machine, "systemctl mask heartbeat; apt-get -y install heartbeat; systemctl unmask heartbeat")
    assert bench.sh(machine, "systemctl is-active heartbeat")[1] == "inactive\n"


def test_a_new_identity(bench, machine):
    before = bench.out(machine, "cat /etc/machine-id; ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub")
    bench.out(machine, "rm -f /etc/ssh/ssh_host_* /etc/machine-id /var/lib/dbus/machine-id")
    assert bench.sh(machine, "systemctl restart ssh")[0] == 1
    bench.out(machine, "ssh-keygen -A; systemd-machine-id-setup; systemctl restart ssh")
    after = bench.out(machine, "cat /etc/machine-id; ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub")
    assert not set(before.split()) & set(after.split()) - {"256", "(ED25519)", "root@masterGr0", "root@SRV1"}


def test_a_disk_holds_a_hash_and_survives_the_file(tmp_path):
    raw = model_of()
    assert b"guest-password" not in raw
    disk = parse_disk(raw)
    hashed = disk.nodes["/etc/shadow"].content.decode().split(":")[1]
    assert password_matches("guest-password", hashed)
    assert not password_matches("other", hashed)
    disk.nodes["/etc/hostname"].content = bytes(range(256))
    path = tmp_path / "srvweb1-flat.vmdk"
    save_disk(path, disk)
    assert load_disk(path) == disk
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("raw", [b"", b"\0" * 512, b"{}", b"[1]", b"\x7fELF"])
def test_another_disk_has_no_system(raw):
    with pytest.raises(NoSystemError):
        parse_disk(raw)


LAB = """\
auto ens192 ens192:30
iface ens192 inet static
  address 10.1.1.1
  netmask 255.255.255.0
  up ip route add 10.9.0.0/16 via 10.1.1.9 dev $IFACE
iface ens192:30 inet static
  address 10.1.1.30/32
"""


def test_at_boot_interfaces_sysctl_and_hostname_are_read(bench):
    bench.world.machines.clear()
    machine = bench.machine(
        "SRV1",
        0,
        5,
        files={
            "/etc/network/interfaces": "source interfaces.d/*\nauto lo\niface lo inet loopback\n",
            "/etc/network/interfaces.d/lab": LAB,
            "/etc/sysctl.conf": "# no\nnet.ipv4.ip_forward=1\n",
            "/etc/hostname": "Load-Balancer\n",
        },
    )
    assert bench.out(machine, "hostname; sysctl -n net.ipv4.ip_forward") == "Load-Balancer\n1\n"
    assert "inet 10.1.1.30/32 scope global ens192:30" in bench.out(machine, "ip -o -4 addr")
    assert "10.9.0.0/16 via 10.1.1.9 dev ens192 " in bench.out(machine, "ip route")
    assert bench.sh(machine, "ifdown ens192:30; ip -o -4 addr")[1].count("ens192:30") == 0
