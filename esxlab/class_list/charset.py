"""In which charset a class list is: no byte of it says so, the words that come out do.

UTF-8 and UTF-16 are told by their form. Of the others cp1252 (Windows) is the usual one, and each of them has
a sign for nearly every byte: é of MacRoman is Ž in cp1252, é of cp850 a low quotation mark (Python's codecs
mac_roman, cp850, cp1252, iso8859_15). So each reading is judged by what no word has: a capital behind a small
letter, a sign inside a word. What is not plainly cp1252 is said with its line.

A library that guesses charsets was tried instead: charset-normalizer 3 takes a class of French names in
cp1252 for cp1250 (LEFČVRE), and one with a single `Zoé` for Korean. It weighs all languages; names are few
words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.class_list.students import Remark
from esxlab.foreign import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

USUAL = "cp1252"
CHARSETS = {
    USUAL: ("cp1252", "Windows"),
    "mac_roman": ("MacRoman", "Macintosh"),
    "cp850": ("cp850", "DOS"),
    "iso8859_15": ("ISO-8859-15", "Unix"),
}
"""Codec -> its name, and which systems wrote it. The letters that cp437 has are where cp850 has them."""
WORD_LIMIT = 40
ODD_SHARE = 4
"""Of so many signs beyond ASCII one may be odd."""
_OTHERS = frozenset("àâäçéèêëîïôöùûüÿœæñáíóúšžÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆÑÁÍÓÚŠŽ")
"""The letters by which another charset than cp1252 is known: French ones, and those of some other names."""
_USUALS = frozenset(
    sign
    for sign in bytes(range(0x80, 0x100)).decode(USUAL, "ignore")
    if (sign.islower() or sign.isupper()) and sign not in "ƒµªº"
)
_TOKENS = re.compile(r"[^\W\d_]+|[\x80-\uffff]")
"""A word, or a sign that is not ASCII."""
_OPENING, _CLOSING, _DASHES = "«“\u2018", "»”°…€", "\u2013\u2014"
_ANYWHERE = "\u2019·\u00a0"
_NEVER = "¤\ufffd"


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the bytes are in one charset; `odd`: where no word has such a sign."""

    charset: str
    text: str
    odd: tuple[int, ...]

    def word(self, at: int) -> str:
        """The word around this place."""
        before = re.split(r'[\s;,"]', self.text[max(0, at - WORD_LIMIT) : at])[-1]
        return before + re.split(r'[\s;,"]', self.text[at : at + WORD_LIMIT])[0]

    def line(self, at: int) -> int:
        """The line of the file, from 1."""
        return len(re.findall(r"\r\n|\r|\n", self.text[:at])) + 1


def read_words(content: bytes) -> tuple[str, tuple[Remark, ...]]:
    """The text of a list that is neither UTF-8 nor UTF-16, and what is to be said about its charset.

    Raises:
        Unreadable: charset; the line, and what stands there in each charset that may be meant.
    """
    readings = sorted(_readings(content), key=lambda each: len(each.odd))
    best = readings[0]
    least = len(best.odd)
    equal = [each for each in readings if len(each.odd) == least and each.text != best.text]
    foreign = [place for place, sign in enumerate(best.text) if not sign.isascii()]
    at = foreign[0]
    if equal:
        at = next(place for place in foreign if best.text[place] != equal[0].text[place])
    elif best.odd:
        at = best.odd[0]
    facts = {"word": best.word(at), "charset": _named(best)}
    if least * ODD_SHARE > len(foreign) or (equal and best.charset != USUAL):
        words = ", ".join(f"{each.word(at)} ({CHARSETS[each.charset][0]})" for each in (best, *equal))
        raise Unreadable("charset", line=best.line(at), words=words)
    if equal:
        other = {"other": equal[0].word(at), "other_charset": _named(equal[0])}
        return best.text, (Remark("charset_doubtful", best.line(at), "warning", {**facts, **other}),)
    if best.charset != USUAL or best.odd:
        return best.text, (Remark("charset", best.line(at), "warning", facts),)
    return best.text, ()


def _named(reading: _Reading) -> str:
    name, system = CHARSETS[reading.charset]
    return f"{name} ({system})"


def is_damaged(text: str) -> bool:
    """Whether letters were lost, or UTF-8 was once read as cp1252 (`ZoÃ©`), before the list was written."""
    if "\ufffd" in text:
        return True
    try:
        return not text.isascii() and bool(text.encode(USUAL).decode())
    except UnicodeError:
        return False


def _readings(content: bytes) -> list[_Reading]:
    """One sign a byte in each of them; the usual charset first."""
    found = []
    for charset in CHARSETS:
        try:
            text = content.decode(charset)
        except UnicodeDecodeError:
            continue
        found.append(_Reading(charset, text, _odd_places(text, usual=charset == USUAL)))
    return found


def _odd_places(text: str, *, usual: bool) -> tuple[int, ...]:
    odd: list[int] = []
    for found in _TOKENS.finditer(text):
        if found[0].isascii():
            continue
        if found[0][0].isalpha():
            odd += _odd_in_word(text, found, usual=usual)
        elif not _fits_between(text, found.start(), usual=usual):
            odd.append(found.start())
    return tuple(odd)


def _odd_in_word(text: str, found: re.Match[str], *, usual: bool) -> Iterator[int]:
    """Where a letter cannot stand in this word; LEFéVRE is typed where a keyboard has no É."""
    word = found[0].rstrip("ªº")
    letters = _USUALS if usual else _OTHERS
    fits = usual or _has_one_case(text, found, word)
    for at, sign in enumerate(word):
        late = usual and sign.isupper() and word[at - 1 : at].islower()
        if not sign.isascii() and (sign not in letters or not fits or late):
            yield found.start() + at


def _has_one_case(text: str, found: re.Match[str], word: str) -> bool:
    """Whether it is small, capital, or a name, and no sign alone."""
    start, end = found.span()
    if len(word) == 1:
        return word == "à" or (word.isupper() and text[end : end + 1] == ".")
    beside = text[max(0, start - 1) : start] + text[end : end + 1]
    return not re.search(r"\d", beside) and (word.isupper() or word.islower() or word.istitle())


def _fits_between(text: str, at: int, *, usual: bool) -> bool:
    """Whether a sign that is no letter can stand there."""
    sign, before, after = text[at], text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if sign in _ANYWHERE:
        return True
    if sign in _NEVER or "\x80" <= sign <= "\x9f":
        return False
    if sign in _OPENING:
        return not before.isalpha()
    if sign in _CLOSING:
        return not after.isalpha()
    if sign in _DASHES:
        return not (before.isalpha() and after.islower())
    return usual and not before.isalpha() and not after.isalpha()
