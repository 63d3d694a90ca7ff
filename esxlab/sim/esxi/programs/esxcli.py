"""esxcli: namespaces, options and what it says of those that it does not know; the commands are in cli_*.py.

Sources: transcripts of hosts ("Error: Unknown command or namespace ...", a mistyped `portgroup set` with its
usage), esxi-ssh.md ("Reading": --formatter=json on 7.0 and later). Everything, its errors too, goes to
standard output, and an error ends with 1. What a command refuses is said plainly, without "Error:".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from esxlab.sim.esxi.programs.cli_network import NETWORK
from esxlab.sim.esxi.programs.cli_system import SYSTEM
from esxlab.sim.esxi.programs.formatter import show
from esxlab.sim.esxi.programs.options import Command, RefusalError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.sim.esxi.desk import Call
    from esxlab.sim.esxi.host import Host

COMMANDS: Mapping[str, Command] = {**NETWORK, **SYSTEM}
FORMS = ("xml", "csv", "keyvalue")
NAME_WIDTH = 24


class WrongError(Exception):
    """A command line that is none: what is said of it; `usage` names the command whose usage is shown."""

    def __init__(self, words: str, usage: str = "") -> None:
        super().__init__(words)
        self.usage = usage


class Asked(NamedTuple):
    """A command line, taken apart."""

    name: str
    form: str
    options: dict[str, str]


async def esxcli(host: Host, call: Call) -> int:
    """Run one command of hostd's."""
    await host.clock.sleep(host.pace.client_s)
    if host.hostd_words:
        call.out(f"{host.hostd_words}\n")
        return 1
    return await localcli(host, call)


async def localcli(host: Host, call: Call) -> int:
    """The same commands without hostd."""
    try:
        asked = parse(call.arguments, json=not host.release.number.startswith("6."))
    except WrongError as wrong:
        call.out(f"Error: {wrong}\n\n{usage(wrong.usage) if wrong.usage else ''}")
        return 1
    try:
        answer = await COMMANDS[asked.name].run(host, asked.options)
    except RefusalError as refusal:
        call.out(f"{refusal}\n")
        return 1
    if answer is not None:
        call.out(show(answer, asked.form))
    return 0


def parse(words: tuple[str, ...], *, json: bool) -> Asked:
    """Take a command line apart; WrongError. `json`: that form is known."""
    left, form = list(words), ""
    while left and left[0].startswith("-"):
        option, _, value = left.pop(0).partition("=")
        if option != "--formatter":
            raise WrongError(f"Invalid option {option}")
        form = value or (left.pop(0) if left else "")
        if form not in (*FORMS, "json") or (form == "json" and not json):
            raise WrongError(f"Unable to find requested formatter: {form}")
    path: list[str] = []
    while left and not left[0].startswith("-"):
        path.append(left.pop(0))
    name = " ".join(path)
    if name not in COMMANDS:
        raise WrongError(f"Unknown command or namespace {name}")
    return Asked(name, form, _options(name, left))


def _options(name: str, left: list[str]) -> dict[str, str]:
    command, found = COMMANDS[name], dict[str, str]()
    while left:
        word, sign, value = left.pop(0).partition("=")
        option = next((one for one in command.options if word in {one.short, one.long}), None)
        if option is None:
            raise WrongError(f"Invalid option {word}", name)
        if option.long in found:
            raise WrongError(f"Duplicated option {word}", name)
        if not sign:
            if not left or (left[0].startswith("-") and len(left[0]) > 1):
                raise WrongError(f"{word} must have value", name)
            value = left.pop(0)
        if option.integer and not value.lstrip("-").isdigit():
            kind = f"Argument type mismatch. Expecting integer value. Got '{value}'"
            raise WrongError(f"While processing '{word}'. {kind}", name)
        found[option.long] = value
    missing = [one for one in command.options if one.required and one.long not in found]
    if missing:
        lines = (f"Missing required parameter {one.short}|{one.long}" for one in missing)
        raise WrongError("\n       ".join(lines), name)
    return {long.removeprefix("--"): value for long, value in found.items()}


def usage(name: str) -> str:
    """The usage of one command, as esxcli shows it below an error."""
    command, verb = COMMANDS[name], name.rpartition(" ")[2]
    lines = [f"Usage: esxcli {name} [cmd options]", "", "Description: "]
    lines += [f"{f'  {verb}':<{NAME_WIDTH}}{command.words}", "", "Cmd options:"]
    for option in command.options:
        kind = "=<long>" if option.integer else "=<str>"
        head = f"  {option.short}|{option.long}{kind}"
        tail = option.words + (" (required)" if option.required else "")
        lines += (
            [f"{head:<{NAME_WIDTH}}{tail}"] if len(head) < NAME_WIDTH - 1 else [head, " " * NAME_WIDTH + tail]
        )
    return "".join(f"{line}\n" for line in lines)
