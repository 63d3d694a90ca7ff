"""The box in which somebody's templates are rendered: out of it nothing is reached, in it nothing grows.

A directory of seeds may come from a colleague or a download. A loop of loops, `'a' * 10**9` and a text that
doubles itself end in an error with its line, as a misspelt name does.
"""

from __future__ import annotations

import re
import sys
from functools import wraps
from typing import TYPE_CHECKING, Any

from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound
from jinja2.exceptions import SecurityError
from jinja2.loaders import split_template_path
from jinja2.sandbox import SandboxedEnvironment

from esxlab.foreign import Unreadable, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import FrameType

    from jinja2 import Environment, Template
    from jinja2.runtime import Context

FILE_LIMIT = 64_000
"""Bytes of a template; the largest that is shipped has some 1,500."""
STEPS = 20_000
"""Lines of templates that are run for one file."""
SIZE = 256_000
"""Signs or items of any value, and signs of the file."""
NUMBER = 10_000
"""The largest whole number that is handed to a filter, a method or a function: widths, counts, ranges."""
_WIDTH = re.compile(r"[0-9*]{4}|\*")


class TooMuch(SecurityError):  # noqa: N818 - it is named for what it says
    """A template takes more steps, or makes a larger value, than a file of a guest needs."""


class SeedLoader(BaseLoader):
    """Ordinary files of some directories, the first that has one; Unreadable for what is no text."""

    def __init__(self, directories: Sequence[Path]) -> None:
        self._directories = directories

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The text of one template, and its file."""
        del environment
        for directory in self._directories:
            file = directory.joinpath(*split_template_path(template))
            try:
                return read_text(file, limit=FILE_LIMIT), str(file), lambda: True
            except FileNotFoundError:
                continue
            except Unreadable as error:
                error.add_note(str(file))
                raise
        raise TemplateNotFound(template)


class Box(SandboxedEnvironment):
    """Jinja's sandbox, with every single operation bounded; `rendered` bounds their number."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, directories: Sequence[Path]) -> None:
        super().__init__(
            loader=SeedLoader(directories),
            undefined=StrictUndefined,
            autoescape=lambda name: bool(name and name.endswith(".html")),
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.filters = {name: _modest(each) for name, each in self.filters.items()}
        for name in ("lipsum", "namespace"):
            del self.globals[name]

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute one operation; TooMuch when its result could be huge."""
        if operator == "%" and isinstance(left, str) and _WIDTH.search(left):
            raise TooMuch(operator)
        if operator == "**" and not (_is_small(left, NUMBER) and _is_small(right, 32)):
            raise TooMuch(operator)
        if operator == "*":
            sizes = [len(each) if hasattr(each, "__len__") else each for each in (left, right)]
            if not all(_is_small(size, SIZE) for size in sizes) or abs(sizes[0] * sizes[1]) > SIZE**2:
                raise TooMuch(operator)
            if hasattr(left, "__len__") != hasattr(right, "__len__") and sizes[0] * sizes[1] > SIZE:
                raise TooMuch(operator)
        return _of_size(super().call_binop(context, operator, left, right))

    def call(self, context: Context, obj: Any, /, *arguments: Any, **named: Any) -> Any:
        """Call what a template may call; TooMuch for large numbers, and for large results."""
        _require_small(*arguments, *named.values())
        return _of_size(super().call(context, obj, *arguments, **named))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """As ever, but without str.format, whose widths nobody sees."""
        return attr not in {"format", "format_map"} and super().is_safe_attribute(obj, attr, value)


def rendered(template: Template, facts: dict[str, object]) -> str:
    """The text of a template; TooMuch after STEPS lines, or when a value, or the whole, exceeds SIZE."""
    left = STEPS

    def watch(frame: FrameType, event: str, _: object) -> Any:
        nonlocal left
        if frame.f_globals.get("environment") is not template.environment:
            return None
        left -= event == "line"
        if left < 0:
            raise TooMuch("steps")
        for value in list(frame.f_locals.values()):
            _of_size(value)
        return watch

    parts: list[str] = []
    size = 0
    before = sys.gettrace()
    sys.settrace(watch)
    try:
        for part in template.generate(facts):
            size += len(part)
            if size > SIZE:
                raise TooMuch("size")
            parts.append(part)
    finally:
        sys.settrace(before)
    return "".join(parts)


def _modest(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same filter, for small numbers and small results."""

    @wraps(function)
    def bounded(*arguments: Any, **named: Any) -> Any:
        _require_small(*arguments, *named.values())
        if function.__name__ == "do_format" and _WIDTH.search(str(arguments[0])):
            raise TooMuch("format")
        return _of_size(function(*arguments, **named))

    return bounded


def _is_small(value: object, limit: float) -> bool:
    return not isinstance(value, int | float) or abs(value) <= limit


def _require_small(*values: object) -> None:
    if not all(_is_small(value, NUMBER) for value in values):
        raise TooMuch("number")


def _of_size(value: Any) -> Any:
    if isinstance(value, str | list | tuple | dict) and len(value) > SIZE:
        raise TooMuch("size")
    return value
