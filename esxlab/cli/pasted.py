"""A command of ours as one pastes it into another terminal: with the spec and the school of this one."""

from __future__ import annotations

import importlib
import shlex
from typing import TYPE_CHECKING

import click

from esxlab.cli import front
from esxlab.local.places import working_directory

if TYPE_CHECKING:
    from esxlab.cli.options import Source


def pasted(source: Source, command: str, number: int) -> str:
    """The whole of a command about a group; what it has no option for is left out.

    A spec that was found upward is found there too, if that terminal is in the same folder.
    """
    known = _options(shlex.split(command))
    words = ["esxlab", command]
    if "group" in known:
        words.append(f"-g {number}")
    if source.file is not None and "file" in known:
        words.append(f"-f {shlex.quote(str(working_directory() / source.file))}")
    if source.sim and "sim" in known:
        words.append("--sim")
    if source.scenario and "scenario" in known:
        words.append(f"--scenario {source.scenario}")
    return " ".join(words)


def _options(words: list[str]) -> set[str]:
    """The names of the options that the command knows, and that are not said already."""
    if words[0] not in front.COMMANDS:
        return set()
    command: click.Command = importlib.import_module(front.COMMANDS[words[0]]).command
    for word in words[1:]:
        if not isinstance(command, click.Group):
            break
        command = command.commands[word]
    said = {word.partition("=")[0] for word in words}
    return {each.name for each in command.params if each.name and not said & set(each.opts)}
