"""The help pages and the errors of the command line, in both languages."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from golden_text import check_golden

from esxlab import texts
from esxlab.cli import front
from esxlab.cli.group import esxlab
from esxlab.errors import LabError

COMMANDS = [[name] for name in front.COMMANDS] + [["sim", name] for name in ("up", "status", "down")]
WRONG = {
    "no-such-command": ["provisio"],
    "no-such-option": ["plan", "--detailed-exitcod"],
    "wrong-value": ["provision", "--until", "lunch"],
    "missing": ["completion"],
    "too-many": ["plan", "extra"],
    "no-groups": ["teardown"],
}
OWN_ROOMS = ("usage", "plan.stale", "safety.name_differs", "secret.file")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_help_pages(language: str) -> None:
    pages = [CliRunner().invoke(esxlab, ["--help", "--lang", language]).output]
    for words in COMMANDS:
        result = CliRunner().invoke(esxlab, [*words, "--help", "--lang", language])
        assert result.exit_code == 0, result.output
        pages.append(f"$ esxlab {' '.join(words)} --help\n{result.output}")
    check_golden(f"cli/help.{language}.txt", "\n".join(pages))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_wrong_command_lines(language: str) -> None:
    pages = []
    for words in WRONG.values():
        result = CliRunner().invoke(esxlab, ["--lang", language, *words])
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        pages.append(f"$ esxlab {' '.join(words)}\n{result.stderr}")
    check_golden(f"cli/wrong.{language}.txt", "\n".join(pages))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_error_texts(language: str) -> None:
    texts.set_language(language)
    facts = {
        "command": "esxlab plan",
        "name": "NAME",
        "known": "a, b",
        "kib": 1024,
        "mib": 8,
        "path": "PATH",
        "status": 1,
        "number": 2,
        "may_be": "c, d",
        "value": "VALUE",
        "spec": "SPEC",
        "checksum": "1",
        "now": "2",
        "server": "SERVER",
        "router": "ROUTER",
        "at": "17:30",
        "late": "2 h 07 min",
        "line": "esxlab plan NAME",
    }
    keys = sorted(
        key.removeprefix("error.")
        for key in texts.catalogue()
        if key.startswith(tuple(f"error.{room}" for room in OWN_ROOMS)) and not key.endswith(".fix")
    )
    check_golden(
        f"cli/errors.{language}.txt", "\n".join(f"{key}\n{LabError(key, **facts)}\n" for key in keys)
    )
