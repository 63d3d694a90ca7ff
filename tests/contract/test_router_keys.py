"""A router's login by SSH key: the key alone, once; no password is asked for or sent."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from types import SimpleNamespace

import paramiko
import pytest

from esxlab.backends.credentials import Credentials
from esxlab.backends.endpoints import Endpoints
from esxlab.backends.router.keys import SHA2, strategy_of
from esxlab.backends.router.routers import NetmikoRouters
from esxlab.errors import LabError
from esxlab.lab.router import RouterAddress
from esxlab.sim.router import server
from tests.borrowed import borrows
from tests.contract.test_router_push import HOST, SECRET, WANTED
from tests.memory.router_thread import RouterThread
from tests.router_shapes import shape_of

pytestmark = borrows("ssh-keygen")
VARIABLE = "ESXLAB_ROUTER_KEY_PASSPHRASE"
PASSPHRASE = "sésame"


def make_key(path, *kind, passphrase=""):
    words = ["ssh-keygen", "-q", "-t", *kind, "-N", passphrase, "-f", str(path)]
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL)
    return path


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    home = tmp_path_factory.mktemp("keys")
    return {
        "ed25519": make_key(home / "ed25519", "ed25519"),
        "rsa": make_key(home / "rsa", "rsa", "-b", "2048"),
        "closed": make_key(home / "closed", "ed25519", passphrase=PASSPHRASE),
        "other": make_key(home / "other", "ed25519"),
    }


@pytest.fixture
def router(tmp_path, keys, monkeypatch):
    """One that takes these users' public keys (`ip ssh pubkey-chain`), and counts what it is offered."""
    known = {key.with_suffix(".pub").read_text().split()[1] for name, key in keys.items() if name != "other"}
    offered, passwords = [], []
    kind = next(
        found
        for found in vars(server).values()
        if isinstance(found, type)
        and hasattr(found, "validate_password")
        and found.__module__ == server.__name__
    )

    def judge(_self, _user, key):
        text = key.export_public_key().decode().split()[1]
        offered.append(text)
        return text in known

    def refuse(_self, _user, password):
        passwords.append(password)
        return False

    monkeypatch.setattr(kind, "public_key_auth_supported", lambda _: True, raising=False)
    monkeypatch.setattr(kind, "validate_public_key", judge, raising=False)
    monkeypatch.setattr(kind, "validate_password", refuse)
    with RouterThread([shape_of()], password="never", secret=SECRET, state_dir=tmp_path) as thread:
        address, port = thread.access()[HOST]
        serial = thread.routers[HOST].box.serial_number
        yield SimpleNamespace(
            address=RouterAddress(address, port=port, serial_number=serial),
            offered=offered,
            passwords=passwords,
        )


def backend_of(router, tmp_path, **passwords):
    credentials = Credentials(known={"router_secret": SECRET, **passwords})
    backend = NetmikoRouters(Endpoints(), credentials, key_file=tmp_path / "router_keys")
    backend.confirm(router.address, backend.identity(router.address))
    return backend


@pytest.mark.parametrize("name", ["ed25519", "rsa"])
def test_the_key_is_the_login(router, keys, tmp_path, name):
    backend = backend_of(router, tmp_path)  # it has no password to give
    address = replace(router.address, key=str(keys[name]))
    assert "interface FastEthernet0/0" in backend.observe(address, WANTED).running_config
    assert str(keys[name]) in backend.login_key(address)
    assert router.passwords == []


def test_a_passphrase_comes_by_the_order_of_secrets(router, keys, tmp_path, monkeypatch):
    address = replace(router.address, key=str(keys["closed"]))
    with pytest.raises(LabError) as none:
        backend_of(router, tmp_path).observe(address, WANTED)
    assert none.value.code == "secret.missing"
    monkeypatch.setenv(VARIABLE, "wrong")
    with pytest.raises(LabError) as wrong:
        backend_of(router, tmp_path).observe(address, WANTED)
    assert wrong.value.code == "key.passphrase"
    assert VARIABLE in str(wrong.value)
    assert router.offered == []
    monkeypatch.setenv(VARIABLE, PASSPHRASE)
    assert backend_of(router, tmp_path).observe(address, WANTED)


def test_a_key_that_the_router_does_not_know_is_one_try(router, keys, tmp_path):
    backend = backend_of(router, tmp_path)
    address = replace(router.address, key=str(keys["other"]))
    for _ in range(2):
        with pytest.raises(LabError) as refused:
            backend.observe(address, WANTED)
        assert refused.value.code == "router.login_key"
        assert "SHA256:" in str(refused.value)
    assert len(router.offered) == 1
    assert router.passwords == []


@pytest.mark.parametrize(("said", "sha2"), [(b"", False), (b"rsa-sha2-512,ssh-rsa", True)])
def test_an_rsa_key_is_signed_with_as_the_router_can_read_it(keys, monkeypatch, said, sha2):
    """RFC 8332, 3.3: a server without server-sig-algs is given ssh-rsa, which costs no try for nothing."""
    key = paramiko.PKey.from_path(keys["rsa"])
    transport = SimpleNamespace(
        server_extensions={"server-sig-algs": said} if said else {}, disabled_algorithms={}
    )
    transport.auth_publickey = lambda *_: []
    (source,) = strategy_of("prof", [key]).get_sources()
    source.authenticate(transport)
    assert set(transport.disabled_algorithms.get("pubkeys", ())) == (set() if sha2 else set(SHA2))
