"""The documents that exist in English and in French, and what the two of a pair must have in common.

`python -m tests.french_pages` sets the French ones as they are printed: they are typed with plain blanks and
apostrophes, as the catalogue is.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from esxlab.typography import typeset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

ROOT = Path(__file__).parents[1]
FRENCH = ROOT / "docs" / "fr"
ENGLISH = {"README.md": ROOT / "README.md"}
"""The English twin of a French page, where it is not the one of that name in docs."""
COMMENT = re.compile(r"(?m)(^|\s+)# .*$")
"""A remark in YAML, which may be translated; in a console block a `#` is root's prompt."""
PLACEHOLDER = "spec CLÉ", "spec KEY"
"""The one word to be replaced that the commands of both languages name differently."""
DRAWING = ""
"""The language of a block that is a drawing: its words are translated, its lines are counted."""


@dataclass
class Section:
    """What stands below a heading: code blocks (language, text), words in backticks, tables' sizes."""

    level: str
    title: str
    blocks: list[tuple[str, str]] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)
    tables: list[tuple[int, int]] = field(default_factory=list)


def pairs() -> Iterator[tuple[Path, Path]]:
    """Each French page with its English twin."""
    for page in sorted(FRENCH.glob("*.md")):
        yield ENGLISH.get(page.name, FRENCH.parent / page.name), page


def sections(text: str) -> list[Section]:
    """A page, heading by heading."""
    found = [Section("", "")]
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            found.append(Section(token.tag, tokens[at + 1].content))
        _take(found[-1], token)
    return found


def _take(section: Section, token: Token) -> None:
    if token.type == "fence":
        section.blocks.append((token.info, _core(token.info, token.content)))
    elif token.type == "table_open":
        section.tables.append((0, 0))
    elif token.type == "tr_open":
        rows, _ = section.tables[-1]
        section.tables[-1] = rows + 1, 0
    elif token.type in {"th_open", "td_open"}:
        rows, columns = section.tables[-1]
        section.tables[-1] = rows, columns + 1
    for part in token.children or ():
        if part.type == "code_inline":
            section.words[part.content.replace(*PLACEHOLDER)] += 1


def _core(language: str, text: str) -> str:
    if language == DRAWING:
        return f"{text.count(chr(10))} lines"
    return text if language == "console" else COMMENT.sub("", text)


def differences(english: str, french: str) -> list[str]:
    """What one of the two pages has and the other has not, each said with its heading."""
    ours, theirs = sections(english), sections(french)
    if [section.level for section in ours] != [section.level for section in theirs]:
        return [f"headings: {[s.title for s in ours]} / {[s.title for s in theirs]}"]
    return [wrong for one, other in zip(ours, theirs, strict=True) for wrong in _between(one, other)]


def _between(one: Section, other: Section) -> Iterator[str]:
    where = f"{one.title} / {other.title}"
    if one.blocks != other.blocks:
        yield f"{where}: code blocks: {one.blocks} / {other.blocks}"
    if one.tables != other.tables:
        yield f"{where}: tables (rows, columns): {one.tables} / {other.tables}"
    if missing := one.words - other.words:
        yield f"{where}: only in English: {dict(missing)}"
    if missing := other.words - one.words:
        yield f"{where}: only in French: {dict(missing)}"


def main() -> int:
    """Set the French pages as they are printed."""
    for _, page in pairs():
        typed = page.read_text(encoding="utf-8")
        if (printed := typeset(typed)) != typed:
            page.write_text(printed, encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)} set\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
