"""YAML text -> ruamel.yaml's nodes, within limits; the one place where ruamel.yaml is met."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError

from esxlab.spec.limits import MAX_DEPTH, MAX_NODES
from esxlab.spec.problems import Phrase

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

Path = tuple[str | int, ...]

LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""Where ruamel.yaml begins a new line; str.splitlines knows more."""
_HINTS = (
    ("'\\t'", "spec.yaml.tab"),
    ("undefined alias", "spec.yaml.alias"),
    ("quoted scalar", "spec.yaml.quote"),
    ("another document", "spec.yaml.documents"),
    ("flow", "spec.yaml.bracket"),
    ("mapping values are not allowed", "spec.yaml.colon"),
    ("simple key", "spec.yaml.colon"),
    ("block", "spec.yaml.indent"),
    ("cannot start any token", "spec.yaml.quote_needed"),
)
"""Words of ruamel.yaml's messages -> our sentence; the first that fits."""
_KEY = re.compile(r"""\s*([A-Za-z_]\w*):(?![\s/:]|$)""")
"""A key that the colon does not end: `user:prof` is one word, and goes on in the lines below it."""
_IN_BRACE = re.compile(r"""[{,]\s*([A-Za-z_]\w*):(?=["'])""")
_OPENED = {"spec.yaml.quote", "spec.yaml.bracket"}
"""What was opened and never closed is shown where it was opened, not where the parser gave up."""


class Position(NamedTuple):
    """A place in the file; both count from 1; line 0 is the file as a whole."""

    line: int
    column: int


class Flaw(NamedTuple):
    """A problem of the text itself, before anything is known about groups."""

    code: str
    position: Position
    path: Path
    facts: dict[str, Any]


class Refused(Exception):  # noqa: N818 - it is named for what happens to the text
    """The text is not read to its end: one flaw says why."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


WHOLE_FILE = Position(0, 0)


def too_large(kind: str, limit: int, position: Position = WHOLE_FILE) -> Flaw:
    """E109: what there is too much of is the text `spec.limit.<kind>`."""
    advice = Phrase("spec.limit.loop.fix" if kind == "loop" else "spec.limit.fix")
    return Flaw(
        "E109", position, (), {"limit": Phrase(f"spec.limit.{kind}", (("count", limit),)), "advice": advice}
    )


class _BoundedComposer(Composer):
    """Composes as ever, but counts: neither ten thousand nodes nor a thousand levels are read."""

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader=loader)
        self._count = 0
        self._level = 0

    def get_single_node(self) -> Any:
        r"""What ruamel.yaml did not foresee (chr() of "\UFFFFFFFF", `%YAML 9.9`) is a flaw where it reads."""
        try:
            return super().get_single_node()
        except (YAMLError, Refused):
            raise
        except Exception as error:
            reader = self.loader.reader
            flaw = Flaw(
                "E102", Position(reader.line + 1, reader.column + 1), (), {"hint": Phrase("spec.yaml.other")}
            )
            raise Refused(flaw) from error

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Raises Refused at the node that is too many."""
        self._count += 1
        self._level += 1
        if self._count > MAX_NODES or self._level > MAX_DEPTH:
            kind, limit = ("depth", MAX_DEPTH) if self._level > MAX_DEPTH else ("nodes", MAX_NODES)
            raise Refused(too_large(kind, limit, place(self.parser.peek_event().start_mark)))
        node = super().compose_node(parent, index)
        self._level -= 1
        return node


def compose(text: str) -> Node | None:
    """The root of the one document in a text; None when it is empty. Refused (E102, E108, E109)."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _BoundedComposer
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)  # the last one counts (YAML 1.2, 3.2.2.2)
            node: Node | None = yaml.compose(text)
    except MarkedYAMLError as error:
        words = f"{error.context} {error.problem}"
        hint = next((key for part, key in _HINTS if part in words), "spec.yaml.other")
        opened = error.context_mark if hint in _OPENED else None
        mark = opened or error.problem_mark or error.context_mark
        if blank := missing_blank(text, place(mark), flow=hint == "spec.yaml.bracket"):
            raise Refused(blank) from error
        raise Refused(Flaw("E102", place(mark), (), {"hint": Phrase(hint)})) from error
    except YAMLError as error:  # the reader's: a character that YAML forbids
        offset = getattr(error, "position", 0)
        sign = f"U+{ord(text[offset]):04X}" if offset < len(text) else "?"
        raise Refused(Flaw("E108", place_of(text, offset), (), {"sign": sign})) from error
    return node


def missing_blank(text: str, refused: Position, *, flow: bool = False) -> Flaw | None:
    """E102 at the first line before the refused one, or at itself, whose colon has no blank behind it.

    The parser takes `user:prof` for the beginning of a longer word, and blames the correct line below it.
    """
    lines = LINE_BREAK.split(text)[: refused.line]
    found: Flaw | None = None
    for number, line in reversed(list(enumerate(lines, 1))):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if wrong := (_IN_BRACE.search(line) if flow else _KEY.match(line)):
            hint = Phrase("spec.yaml.blank", (("key", wrong[1]),))
            found = Flaw("E102", Position(number, wrong.end(1) + 1), (), {"hint": hint})
        elif found or number < refused.line:
            break
    return found


def place(mark: Any) -> Position:
    """ruamel.yaml's mark, counted from 1."""
    return Position(mark.line + 1, mark.column + 1) if mark else WHOLE_FILE


def place_of(text: str, offset: int) -> Position:
    """Line and column of an offset in the text."""
    before = LINE_BREAK.split(text[:offset])
    return Position(len(before), len(before[-1]) + 1)
