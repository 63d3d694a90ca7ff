"""The keys of a spec, on a terminal and as a page of Markdown."""

from __future__ import annotations

from textwrap import indent, wrap
from typing import TYPE_CHECKING

from esxlab.spec.reference import sections
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.show.json_output import Document
    from esxlab.spec.reference import Entry, Section

WIDTH = 78


def render_sections() -> str:
    """A line for each key of the top; with a line end."""
    found = sections()
    width = max(len(section.key) for section in found)
    lines = []
    for section in found:
        first, *rest = wrap(section.about, WIDTH - width - 2)
        lines += [f"{section.key:<{width}}  {first}", *(f"{'':<{width}}  {line}" for line in rest)]
    return "\n".join(lines) + "\n"


def render_entries(section: Section, entries: Sequence[Entry]) -> str:
    """Each entry with its value and default, then the section's example; with a line end."""
    blocks = [_block(entry) for entry in entries]
    if len(entries) > 1:
        blocks.insert(0, "\n".join(wrap(f"{section.key}: {section.about}", WIDTH)))
    blocks.append(f"{say('spec_reference.example')}\n{indent(section.example, '  ')}")
    return "\n\n".join(blocks)


def reference_document(found: Sequence[tuple[Section, Sequence[Entry]]]) -> Document:
    """Sections with their keys; `default` is YAML, null: there is none. Texts are in the current language."""
    return {
        "sections": [
            {
                "section": section.key,
                "about": section.about,
                "example": section.example,
                "keys": [
                    {
                        "key": entry.key,
                        "about": entry.about,
                        "value": entry.value,
                        "default": entry.default or None,
                        "required": entry.must,
                    }
                    for entry in entries
                ],
            }
            for section, entries in found
        ]
    }


def _block(entry: Entry) -> str:
    lines = [entry.about, say("spec_reference.value", value=entry.value)]
    lines.append(say("spec_reference.default", default=entry.default or _without(entry)))
    return "\n".join([entry.key, *(indent(part, "  ") for line in lines for part in wrap(line, WIDTH - 2))])


def page(notice: str) -> str:
    """docs/spec.md, in the current language."""
    parts = [f"# {say('spec_reference.title')}\n\n{notice}\n\n{say('spec_reference.intro')}"]
    for section in sections():
        rows = [
            f"| `{entry.key}` | {_cell(entry.about)} | {_cell(entry.value)} | {_code(entry)} |"
            for entry in section.entries
        ]
        table = "\n".join([say("spec_reference.head"), "| --- | --- | --- | --- |", *rows])
        parts.append(f"## {section.key}\n\n{section.about}\n\n```yaml\n{section.example}```\n\n{table}")
    return "\n\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _code(entry: Entry) -> str:
    return f"`{entry.default}`" if entry.default else _without(entry)


def _without(entry: Entry) -> str:
    return say("spec_reference.must" if entry.must else "spec_reference.nothing")
