"""Writes the files that are made from the program itself: `python -m tests.generated`; --check only compares.

The JSON Schema of a spec, the tables of commands and promises in README.md, the drawing in
docs/architecture.md, docs/commands.md, docs/errors.md, docs/promises.md (from tests/promises.toml),
docs/spec.md, the last part of docs/failure-modes.md (from tests/hostile), the picture of the terminal,
drawn from docs/terminal.txt, the text of a real run, and docs/what-was-seen.md.
"""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import click

import esxlab.sim
from esxlab import registered, texts
from esxlab.cli import front
from esxlab.typography import typeset
from tests import drawing, promises

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
WIDTH = 100
NOTICE = "<!-- made by `python -m tests.generated`; do not edit -->"
MARKED = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end of \2 -->)", re.DOTALL)


def schema() -> str:
    """specs/esxlab.schema.json: what an editor is told of a spec."""
    from esxlab.spec.schema import schema_text

    return schema_text()


def readme() -> str:
    """README.md with its tables of commands and promises."""
    rows = [f"| `esxlab {name}` | {texts.say(f'command.{name}.short')} |" for name in front.COMMANDS]
    table = "\n".join(["| command | what it does |", "| --- | --- |", *rows])
    tables = {"commands": table, "promises": promises.readme_rows()}
    return MARKED.sub(lambda found: f"{found[1]}{tables[found[2]]}\n{found[3]}", _read("README.md"))


def french_readme() -> str:
    """docs/fr/README.md with the same two tables."""
    texts.set_language("fr")
    try:
        rows = [f"| `esxlab {name}` | {texts.say(f'command.{name}.short')} |" for name in front.COMMANDS]
    finally:
        texts.set_language("en")
    table = "\n".join(["| commande | ce qu\u2019elle fait |", "| --- | --- |", *rows])
    tables = {"commands": table, "promises": promises.french_rows()}
    return MARKED.sub(lambda found: f"{found[1]}{tables[found[2]]}\n{found[3]}", _read("docs/fr/README.md"))


def architecture() -> str:
    """docs/architecture.md with the drawing of its rooms."""
    drawn = drawing.mermaid(drawing.reduced(drawing.rooms()))
    return MARKED.sub(lambda found: f"{found[1]}{drawn}\n{found[3]}", _read("docs/architecture.md"))


def commands() -> str:
    """docs/commands.md: the help page of every command."""
    parts = [f"# Commands\n\n{NOTICE}\n\nWhat `esxlab COMMAND --help` says. In French: `--lang fr`."]
    for words, command in _commands():
        name = " ".join(("esxlab", *words))
        context = click.Context(
            command, info_name=name, terminal_width=WIDTH, help_option_names=list(front.HELP_FLAGS)
        )
        page = command.get_help(context).rstrip()
        parts.append(f"## {name}\n\n```text\n{page}\n```")
    return "\n\n".join(parts) + "\n"


def _commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, module in front.COMMANDS.items():
        command: click.Command = importlib.import_module(module).command
        yield from _leaves((name,), command)


def _leaves(
    words: tuple[str, ...], command: click.Command
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """The command itself, or those below a group, however deep."""
    if not isinstance(command, click.Group):
        yield words, command
        return
    for name, inner in command.commands.items():
        yield from _leaves((*words, name), inner)


def errors() -> str:
    """docs/errors.md: every error of the catalogue, with its remedy."""
    assert registered
    assert esxlab.sim
    texts.load_all()
    keys = sorted(key for key in texts.catalogue() if key.startswith("error.") and not key.endswith(".fix"))
    rows: dict[str, list[str]] = {}
    for key in keys:
        code = key.removeprefix("error.")
        brief, fix = (_cell(texts.catalogue()[text][0]) for text in (key, f"{key}.fix"))
        rows.setdefault(code.partition(".")[0], []).append(f"| `{code}` | {brief} | {fix} |")
    head = "| code | what happened | what to do |\n| --- | --- | --- |"
    tables = [f"## {room}\n\n{head}\n" + "\n".join(lines) for room, lines in rows.items()]
    intro = (
        "Every error has a code. It stands in brackets below the message, in JSON, and in the journal. "
        "Words in braces are filled in.\nA problem in a spec comes with its file, line and column."
    )
    return "\n\n".join([f"# Errors\n\n{NOTICE}\n\n{intro}", *tables]) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("{{", "{").replace("}}", "}").split())


COLOURS = (
    (re.compile(r"^\$ "), "#e6edf3", True),
    (re.compile(r"^ *\+ |\u2714|\bok\b"), "#7ee787", False),
    (re.compile(r"^ *- |\u2718"), "#ff7b72", False),
    (re.compile(r"^ *~ |\u25b2"), "#e3b341", False),
)
"""What a line begins with or holds -> its colour, and whether it is bold; the first that fits."""
LINE_PX, CHARACTER_PX, MARGIN_PX = 19, 8.4, 16


def picture() -> str:
    """docs/terminal.svg: the text of a real run, drawn without any font or script from elsewhere."""
    lines = _read("docs/terminal.txt").rstrip("\n").split("\n")
    width = max(map(len, lines)) * CHARACTER_PX + 2 * MARGIN_PX
    height = len(lines) * LINE_PX + 2 * MARGIN_PX
    size = f'width="{width:.0f}" height="{height}" viewBox="0 0 {width:.0f} {height}"'
    font = 'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14"'
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} {font}>',
        "<title>esxlab in a terminal</title>",
        '<rect width="100%" height="100%" rx="8" fill="#0d1117"/>',
    ]
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        colour, bold = next(((c, b) for found, c, b in COLOURS if found.search(line)), ("#c9d1d9", False))
        weight = ' font-weight="bold"' if bold else ""
        y = MARGIN_PX + LINE_PX * number + 14
        drawn.append(
            f'<text x="{MARGIN_PX}" y="{y}" fill="{colour}"{weight} xml:space="preserve" '
            f'textLength="{len(line) * CHARACTER_PX:.0f}">{escape(line)}</text>'
        )
    return "\n".join([*drawn, "</svg>"]) + "\n"


def reference(language: str) -> str:
    """docs/spec.md, docs/fr/spec.md: every key of a spec."""
    from esxlab.show.reference import page

    texts.set_language(language)
    try:
        return typeset(page(NOTICE)) if language == "fr" else page(NOTICE)
    finally:
        texts.set_language("en")


def failure_modes() -> str:
    """docs/failure-modes.md, whose last part is made from tests/hostile."""
    from tests.hostile.peers import page

    return MARKED.sub(lambda found: f"{found[1]}\n{page()}\n\n{found[3]}", _read("docs/failure-modes.md"))


def what_was_seen() -> str:
    """docs/what-was-seen.md, from docs/what-was-seen.json, which the truth lab has written."""
    from tests.seen import document

    return document()


FILES: dict[str, Callable[[], str]] = {
    "README.md": readme,
    "docs/architecture.md": architecture,
    "docs/commands.md": commands,
    "docs/errors.md": errors,
    "docs/failure-modes.md": failure_modes,
    "docs/fr/README.md": french_readme,
    "docs/fr/spec.md": lambda: reference("fr"),
    "docs/promises.md": lambda: promises.page(NOTICE),
    "docs/spec.md": lambda: reference("en"),
    "docs/terminal.svg": picture,
    "docs/what-was-seen.md": what_was_seen,
    "specs/esxlab.schema.json": schema,
}


def _read(name: str) -> str:
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main(arguments: list[str]) -> int:
    """Write what differs, or with --check name it; 1 when something differs and was not written."""
    texts.set_language("en")
    stale = [(name, text) for name, make in FILES.items() if (text := make()) != _read(name)]
    for name, text in stale:
        if "--check" in arguments:
            sys.stderr.write(f"{name} is not what the program says: run `python -m tests.generated`\n")
        else:
            (ROOT / name).parent.mkdir(exist_ok=True)
            (ROOT / name).write_text(text, encoding="utf-8")
            sys.stdout.write(f"{name} written\n")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
