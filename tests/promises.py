"""Reads promises.toml, checks that what it names is still there, and draws the pages made from it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from esxlab.typography import typeset
from tests.links import slug

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Side:
    """One side of a promise: what holds, the test (pytest's words), and a line that makes it hold."""

    says: str
    test: str
    file: str
    line: str
    becomes: str
    hangs: bool = False

    @property
    def test_file(self) -> str:
        """The test's file, below the root."""
        return self.test.partition("::")[0]

    @property
    def test_name(self) -> str:
        """The test's function."""
        return self.test.partition("::")[2].partition("[")[0]


@dataclass(frozen=True)
class Promise:
    """One promise in a teacher's words, what it does not cover, its sides, further proofs (what, file).

    `french` has its name, its words and what it does not cover.
    """

    name: str
    words: str
    not_covered: str
    french: tuple[str, str, str]
    sides: tuple[Side, ...]
    more: tuple[tuple[str, str], ...] = ()


def load(file: Path = ROOT / "tests" / "promises.toml") -> tuple[Promise, ...]:
    """The promises in their order."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))["promise"]
    return tuple(
        Promise(
            entry["name"],
            entry["words"],
            entry["not_covered"],
            tuple(entry["french"]),
            tuple(Side(**side) for side in entry["side"]),
            tuple((what, where) for what, where in entry.get("more", ())),
        )
        for entry in table
    )


PROMISES = load()


def missing(root: Path = ROOT) -> list[str]:
    """What the table names and is not there, or not once: lines, tests, further files."""
    found = []
    for promise in PROMISES:
        found += [path for _, path in promise.more if not (root / path).exists()]
        for side in promise.sides:
            source = (root / side.file).read_text(encoding="utf-8").splitlines()
            if [line.strip() for line in source].count(side.line) != 1:
                found.append(f"{side.file}: {side.line}")
            tests = (root / side.test_file).read_text(encoding="utf-8")
            if f"def {side.test_name}(" not in tests:
                found.append(side.test)
    return found


def readme_rows() -> str:
    """The README's table: what is promised, what not, and where its sides and their tests are."""
    rows = ["| promise | in plain words | not covered | proved by |", "| --- | --- | --- | --- |"]
    for number, promise in enumerate(PROMISES, 1):
        heading = f"{number}. {promise.name}"
        proofs = f"[{len(promise.sides)} sides, each with its test](docs/promises.md#{slug(heading)})"
        rows.append(f"| {heading} | {promise.words} | {promise.not_covered} | {proofs} |")
    return "\n".join(rows)


def french_rows() -> str:
    """The same table, for docs/fr/README.md."""
    rows = ["| promesse | en clair | ce qui n'est pas couvert | preuves |", "| --- | --- | --- | --- |"]
    for number, promise in enumerate(PROMISES, 1):
        name, words, not_covered = promise.french
        there = f"../promises.md#{slug(f'{number}. {promise.name}')}"
        proofs = f"[{len(promise.sides)} aspects, chacun avec son test]({there})"
        rows.append(f"| {number}. {name} | {words} | {not_covered} | {proofs} |")
    return typeset("\n".join(rows))


def page(notice: str) -> str:
    """docs/promises.md: every side with its test, and the line without which the test fails."""
    parts = [f"# What esxlab promises, and how you know\n\n{notice}\n\n{INTRODUCTION}"]
    for number, promise in enumerate(PROMISES, 1):
        parts.append(f"## {number}. {promise.name}\n\n{promise.words}\n\nNot covered: {promise.not_covered}.")
        parts += [_side(side) for side in promise.sides]
        if promise.more:
            more = "; ".join(f"[{what}](../{where})" for what, where in promise.more)
            parts.append(f"Proved as well by: {more}.")
    return "\n\n".join(parts) + "\n"


INTRODUCTION = """\
Each promise has sides; each side has a test. A test that cannot fail proves nothing: so for each side a line
of the program is named here without which the promise is broken, and what the test was tried with instead.
`make promises` does that again: it copies the program, breaks one of these lines at a time, and requires that
the test fails; it must pass in the program as it is."""


def _side(side: Side) -> str:
    becomes = side.becomes or "# (left out)"
    end = " Without the line it does not end." if side.hangs else ""
    says = f"{side.says[0].upper()}{side.says[1:]}"
    return (
        f"**{says}.** Test: [`{side.test_name}`](../{side.test_file}).{end}\n\n"
        f"```diff\n--- {side.file}\n-{side.line}\n+{becomes}\n```"
    )
