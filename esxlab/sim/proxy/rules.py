"""Faults that a test wants: which call, which one of them, and what shall happen to it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from esxlab.sim.proxy.soap import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from esxlab.sim.proxy.calls import Call

Action = Literal["pass", "fault", "reset", "hang", "delay", "lose_reply", "fail_task"]
"""What happens: pass (only the callbacks), a typed fault instead of the call, the connection reset before
the call, no answer at all for `seconds`, the call `seconds` late, the call made and the reply
dropped, or a task that begins and ends with a typed fault `seconds` later (a copy leaves half a disk)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault to inject.

    `method` is the call's name or `*`, or `mutating` for any that changes something; `containing` a part of
    its target or of an argument; `nth` counts the matching calls from 1, 0 means every one. `kill_before` and
    `kill_after` are process ids that get SIGKILL before the call goes on, or after its answer came and before
    it is passed back.
    """

    action: Action = "pass"
    method: str = "*"
    containing: str = ""
    nth: int = 1
    fault: Fault = field(default_factory=lambda: Fault("SystemError"))
    seconds: float = 0.0
    kill_before: int = 0
    kill_after: int = 0
    before: Callable[[Call], None] | None = None
    after: Callable[[Call], None] | None = None

    def matches(self, call: Call) -> bool:
        """Whether this rule speaks of this call, whichever number it has."""
        named = self.method in {"*", call.method} or (self.method == "mutating" and call.mutating)
        return named and (not self.containing or call.mentions(self.containing))


def rule_from_json(content: dict[str, Any]) -> Rule:
    """A rule as the control point receives it: the fields of Rule that are no callables."""
    given = dict(content)
    if "fault" in given:
        given["fault"] = Fault(str(given["fault"]), str(given.pop("text", "")))
    return Rule(**given)


class Rules:
    """The rules in force, each with its count of matching calls; safe to change from any thread."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._lock = threading.Lock()
        self._rules: list[list[Any]] = [[rule, 0] for rule in rules]  # [rule, calls matched so far]

    def add(self, rule: Rule) -> None:
        """Put one more rule in force; its count begins now."""
        with self._lock:
            self._rules.append([rule, 0])

    def clear(self) -> None:
        """No more faults."""
        with self._lock:
            self._rules = []

    def strike(self, call: Call) -> Rule | None:
        """The rule that this call triggers now, if any; all matching rules count it."""
        struck: Rule | None = None
        with self._lock:
            for entry in self._rules:
                rule: Rule = entry[0]
                if rule.matches(call):
                    entry[1] += 1
                    if struck is None and rule.nth in {0, entry[1]}:
                        struck = rule
        return struck
