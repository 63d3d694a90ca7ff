"""Command lines as getopt reads them: short options that may stand together, long ones, values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esxlab.sim.light.call import Call


class OptionError(Exception):
    """An option that the command does not have, or one that lacks its value: getopt's own words."""


@dataclass(slots=True)
class Options:
    """What was found: option -> its values ("" for a switch), and the other words."""

    found: dict[str, list[str]] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)

    def __contains__(self, name: str) -> bool:
        return name in self.found

    def get(self, name: str, default: str = "") -> str:
        """The last value of an option."""
        return self.found[name][-1] if name in self.found else default


def parse(args: list[str], short: str, long: dict[str, str] | None = None, *, stop: bool = False) -> Options:
    """Read a command line. `short` is getopt's string ("qt:f:"), `long` maps --name to the short name, or to
    `name:` for one with a value. `stop`: the first other word ends the options (env, command). OptionError.
    """  # noqa: D205
    options, words = Options(), list(args)
    while words:
        word = words.pop(0)
        if word == "--":
            options.rest += words
            break
        if word.startswith("--") and long is not None:
            _long(word, words, short, long, options)
        elif word.startswith("-") and len(word) > 1:
            _short(word[1:], words, short, options)
        else:
            options.rest.append(word)
            if stop:
                options.rest += words
                break
    return options


def _long(word: str, words: list[str], short: str, long: dict[str, str], options: Options) -> None:
    name, equals, value = word[2:].partition("=")
    if name not in long:
        raise OptionError(f"unrecognized option '--{name}'")
    target = long[name]
    takes = target.endswith(":") or f"{target}:" in short
    if takes and not equals:
        if not words:
            raise OptionError(f"option '--{name}' requires an argument")
        value = words.pop(0)
    options.found.setdefault(target.rstrip(":"), []).append(value)


def _short(letters: str, words: list[str], short: str, options: Options) -> None:
    while letters:
        letter, letters = letters[0], letters[1:]
        at = short.find(letter)
        if at < 0 or letter == ":":
            raise OptionError(f"invalid option -- '{letter}'")
        value = ""
        if short[at + 1 : at + 2] == ":":
            if not letters and not words:
                raise OptionError(f"option requires an argument -- '{letter}'")
            value, letters = letters or words.pop(0), ""
        options.found.setdefault(letter, []).append(value)


def read_options(call: Call, short: str, long: dict[str, str] | None = None) -> Options | int:
    """The options, or the exit status after coreutils' complaint."""
    try:
        return parse(call.args, short, long or {})
    except OptionError as error:
        return call.fail(f"{call.name}: {error}\nTry '{call.name} --help' for more information.")


def enough_operands(call: Call, words: list[str], count: int) -> bool:
    """Whether there are so many operands; else coreutils' complaint has been made."""
    if len(words) >= count:
        return True
    what = (
        "missing operand"
        if not words or count == 1
        else f"missing destination file operand after '{words[0]}'"
    )
    if not words and call.name in ("cp", "mv", "install", "ln"):
        what = "missing file operand"
    call.fail(f"{call.name}: {what}\nTry '{call.name} --help' for more information.")
    return False
