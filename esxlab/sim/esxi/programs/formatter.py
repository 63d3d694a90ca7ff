"""How esxcli shows an answer: a table or blocks, and --formatter=csv, keyvalue, xml, json.

Sources: `esxcli --formatter=xml nic list` and `keyvalue` of hosts in a public test suite, the csv of
`portgroup list` (public script), tables and blocks of 6.7 to 9.0 transcripts. Fields of the machine-readable
forms are in the alphabet's order; a column of numbers stands to the right, with its title; csv lines end in a
comma.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

Value = str | int | bool | tuple[str, ...]
GAP = "  "


class Field(NamedTuple):
    """One field: its title in a table, its name in the other forms."""

    title: str
    name: str
    numeric: bool = False  # its column stands to the right


class Answer(NamedTuple):
    """What a command answers: structures of one type. `head`: the field that stands above each block."""

    type: str
    fields: tuple[Field, ...]
    rows: Sequence[tuple[Value, ...]]
    layout: str = "table"  # or block, or word: one word alone
    head: str = ""
    single: bool = False  # one structure, and no list


def show(answer: Answer, form: str) -> str:
    """The text in one of the forms; "" is what a terminal gets."""
    if form:
        return _FORMS[form](answer)
    if answer.layout == "word":
        return f"{answer.rows[0][0]}\n"
    return _table(answer) if answer.layout == "table" else _blocks(answer)


def _table(answer: Answer) -> str:
    cells = [[_plain(value) for value in row] for row in answer.rows]
    titles = [field.title for field in answer.fields]
    widths = [max([len(titles[n]), *(len(row[n]) for row in cells)]) for n in range(len(titles))]
    if not answer.fields[-1].numeric:
        rules = [*("-" * width for width in widths[:-1]), "-" * len(titles[-1])]
    else:
        rules = ["-" * width for width in widths]
    lines = []
    for row in (titles, rules, *cells):
        shown = (
            f"{cell:>{width}}" if field.numeric else f"{cell:<{width}}"
            for cell, width, field in zip(row, widths, answer.fields, strict=True)
        )
        lines.append(GAP.join(shown).rstrip())
    return "".join(f"{line}\n" for line in lines) if cells else ""


def _blocks(answer: Answer) -> str:
    blocks = []
    for row in answer.rows:
        values = dict(zip((field.name for field in answer.fields), row, strict=True))
        lines = [str(values[answer.head])] if answer.head else []
        lines += [f"   {field.title}: {_plain(values[field.name])}" for field in answer.fields]
        blocks.append("".join(f"{line}\n" for line in lines))
    return "\n".join(blocks)


def _ordered(answer: Answer) -> list[tuple[int, Field]]:
    return sorted(enumerate(answer.fields), key=lambda pair: pair[1].name)


def _csv(answer: Answer) -> str:
    order = _ordered(answer)
    lines = ["".join(f"{field.name}," for _, field in order)] if answer.rows else []
    lines += ["".join(f"{_quoted(row[n])}," for n, _ in order) for row in answer.rows]
    return "".join(f"{line}\n" for line in lines)


def _quoted(value: Value) -> str:
    if isinstance(value, tuple):
        return f'"{"".join(f"{one}," for one in value)}"' if value else ""
    text = _plain(value).replace("\n", "\\n")
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if "," in text or '"' in text else text


def _keyvalue(answer: Answer) -> str:
    lines = []
    for number, row in enumerate(answer.rows):
        start = answer.type if answer.single else f"structure[{number}].{answer.type}"
        for n, field in _ordered(answer):
            value = row[n]
            many = value if isinstance(value, tuple) else (value,)
            for at, one in enumerate(many):
                kind = f"string[{at}].string" if isinstance(value, tuple) else _kind(one)
                lines.append(f"{start}.{field.name}.{kind}={_plain(one)}".replace("\n", "\\n"))
    return "".join(f"{line}\n" for line in lines) or "structure[] = \n"


def _xml(answer: Answer) -> str:
    lines = ['<?xml version="1.0" encoding="utf-8"?>']
    lines += ['<output xmlns="http://www.vmware.com/Products/ESX/5.0/esxcli">', "<root>"]
    pad = "   " if answer.single else "      "
    lines += [] if answer.single else ['   <list type="structure">']
    for row in answer.rows:
        lines.append(f'{pad}<structure typeName="{escape(answer.type)}">')
        for n, field in _ordered(answer):
            lines += [f'{pad}   <field name="{escape(field.name)}">', *_element(row[n], f"{pad}      ")]
            lines.append(f"{pad}   </field>")
        lines.append(f"{pad}</structure>")
    lines += [] if answer.single else ["   </list>"]
    return "".join(f"{line}\n" for line in (*lines, "</root>", "</output>"))


def _element(value: Value, pad: str) -> list[str]:
    if isinstance(value, tuple):
        inner = [line for one in value for line in _element(one, f"{pad}   ")]
        return [f'{pad}<list type="string">', *inner, f"{pad}</list>"]
    return [f"{pad}<{_kind(value)}>{escape(_plain(value))}</{_kind(value)}>"]


def _json(answer: Answer) -> str:
    rows = [{field.name: row[n] for n, field in _ordered(answer)} for row in answer.rows]
    return json.dumps(rows[0] if answer.single else rows, ensure_ascii=False) + "\n"


def _kind(value: Value) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "integer" if isinstance(value, int) else "string"


def _plain(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


_FORMS = {"csv": _csv, "keyvalue": _keyvalue, "xml": _xml, "json": _json}
