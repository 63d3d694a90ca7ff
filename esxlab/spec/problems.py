"""What is wrong with a spec: one problem with its line and caret, and the error that carries all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from esxlab import texts
from esxlab.errors import LabError
from esxlab.foreign import brief_line, visible_line
from esxlab.spec.limits import MAX_SHOWN

_WINDOW = 72
"""Signs of a line that are shown; with its number before it, they fit a terminal of 80 columns."""
SHOWN_AT_MOST = 4000
"""Signs of a value that are looked at for secrets before 40 of them are shown."""
SENSITIVE_WORDS = (
    r"passw|passphrase|pass(?![a-z])|pwd|mdp|mot_?de_?passe|secret|phrase|token|credential|community"
    r"|auth_?key|private_?key"
)
"""What a key that names a secret holds, in English or French; `passerelle` is none."""
_SECRET_VALUE = re.compile(rf"((?:{SENSITIVE_WORDS})\w{{0,100}}[\"']?\s*:\s*)\S.*", re.IGNORECASE)
_SECRET_IN_URL = re.compile(r"//[^/@\s]+@")


class Phrase(NamedTuple):
    """A fact that is itself a sentence of the catalogue, such as `a whole number`."""

    key: str
    facts: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        """In the current language."""
        return texts.say(self.key, **dict(self.facts))


def say_groups(groups: str) -> Phrase:
    """`group 7` or `groups 1-3,7`, of a range as text."""
    return Phrase("spec.group" if groups.isdigit() else "spec.groups", (("range", groups),))


def mask_secrets(line: str) -> str:
    """The same text without anything that looks like a secret, for showing."""
    return _SECRET_IN_URL.sub("//***@", _SECRET_VALUE.sub(r"\1***", line))


def show_value(value: object) -> str:
    """A value as a message may hold it: one line, printable, 40 characters at most, no secret."""
    text = visible_line(mask_secrets(str(value)[:SHOWN_AT_MOST]))
    return f"{text[:39]}…" if len(text) > 40 else text  # noqa: PLR2004 - said in the docstring


@dataclass(frozen=True, slots=True)
class SpecProblem:
    """One thing that is wrong, or (codes W...) that deserves a look.

    `line` and `column` count from 1; line 0 is the file as a whole. `key` is the dotted path in the spec.
    `source_line` has its secrets masked already.
    `groups` is the range of groups it concerns, empty when it concerns all of them.
    """

    code: str
    file: str
    line: int = 0
    column: int = 0
    source_line: str = ""
    key: str = ""
    groups: str = ""
    facts: tuple[tuple[str, object], ...] = ()

    @property
    def where(self) -> str:
        """file:line:column, or the file alone."""
        file = brief_line(self.file)
        return f"{file}:{self.line}:{self.column}" if self.line else file

    @property
    def message(self) -> str:
        """What is wrong, in the current language."""
        brief = texts.say(f"error.spec.{self.code}", **dict(self.facts))
        return f"{brief} ({say_groups(self.groups)})" if self.groups else brief

    @property
    def remedy(self) -> str:
        """How to mend it, in the current language."""
        return texts.say(f"error.spec.{self.code}.fix", **dict(self.facts))

    def text(self) -> str:
        """Place, code, message, the line with a caret, remedy."""
        lines = [f"{self.where}: {self.code} {self.message}"]
        if self.line:
            number = f"{self.line:5d}"
            shown, caret = _window(self.source_line, self.column)
            lines += [f"{number} | {shown}".rstrip(), f"{' ' * len(number)} | {' ' * caret}^"]
        lines.append(f"  -> {self.remedy}")
        return "\n".join(lines)


class SpecProblems(LabError):  # noqa: N818 - it is named for what it holds
    """The spec cannot be used: every problem at once, in the order of the file."""

    def __init__(self, problems: tuple[SpecProblem, ...], *, more: bool = False) -> None:
        super().__init__("spec.invalid", count=len(problems))
        self.problems = problems
        self.more = more

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by the problems."""
        return (_rebuild, (self.problems, self.more))

    def __str__(self) -> str:
        """The problems, a blank line between them, as many as a person reads, and their number at the end."""
        return self.marked("")

    def marked(self, sign: str) -> str:
        """The same, with a sign before each problem."""
        count = len(self.problems)
        left_out = count - MAX_SHOWN
        total = texts.say("spec.total.one" if count == 1 else "spec.total.many", count=count)
        if self.more or left_out > 0:
            total = texts.say(
                "spec.total.over" if self.more else "spec.total.cut", count=count, left=left_out
            )
        return "\n\n".join([*(f"{sign}{problem.text()}" for problem in self.problems[:MAX_SHOWN]), total])


def _rebuild(problems: tuple[SpecProblem, ...], more: bool) -> SpecProblems:  # noqa: FBT001 - pickle's way
    return SpecProblems(problems, more=more)


def _window(line: str, column: int) -> tuple[str, int]:
    """The part of a line around a column, printable, and the caret's offset in it."""
    line = "".join(char if char.isprintable() or char in "\u00a0\u202f" else " " for char in line)
    caret = min(max(column - 1, 0), len(line))
    if len(line) <= _WINDOW:
        return line, caret
    room = _WINDOW - 2
    start = max(0, min(caret - room // 2, len(line) - room))
    head, tail = "…" if start else "", "…" if start + room < len(line) else ""
    return f"{head}{line[start : start + room]}{tail}", caret - start + len(head)
