"""How IOS reads a command: abbreviated keywords, typed arguments, and its four ways of refusing.

A pattern is written as in Cisco's command references: `ip address <addr> <mask>`; `<rest>` takes what remains
of the line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Handler = Any
"""Called by the mode with the arguments that the pattern took; what it returns is the mode's affair."""

INTERFACE_KINDS = (
    "FastEthernet",
    "GigabitEthernet",
    "TenGigabitEthernet",
    "TwoGigabitEthernet",
    "Ethernet",
    "Loopback",
    "Serial",
    "Vlan",
    "Tunnel",
    "Port-channel",
    "BDI",
    "BVI",
    "Null",
)
_UNIT = re.compile(r"\d+(?:/\d+){0,2}(?:\.\d+)?")


class Refusal(Exception):  # noqa: N818 - an answer of the router, not a fault of ours
    """IOS does not take the line. `column` is where the caret points, in the typed line; -1: no caret."""

    def __init__(self, text: str, column: int = -1) -> None:
        super().__init__(text)
        self.text = text
        self.column = column


class Ask(NamedTuple):
    """A question: its text, and what becomes of the answer. `one_key`: [confirm] takes any key at once."""

    text: str
    then: Callable[[str], str | Ask]
    one_key: bool = False


class Word(NamedTuple):
    """One word of a typed line, and the column where it begins."""

    text: str
    column: int


def words_of(line: str) -> list[Word]:
    """The words of a line with their columns."""
    return [Word(match[0], match.start()) for match in re.finditer(r"\S+", line)]


def _number(low: int, high: int) -> Callable[[str], object]:
    return lambda text: int(text) if text.isdigit() and low <= int(text) <= high else None


def _address(text: str) -> object:
    try:
        return IPv4Address(text)
    except AddressValueError:
        return None


ARGUMENTS: dict[str, Callable[[str], object]] = {
    "addr": _address,
    "mask": _address,
    "port": _number(1, 65535),
    "minutes": _number(1, 120),
    "number": _number(0, 4294967295),
    "vlan": _number(1, 4094),
    "word": lambda text: text,
}
"""What a typed argument accepts; None: it does not. `<iface>` and `<rest>` are read by the grammar itself."""


@dataclass(slots=True)
class Node:
    """One place in the tree of commands. `repr` would be the whole tree."""

    keywords: dict[str, Node] = field(default_factory=dict, repr=False)
    argument: tuple[str, Node] | None = field(default=None, repr=False)
    handler: Handler | None = None


class Match(NamedTuple):
    """A line that was understood."""

    handler: Handler
    arguments: tuple[Any, ...]


class Grammar:
    """The commands of one mode."""

    def __init__(self, commands: dict[str, Handler]) -> None:
        self._root = Node()
        for pattern, handler in commands.items():
            self._add(pattern, handler)

    def _add(self, pattern: str, handler: Handler) -> None:
        node = self._root
        for word in pattern.split():
            if word.startswith("<"):
                name = word.strip("<>")
                node.argument = node.argument or (name, Node())
                if node.argument[0] != name:
                    raise ValueError(f"{pattern}: {node.argument[0]} and {name} in the same place")
                node = node.argument[1]
            else:
                node = node.keywords.setdefault(word, Node())
        node.handler = handler

    def match(self, line: str) -> Match:
        """Find the command of this line; Refusal when IOS would not take it."""
        words, arguments, node = words_of(line), list[Any](), self._root
        while words:
            if found := _keyword(node, words[0], line):
                node = found
                words.pop(0)
            elif node.argument:
                name, node = node.argument
                arguments.append(_take(name, words, line))
            else:
                raise invalid(words[0].column)
        if node.handler is None:
            raise Refusal("% Incomplete command.\n")
        return Match(node.handler, tuple(arguments))

    def expected(self, line: str) -> Iterator[str]:
        """What may stand after this line: the answer to `?`."""
        partial = "" if line.endswith(" ") or not line else line.rsplit(maxsplit=1)[-1]
        node = self._root
        words = words_of(line)
        for word in words[: len(words) - bool(partial)]:
            node = _keyword(node, word, line) or (node.argument[1] if node.argument else Node())
        yield from sorted(k for k in node.keywords if k.startswith(partial))
        if node.argument and not partial:
            yield {"addr": "A.B.C.D", "mask": "A.B.C.D", "rest": "LINE"}.get(node.argument[0], "WORD")
        if node.handler and not partial:
            yield "<cr>"


def invalid(column: int) -> Refusal:
    """The refusal with a caret."""
    return Refusal("% Invalid input detected at '^' marker.\n", column)


def _keyword(node: Node, word: Word, line: str) -> Node | None:
    typed = word.text.lower()
    by_name = {name.lower(): below for name, below in node.keywords.items()}
    if typed in by_name:
        return by_name[typed]
    below = [node for name, node in by_name.items() if name.startswith(typed)]
    if len(below) > 1:
        raise Refusal(f'% Ambiguous command:  "{line.strip()}"')
    return below[0] if below else None


def _take(name: str, words: list[Word], line: str) -> object:
    """Take one argument from the front of `words`."""
    word = words.pop(0)
    if name == "rest":
        words.clear()
        return line[word.column :].rstrip()
    if name == "iface":
        return _interface(word, words)
    value = ARGUMENTS[name](word.text)
    if value is None:
        raise invalid(word.column)
    return value


def _interface(word: Word, words: list[Word]) -> str:
    """`fa0/0`, `FastEthernet 0/0`, `FastEthernet0/0.107`: one or two words."""
    kind, unit = re.fullmatch(r"([A-Za-z-]*)(.*)", word.text, re.DOTALL).groups()  # type: ignore[union-attr]
    kinds = [k for k in INTERFACE_KINDS if kind and k.lower().startswith(kind.lower())]
    if not kinds:
        raise invalid(word.column)
    if not unit:
        if not words:
            raise Refusal("% Incomplete command.\n")
        follower = words.pop(0)
        unit, column = follower.text, follower.column
    else:
        column = word.column + len(kind)
    if len(kinds) > 1:
        raise Refusal(f'% Ambiguous command:  "{word.text}"')
    if not _UNIT.fullmatch(unit):
        raise invalid(column)
    return kinds[0] + unit
