"""SSH keys for guests, against OpenSSH's own sshd as Debian's installer leaves it: root by key only."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path

import pytest

from esxlab.backends.credentials import Credentials
from esxlab.backends.guest import ParamikoGuests
from esxlab.errors import LabError
from esxlab.lab.guest import SshHop, SshRoute
from esxlab.sim.access import SchoolEndpoints
from tests.borrowed import borrows, find, unless

SSHD = find("sshd")
pytestmark = [borrows("sshd", "ssh-agent"), unless(os.getuid() == 0, "sshd lets root in only as root")]
VARIABLE = "ESXLAB_GUEST_KEY_PASSPHRASE"
PASSPHRASE = "sésame, ouvre-toi"


def make_key(path, *kind, passphrase=""):
    words = ["ssh-keygen", "-q", "-t", *kind, "-N", passphrase, "-f", str(path)]
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL)
    return path


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """The teacher's keys: all of them are in root's authorized_keys but `other`."""
    home = tmp_path_factory.mktemp("keys")
    home.chmod(0o700)
    return {
        "ed25519": make_key(home / "ed25519", "ed25519"),
        "rsa": make_key(home / "rsa", "rsa", "-b", "2048"),
        "ecdsa": make_key(home / "ecdsa", "ecdsa"),
        "closed": make_key(home / "closed", "ed25519", passphrase=PASSPHRASE),
        "closed rsa": make_key(home / "closed_rsa", "rsa", "-b", "2048", passphrase=PASSPHRASE),
        "pem": make_key(home / "pem", "rsa", "-b", "2048", "-m", "PEM"),
        "closed pem": make_key(home / "closed_pem", "rsa", "-b", "2048", "-m", "PEM", passphrase=PASSPHRASE),
        "other": make_key(home / "other", "ed25519"),
    }


@pytest.fixture(scope="module")
def sshd(tmp_path_factory, keys):
    """Debian's own defaults: PermitRootLogin prohibit-password, MaxAuthTries 6; its log."""
    home = tmp_path_factory.mktemp("sshd")
    host_key = make_key(home / "host", "ed25519")
    publics = [path.with_name(f"{path.name}.pub") for name, path in keys.items() if name != "other"]
    known = "".join(path.read_text(encoding="utf-8") for path in publics)
    (home / "authorized").write_text(known, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (home / "config").write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {host_key}\nAuthorizedKeysFile {home}/authorized\n"
        "PermitRootLogin prohibit-password\nMaxAuthTries 6\nStrictModes no\nUsePAM no\nPidFile none\n"
        "LogLevel VERBOSE\n",
        encoding="utf-8",
    )
    Path("/run/sshd").mkdir(exist_ok=True)
    log = home / "log"
    with log.open("wb") as file:
        server = subprocess.Popen([SSHD, "-D", "-e", "-f", str(home / "config")], stderr=file)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as wire:
            if wire.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield port, log
    server.terminate()
    server.wait(10)


def guests_with(source):
    return ParamikoGuests(
        SchoolEndpoints(),
        Credentials(keyring=lambda _: ""),
        login_keys={7: str(source)},
        connect_timeout_s=20,
    )


def hello(source, port):
    guests = guests_with(source)
    route = SshRoute(7, (SshHop("srvweb1", "127.0.0.1", port),))
    try:
        return guests.run(route, ["id", "-un"]).stdout
    finally:
        guests.close()


@pytest.fixture(autouse=True)
def no_secrets_of_this_computer(monkeypatch):
    for name in ("ESXLAB_GUEST_PASSWORD", VARIABLE, "SSH_AUTH_SOCK"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", ["ed25519", "rsa", "ecdsa", "pem"])
def test_a_key_without_a_passphrase_logs_in_and_no_password_is_asked_for(sshd, keys, name):
    assert hello(keys[name], sshd[0]) == "root\n"


@pytest.mark.parametrize("name", ["closed", "closed rsa", "closed pem"])
def test_a_passphrase_comes_by_the_order_of_secrets(sshd, keys, name, monkeypatch):
    with pytest.raises(LabError) as caught:
        hello(keys[name], sshd[0])
    assert (caught.value.code, caught.value.facts["variable"]) == ("secret.missing", VARIABLE)
    monkeypatch.setenv(VARIABLE, PASSPHRASE)
    assert hello(keys[name], sshd[0]) == "root\n"


@pytest.mark.parametrize("name", ["closed", "closed rsa", "closed pem"])
def test_a_wrong_passphrase_is_one_try_and_nothing_is_dialled(sshd, keys, name, monkeypatch):
    monkeypatch.setenv(VARIABLE, "sesame")
    before = sshd[1].read_bytes().count(b"Connection from")
    guests = guests_with(keys[name])
    for _ in range(2):
        with pytest.raises(LabError) as caught:
            guests.run(SshRoute(7, (SshHop("srvweb1", "127.0.0.1", sshd[0]),)), ["true"])
        assert caught.value.code == "key.passphrase"
    assert sshd[1].read_bytes().count(b"Connection from") == before


def test_a_key_that_the_guest_does_not_take_is_offered_once(sshd, keys):
    _, log = sshd
    before = log.read_bytes().count(b"Failed publickey for root")
    guests, route = guests_with(keys["other"]), SshRoute(7, (SshHop("srvweb1", "127.0.0.1", sshd[0]),))
    for _ in range(2):
        with pytest.raises(LabError) as caught:
            guests.run(route, ["true"])
        assert caught.value.code in {"guest.login_key", "guest.login"}
    guests.close()
    assert log.read_bytes().count(b"Failed publickey for root") == before + 1
    assert b"Failed password" not in log.read_bytes()


def test_without_a_key_such_a_guest_refuses_roots_password(sshd, monkeypatch):
    monkeypatch.setenv("ESXLAB_GUEST_PASSWORD", "sesame")
    with pytest.raises(LabError) as caught:
        hello("", sshd[0])
    assert caught.value.code == "guest.login"
    assert "guest: {key: " in str(caught.value)


@pytest.fixture
def agent(monkeypatch, tmp_path):
    sock = tmp_path / "agent"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", str(sock)], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while not sock.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    monkeypatch.setenv("SSH_AUTH_SOCK", str(sock))
    yield
    process.terminate()
    process.wait(10)


def test_the_agents_keys_are_offered_in_turn(sshd, keys, agent):
    for name in ("other", "rsa"):
        subprocess.run(["ssh-add", "-q", str(keys[name])], check=True)
    assert hello("agent", sshd[0]) == "root\n"


def test_an_agent_without_a_key_and_no_agent_are_named(sshd, agent, monkeypatch):
    for _ in range(2):
        with pytest.raises(LabError) as caught:
            hello("agent", sshd[0])
        assert caught.value.code == "key.no_agent"
        monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("none", None, "key.missing"),
        ("key.ppk", b"PuTTY-User-Key-File-3: ssh-ed25519\n", "key.putty"),
        ("key.pub", b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI prof@lycee\n", "key.public"),
        ("key", b"no key at all\n", "key.unreadable"),
        ("key", b"", "key.unreadable"),
        (
            "key",
            b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
            "key.unreadable",
        ),
    ],
)
def test_what_is_no_private_key_is_named_before_anything_is_dialled(tmp_path, name, content, code):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LabError) as caught:
        guests_with(path).login_key(7)
    assert (caught.value.code, caught.value.where) == (code, str(path))


def test_doctor_names_the_key_as_ssh_keygen_does(keys):
    shown = subprocess.run(
        ["ssh-keygen", "-lf", str(keys["ed25519"])], check=True, capture_output=True, text=True
    ).stdout.split()[1]
    assert guests_with(keys["ed25519"]).login_key(7) == f"{keys['ed25519']}: ssh-ed25519 {shown}"
    assert guests_with("").login_key(7) == ""
