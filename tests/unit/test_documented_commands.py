"""Every command that a document or a message names exists, with the options that it shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from esxlab import texts
from esxlab.cli import front
from esxlab.cli.group import esxlab

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
SHOWN = re.compile(r"(?m)`(?:\w+=\S+ )*((?:esxlab|make) [^`\n]+)`|^\$ ((?:esxlab|make) .+)$")
PLACEHOLDERS = {"COMMAND", "COMMANDE", "{command}"}


def commands_in(text: str) -> set[str]:
    return {a or b for a, b in SHOWN.findall(text)}


def complaint(line: str) -> str:
    """What is wrong with a command line; empty when the program would understand it."""
    words = shlex.split(line.partition(" >")[0], comments=True)
    if words[0] == "make":
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        known = {*re.findall(r"(?m)^([a-z-]+):", makefile), *re.findall(r"\$\(([A-Z]+)[):]", makefile)}
        return ", ".join(word for word in words[1:] if word.partition("=")[0] not in known)
    if PLACEHOLDERS & set(words[1:2]) or "--help" in words:
        return ""
    command = esxlab.get_command(click.Context(esxlab), words[1])
    if isinstance(command, click.Group) and len(words) > 2:
        words = words[1:]
        command = command.commands.get(words[1])
    return refusal(command, words[2:]) if command else f"no command {words[1]}"


def refusal(command: click.Command, arguments: list[str]) -> str:
    """What click says to these arguments; a command or an option may be named without its values."""
    try:
        if arguments:
            command.make_context(command.name, arguments, help_option_names=list(front.HELP_FLAGS))
    except click.UsageError as error:
        return "" if "requires an argument" in error.message else error.message
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_documents_show_commands_that_exist(page):
    wrong = {line: complaint(line) for line in commands_in(page.read_text(encoding="utf-8"))}
    assert not {line: why for line, why in wrong.items() if why}


@pytest.mark.parametrize("language", [0, 1], ids=texts.LANGUAGES)
def test_messages_name_commands_that_exist(language):
    wrong = {}
    for key, sentences in texts.catalogue().items():
        for line in commands_in(sentences[language]):
            if why := complaint(
                re.sub(r"\{\w+\}", "x", line) if "{command}" not in line else "esxlab --help"
            ):
                wrong[key] = f"{line}: {why}"
    assert not wrong


def test_a_command_that_does_not_exist_is_found():
    assert complaint("esxlab deploy")
    assert complaint("esxlab plan --groups 7")
    assert complaint("esxlab sim start")
    assert complaint("make coffee")
    assert not complaint("esxlab provision --only machines --only guests -g 1-3,7")
