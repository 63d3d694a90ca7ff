"""Every command gives its result as a JSON document too, or has a reason not to."""

from __future__ import annotations

import http.client
import io
import json
import signal
import subprocess
import sys
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from esxlab.board.server import ALL
from esxlab.cli import board, session
from esxlab.cli.group import esxlab
from esxlab.cli.options import Shown
from esxlab.cli.trust import Identity, _Asking
from esxlab.exercises.registry import build_lab
from esxlab.lab.lock import LockHolder, group_lock
from esxlab.show.console import Screen
from esxlab.spec.load import load_class_spec
from esxlab.spec.reference import sections

ROOT = Path(__file__).parents[2]
DEMO = str(ROOT / "specs" / "demo.yaml")
CLASS = str(ROOT / "specs" / "class-30.yaml")
LIMIT_S = 60.0
WHEN = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)

NOTHING_TO_TELL = {
    "schema": "what it prints is a document of JSON already, JSON Schema's own",
    "completion": "a script that a shell reads as it stands",
    "site unit": "a unit that systemd reads as it stands",
    "site run": "runs until it is stopped; what it did is in the answers that it sends to the centre",
}
"""Commands whose result is no table of ours, each with why."""


def walk(command, path=()):
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from walk(command.get_command(context, name), (*path, name))
    else:
        yield " ".join(path), command


COMMANDS = dict(walk(esxlab))


def forms(command):
    found = next((param for param in command.params if "--output" in param.opts), None)
    return list(found.type.choices) if found else []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_json_or_a_reason_not_to(name):
    assert ("json" in forms(COMMANDS[name])) != (name in NOTHING_TO_TELL)


def test_every_reason_is_of_a_command():
    assert NOTHING_TO_TELL.keys() <= COMMANDS.keys()


def test_what_is_json_already_is():
    answer = CliRunner().invoke(esxlab, ["schema"])
    assert json.loads(answer.stdout)["$schema"]


def document(*words, code=0, env=None, **given):
    answer = CliRunner().invoke(esxlab, [*words, "-o", "json"], env=env, **given)
    assert answer.exit_code == code, answer.output
    return json.loads(answer.stdout)


def test_init_tells_the_file_it_has_written(tmp_path):
    path = tmp_path / "first.yaml"
    told = document("init", "-f", str(path), "--class", "durand-sio2")
    assert (told["schema"], told["file"], told["class"]) == ("esxlab/init/1", str(path), "durand-sio2")
    assert document("init", "-f", str(path), code=2)["errors"][0]["code"] == "usage.spec_exists"


def test_spec_tells_each_key():
    (section,) = document("spec", "router.host")["sections"]
    (key,) = section["keys"]
    assert (section["section"], key["key"], key["default"], key["required"]) == (
        "router",
        "router.host",
        None,
        True,
    )
    every = document("spec")["sections"]
    assert [each["section"] for each in every] == [each.key for each in sections()]
    assert all(each["keys"] for each in every)


@pytest.mark.parametrize("tool", ["table", "govc", "powercli"])
def test_role_print_tells_the_privileges_and_the_line_of_a_tool(tool):
    told = document("role", "print", "--for", tool)
    text = CliRunner().invoke(esxlab, ["role", "print", "--for", tool]).stdout
    assert all(each["privilege"] in text for each in told["privileges"])
    assert told["command"] == (None if tool == "table" else text.strip())


def test_site_and_fleet_tell_directories_offers_and_who_is_left(tmp_path):
    fleet, school = str(tmp_path), tmp_path / "sites" / "a"
    made = document("site", "keys", "a", "b", "--fleet", fleet)
    assert [(each["name"], each["directory"]) for each in made["made"]] == [
        ("a", str(school)),
        ("b", str(tmp_path / "sites" / "b")),
    ]
    assert made["broker"] is None
    assert document("site", "keys", "--renew", "--fleet", fleet)["made"] == []
    assert document("site", "offers", "--directory", str(school))["offers"] == []
    strange = document("site", "take", "sio2", "abcdef", "--directory", str(school), code=2)
    assert strange["errors"][0]["code"].startswith("site.")
    gone = document("fleet", "revoke", "a", "--fleet", fleet, "--yes")
    assert (gone["site"], gone["sites"]) == ("a", ["b"])


def test_a_static_board_tells_its_files(tmp_path):
    env = {"XDG_STATE_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    told = document("board", "-f", CLASS, "--no-watch", "--static", str(tmp_path / "out"), env=env)
    assert told["directory"] == str(tmp_path / "out")
    assert "index.html" in told["files"]
    assert all((tmp_path / "out" / name).is_file() for name in told["files"])


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2"])
def test_a_board_tells_where_it_is_once_it_listens(tmp_path, address):
    command = [sys.executable, "-m", "esxlab", "board", "-f", CLASS, "-g", "1-2", "--no-watch", "--port", "0"]
    env = {"XDG_STATE_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "PATH": "/bin"}
    words = [*command, "--listen", address, "-o", "json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env) as running:
        lines = iter(running.stdout.readline, b"}\n")
        told = json.loads(b"".join(lines) + b"}")
        (page,) = told["pages"]
        assert page == {"group": None, "token": None, "url": f"http://{address}:{told['port']}/"}
        with closing(http.client.HTTPConnection(address, told["port"], timeout=LIMIT_S)) as connection:
            connection.request("GET", "/")
            assert connection.getresponse().status == 200
        running.send_signal(signal.SIGINT)
        assert running.wait(LIMIT_S) == 0
        assert running.stdout.read() == b""


@pytest.mark.parametrize("output", ["json", "table"])
def test_the_pages_of_a_board_for_students_are_told_with_their_tokens(output):
    out, err = io.StringIO(), io.StringIO()
    board._tell("sio2", {"abc": ALL, "def": 7}, "192.0.2.7", 8780, Shown(Screen(out, err), output))
    urls = ["http://192.0.2.7:8780/abc/", "http://192.0.2.7:8780/def/"]
    if output == "json":
        told = json.loads(out.getvalue())
        assert [(page["group"], page["token"], page["url"]) for page in told["pages"]] == [
            (None, "abc", urls[0]),
            (7, "def", urls[1]),
        ]
    else:
        assert [line.split()[-1] for line in out.getvalue().splitlines()] == urls


class Held:
    """A session whose first group is locked by somebody."""

    def __init__(self, loaded):
        self.class_name, self.unlocked = loaded.class_name, []
        self.wanted = [build_lab(spec, phrase="x") for spec in loaded.groups((1, 2))]
        self.roster, self.backends = self, self
        self.vsphere = self

    def servers(self, behind):
        return []

    def lock_holder(self, site, name):
        held = name == group_lock(self.wanted[0].group)
        return LockHolder("t", "anna@pc", "id", WHEN, WHEN, WHEN) if held else None

    def unlock(self, site, name, claim):
        self.unlocked.append(name)


def test_unlock_tells_whose_locks_it_has_broken(monkeypatch):
    held = Held(load_class_spec(Path(DEMO)))
    monkeypatch.setattr(session, "open_session", lambda *_, **__: nullcontext(held))
    told = document("unlock", "-f", DEMO, "-g", "1,2", "--yes")
    (broken,) = told["broken"]
    assert (told["class"], broken["group"], broken["who"]) == (held.class_name, 1, "anna@pc")
    assert datetime.fromisoformat(broken["since"]) == WHEN
    assert broken["lock"] in held.unlocked


def test_trust_tells_what_was_shown_and_what_is_confirmed_now(tmp_path):
    new, same = Identity("key", "r1", "ssh-rsa AAAA", ""), Identity("serial", "r1", "FTX1", "FTX1")
    out, err = io.StringIO(), io.StringIO()
    asking = _Asking(Shown(Screen(out, err), "json"), replacing=False, yes=True)
    assert asking.agree([lambda: new, lambda: same])
    assert out.getvalue() == ""  # the table that is agreed to is on the other stream
    assert "FTX1" in err.getvalue()
    asking.tell(tmp_path)
    assert [
        (each["kind"], each["state"], each["confirmed"]) for each in json.loads(out.getvalue())["hosts"]
    ] == [("key", "new", True), ("serial", "same", False)]
