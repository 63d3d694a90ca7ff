"""The spec's bytes as YAML's own letters: how it is encoded, and what a word processor makes of YAML's signs.

What can be told for certain is read; of the rest the line is named. Columns stay as they are in the file.
"""

# ruff: noqa: RUF001 - these signs are what it is about

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from esxlab.spec.composing import LINE_BREAK, Flaw, Position, place_of
from esxlab.spec.problems import mask_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST = re.compile(
    rb"(?P<utf_32_be>\0\0\xfe\xff|\0\0\0[^\0])|(?P<utf_32_le>\xff\xfe\0\0|[^\0]\0\0\0)"
    rb"|(?P<utf_16_be>\xfe\xff|\0[^\0])|(?P<utf_16_le>\xff\xfe|[^\0]\0)"
)
"""How a YAML stream begins in each encoding: by its mark, or because its first sign is one of ASCII
(YAML 1.2.2, 5.2). Notepad's "Unicode" is UTF-16 with a mark."""
QUOTES = {"«": "»", "“": "”", "„": "“”", "‘": "’", "‚": "‘’", "‹": "›", "”": "”", "’": "’"}
"""What opens -> what may close it, in French, English, German and Swedish."""
_OPENS, _CLOSES = "".join(QUOTES), "".join(QUOTES.values())
_STRAIGHT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|(?:^|(?<=\s))#.*")
"""What a line holds in straight quotes, and its comment: both stay as they are."""
_AFTER = r"(?P<after>^[\s-]*|:\s+|[{\[]\s*|,\s*)"
"""Where a key or a value begins; a comma counts between braces or brackets only."""
_QUOTED = re.compile(
    rf"{_AFTER}(?P<open>[{_OPENS}])(?P<inner>[^\"\\\0{_OPENS}{_CLOSES}]*)(?P<close>[{_CLOSES}])"
    r"(?=\s*(?:$|[,}\]\0]|:(?:\s|$)))"
)
_LEFT = re.compile(rf"{_AFTER}(?P<sign>[{_OPENS}])")
_DASH = re.compile(r"(?P<after>^\s*)(?P<sign>[–—−‐‑])\s")
_COLON = re.compile(r"(?P<after>^\s*[A-Za-z][\w-]*\s*)(?P<sign>[：﹕])")
_BLANKS = re.compile(rf"{_AFTER}|(?P<before>(?<!\s)\s+(?=:(?:\s|$)|$))")
_NO_BREAK = str.maketrans(dict.fromkeys("\u00a0\u202f\u2007\u2009\u3000", " "))
"""No-break and other blanks that a keyboard or a word processor sets, in French before a colon."""
_BETWEEN = re.compile(r"[\s,{}\[\]]")
WORD = 40
"""Signs of the word around the byte in question that are shown."""


class NotUtf8(ValueError):  # noqa: N818 - it is named for what it says
    """The file is in another encoding, and nothing says in which: the place, the byte, its line, a guess."""

    def __init__(self, content: bytes, offset: int) -> None:
        super().__init__(offset)
        self.position = place_of(content[:offset].decode(errors="replace"), len(content))
        self.byte = content[offset]
        before = re.split(rb"[\r\n]", content[:offset])[-1].decode("cp1252", errors="replace")
        after = re.split(rb"[\r\n]", content[offset:])[0].decode("cp1252", errors="replace")
        self.line = mask_secrets(before + after)
        word = _BETWEEN.split(before)[-1] + _BETWEEN.split(after)[0]
        self.guess = word[:WORD] if self.line == before + after else "***"


def decode_spec(content: bytes) -> str:
    """The text in UTF-8, or in UTF-16 or UTF-32 where that is certain; its mark removed. NotUtf8."""
    found = FIRST.match(content)
    name = found.lastgroup.replace("_", "-") if found and found.lastgroup else "utf-8"
    try:
        return content.decode(name).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        if name != "utf-8":
            return content.decode(
                "utf-8", errors="replace"
            )  # zeros that are no text: YAML's reader says where
        raise NotUtf8(content, error.start) from error


def straighten(text: str) -> tuple[str, list[Flaw]]:
    """The text with straight quotes and plain blanks where YAML wants them; E114 for what is not certain.

    A value or key that stands as a whole in typographic quotes is one in straight ones; a no-break blank is
    a plain one at the ends of a key or value. Inside of them nothing changes: what vSphere calls so is
    compared to the letter.
    """
    if text.isascii():
        return text, []
    breaks = [*LINE_BREAK.findall(text), ""]
    lines = LINE_BREAK.split(text)
    flaws: list[Flaw] = []
    for number, line in enumerate(lines):
        if not line.isascii():
            lines[number] = _with_plain_blanks(_with_straight_quotes(line))
            flaws += _odd_signs(lines[number], number + 1)
    return "".join(line + end for line, end in zip(lines, breaks, strict=True)), flaws


def _bare(line: str) -> str:
    """The line with a NUL in place of each sign that stays as it is."""
    return _STRAIGHT.sub(lambda kept: "\0" * len(kept[0]), line)


def _matches(pattern: re.Pattern[str], bare: str) -> Iterator[re.Match[str]]:
    """Those where a key or value really begins."""
    flow = min((at for at in (bare.find("{"), bare.find("[")) if at >= 0), default=len(bare))
    for found in pattern.finditer(bare):
        if not (found["after"] or "").startswith(",") or found.start() > flow:
            yield found


def _with_straight_quotes(line: str) -> str:
    parts, last = [], 0
    for found in _matches(_QUOTED, _bare(line)):
        if found["close"] in QUOTES[found["open"]]:
            begin = found.start("open")
            quoted = f'"{found["inner"].strip()}"'.ljust(found.end() - begin)
            parts += [line[last:begin], quoted]
            last = found.end()
    return "".join([*parts, line[last:]])


def _with_plain_blanks(line: str) -> str:
    parts, last = [], 0
    for found in _matches(_BLANKS, _bare(line)):
        parts += [line[last : found.start()], found[0].translate(_NO_BREAK)]
        last = found.end()
    return "".join([*parts, line[last:]])


def _odd_signs(line: str, number: int) -> Iterator[Flaw]:
    """What still stands where YAML has a sign of its own."""
    for pattern, meant in ((_LEFT, '"'), (_DASH, "-"), (_COLON, ":")):
        for found in _matches(pattern, _bare(line)):
            facts = {"sign": found["sign"], "meant": meant}
            yield Flaw("E114", Position(number, found.start("sign") + 1), (), facts)
