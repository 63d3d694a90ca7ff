"""What others wrote, on a disk or in an answer: read within limits, shown so that it steers nothing.

Every file that esxlab did not write in this very run is foreign, its own of yesterday too: somebody may have
edited, cut or replaced it.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing `typing` would double the start-up time of `esxlab --help`
if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from typing import Any, BinaryIO

FILE_LIMIT = 1 << 20
"""Bytes. The largest file that esxlab keeps, the record of a group with a shared router, has some 20 KiB."""
DEPTH_LIMIT = 32
DIGIT_LIMIT = 18
"""Digits of a whole number: what fits 64 bits, as every other reader of JSON expects (RFC 8259, 6)."""
TAB = " " * 4
_HIDDEN = frozenset(
    map(
        chr,
        [
            *(0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x3164, 0xFFA0),
            *range(0xFE00, 0xFE0E),
            *range(0xE0100, 0xE01F0),
        ],
    )
)
"""What Python calls printable, and nobody sees: Unicode's Default_Ignorable_Code_Point.

But U+FE0E and U+FE0F, which choose between two forms of a sign (emoji).
"""
_BLANKS = "\u00a0\u202f\u2009\u3000"
"""No-break and other plain blanks, which Python calls unprintable; French has two of them."""


class Unreadable(ValueError):  # noqa: N818 - it is named for what it says
    """A file or text of somebody else's cannot be used; `unreadable.<reason>` says why in words."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts

    def __str__(self) -> str:
        """In the current language."""
        from esxlab import texts  # noqa: PLC0415 - only when an error is shown

        return texts.say(f"unreadable.{self.reason}", **self.facts)


def read_file(path: Path, *, limit: int = FILE_LIMIT) -> bytes:
    """The content of an ordinary file.

    Raises:
        FileNotFoundError: there is none, or nothing that could hold it (a file in the place of a directory).
        Unreadable: for every other reason; a pipe, device or directory is not opened at all.
    """
    try:
        content = _opened_and_read(path, limit)
    except FileNotFoundError:
        raise
    except NotADirectoryError as error:
        raise FileNotFoundError(error.errno, error.strerror, str(path)) from error
    except OSError as error:
        raise Unreadable("system", words=error.strerror or type(error).__name__) from error
    except Unreadable:
        raise
    except ValueError as error:  # a name that no file can have
        raise Unreadable("name") from error
    if len(content) > limit:
        raise Unreadable("size", limit=limit)
    return content


def _opened_and_read(path: Path, limit: int) -> bytes:
    """At most one byte more than the limit."""
    with open_ordinary(path) as file:
        return file.read(limit + 1)


def open_ordinary(path: Path) -> BinaryIO:
    """An ordinary file, open; a pipe, device or directory is not opened at all. OSError, Unreadable."""
    import os  # noqa: PLC0415 - as above
    import stat  # noqa: PLC0415 - as above

    quiet = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if not stat.S_ISREG(path.stat().st_mode):
        raise Unreadable("kind")
    file = os.fdopen(os.open(path, quiet), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):  # exchanged since
        file.close()
        raise Unreadable("kind")
    return file


def read_text(path: Path, *, limit: int = FILE_LIMIT) -> str:
    """The same as text in UTF-8, a byte order mark removed."""
    return decode(read_file(path, limit=limit))


def decode(content: bytes) -> str:
    """Bytes as text; Unreadable when they are not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("utf8", position=error.start) from error


def read_json(content: bytes | str, *, limit: int = FILE_LIMIT) -> Any:
    """The value that JSON text spells; Unreadable, and nothing else, when it cannot be used.

    Stricter than json.loads: UTF-8, no NaN, no infinity, no number that other programs could not hold, no
    half surrogate pair, not nested deeper than DEPTH_LIMIT.
    """
    import json  # noqa: PLC0415 - as above

    if len(content) > limit:
        raise Unreadable("size", limit=limit)
    text = decode(content) if isinstance(content, bytes) else content
    try:
        found = json.loads(text, parse_int=_whole, parse_float=_fraction, parse_constant=_no_number)
    except RecursionError as error:
        raise Unreadable("depth", limit=DEPTH_LIMIT) from error
    except Unreadable:
        raise
    except ValueError as error:
        raise Unreadable("json", line=getattr(error, "lineno", 1)) from error
    _refuse_odd(found)
    return found


def read_json_file(path: Path, *, limit: int = FILE_LIMIT) -> Any:
    """The value in a JSON file; FileNotFoundError, or Unreadable."""
    return read_json(read_file(path, limit=limit), limit=limit)


def table(value: object) -> dict[str, Any]:
    """A JSON object; Unreadable when it is none."""
    if not isinstance(value, dict):
        raise Unreadable("type")
    return value


def table_or_empty(content: bytes | str) -> dict[str, Any]:
    """The JSON object that text spells; an empty one when it spells none."""
    try:
        return table(read_json(content))
    except Unreadable:
        return {}


def moment_of(told: object) -> datetime | None:
    """A moment that is told in ISO 8601, in this computer's zone; None when it is none."""
    from datetime import datetime  # noqa: PLC0415 - as above

    try:
        return datetime.fromisoformat(str(told)).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def texts_by_name(value: object) -> dict[str, str]:
    """A JSON object whose values are all text; Unreadable when it is none."""
    found = table(value)
    if not all(isinstance(each, str) for each in found.values()):
        raise Unreadable("type")
    return found


def whole(text: str, *, most: int, otherwise: int = 0) -> int:
    """The whole number, up to `most`, that digits spell; `otherwise` for every other text.

    int() takes the digits of all scripts, str.isdigit() even `²`, and int() breaks at the 4,301st of them.
    """
    fits = len(text) <= DIGIT_LIMIT and text.isascii() and text.isdigit()
    return int(text) if fits and int(text) <= most else otherwise


def visible(text: str) -> str:
    r"""The text with every sign that a terminal would obey, or hide, written out: \x1b, \u202e, \x9b.

    Line ends stay (CR LF as LF), a tab becomes blanks. Letters, accents, emoji and blanks stay; what joins or
    turns them (zero width, bidirectional marks) is written out: it can make one name look like another.
    """
    if text.isascii() and text.isprintable():
        return text
    return "\n".join(map(visible_line, text.replace("\r\n", "\n").replace("\t", TAB).split("\n")))


def visible_line(text: str) -> str:
    """The same for what must stay one line: line feed and tab are written out too."""
    return text if text.isascii() and text.isprintable() else "".join(map(_shown, text))


def brief_line(text: str, limit: int = 400) -> str:
    """One visible line of at most so many signs: what is left out is in the middle of it."""
    shown = visible_line(text)
    half = limit // 2
    return shown if len(shown) <= limit else f"{shown[:half]}…{shown[-half:]}"


def json_text(value: object, *, indent: int | None = None) -> str:
    """A value as JSON that every reader takes: whatever a terminal would obey is an escape in it.

    Half a surrogate pair becomes U+FFFD, and a number that JSON has not (NaN, infinity) null.
    """
    import json  # noqa: PLC0415 - as above

    try:
        text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(value), indent=indent, ensure_ascii=False)
    lines = text.split("\n") if indent is not None else [text]
    quiet = (
        line if line.isascii() and line.isprintable() else "".join(map(_escaped, line)) for line in lines
    )
    return "\n".join(quiet)


def _finite(value: object) -> object:
    """The same with None for every number that JSON has not."""
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not _is_finite(value) else value


def _is_finite(number: float) -> bool:
    return number - number == 0  # neither of NaN nor of infinity; without importing math


def _escaped(sign: str) -> str:
    if _is_seen(sign):
        return sign
    units = sign.encode("utf-16-be", "surrogatepass")
    if "\ud800" <= sign <= "\udfff":
        return "\ufffd"
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def is_text(text: str) -> bool:
    """Whether it can be written in UTF-8: half a surrogate pair stands for a byte that was no text."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def is_seen(text: str) -> bool:
    """Whether a reader sees every sign of a text, blanks of all widths included."""
    return all(map(_is_seen, text))


def _shown(sign: str) -> str:
    return sign if _is_seen(sign) else ascii(sign)[1:-1]


def _is_seen(sign: str) -> bool:
    return (sign.isprintable() and sign not in _HIDDEN) or sign in _BLANKS


def _whole(digits: str) -> int:
    if len(digits) > DIGIT_LIMIT:
        raise Unreadable("number")
    return int(digits)


def _fraction(digits: str) -> float:
    found = float(digits)
    if found in {float("inf"), float("-inf")}:
        raise Unreadable("number")
    return found


def _no_number(name: str) -> float:
    raise Unreadable("number", name=name)


def _refuse_odd(value: object) -> None:
    """Unreadable for what is nested too deep, and for half a surrogate pair: it has no UTF-8."""
    level: list[object] = [value]
    for _ in range(DEPTH_LIMIT):
        inner: list[object] = []
        for each in level:
            if isinstance(each, dict):
                inner += [*each, *each.values()]
            elif isinstance(each, list):
                inner += each
            elif isinstance(each, str) and not each.isascii():
                try:
                    each.encode()
                except UnicodeEncodeError as error:
                    raise Unreadable("utf8", position=error.start) from error
        level = inner
    if level:
        raise Unreadable("depth", limit=DEPTH_LIMIT)
