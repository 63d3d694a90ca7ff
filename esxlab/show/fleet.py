"""What the sites of a request have answered: a row for each, then the groups of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.errors import LabError
from esxlab.foreign import brief_line, whole
from esxlab.lab.identity import LAST_GROUP
from esxlab.show.tables import draw
from esxlab.show.words import count, verdict
from esxlab.sites.messages import SKEW
from esxlab.texts import catalogue, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from esxlab.show.glyphs import Glyphs
    from esxlab.sites.centre import Heard
    from esxlab.sites.messages import Answer
    from esxlab.sites.requests import Request

SKEW_S = 60
"""A clock that differs by more than this is told."""
ENDS = "certificate_ends"
"""Among the facts of an answer: the day on which the site's certificate ends, when that is near."""
BAD = frozenset({"failed", "error", "cancelled", "broken", "unreachable"})


def render_sites(heard: Sequence[Heard], glyphs: Glyphs, *, width: int) -> str:
    """The table of the sites."""
    rows = [[each.site, word_of(each, glyphs), summary(each)] for each in heard]
    return draw([say(f"column.{name}") for name in ("site", "state", "summary")], rows, width=width) + "\n"


def render_groups(heard: Iterable[Heard], *, width: int) -> str:
    """The table of all groups of all sites that have answered; empty when there are none."""
    rows = [
        [each.site, str(number), _said(word)] for each in heard for number, word in groups_of(each.answer)
    ]
    return (
        draw([say(f"column.{name}") for name in ("site", "group", "state")], rows, width=width) + "\n"
        if rows
        else ""
    )


def word_of(heard: Heard, glyphs: Glyphs) -> str:
    """Glyph and word of a site: waiting, running, done, failed, refused."""
    answer = heard.answer
    if answer is None:
        return verdict("waiting", glyphs)
    if answer.state != "ended":
        return verdict(answer.state, glyphs)
    return verdict("done" if answer.code == 0 else "failed", glyphs)


def summary(heard: Heard) -> str:
    """What a site's answer comes to, in one line."""
    answer = heard.answer
    if answer is None:
        return ""
    parts = [answer.class_name] if answer.class_name else []
    if answer.state == "running":
        parts += _tally(answer.groups.values())
    elif answer.state == "refused":
        parts.append(reason_of(answer).brief)
    else:
        parts += [count("fleet.changes", changes)] if (changes := _changes(answer.document)) else []
        parts += [] if changes else _tally(word for _, word in groups_of(answer))
        parts += [say("fleet.code", code=answer.code)] if answer.code else []
        parts += [reason_of(answer).brief] if answer.reason else []
        parts += [brief_line(text, 120) for text in _errors(answer.document)[:1]]
    if abs(heard.skew_s) > SKEW_S:
        parts.append(say("fleet.skew", seconds=round(heard.skew_s)))
    return ", ".join(parts)


def remarks(heard: Sequence[Heard]) -> list[LabError]:
    """Why sites refused or broke off, whose clock is wrong, whose certificate ends, and how to mend it."""
    sites: dict[tuple[str, str], list[str]] = {}
    errors: dict[tuple[str, str], LabError] = {}
    for each in heard:
        if each.answer and each.answer.reason:
            error = reason_of(each.answer)
            key = error.code, error.brief
            sites.setdefault(key, []).append(each.site)
            errors[key] = error
    told = [error.at(", ".join(sites[key])) for key, error in errors.items()]
    ends = ((each.site, each.answer.facts.get(ENDS)) for each in heard if each.answer)
    told += [
        LabError("site.certificate", where=site, date=brief_line(str(date))) for site, date in ends if date
    ]
    return told + _clocks(heard)


def _clocks(heard: Sequence[Heard]) -> list[LabError]:
    """Whose clock is certainly wrong: where all sites say alike, it is this computer's own."""
    wrong = {each.site: round(each.skew_s) for each in heard if abs(each.skew_s) > SKEW_S}
    answered = [each for each in heard if each.answer]
    alike = wrong and max(wrong.values()) - min(wrong.values()) <= SKEW.total_seconds()
    if len(wrong) > 1 and len(wrong) == len(answered) and alike:
        return [LabError("site.centre_clock", seconds=-min(wrong.values(), key=abs))]
    return [LabError("site.other_clock", where=site, seconds=seconds) for site, seconds in wrong.items()]


def reason_of(answer: Answer) -> LabError:
    """Why a site refused, as an error of ours; a code that this release does not know keeps its name."""
    if f"error.{answer.reason}" not in catalogue():
        return LabError("site.unknown_reason", reason=brief_line(answer.reason))
    facts = {key: brief_line(str(value)) for key, value in answer.facts.items()}
    try:
        LabError(answer.reason, **facts).brief  # noqa: B018 - facts are foreign: one may be missing
    except (KeyError, IndexError, ValueError):
        return LabError("site.unknown_reason", reason=brief_line(answer.reason))
    return LabError(answer.reason, **facts)


def groups_of(answer: Answer | None) -> list[tuple[int, str]]:
    """Number and word of every group that the command's document tells of; without one, its journal."""
    document = answer.document if answer else None
    if answer and answer.state == "ended" and document is None:
        told = [(whole(number, most=LAST_GROUP), word) for number, word in answer.groups.items()]
        return sorted((number, brief_line(word, 40)) for number, word in told if number)
    if not isinstance(document, dict) or not isinstance(groups := document.get("groups"), list):
        return []
    found = [group for group in groups if isinstance(group, dict) and isinstance(group.get("group"), int)]
    return sorted((int(group["group"]), _word(group)) for group in found)


def request_document(request: Request, heard: Sequence[Heard]) -> dict[str, Any]:
    """The JSON document's content: `document` of each site is what its command printed."""
    return {
        "request": request.name,
        "verb": request.verb,
        "class": request.class_name,
        "sent": request.sent.isoformat(),
        "expires": request.expires.isoformat(),
        "sites": [_site(each) for each in heard],
    }


def _site(heard: Heard) -> dict[str, Any]:
    answer = heard.answer
    told = {
        "site": heard.site,
        "state": answer.state if answer else "waiting",
        "clock_skew_s": round(heard.skew_s),
    }
    if answer is None:
        return told
    facts = {"class": answer.class_name, "release": answer.release, "spec": answer.spec, "code": answer.code}
    more = {
        "reason": answer.reason,
        "facts": answer.facts,
        "groups": answer.groups,
        "document": answer.document,
    }
    return {**told, **facts, **more}


def _word(group: dict[str, Any]) -> str:
    """What a document says of one group, whichever command printed it."""
    if group.get("problems") or group.get("errors"):
        return "failed"
    for key in ("result", "state"):
        if isinstance(group.get(key), str):
            return brief_line(group[key], 40)
    if isinstance(actions := group.get("actions"), list):
        return count("fleet.changes", len(actions)) if actions else "done"
    checks = [check for check in group.get("checks", ()) if isinstance(check, dict)]
    red = [check for check in checks if check.get("verdict") in BAD]
    return "failed" if red else "done"


def _changes(document: dict[str, Any] | None) -> int:
    """How many changes a plan has; 0 for every other document."""
    found = document.get("changes") if document else 0
    return found if isinstance(found, int) else 0


def _tally(words: Iterable[str]) -> list[str]:
    """How many groups there are of each word, in the order of their first."""
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return [f"{number} {_said(word)}" for word, number in counts.items()]


def _said(word: str) -> str:
    key = f"word.{word}"
    return say(key) if key in catalogue() else word


def _errors(document: dict[str, Any] | None) -> list[str]:
    """The texts of what concerns no group."""
    errors = document.get("errors") if document else None
    return [str(error.get("text", "")) for error in errors or () if isinstance(error, dict)]
