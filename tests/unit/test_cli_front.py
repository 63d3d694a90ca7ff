"""The first page is quick and whole; the language is found before anything is said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import esxlab as package
from esxlab import texts
from esxlab.cli import front
from esxlab.cli.group import esxlab

HERE = f"import sys; sys.path.insert(0, {str(Path(package.__file__).parent.parent)!r})\n"


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "fr_FR.UTF-8"}, "fr"),
        ([], {"LC_ALL": "C", "LANG": "fr_FR.UTF-8"}, "en"),
        ([], {"LC_ALL": "", "LANG": "fr_CA.UTF-8"}, "fr"),
        ([], {"ESXLAB_LANG": "en", "LANG": "fr_FR.UTF-8"}, "en"),
        (["--lang", "fr"], {"ESXLAB_LANG": "en"}, "fr"),
        (["plan", "--lang=fr"], {}, "fr"),
        (["plan", "--lang"], {}, "en"),
        (["run", "all", "--", "apt", "--lang", "fr"], {}, "en"),
        (["run", "--lang", "fr", "all", "--", "apt", "--lang", "en"], {}, "fr"),
    ],
)
def test_language(arguments: list[str], environment: dict[str, str], language: str) -> None:
    assert front.choose_language(arguments, environment) == language


@pytest.mark.parametrize(
    ("arguments", "output"),
    [
        (["run", "all", "-o", "json", "--", "ps"], "json"),
        (["run", "all", "--", "ps", "-o", "json"], "table"),
        (["run", "all", "--", "ps", "--output=json"], "table"),
    ],
)
def test_the_words_of_a_guests_command_are_not_ours(arguments: list[str], output: str) -> None:
    assert front.choose_output(arguments) == output


@pytest.mark.parametrize("arguments", [[], ["-h"], ["--help"], ["--lang", "fr", "--help"], ["--lang=fr"]])
def test_page_is_answered_without_click(arguments: list[str]) -> None:
    program = (
        f"import sys; sys.argv[1:] = {arguments}\n"
        "from esxlab.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as end: assert end.code == 0, end.code\n"
        "slow = {'click', 'rich', 'typing', 're', 'enum', 'dataclasses'} & sys.modules.keys()\n"
        "assert not slow, slow\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", HERE + program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.count(b"\n") > 10


@pytest.mark.parametrize(
    "words",
    [["plan", "--help"], ["verify", "--help"], ["--version"], ["role", "print"], ["completion", "bash"]],
)
def test_what_needs_no_server_and_no_spec_loads_no_library_for_them(words: list[str]) -> None:
    program = (
        f"import sys; sys.argv[1:] = {words}\n"
        "from esxlab.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "libraries = {'pyVmomi', 'paramiko', 'netmiko', 'cryptography', 'pydantic', 'jinja2'}\n"
        "slow = libraries & sys.modules.keys()\n"
        "assert not slow, slow\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", HERE + program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("words", [["plan"], ["plan", "--help"], ["--version"], ["--lang", "fr", "plan"]])
def test_other_words_are_for_click(words: list[str]) -> None:
    assert not front.answer(words)


def test_completion_is_never_taken_for_the_first_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_ESXLAB_COMPLETE", "bash_complete")
    assert not front.answer([])


def test_click_prints_the_same_page() -> None:
    texts.set_language("en")
    assert CliRunner().invoke(esxlab, ["--help"]).output == front.first_page()


def test_shell_completes_commands_and_options(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"_ESXLAB_COMPLETE": "bash_complete", "COMP_WORDS": "esxlab prov", "COMP_CWORD": "1"}
    result = CliRunner().invoke(esxlab, [], prog_name="esxlab", env=environment)
    assert "provision" in result.output
    environment |= {"COMP_WORDS": "esxlab plan --sce", "COMP_CWORD": "2"}
    assert "--scenario" in CliRunner().invoke(esxlab, [], prog_name="esxlab", env=environment).output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell: str) -> None:
    result = CliRunner().invoke(esxlab, ["completion", shell])
    assert result.exit_code == 0
    assert "_ESXLAB_COMPLETE" in result.output


@pytest.mark.parametrize(
    ("asked", "told"), [("de", "de"), ("", ""), ("fr_CA", ""), ("en", ""), ("french", "")]
)
def test_a_language_that_esxlab_does_not_speak_is_told(asked: str, told: str) -> None:
    assert front.unknown_language({"ESXLAB_LANG": asked}) == told
    assert front.unknown_language({"LANG": "de_DE.UTF-8"}) == ""


@pytest.mark.parametrize(
    ("asked", "told"), [("de", True), ("fr", False), ("en_GB.UTF-8", False), ("", False)]
)
def test_a_language_that_esxlab_does_not_speak_is_told_once(asked, told):
    for arguments in (["--help"], ["plan", "--help"]):
        ended = subprocess.run(
            [sys.executable, "-m", "esxlab", *arguments],
            env={**os.environ, "ESXLAB_LANG": asked},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        assert ended.stderr.count(f"ESXLAB_LANG={asked}") == (1 if told else 0)
