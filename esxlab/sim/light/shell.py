"""The flat part of sh: words, quotes, redirections, `|`, `;`, `&&`, `||`, one `{ } </dev/null` around it all.

esxlab's own scripts have no pipe (decision 0005): pipelines are for what a person types.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

RESERVED = frozenset({"if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case",
                      "esac", "{", "}"})  # fmt: skip
GROUP_END = "} </dev/null\n"
REDIRECTION = re.compile(r"([0-9]?)(>>|>&|>\||>|<)")
NAME = re.compile(r"\{?([A-Za-z_][A-Za-z0-9_]*|[?#$!0-9@])\}?")
ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=")


class ShellSyntaxError(Exception):
    """What sh says of a script that it cannot read, or that goes beyond flat commands."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Word:
    """A word before expansion, in pieces."""

    pieces: tuple[tuple[str, bool, bool], ...]  # text, quoted, is a variable's name

    @property
    def plain(self) -> str:
        """The text when it is one bare literal, else empty."""
        if len(self.pieces) == 1 and not self.pieces[0][1] and not self.pieces[0][2]:
            return self.pieces[0][0]
        return ""


@dataclass(frozen=True, slots=True)
class Redirection:
    """`2>>file`: descriptor, operator and target."""

    descriptor: int
    operator: str
    target: Word


@dataclass(slots=True)
class SimpleCommand:
    """One command with what connects it to the one before: "", "&&", "||", or "|"."""

    line: int
    connector: str = ""
    negated: bool = False
    assignments: list[tuple[str, Word]] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    redirections: list[Redirection] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Nothing was read yet."""
        return not (self.words or self.assignments or self.redirections)


class _Reader:
    def __init__(self, script: str) -> None:
        self.text = script.replace("\\\n", "")
        self.at = 0
        self.line = 1
        self.commands: list[SimpleCommand] = []
        self.command = SimpleCommand(1)
        self.grouped = False

    def parse(self) -> list[SimpleCommand]:
        while self.at < len(self.text):
            self._step()
        self._end("newline")
        if self.command.connector:
            self._refuse("end of file")
        return self.commands

    def _refuse(self, sign: str) -> None:
        what = "end of file" if sign == "end of file" else ("newline" if sign == "newline" else f'"{sign}"')
        raise ShellSyntaxError(self.line, f"Syntax error: {what} unexpected")

    def _step(self) -> None:
        if self._brace():
            return
        text, char = self.text, self.text[self.at]
        two = text[self.at : self.at + 2]
        if char in " \t\r":
            self.at += 1
        elif char == "\n":
            self._end("newline")
            self.at += 1
            self.line += 1
            self.command.line = self.line
        elif char == "#":
            end = text.find("\n", self.at)
            self.at = len(text) if end < 0 else end
        elif two in ("&&", "||"):
            self._end(two)
            self.at += 2
            self.command.connector = two
        elif char == ";" and two != ";;":
            self._end(";")
            self.at += 1
        elif char == "|":
            self._end("|")
            self.at += 1
            self.command.connector = "|"
        elif char in "&()" or two in (";;", "<<") or char == "`":
            self._refuse(two if two in (";;", "<<") else char)
        elif match := REDIRECTION.match(text, self.at):
            self._redirection(match)
        else:
            self._add_word(self._word())

    def _redirection(self, match: re.Match[str]) -> None:
        descriptor = int(match[1]) if match[1] else (0 if match[2] == "<" else 1)
        self.at = match.end()
        while self.at < len(self.text) and self.text[self.at] in " \t":
            self.at += 1
        if self.at >= len(self.text) or self.text[self.at] in "\n;&|<>()":
            self._refuse("newline")
        operator = ">" if match[2] == ">|" else match[2]
        self.command.redirections.append(Redirection(descriptor, operator, self._word()))

    def _brace(self) -> bool:
        """Whether a group begins or ends here, which changes nothing: its commands have no input anyway."""
        if self.command.empty and not self.grouped and self.text.startswith("{\n", self.at):
            self.grouped = True
            self.at += 1
            return True
        if self.command.empty and self.grouped and self.text.startswith(GROUP_END, self.at):
            self.at += len(GROUP_END)
            return True
        return False

    def _add_word(self, word: Word) -> None:
        command, first = self.command, not self.command.words
        if first and word.plain in RESERVED:
            self._refuse(word.plain)
        if first and word.plain == "!":
            if command.connector == "|":
                self._refuse("!")
            command.negated = not command.negated
            return
        text, quoted, variable = word.pieces[0] if word.pieces else ("", True, False)
        if first and not quoted and not variable and (match := ASSIGNMENT.match(text)):
            rest = ((text[match.end() :], False, False), *word.pieces[1:])
            command.assignments.append((match[1], Word(rest)))
            return
        command.words.append(word)

    def _end(self, sign: str) -> None:
        if self.command.empty:
            if self.command.negated or sign != "newline":
                self._refuse(sign)
            return  # an empty line, also after && or ||, goes on
        self.commands.append(self.command)
        self.command = SimpleCommand(self.line)

    def _word(self) -> Word:
        pieces: list[tuple[str, bool, bool]] = []
        while self.at < len(self.text) and self.text[self.at] not in " \t\r\n;&|<>()":
            char = self.text[self.at]
            if char == "'":
                pieces.append((self._until("'"), True, False))
            elif char == '"':
                self.at += 1
                pieces += self._double_quoted()
            elif char == "\\":
                pieces.append((self.text[self.at + 1 : self.at + 2], True, False))
                self.at += 2
            elif char == "$":
                pieces.append(self._variable(quoted=False))
            elif char == "`":
                self._refuse("`")
            else:
                start = self.at
                while self.at < len(self.text) and self.text[self.at] not in " \t\r\n;&|<>()'\"\\$`":
                    self.at += 1
                pieces.append((self.text[start : self.at], False, False))
        return Word(tuple(pieces))

    def _until(self, quote: str) -> str:
        end = self.text.find(quote, self.at + 1)
        if end < 0:
            raise ShellSyntaxError(self.line, "Syntax error: Unterminated quoted string")
        found = self.text[self.at + 1 : end]
        self.line += found.count("\n")
        self.at = end + 1
        return found

    def _variable(self, *, quoted: bool) -> tuple[str, bool, bool]:
        if self.text.startswith("$(", self.at):
            self._refuse("$(")
        match = NAME.match(self.text, self.at + 1)
        if match is None:
            self.at += 1
            return ("$", True, False)
        if match[0].startswith("{") != match[0].endswith("}"):
            raise ShellSyntaxError(self.line, "Bad substitution")
        self.at = match.end()
        return (match[1], quoted, True)

    def _double_quoted(self) -> list[tuple[str, bool, bool]]:
        pieces: list[tuple[str, bool, bool]] = [("", True, False)]
        while True:
            if self.at >= len(self.text):
                raise ShellSyntaxError(self.line, "Syntax error: Unterminated quoted string")
            char = self.text[self.at]
            if char == '"':
                self.at += 1
                return pieces
            if char == "$":
                pieces.append(self._variable(quoted=True))
                continue
            if char == "`":
                self._refuse("`")
            if char == "\\" and self.text[self.at + 1 : self.at + 2] in ("$", "`", '"', "\\"):
                self.at += 1
                char = self.text[self.at]
            self.line += char == "\n"
            pieces.append((char, True, False))
            self.at += 1


def parse_script(script: str) -> list[SimpleCommand]:
    """Read a flat script; ShellSyntaxError when it is more than that."""
    return _Reader(script).parse()
