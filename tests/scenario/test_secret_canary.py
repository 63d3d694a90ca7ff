"""No secret in anything that whole commands write, in whatever disguise: promise 8."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import pytest

from esxlab.cli.group_secrets import GroupSecrets
from esxlab.lab.identity import GroupId

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
DEMO = str(ROOT / "specs" / "demo.yaml")
WRONG = "canary<&'\">%+ /é?=pw"
"""A wrong password that every escaping changes."""

pytestmark = pytest.mark.scenario


def disguises(secret: str) -> set[bytes]:
    """The secret as it is, quoted for a URL, XML, JSON and Python; its base64, wherever it begins."""
    texts = {
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        escape(secret),
        escape(secret, {'"': "&quot;", "'": "&apos;"}),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
    }
    found = {text.encode() for text in texts} | {
        secret.encode("latin-1", "replace"),
        secret.encode("utf-16-le"),
    }
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + secret.encode())
        found.add(coded[4 if before else 0 : len(coded) - 4])  # without what its neighbours decide
    return found


def assert_clean(where: str, content: bytes, secrets: dict[str, str]) -> None:
    for name, secret in secrets.items():
        for disguise in disguises(secret):
            assert disguise not in content, f"{name} in {where}"


class School:
    """A school of its own, with commands run as processes; everything that they write is kept."""

    def __init__(self, tmp_path: Path) -> None:
        self.home, self.school = tmp_path / "home", tmp_path / "school"
        extra = {
            "XDG_DATA_HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home),
            "ESXLAB_SCHOOL": str(self.school),
            "PYTHONPATH": str(ROOT),
        }
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("ESXLAB")} | extra
        self.written: dict[str, bytes] = {}
        self.arguments: set[bytes] = set()

    def run(
        self, *words: str, code: int = 0, program: Sequence[str] = ("-m", "esxlab"), **extra: str
    ) -> None:
        with subprocess.Popen(
            [sys.executable, *program, *words],
            env=self.environment | extra,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            out = None
            while out is None:
                self.arguments |= arguments_of_all_processes()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    out, _ = process.communicate(timeout=0.5)
        self.written[f"{len(self.written)}: esxlab {' '.join(words)}"] = out
        assert process.returncode == code, out.decode()

    @property
    def secrets(self) -> dict[str, str]:
        """Everything secret by its name: the phrases and the passwords of two generations too."""
        access = json.loads((self.school / "school.json").read_text())
        root = bytes.fromhex(json.loads((self.home / "esxlab" / "secrets.json").read_text())["root"])
        phrases = {
            f"phrase {number}": hmac.new(
                root, f"authkeys/demo/{number}".encode(), hashlib.sha256
            ).hexdigest()[:40]
            for number in (1, 2, 3)
        }
        return access["passwords"] | phrases | self.generated() | {"root": root.hex(), "wrong": WRONG}

    def generated(self) -> dict[str, str]:
        """What this user's secrets file gives the groups, as the program itself computes it."""
        kept = GroupSecrets(self.home / "esxlab")
        found = {}
        for number, generation in product((1, 2, 3), (0, 1)):
            group = GroupId("demo", number)
            then = kept.rotated({group: generation})
            found[f"rotated phrase {number}.{generation}"] = then.phrase(group, "authkeys")
            found[f"password {number}.{generation}"] = then.password(then.password_name(group))
        return found

    def assert_clean_everywhere(self) -> None:
        """In all that was written, kept, or given to a process as an argument."""
        secrets = self.secrets
        for where, content in self.written.items():
            assert_clean(where, content, secrets)
        kept = [file for file in self.home.rglob("*") if file.is_file() and file.name != "secrets.json"]
        assert any("journal" in file.parts for file in kept)
        for file in kept:
            assert_clean(str(file), file.read_bytes(), secrets)
        assert_clean("a process's arguments", b"\n".join(self.arguments), secrets)
        private = self.home / "esxlab" / "secrets.json"
        assert private.stat().st_mode & 0o077 == 0


def arguments_of_all_processes() -> set[bytes]:
    found = set()
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.add(file.read_bytes())
        except OSError:
            continue
    return found


@pytest.fixture
def school(tmp_path):
    found = School(tmp_path)
    found.run("sim", "up", "-f", DEMO, "--speed", "40")
    yield found
    found.run("sim", "down")


def test_whole_commands_show_no_secret(school) -> None:
    for words in (
        ("plan", "-f", DEMO, "-v"),
        ("plan", "-f", DEMO, "-o", "json"),
        ("provision", "-f", DEMO, "-g", "1", "--yes", "-v"),
        ("provision", "-f", DEMO, "-g", "1", "--yes", "--scenario", "lb", "-o", "json"),
        ("status", "-f", DEMO, "-o", "json"),
        ("verify", "-f", DEMO, "-g", "1", "--scenario", "lb", "-o", "json"),
        ("plan", "-f", DEMO, "-g", "1", "--deep", "--scenario", "lb", "-v"),
        ("sim", "status", "-o", "json"),
        ("run", "-f", DEMO, "-g", "1", "all", "-o", "json", "--", "env"),
        ("ssh", "-f", DEMO, "-g", "1", "srvweb1", "-o", "json"),
        ("ssh", "-f", DEMO, "-g", "1", "router", "-o", "json"),
        ("export", "ssh-config", "-f", DEMO, "-g", "1"),
        ("export", "ansible", "-f", DEMO, "-g", "1", "--to", str(school.home / "inventory")),
        ("export", "csv", "-f", DEMO),
        ("copy", "-f", DEMO, "-g", "1", "srvweb1:/etc/hosts", str(school.home / "fetched"), "-o", "json"),
    ):
        school.run(*words)
    school.run("status", "-f", DEMO, code=6, ESXLAB_VSPHERE_PASSWORD=WRONG)
    school.run("provision", "-f", DEMO, "-g", "2", "--yes", "-o", "json", code=8, ESXLAB_GUEST_PASSWORD=WRONG)
    school.run("provision", "-f", DEMO, "-g", "1", "--yes", "-v", code=6, ESXLAB_ROUTER_PASSWORD=WRONG)
    school.run("teardown", "-f", DEMO, "--all", "--yes", "-o", "json")
    assert len(school.secrets) == 21
    school.assert_clean_everywhere()


def test_generated_passwords_are_shown_by_one_command_only(school, tmp_path) -> None:
    """Made, rotated, refused, unknown, and in the hands of a command that crashes: nowhere to be read."""
    spec = str(tmp_path / "generated.yaml")
    Path(spec).write_text(Path(DEMO).read_text() + "\nguest: {password: generated}\n")
    one = ("-f", spec, "-g", "1")
    for words in (
        ("plan", *one, "-v"),
        ("provision", *one, "--yes", "-v"),
        ("secrets", "rotate", *one, "--dry-run", "-o", "json"),
        ("secrets", "rotate", *one, "--yes", "-v"),
        ("provision", *one, "--yes", "--scenario", "lb", "-o", "json"),
        ("status", *one, "-o", "json"),
        ("verify", *one, "--scenario", "lb", "-o", "json"),
        ("plan", *one, "--deep", "--scenario", "lb", "-v"),
    ):
        school.run(*words)
    school.run("secrets", "show", *one, code=2)  # no terminal, and nobody has said that this is one
    crashed = ("provision", "-f", spec, "-g", "2", "--yes", "-v")
    school.run(*crashed, code=1, program=("-c", CRASH))
    assert b"ZeroDivisionError" in list(school.written.values())[-1]
    assert b"Traceback" not in list(school.written.values())[-1]
    (report,) = (file for file in school.home.rglob("*.jsonl") if "the bug of this test" in file.read_text())
    assert "in crash" in report.read_text()
    changed = school.home / "esxlab" / "secrets.json"
    kept = changed.read_bytes()
    changed.write_bytes(kept.replace(b'"demo/1": 1', b'"demo/1": 0'))
    school.run("provision", *one, "--yes", "-o", "json", code=6)  # behind
    changed.write_bytes(b"{" + kept[:100])
    school.run("provision", *one, "--yes", "-o", "json", code=6)  # broken
    assert kept[:100] not in b"".join(school.written.values())
    changed.unlink()
    school.run("provision", *one, "--yes", "-v", code=6)  # another computer's
    school.run("provision", *one, "--yes", "-v", code=8, ESXLAB_GUEST_PASSWORD=WRONG)
    changed.write_bytes(kept)
    school.assert_clean_everywhere()
    assert_nothing_kept_in_the_school(school)
    school.run("secrets", "show", *one, "--yes")
    shown = list(school.written.values())[-1]
    assert school.secrets["password 1.1"].encode() in shown
    assert school.secrets["rotated phrase 1.1"].encode() in shown
    with pytest.raises(AssertionError, match="esxlab secrets show"):
        school.assert_clean_everywhere()
    school.run("teardown", "-f", spec, "--all", "--yes", "-o", "json")


CRASH = """
import esxlab.backends.guest.guests as guests
from esxlab.cli.main import main

execute = guests.execute

def crash(transport, script, **rest):
    if "chpasswd" in script:
        raise ZeroDivisionError("the bug of this test")
    return execute(transport, script, **rest)

guests.execute = crash
main()
"""
"""A bug at the worst moment: a generated password is about to be sent."""


def assert_nothing_kept_in_the_school(school) -> None:
    """No password of a group in a datastore, an inventory or a log: guests hold hashes only."""
    passwords = {name: word for name, word in school.generated().items() if name.startswith("password")}
    for file in school.school.rglob("*"):
        if file.is_file() and file.name != "school.json":
            assert_clean(str(file), file.read_bytes(), passwords)


def test_the_net_catches_every_disguise() -> None:
    for disguise in disguises(WRONG):
        with pytest.raises(AssertionError, match="wrong in here"):
            assert_clean("here", b"some text " + disguise + b" more", {"wrong": WRONG})
    for before in (b"x:", b"xy:", b"xyz:"):
        with pytest.raises(AssertionError):
            assert_clean("here", base64.b64encode(before + WRONG.encode() + b"..."), {"wrong": WRONG})
