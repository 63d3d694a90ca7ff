"""Any command line, and any environment, has an answer with its exit code; nothing is dialled here."""

from __future__ import annotations

import json
import os
import socket

import click
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from esxlab.board import server as board
from esxlab.cli import front, session
from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.group import esxlab
from esxlab.errors import LabError
from esxlab.foreign import visible
from esxlab.sim import school
from esxlab.sim.qemu import model, namespace

SPEC = "class: sio2\ngroups: 1-3\nschool: embedded\nvsphere: {host: vc.example, esxi: e1}\nrouter: none\n"
ODD = [
    "", " ", "-", "--", "\ud800", "\udcff\x1b[2J", "\u202e", "é", "10" * 60, "-1", "nan", "inf", "0x10",
    "1-999999999", "3-1", "1,,2", "x" * 70_000, "[::1", "h:99999", "h:abc", "//u:p@h", "%s", "{0}", "=cmd",
    "*", "@x", "1", "1-3", "7", "sio2", "json", "csv", "table", "ha", "lb", "en", "fr", "esxlab.yaml",
    "absent.yaml", ".", "1e999",
]  # fmt: skip
WORDS = st.sampled_from(ODD) | st.text(st.characters(exclude_characters="/\0"), max_size=12)
"""No slash: `init -f` writes the file that it is told."""


def paths(command, before=()):
    """Every command and subcommand, with the names of its options."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from paths(command.get_command(context, name), (*before, name))
    yield before, [name for param in command.params for name in (*param.opts, *param.secondary_opts)]


COMMANDS = dict(paths(esxlab))


@st.composite
def command_lines(draw):
    path = draw(st.sampled_from(sorted(COMMANDS)))
    words = list(path)
    for _ in range(draw(st.integers(0, 6))):
        words.append(draw(st.sampled_from(COMMANDS[path] or ["--help"]) | WORDS))
        if draw(st.booleans()):
            words.append(draw(WORDS))
    return words


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """A directory with a valid spec and no school, a home of its own, and no way out."""

    def refuse(*_, **__):
        raise LabError("school.down", where="here")

    monkeypatch.chdir(tmp_path)
    (tmp_path / "esxlab.yaml").write_text(SPEC, encoding="utf-8")
    for name in [name for name in os.environ if name.startswith(("ESXLAB_", "GOVC_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("ESXLAB_SCHOOL", str(tmp_path / "school"))
    monkeypatch.setattr(session, "connect", refuse)
    ends = ((school, "school_up"), (school, "school_down"), (model, "model_pair"), (board, "listen"))
    for module, name in ends:
        monkeypatch.setattr(module, name, refuse)
    monkeypatch.setattr(namespace, "step_inside", lambda *_: None)
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("something was dialled"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a name was looked up"))
    return tmp_path


def answer(words, capsys):
    """The exit code, and what was written; nothing of it steers a terminal, or is longer than one reads."""
    status = esxlab.main(list(words), prog_name="esxlab", standalone_mode=False)
    out, err = capsys.readouterr()
    assert status in set(ExitCode) - {ExitCode.BUG}, err
    assert "Traceback" not in out + err
    assert visible(err) == err
    assert len(err) < 12_000
    assert visible(out) == out or words[:1] == ["completion"]
    return status, out, err


@given(command_lines())
@example(["plan", "-g", "\ud800"])
@example(["plan", "-j", "1" + "0" * 100])
@example(["provision", "--lock-wait", "nan"])
@example(["provision", "--boot-timeout", "nan"])
@example(["init", "-f", "\ud800"])
@example(["sim", "up", "--speed", "nan"])
@example(["teardown", "--class", "a", "--all", "--server", "[::1"])
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_command_line_has_an_answer(nowhere, capsys, words):
    answer(words, capsys)


@pytest.mark.parametrize("option", ["--lock-wait", "--boot-timeout"])
@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e400"])
def test_a_time_is_a_number(nowhere, capsys, option, number):
    status, _, err = answer(["provision", option, number], capsys)
    assert (status, "usage.value" in err) == (ExitCode.USAGE, True)


@pytest.mark.parametrize(
    "url",
    [
        "[::1",
        "https://[::1",
        "https://h:99999/sdk",
        "h:abc",
        "//",
        "https://:80",
        "\udcff",
        "https://u:p@h\x1b/",
    ],
)
def test_every_govc_url_has_an_answer(nowhere, capsys, monkeypatch, url):
    monkeypatch.setenv("GOVC_URL", url)
    for words in (["--all"], ["--all", "--server", "vc.example"]):
        answer(["teardown", "--class", "sio2", *words], capsys)


@given(
    st.text(st.characters(exclude_characters="\0"), max_size=20)
    | st.sampled_from([w for w in ODD if len(w) < 100])
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_value_of_the_environment_has_an_answer(nowhere, capsys, value):
    value = value.encode("utf-8", "replace").decode()
    for name in (
        "ESXLAB_PLAN_PARALLEL",
        "ESXLAB_LANG",
        "ESXLAB_FILE",
        "ESXLAB_PLAN_GROUP",
        "ESXLAB_PLAN_OUTPUT",
        "COLUMNS",
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(name, value)
            answer(["plan"], capsys)
            answer(["plan", "--help"], capsys)


def takes_text(command, before=()):
    """Words of every command and subcommand in which one option or argument, a text, is no UTF-8."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from takes_text(command.get_command(context, name), (*before, name))
    for param in command.params:
        if isinstance(param.type, click.types.StringParamType):
            named = isinstance(param, click.Option)
            yield before, param.opts[0] if named else param.name, [*before, *param.opts[:named], "a\udcff"]


LATIN_1 = [pytest.param(words, id="-".join((*path, name))) for path, name, words in takes_text(esxlab)]


@pytest.mark.parametrize("words", LATIN_1)
def test_a_word_that_is_no_text_goes_nowhere(nowhere, capsys, words):
    """A terminal in ISO-8859-1 gives bytes, and no class, machine or command is called so."""
    path = tuple(word for word in words if word in front.COMMANDS)[:1]
    needed = ["x"] * 6 if path in {("run",), ("copy",)} else []
    status, _, err = answer([*words, *needed], capsys)
    assert status == ExitCode.USAGE
    assert "usage.encoding" in err or "usage.missing" in err or "usage.unexpected" in err, err


@pytest.mark.parametrize(
    "words",
    [
        ["teardown", "--sim", "--all", "--class", "\udcff"],
        ["run", "srvweb1", "printf", "\udcff"],
        ["run", "--", "srvweb1", "printf", "\udcff"],
        ["copy", "srvweb1:\udcff", "."],
        ["find", "\udcff"],
        ["trust", "--router", "ssh://admin@\udcff"],
    ],
)
def test_which_word_is_no_text_is_said(nowhere, capsys, words):
    status, _, err = answer(words, capsys)
    assert (status, "usage.encoding" in err, "\\udcff" in err) == (ExitCode.USAGE, True, True), err


@pytest.mark.parametrize("variable", ["GOVC_URL", "GOVC_USERNAME"])
def test_what_govc_holds_is_text(nowhere, capsys, monkeypatch, variable):
    monkeypatch.setenv("GOVC_URL", "vc.example")
    monkeypatch.setenv(variable, "vc\udcff")
    _, _, err = answer(["teardown", "--class", "sio2", "--all"], capsys)
    assert "usage.encoding" in err


def test_a_file_may_be_called_anything(nowhere, capsys):
    """On Linux a name is bytes."""
    (nowhere / "sp\udce9c.yaml").write_text(SPEC, encoding="utf-8")
    _, _, err = answer(["plan", "-f", "sp\udce9c.yaml"], capsys)
    assert "school.down" in err


def test_an_answer_in_json_is_one_document(nowhere, capsys):
    for words in (
        ["plan", "-o", "json", "-g", "\ud800\x1b"],
        ["plan", "-o", "json", "--nonsense\u202e"],
        ["plan", "-o", "json"],
    ):
        _, out, _ = answer(words, capsys)
        (error,) = json.loads(out)["errors"]
        assert error["code"]


def test_every_command_is_known():
    assert {path[0] for path in COMMANDS if path} == set(front.COMMANDS)
