"""Reads objects as vim-cmd prints them: `(vim.vm.GuestInfo) {`, then `name = value,` a line; pure.

Strings are printed as they are: one that holds a quotation mark, or goes over several lines, ends with the
first line that ends as a string does. What nobody understands is passed over.
"""

from __future__ import annotations

import re
from typing import Any

FIELD = re.compile(r"^\s*(?:(\w+) = )?(.*?)\s*$")
OPENS = re.compile(r"^\([\w.\[\]]+\) ([{\[])$")
NOTHING = re.compile(r"^(?:<unset>|null|\([\w.\[\]]+\) (?:null|\[\]|\{\}))$")
STRING_ENDS = re.compile(r'",?\s*$')
DEEPEST = 60


def read_shown(text: str) -> dict[str, Any]:
    """The first object in what a command has printed: fields by name, lists, strings, numbers; {}: none.

    `'vim.VirtualMachine:12'`, a reference, is a string too.
    """
    root: list[Any] = []
    stack: list[Any] = [root]
    lines = iter(text.splitlines())
    for line in lines:
        found = FIELD.match(line)
        name, said = (found[1] or "", found[2].removesuffix(",").rstrip()) if found else ("", "")
        if said in {"}", "]"}:
            stack = stack[:-1] or [root]
        elif opened := OPENS.match(said):
            inner: Any = {} if opened[1] == "{" else []
            _put(stack[-1], name, inner)
            if len(stack) < DEEPEST:
                stack.append(inner)
        elif len(stack) > 1 and (name or isinstance(stack[-1], list)):
            _put(stack[-1], name, _value(said, lines))
    return next((each for each in root if isinstance(each, dict)), {})


def within(shown: Any, *names: str) -> Any:
    """A field of a field; None where there is none."""
    for name in names:
        shown = shown.get(name) if isinstance(shown, dict) else None
    return shown


def _put(into: Any, name: str, value: Any) -> None:
    if isinstance(into, list):
        into.append(value)
    elif name:
        into[name] = value


def _value(said: str, lines: Any) -> Any:
    if NOTHING.match(said):
        return None
    if said.startswith('"'):
        while not (len(said) > 1 and STRING_ENDS.search(said)):
            following = next(lines, None)
            if following is None:
                break
            said += f"\n{following}"
        return said[1:].rstrip().removesuffix(",").removesuffix('"')
    if said.startswith("'"):
        return said.strip("'")
    if said in {"true", "false"}:
        return said == "true"
    return int(said) if said.lstrip("-").isdigit() else said
