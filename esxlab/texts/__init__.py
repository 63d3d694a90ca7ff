"""Every sentence that a person reads, in English and French, by key.

One file per room holds a literal dict `TEXTS: dict[str, tuple[str, str]]` of key -> (English, French), both
with the same `{placeholders}`. An error `guest.unreachable` has two entries: `error.guest.unreachable` (what
happened) and `error.guest.unreachable.fix` (how to mend it). An exercise brings its own along, in its folder.
"""

from __future__ import annotations

import importlib

TYPE_CHECKING = False  # importing `typing` would double the start-up time of `esxlab --help`
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from esxlab.errors import LabError

LANGUAGES = ("en", "fr")
DETAIL_LINES = 40
"""Lines of a foreign message that are shown."""
FACT_SIGNS = 2000
"""Signs of a fact in a sentence; of a longer one the middle is left out."""
_current = {"language": 0, "typeset": 1}
_late: list[Callable[[], None]] = []
_merged: dict[str, tuple[str, str]] = {}


def set_language(name: str, *, typeset: bool = True) -> None:
    """Choose the language of every text from here on: `en` or `fr`; `typeset`: with French typography."""
    _current.update(language=LANGUAGES.index(name), typeset=int(typeset))


def language() -> str:
    """The language that texts are rendered in now."""
    return LANGUAGES[_current["language"]]


def catalogue() -> dict[str, tuple[str, str]]:
    """All texts of all rooms and of the exercises that were loaded.

    A key that two rooms define is a bug and raises ValueError.
    """
    if not _merged:
        _merged.update(_merge_rooms())
    return _merged


def add_later(load: Callable[[], None]) -> None:
    """Have this called when a text is wanted that is not known yet: it adds those of who was not loaded."""
    _late.append(load)


def load_all() -> None:
    """Add the texts of all who have asked to be called later."""
    for load in _late:
        load()


def add(entries: Mapping[str, tuple[str, str]]) -> None:
    """Take in the texts of an exercise. ValueError when one of the keys has another text already."""
    known = catalogue()
    if twice := [key for key, pair in entries.items() if known.get(key, pair) != pair]:
        raise ValueError(f"texts defined twice: {sorted(twice)}")
    known |= entries


def add_french(sentences: Mapping[str, str]) -> None:
    """Take in the French of what an exercise's part of the spec says in English, in its descriptions."""
    from esxlab.texts.spec_reference import FRENCH  # noqa: PLC0415 - only this room

    FRENCH.update(sentences)


def _merge_rooms() -> dict[str, tuple[str, str]]:
    import pkgutil  # noqa: PLC0415 - slow to import, and only a command that speaks needs it

    merged: dict[str, tuple[str, str]] = {}
    for module in pkgutil.iter_modules(__path__):
        entries = importlib.import_module(f"{__name__}.{module.name}").TEXTS
        if twice := merged.keys() & entries.keys():
            raise ValueError(f"texts defined twice: {sorted(twice)}")
        merged |= entries
    return merged


def say(key: str, /, **facts: object) -> str:
    """The sentence of this key in the current language; an unknown key is a bug and raises KeyError."""
    return set_in_type(as_typed(key)).format(**{name: _fact(value) for name, value in facts.items()})


def as_typed(key: str) -> str:
    """The sentence as the catalogue has it: for a file that a person edits."""
    if key not in catalogue():
        load_all()
    return catalogue()[key][_current["language"]]


def set_in_type(text: str) -> str:
    """A sentence of the current language with its typography."""
    if not (_current["language"] and _current["typeset"]):
        return text
    from esxlab.typography import typeset  # noqa: PLC0415 - French only

    return typeset(text)


def colon() -> str:
    """What stands between a place and what is said of it."""
    return set_in_type(" : ") if _current["language"] else ": "


def decimal(number: float, form: str) -> str:
    """A number in a form of `format`, such as `.1f`, with its language's decimal sign."""
    text = format(number, form)
    return text.replace(".", ",") if _current["language"] else text


def _fact(value: object) -> str:
    """A fact may be what a guest or a file says: it stays one line, and steers nothing."""
    text = str(value)
    if isinstance(value, float):
        return text.replace(".", ",") if _current["language"] else text
    if text.isascii() and text.isprintable() and len(text) <= FACT_SIGNS:
        return text
    from esxlab.foreign import brief_line  # noqa: PLC0415 - hardly ever needed

    return brief_line(text, FACT_SIGNS)


def error_text(error: LabError) -> str:
    """Brief, place, the foreign message and the remedy of an error, a line each."""
    return f"{what_happened(error)}\n{remedy_line(error)}"


def what_happened(error: LabError) -> str:
    """The same without the remedy."""
    from esxlab.foreign import brief_line  # noqa: PLC0415 - only when an error is shown

    brief = say(f"error.{error.code}", **error.facts)
    lines = [f"{brief_line(error.where)}{colon()}{brief}" if error.where else brief]
    if error.detail:
        said = error.detail.splitlines()
        lines += [f"  | {brief_line(line)}" for line in said[:DETAIL_LINES]]
        if len(said) > DETAIL_LINES:
            lines.append(f"  | … (+{len(said) - DETAIL_LINES})")
    return "\n".join(lines)


def command_in_remedy(error: LabError) -> str:
    """The command of ours that an error's remedy names, without `esxlab`; empty: none that is whole."""
    import re  # noqa: PLC0415 - only for a journal

    found = re.search("`esxlab ([a-z][a-z0-9 -]*)`", say(f"error.{error.code}.fix", **error.facts))
    return found[1] if found else ""


def remedy_line(error: LabError) -> str:
    """The remedy of an error, as it stands below what has happened."""
    return f"  -> {say(f'error.{error.code}.fix', **error.facts)}"
