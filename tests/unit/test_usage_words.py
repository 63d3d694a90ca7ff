"""Every complaint about a command line and every help page is in the reader's language, click's own too."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from esxlab import texts
from esxlab.cli import front
from esxlab.cli.exit_codes import ExitCode
from esxlab.cli.group import esxlab

if TYPE_CHECKING:
    from collections.abc import Iterator

CLICKS_OWN = re.compile(
    r"Invalid|requires|unexpected|argument\b|is not|Missing|No such|Usage:|Options:|Commands:|Try |default:|"
    r"<=x<=|does not|\[ARGS\]|\bCOMMAND\b|\bNAME\b|\bSECONDS\b|\bGROUPS\b|\bHOST\b"
)


def commands() -> Iterator[tuple[list[str], click.Command]]:
    for name, module in front.COMMANDS.items():
        yield from below([name], importlib.import_module(module).command)


def below(words: list[str], command: click.Command) -> Iterator[tuple[list[str], click.Command]]:
    """The command and, below a group, all others."""
    yield words, command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from below([*words, name], inner)


COMMANDS = list(commands())


def wrong_lines() -> Iterator[list[str]]:
    yield ["deploy"]
    yield ["--foo"]
    for words, command in COMMANDS:
        yield [*words, "--no-such-option"]
        if isinstance(command, click.Group):
            yield [*words, "no-such-command"]
            continue
        if all(param.nargs != -1 for param in command.params):
            yield [*words, *(["bash"] if words == ["completion"] else []), "one", "two", "three"]
        for param in command.params:
            option = max(param.opts, key=len)
            if isinstance(param, click.Argument):
                if isinstance(param.type, click.Choice):
                    yield from ([*words], [*words, "no-such-value"])
            elif param.is_flag:
                yield [*words, f"{option}=x"]
            else:
                yield [*words, option]
                if isinstance(param.type, click.Choice):
                    yield [*words, option, "no-such-value"]
                elif isinstance(param.type, click.IntRange | click.FloatRange):
                    yield from ([*words, option, value] for value in ("x", "-1", "1e9"))


LINES = [" ".join(line) for line in wrong_lines()]


def test_there_is_a_wrong_line_of_every_kind_for_every_command() -> None:
    assert len(LINES) > 150
    assert {line.split()[0] for line in LINES} >= set(front.COMMANDS)


@pytest.mark.parametrize("line", LINES)
def test_a_wrong_command_line_is_told_in_french(line: str) -> None:
    told = CliRunner().invoke(esxlab, line.split(), env={"ESXLAB_LANG": "fr"})
    assert told.exit_code == ExitCode.USAGE
    assert "[usage." in told.output
    assert "\n  | " not in told.output  # nothing of click's own is quoted
    assert not CLICKS_OWN.search(re.sub(r"`[^`]*`|\[usage\.\w+\]", "", told.output))


@pytest.mark.parametrize("words", [" ".join(words) for words, _ in COMMANDS])
def test_a_help_page_is_in_french(words: str) -> None:
    page = CliRunner().invoke(esxlab, [*words.split(), "--help"], env={"ESXLAB_LANG": "fr"}).output
    assert page.startswith("Usage\u00a0: ")
    assert "\nOptions\u00a0:\n" in page
    assert not CLICKS_OWN.search(page)


def test_what_click_says_in_words_that_nobody_knows_is_kept() -> None:
    from esxlab.cli.usage import from_click

    error = from_click(click.UsageError("Something new."))
    assert (error.code, error.detail) == ("usage.arguments", "Something new.")


def test_an_argument_has_its_french_name_in_the_remedy_too() -> None:
    told = CliRunner().invoke(esxlab, ["find"], env={"ESXLAB_LANG": "fr"})
    assert "`esxlab find MOT`" in told.stderr
    assert "WORD" not in told.stderr


def test_every_short_help_is_short_in_both_languages() -> None:
    """`sim --help` showed a whole sentence beside its neighbours' phrases."""
    short = {key: words for key, words in texts.catalogue().items() if key.endswith(".short")}
    assert not [key for key, words in short.items() if any(word.endswith(".") for word in words)]
    said = [command.get_short_help_str() for _, command in commands()]
    assert not [words for words in said if words.endswith(".")]
