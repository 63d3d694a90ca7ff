"""Where passwords come from, in which order, and what a failing source says."""

from __future__ import annotations

import sys
import types

import pytest

from esxlab.backends import credentials
from esxlab.backends.credentials import Credentials
from esxlab.errors import LabError

KEYRING = credentials.from_keyring
SECRET = "pa$$ w'ord"
PRINTS = f"{sys.executable} -c \"import sys; print('pa' + chr(36) * 2 + ' w' + chr(39) + 'ord')\""


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in credentials.VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable + credentials.COMMAND, raising=False)
    monkeypatch.setattr(credentials, "from_keyring", lambda _: "")


def every_source(monkeypatch: pytest.MonkeyPatch) -> Credentials:
    monkeypatch.setenv("ESXLAB_VSPHERE_PASSWORD_COMMAND", PRINTS)
    return Credentials(prompt=lambda _: "typed", keyring=lambda _: "kept")


def test_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    found = every_source(monkeypatch)
    monkeypatch.setenv("ESXLAB_VSPHERE_PASSWORD", "said")
    assert found.password("vsphere") == "said"


def test_then_the_keyring_then_the_command_then_the_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    assert every_source(monkeypatch).password("vsphere") == "kept"
    assert Credentials(prompt=lambda _: "typed").password("vsphere") == SECRET
    assert Credentials(prompt=lambda _: "typed").password("guest") == "typed"


def test_a_source_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    found = Credentials(keyring=lambda kind: asked.append(kind) or "kept")
    assert [found.password("guest") for _ in range(3)] == ["kept"] * 3
    assert asked == ["guest"]


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (f"{sys.executable} -c 'print(\"canary-7\"); raise SystemExit(3)'", "3"),
        (f"{sys.executable} -c pass", "0"),
        ("no-such-program-here --show x", "No such file or directory"),
        ("echo 'unbalanced", "?"),
    ],
)
def test_a_command_that_fails_is_named_and_what_it_printed_is_not(monkeypatch, command, status) -> None:
    monkeypatch.setenv("ESXLAB_GUEST_PASSWORD_COMMAND", command)
    with pytest.raises(LabError) as caught:
        Credentials(prompt=lambda _: "typed").password("guest")
    assert caught.value.code == "secret.command"
    assert caught.value.where == "ESXLAB_GUEST_PASSWORD_COMMAND"
    assert status in str(caught.value)
    assert "canary-7" not in str(caught.value)


def test_no_shell_reads_the_command(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("ESXLAB_GUEST_PASSWORD_COMMAND", f"echo x; touch {tmp_path}/made")
    assert Credentials().password("guest") == f"x; touch {tmp_path}/made"
    assert not (tmp_path / "made").exists()


def test_without_any_source_the_error_names_them_all() -> None:
    with pytest.raises(LabError) as caught:
        Credentials().password("router_secret")
    text = str(caught.value)
    assert caught.value.code == "secret.missing"
    assert "ESXLAB_ROUTER_SECRET_COMMAND" in text
    assert "keyring set esxlab router_secret" in text


def test_the_keyring_is_used_when_it_is_installed_and_a_locked_one_is_none(monkeypatch) -> None:
    class KeyringError(Exception):
        pass

    def get(service: str, kind: str) -> str | None:
        if kind == "router":
            raise KeyringError
        return "kept" if (service, kind) == ("esxlab", "vsphere") else None

    package, errors = types.ModuleType("keyring"), types.ModuleType("keyring.errors")
    package.get_password, errors.KeyringError = get, KeyringError
    monkeypatch.setitem(sys.modules, "keyring", package)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    monkeypatch.setattr(credentials.importlib.util, "find_spec", lambda _: package)
    assert [KEYRING(kind) for kind in ("vsphere", "guest", "router")] == ["kept", "", ""]


def test_nothing_of_it_is_shown() -> None:
    found = Credentials(known={"guest": SECRET})
    found.password("guest")
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("motdepass\udce9", "secret.encoding"),
        ("motdepasse\r", "secret.line_end"),
        ("motdepasse\n", "secret.line_end"),
        ("abc\x16def", "secret.control"),
        ("abc\x1b[Adef", "secret.control"),
        ("abc\x85def", "secret.control"),
    ],
)
@pytest.mark.parametrize("kind", credentials.VARIABLES)
def test_what_cannot_be_a_password_is_not_tried(monkeypatch, password, code, kind) -> None:
    monkeypatch.setenv(credentials.VARIABLES[kind], password)
    sources = [Credentials(), Credentials(known={kind: password}), Credentials(keyring=lambda _: password)]
    for found in sources:
        with pytest.raises(LabError) as refusal:
            found.password(kind)
        assert (refusal.value.code, refusal.value.where) == (code, credentials.VARIABLES[kind])
        assert "abc" not in str(refusal.value)
        monkeypatch.delenv(credentials.VARIABLES[kind], raising=False)


def test_a_command_that_prints_another_encoding_is_told_so(monkeypatch) -> None:
    prints = f"{sys.executable} -c \"import sys; sys.stdout.buffer.write(b'pass' + bytes([233]))\""
    monkeypatch.setenv("ESXLAB_GUEST_PASSWORD_COMMAND", prints)
    with pytest.raises(LabError) as refusal:
        Credentials().password("guest")
    assert refusal.value.code == "secret.encoding"


@pytest.mark.parametrize("typed", ["", EOFError()])
def test_an_empty_answer_is_no_password_and_is_asked_for_once(typed) -> None:
    asked = []

    def prompt(kind):
        asked.append(kind)
        if isinstance(typed, EOFError):
            raise typed
        return typed

    found = Credentials(prompt=prompt)
    for _ in range(3):
        with pytest.raises(LabError) as refusal:
            found.password("vsphere")
        assert refusal.value.code in {"secret.empty", "secret.missing"}
    assert asked == ["vsphere"]


def test_letters_of_every_language_are_a_password(monkeypatch) -> None:
    monkeypatch.setenv("ESXLAB_VSPHERE_PASSWORD", "mot de passé ñ 日本 \u00a0!")
    assert Credentials().password("vsphere") == "mot de passé ñ 日本 \u00a0!"


def test_a_variable_that_is_set_but_empty_is_named_so(monkeypatch):
    monkeypatch.setenv("ESXLAB_VSPHERE_PASSWORD", "")
    with pytest.raises(LabError) as caught:
        Credentials(keyring=lambda _: "").password("vsphere")
    assert caught.value.code == "secret.variable_empty"
    assert "ESXLAB_VSPHERE_PASSWORD is set but empty" in str(caught.value)


def test_a_plain_enter_at_the_prompt_is_sent_to_nobody():
    asked = []
    credentials = Credentials(keyring=lambda _: "", prompt=lambda kind: asked.append(kind) or "")
    for _ in range(2):
        with pytest.raises(LabError) as caught:
            credentials.password("router")
        assert caught.value.code == "secret.empty"
    assert asked == ["router"]
