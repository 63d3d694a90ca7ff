"""The law of no surprise, judged from what was seen of one world: pure."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.worlds.life import Seen, Step

BUG = 1
REFUSALS = frozenset({2, 4, 6, 7, 8})
TRACEBACK = re.compile(r"Traceback \(most recent call last\)|\bbug\.|a bug in esxlab")


class Surprise(NamedTuple):
    """One breach: its kind, the command that showed it, and what was seen."""

    kind: str
    command: str
    seen: str


def judge(seen: Seen) -> tuple[Surprise, ...]:
    """Every breach of the law; empty: nothing surprised anybody."""
    found = [surprise for step in seen.steps for surprise in _judge(step)]
    if seen.broken:
        found.append(Surprise("the world itself", "-", seen.broken))
    return tuple(found)


def _judge(step: Step) -> Iterator[Surprise]:
    command, _, obstacle = step.name.partition(" | ")
    if not step.struck:
        yield Surprise("the incident never happened", step.name, step.said[:800])
    elif step.status == BUG or TRACEBACK.search(step.said):
        yield Surprise("a traceback", step.name, step.said[:1500])
    elif step.status < 0:
        yield Surprise("no end", step.name, f"ended by signal {-step.status}")
    elif obstacle and not command.endswith("cured"):
        yield from _foretold(step, command)
    elif step.name == "provision in trouble":
        return  # no look could foresee it: the same command is typed next
    elif step.status:
        kind = "a remedy that does not help" if obstacle else "green doctor and a failure"
        yield Surprise(kind, step.name, f"{step.status}: {step.said[:1500]}")
    else:
        yield from _kept(step, command)


def _foretold(step: Step, command: str) -> Iterator[Surprise]:
    """Doctor, plan and provision refuse, name the object, have a remedy, and nothing was changed."""
    if step.status not in REFUSALS:
        kind = {"doctor": "doctor is green", "plan": "plan is green"}.get(command, "provision is green")
        yield Surprise(f"{kind} before an obstacle", step.name, f"{step.status}: {step.said[:800]}")
        return
    missing = [word for word in step.named if _composed(word) not in _composed(step.said)]
    if missing:
        yield Surprise("the object is not named", step.name, f"{missing} not in: {step.said[:800]}")
    if '"fix"' not in step.said and "->" not in step.said:
        yield Surprise("no remedy", step.name, step.said[:800])
    elif step.remedy not in step.said:
        yield Surprise("the remedy is another one", step.name, f"{step.remedy} not in: {step.said[:800]}")
    if step.changes or step.apart:
        yield Surprise("a change and then a refusal", step.name, f"{step.changes[:6]} {step.apart}")


def _composed(text: str) -> str:
    """Names that are canonically the same look the same (Unicode Standard Annex 15)."""
    return unicodedata.normalize("NFC", text)


def _kept(step: Step, command: str) -> Iterator[Surprise]:
    """A green command did what was said of it."""
    looks = command.split(" ", maxsplit=1)[0] in {"doctor", "plan", "verify", "status"}
    if looks and step.changes:
        yield Surprise("looking changed something", step.name, str(step.changes[:6]))
    if step.apart:
        yield Surprise("traces are left", step.name, step.apart)
    if command == "plan again" and step.document["changes"]:
        actions = [a["text"] for g in step.document["groups"] for a in g["actions"]]
        yield Surprise("a second plan is not empty", step.name, str(actions[:8]))
