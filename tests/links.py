"""Finds dead links in the Markdown files of the repository: `python -m tests.links`.

A relative link must lead to a file of the repository, and its anchor to a heading of that file. External
links are only looked at, never fetched. Ignored files count as missing: in a fresh clone they are.
"""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt  # rich depends on it, so that it is always there

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

ROOT = Path(__file__).parents[1]
HTML_ID = re.compile(r"""\b(?:id|name)=["']([^"']+)["']""")
HTML_LINK = re.compile(r"""\b(?:href|src)=["']([^"']+)["']""")
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)


class Link(NamedTuple):
    """A link and the line it is near."""

    line: int
    target: str


def repository_files(root: Path) -> frozenset[Path]:
    """Every file that is committed, or would be: what git ignores is left out."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True, timeout=60).stdout
    found = (root / name for name in listed.decode().split("\0") if name)
    return frozenset(path for path in found if path.exists())


def links_of(text: str) -> Iterator[Link]:
    """Every link and picture of a Markdown text; code is not looked into."""
    for block in MarkdownIt("commonmark").enable("table").parse(text):
        line = block.map[0] + 1 if block.map else 0
        if block.type == "html_block":
            yield from (Link(line, target) for target in HTML_LINK.findall(block.content))
        for token in block.children or ():
            target = token.attrGet("href") or token.attrGet("src")
            if target:
                yield Link(line, str(target))
            elif token.type == "html_inline":
                yield from (Link(line, found) for found in HTML_LINK.findall(token.content))


@cache
def anchors_of(path: Path) -> frozenset[str]:
    """The anchors that GitHub gives to the headings of a file, and those that its HTML names."""
    tokens = MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8"))
    seen: Counter[str] = Counter()
    anchors: set[str] = set()
    for token, following in pairwise(tokens):
        if token.type == "heading_open":
            name = slug(_plain(following))
            anchors.add(f"{name}-{seen[name]}" if seen[name] else name)
            seen[name] += 1
    for part in (part for token in tokens for part in (token, *(token.children or ()))):
        if part.type.startswith("html"):
            anchors.update(HTML_ID.findall(part.content))
    return frozenset(anchors)


def _plain(heading: Token) -> str:
    """A heading's text without its markup."""
    return "".join(token.content for token in heading.children or () if token.type in {"text", "code_inline"})


def slug(heading: str) -> str:
    """GitHub's anchor of a heading: lower case, letters, digits, `_` and `-`, blanks as `-`."""
    kept = (c for c in heading.strip().lower() if c in " -_" or unicodedata.category(c)[0] in "LN")
    return "".join("-" if c == " " else c for c in kept)


def complaint(source: Path, target: str, files: frozenset[Path], root: Path = ROOT) -> str:
    """What is wrong with a link of this file; empty when nothing is."""
    url = urlsplit(target)
    if url.scheme in {"http", "https"}:
        return "" if HOST.fullmatch(url.hostname or "") else "is no URL of a public host"
    if url.scheme == "mailto":
        return "" if re.fullmatch(r"[^@\s]+@[^@\s]+", url.path) else "is no mail address"
    if url.scheme or url.netloc or url.path.startswith("/"):
        return "is neither relative nor http(s)"
    path = (source.parent / unquote(url.path)).resolve() if url.path else source
    is_folder = path.is_dir() and any(path in file.parents for file in files)
    if not path.is_relative_to(root) or not (path in files or is_folder):
        return "leads to no file of the repository"
    if url.fragment and path.suffix == ".md" and unquote(url.fragment) not in anchors_of(path):
        return f"leads to no heading of {path.relative_to(root)}"
    return ""


def main() -> int:
    """Write every dead link to stderr; 1 when there is one."""
    files = repository_files(ROOT)
    dead = 0
    for path in sorted(file for file in files if file.suffix == ".md"):
        for link in links_of(path.read_text(encoding="utf-8")):
            if wrong := complaint(path, link.target, files):
                sys.stderr.write(f"{path.relative_to(ROOT)}:{link.line}: {link.target} {wrong}\n")
                dead += 1
    return 1 if dead else 0


if __name__ == "__main__":
    sys.exit(main())
